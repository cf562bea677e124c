/* SPDX-License-Identifier: Apache-2.0 */
/* packets.tar.gz: a phenopacket (v2) for each person of the rare-disease arm. */
#include <archive.h>
#include <archive_entry.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/json.h"
#include "tests/synth/files.h"

static cJSON *term(const char *id, bool *ok)
{
    cJSON *object = cJSON_CreateObject();

    json_put_text(object, "id", id, ok);
    json_put_text(object, "label", "synthetic", ok);
    return object;
}

static void put_subject(cJSON *packet, const struct person *person, int year, bool *ok)
{
    static const char *const sexes[] = {"UNKNOWN_SEX", "MALE", "FEMALE"};
    cJSON *subject = json_put(packet, "subject", cJSON_CreateObject(), ok);
    cJSON *last, *age;
    char text[16];

    json_put_text(subject, "id", person->id, ok);
    json_put_text(subject, "sex", sexes[person->sex], ok);
    if (!person->birth_year)
        return;
    snprintf(text, sizeof(text), "P%dY",
             person->course.born == NO_DAY
                 ? year - person->birth_year
                 : date_years_between(person->course.born, person->course.died));
    last = json_put(subject, "timeAtLastEncounter", cJSON_CreateObject(), ok);
    age = json_put(last, "age", cJSON_CreateObject(), ok);
    json_put_text(age, "iso8601duration", text, ok);
}

static void put_feature(cJSON *list, const char *id, bool excluded, bool *ok)
{
    cJSON *feature = cJSON_CreateObject();

    json_put(feature, "type", term(id, ok), ok);
    if (excluded)
        json_put_bool(feature, "excluded", true, ok);
    if (!cJSON_AddItemToArray(list, feature))
        *ok = false;
}

static char *packet_text(const struct person *person, int year)
{
    cJSON *packet = cJSON_CreateObject(), *list, *disease;
    bool ok = true;
    char *text;

    json_put_text(packet, "id", person->id, &ok);
    put_subject(packet, person, year, &ok);
    list = json_put(packet, "phenotypicFeatures", cJSON_CreateArray(), &ok);
    for (int i = 0; i < person->n_features; i++)
        put_feature(list, person->features[i], false, &ok);
    if (person->excluded)
        put_feature(list, person->excluded, true, &ok);
    list = json_put(packet, "diseases", cJSON_CreateArray(), &ok);
    disease = cJSON_CreateObject();
    json_put(disease, "term", term(person->disease->omim, &ok), &ok);
    if (!cJSON_AddItemToArray(list, disease))
        ok = false;
    text = ok ? cJSON_Print(packet) : NULL;
    cJSON_Delete(packet);
    return text;
}

static bool add_entry(struct archive *out, const struct person *person, const char *text)
{
    struct archive_entry *entry = archive_entry_new();
    size_t size = strlen(text);
    char name[64];
    bool ok;

    if (!entry)
        return false;
    snprintf(name, sizeof(name), "packets/%s.json", person->id);
    archive_entry_set_pathname(entry, name);
    archive_entry_set_size(entry, (int64_t)size);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    ok = archive_write_header(out, entry) == ARCHIVE_OK &&
         archive_write_data(out, text, size) == (ssize_t)size;
    archive_entry_free(entry);
    return ok;
}

bool write_packets(const char *folder, const struct plan *plan, const struct person *people,
                   uint32_t n, struct err *err)
{
    struct archive *out = archive_write_new();
    char path[4096];
    bool ok;

    snprintf(path, sizeof(path), "%s/packets.tar.gz", folder);
    ok = out && archive_write_add_filter_gzip(out) == ARCHIVE_OK &&
         archive_write_set_filter_option(out, "gzip", "timestamp", NULL) == ARCHIVE_OK &&
         archive_write_set_format_ustar(out) == ARCHIVE_OK &&
         archive_write_open_filename(out, path) == ARCHIVE_OK;
    for (uint32_t i = 0; ok && i < n; i++) {
        char *text;

        if (!people[i].disease)
            continue;
        text = packet_text(&people[i], plan->year);
        ok = text && add_entry(out, &people[i], text);
        free(text);
    }
    ok = out && archive_write_close(out) == ARCHIVE_OK && ok;
    if (!ok)
        err_set(err, ERR_INTERNAL, "cannot write %s: %s", path,
                out && archive_error_string(out) ? archive_error_string(out) : "no memory");
    archive_write_free(out);
    return ok;
}
