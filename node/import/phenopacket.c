/* SPDX-License-Identifier: Apache-2.0 */
#include "node/import/phenopacket.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <utf8proc.h>

#include "node/import/carriers.h"
#include "node/import/content.h"
#include "node/import/id_map.h"
#include "node/import/identity.h"
#include "node/import/packet.h"
#include "node/import/person_number.h"
#include "node/import/stream.h"
#include "node/import/tarball.h"
#include "node/import/trace.h"
#include "proto/base/arena.h"
#include "proto/base/json.h"

#define PACKET_ARENA_MAX ((size_t)64 << 20)
#define PROGRESS_EVERY 64 /* packets */

const char *const phenopacket_suffixes[] = {".json",   ".json.gz", ".json.xz", ".tar.xz",
                                            ".tar.gz", ".tgz",     ".tar",     NULL};

struct phenopacket_reading {
    struct run_job *job;
    const struct phenopacket_options *options;
    struct arena *arena;
    struct id_map *ids; /* of packets → the first bytes of their content */
    struct carriers *carriers;
    struct packet_reader reader;
    struct stream_closing closing;
    uint64_t behind; /* bytes of the inputs before this one */
    uint32_t input;
    uint64_t record;
    const char *name; /* of the file, or of the archive's entry, without folders */
    char *text;       /* TARBALL_FILE_MAX + 1, for files of their own */
};

/* A packet's text and how to name it. */
struct source {
    const char *text;
    size_t size;
    const char *name; /* in an archive; NULL for a file of its own */
};

/*** telling ***/

static bool put_reject(struct phenopacket_reading *reading, enum reject_code code,
                       const char *field, uint64_t line, bool item, struct err *err)
{
    struct stream_reject reject = {.input = reading->input,
                                   .line = line,
                                   .record = reading->record,
                                   .field = field,
                                   .code = code,
                                   .item = item};

    return stream_put_reject(reading->job->out, &reject, err);
}

static bool report(void *context, enum reject_code code, const char *field, bool item,
                   struct err *err)
{
    return put_reject(context, code, field, 0, item, err);
}

static bool reject(struct phenopacket_reading *reading, enum reject_code code, const char *field,
                   struct err *err)
{
    reading->closing.rejected++;
    return put_reject(reading, code, field, 0, false, err);
}

/* The line of the fault, where the parser named a byte. */
static uint64_t line_of(const struct source *source, const struct err *fault)
{
    uint64_t line = 1;
    size_t byte;

    if (sscanf(fault->text, "byte %zu:", &byte) != 1 || byte > source->size)
        return 0;
    for (size_t i = 0; i < byte; i++)
        line += source->text[i] == '\n';
    return line;
}

/*** one packet ***/

static void hash_packet(const struct packet *packet, const struct person_id *person,
                        uint8_t hash[static 32])
{
    struct content content;

    content_start(&content, PHENOPACKET_VERSION);
    for (size_t i = 0; i < sizeof(person->b); i++)
        content_number(&content, 'p', person->b[i]);
    content_facts(&content, &packet->facts);
    for (size_t i = 0; i < packet->n_events; i++)
        content_event(&content, &packet->events[i].event);
    for (size_t i = 0; i < packet->n_variants; i++) {
        const struct packet_variant *variant = &packet->variants[i];

        content_number(&content, 'a', variant->assembly);
        content_number(&content, 'c', variant->chromosome);
        content_number(&content, 'n', variant->position);
        content_text(&content, 'r', variant->ref ? variant->ref : "");
        content_text(&content, 'l', variant->alt ? variant->alt : "");
        content_text(&content, 'g', variant->gene ? variant->gene : "");
        content_text(&content, 'w', variant->description ? variant->description : "");
        content_number(&content, 'z', variant->call);
    }
    content_finish(&content, hash);
}

static bool put_packet(struct phenopacket_reading *reading, const struct packet *packet,
                       const struct stream_unit *unit, struct err *err)
{
    uint32_t number = (uint32_t)reading->closing.offered;
    uint8_t assembly = 0;

    if (!stream_put_unit(reading->job->out, unit, err))
        return false;
    for (size_t i = 0; i < packet->n_events; i++)
        if (!stream_put_event(reading->job->out, &packet->events[i].event, err))
            return false;
    if (!trace_put_stated(reading->job->out, EVENT_PHENOTYPE, "hp", err))
        return false;
    for (size_t i = 0; i < packet->n_variants; i++)
        assembly |= packet->variants[i].assembly; /* of a packet there is at most one */
    for (size_t i = 0; i < packet->n_variants; i++)
        if (!carriers_add(reading->carriers, number, assembly, &packet->variants[i], err))
            return false;
    reading->closing.offered++;
    return true;
}

/* Finds the person whom the packet is about: by its own id or by the subject's, as the options say.
 * A subject with a Swedish number is that person, whatever the packet is called. ERR_INVALID when
 * the packet does not name the person. */
static bool find_person(const struct phenopacket_reading *reading, const struct packet *packet,
                        struct person_id *person, struct err *err)
{
    char number[PERSON_NUMBER_DIGITS + 1];
    struct identity_who who = {.domain = reading->options->domain,
                               .id = packet->id,
                               .birth_year = packet->facts.birth_year};

    if (packet->subject &&
        (reading->options->by_subject ||
         person_number_read(packet->subject, who.birth_year, false, number) != PERSON_NUMBER_NONE))
        who.id = packet->subject;
    else if (reading->options->by_subject)
        return err_set(err, ERR_INVALID, "no id");
    return identity_person(reading->job->identity, &who, person, err);
}

/* Makes the mark of a packet from the domain and its id, because two senders may use one id. */
static void mark_packet(const struct phenopacket_reading *reading, const char *id,
                        uint8_t mark[static 16])
{
    char text[IDENTITY_DOMAIN_MAX + IDENTITY_ID_MAX + 2];
    const char *domain = reading->options->domain;
    int n = snprintf(text, sizeof(text), "%s%c%s", domain ? domain : "local", 0, id);

    identity_mark(reading->job->identity, "packet", text, (size_t)n, mark);
}

static bool offer(struct phenopacket_reading *reading, const struct packet *packet, struct err *err)
{
    struct stream_unit unit = {
        .facts = packet->facts, .input = reading->input, .record = reading->record};
    uint64_t content, before;
    struct err fault;
    bool known = false;

    if (!find_person(reading, packet, &unit.person, &fault))
        return reject(reading, REJECT_PERSON_ID, reading->options->by_subject ? "subject.id" : "id",
                      err);
    mark_packet(reading, packet->id, unit.key.b);
    identity_mark(reading->job->identity, "packet file", reading->name, strlen(reading->name),
                  unit.source.b);
    hash_packet(packet, &unit.person, unit.content);
    memcpy(&content, unit.content, sizeof(content));
    before = content;
    if (!id_map_put(reading->ids, unit.key.b, &before, &known))
        return err_set(err, ERR_INVALID, "too many packets in one run; split the files");
    if (!known)
        return put_packet(reading, packet, &unit, err);
    if (before != content)
        return reject(reading, REJECT_ID_TWICE, "id", err);
    reading->closing.filtered[FILTER_DUPLICATE]++;
    return true;
}

static bool take_tree(struct phenopacket_reading *reading, const cJSON *tree, struct err *err)
{
    struct packet packet;
    bool rejected = false;

    if (!packet_read(&reading->reader, tree, &packet, &rejected, err))
        return false;
    if (!rejected)
        return offer(reading, &packet, err);
    reading->closing.rejected++;
    return true;
}

/*** families, cohorts, and what is no packet ***/

static bool has_member(const cJSON *tree, const char *const *names)
{
    for (; *names; names++)
        if (json_member(tree, *names))
            return true;
    return false;
}

/* Gives a packet of a family or cohort the version that the whole states, when the packet states
 * none. */
static bool lend_version(const cJSON *whole, cJSON *packet)
{
    const cJSON *meta = json_object(whole, "metaData");
    cJSON *copy;

    if (!meta || !cJSON_IsObject(packet) || json_member(packet, "metaData"))
        return true;
    copy = cJSON_Duplicate(meta, true);
    return copy && cJSON_AddItemToObject(packet, "metaData", copy);
}

static bool take_member(struct phenopacket_reading *reading, const cJSON *whole, cJSON *packet,
                        size_t *n, struct err *err)
{
    reading->closing.read += (*n)++ > 0; /* the first one was counted as the file */
    if (!lend_version(whole, packet))
        return err_memory(err);
    return take_tree(reading, packet, err);
}

/* A family or a cohort: each of its packets is one. */
static bool take_whole(struct phenopacket_reading *reading, cJSON *tree, struct err *err)
{
    static const char *const lists[] = {"relatives", "members", NULL};
    cJSON *proband = cJSON_GetObjectItemCaseSensitive(tree, "proband");
    cJSON *packet;
    size_t n = 0;

    if (proband && !take_member(reading, tree, proband, &n, err))
        return false;
    for (size_t i = 0; lists[i]; i++) {
        cJSON *list = cJSON_GetObjectItemCaseSensitive(tree, lists[i]);

        for (packet = cJSON_IsArray(list) ? list->child : NULL; packet; packet = packet->next)
            if (!take_member(reading, tree, packet, &n, err))
                return false;
    }
    return n > 0 || reject(reading, REJECT_NO_PACKET, "", err);
}

static bool take_any(struct phenopacket_reading *reading, cJSON *tree, struct err *err)
{
    static const char *const packet[] = {
        "subject",      "phenotypicFeatures", "diseases", "biosamples", "interpretations",
        "measurements", "medicalActions",     "genes",    "variants",   NULL};
    static const char *const whole[] = {"proband", "relatives", "members", NULL};

    if (json_member(tree, "resourceType"))
        return reject(reading, REJECT_FHIR_RESOURCE, "resourceType", err);
    if (cJSON_IsObject(tree) && has_member(tree, whole))
        return take_whole(reading, tree, err);
    if (cJSON_IsObject(tree) && !has_member(tree, packet))
        return reject(reading, REJECT_NO_PACKET, "", err);
    return take_tree(reading, tree, err);
}

/* Members as protobuf spells them ("date_of_birth") become members as JSON does. False: a member
 * would stand there twice. */
static bool camel(cJSON *tree)
{
    for (cJSON *item = tree->child; item; item = item->next) {
        char *to = item->string;

        for (char *from = item->string; from && *from; from++)
            if (*from == '_' && from[1] >= 'a' && from[1] <= 'z')
                *to++ = (char)(*++from - 32);
            else
                *to++ = *from;
        if (to)
            *to = 0;
        if (!camel(item))
            return false;
    }
    for (const cJSON *a = cJSON_IsObject(tree) ? tree->child : NULL; a; a = a->next)
        if (json_member(tree, a->string) != a)
            return false;
    return true;
}

static bool is_utf8(const char *text, size_t size)
{
    utf8proc_int32_t point;

    while (size) {
        utf8proc_ssize_t n =
            utf8proc_iterate((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)size, &point);

        if (n < 1)
            return false;
        text += n;
        size -= (size_t)n;
    }
    return true;
}

static bool take_packet(struct phenopacket_reading *reading, const struct source *source,
                        struct err *err)
{
    cJSON *tree = NULL;
    struct err fault = {0};
    const char *name;
    bool ok;

    reading->closing.read++;
    name = source->name ? source->name : reading->job->inputs[reading->input].name;
    reading->name = strrchr(name, '/') ? strrchr(name, '/') + 1 : name;
    if (!source->text)
        return reject(reading, REJECT_TOO_LONG, "", err);
    if (!is_utf8(source->text, source->size))
        return reject(reading, REJECT_TEXT_ENCODING, "", err);
    if (!json_parse(source->text, source->size, TARBALL_FILE_MAX, &tree, &fault)) {
        reading->closing.rejected++;
        return put_reject(reading, REJECT_JSON_BROKEN, "", line_of(source, &fault), false, err);
    }
    ok = camel(tree) ? take_any(reading, tree, err) : reject(reading, REJECT_JSON_BROKEN, "", err);
    cJSON_Delete(tree);
    arena_clear(reading->arena);
    return ok;
}

/*** the inputs ***/

static bool put_progress(struct phenopacket_reading *reading, uint64_t consumed, struct err *err)
{
    return reading->closing.read % PROGRESS_EVERY != 0 ||
           stream_put_progress(reading->job->out, reading->behind + consumed, err);
}

/* An archive without any packet is the wrong file, and an empty import would hide that. */
static bool read_archive(struct phenopacket_reading *reading, int fd, struct err *err)
{
    uint64_t before = reading->closing.read;
    struct tarball *tarball = NULL;
    struct tarball_file file;
    bool end = false;
    bool ok;

    if (!tarball_open(fd, &tarball, err))
        return false;
    do {
        ok = tarball_next(tarball, &file, &end, err);
        if (ok && !end) {
            struct source source = {.text = file.text, .size = file.size, .name = file.name};

            reading->record = file.entry;
            ok = take_packet(reading, &source, err) && put_progress(reading, file.consumed, err);
        }
    } while (ok && !end);
    tarball_close(tarball);
    return ok && (reading->closing.read > before ||
                  err_set(err, ERR_INVALID,
                          "no file in this archive ends in .json: it holds no phenopacket"));
}

/* The whole of a small file; text NULL when it is too long. */
static bool read_whole(struct phenopacket_reading *reading, int fd, struct source *source,
                       struct err *err)
{
    size_t used = 0;
    ssize_t n;

    do {
        n = read(fd, reading->text + used, TARBALL_FILE_MAX + 1 - used);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_set(err, ERR_INTERNAL, "cannot read: %s", strerror(errno));
        used += (size_t)n;
    } while (n != 0 && used <= TARBALL_FILE_MAX);
    *source = (struct source){.text = used > TARBALL_FILE_MAX ? NULL : reading->text, .size = used};
    return true;
}

static bool read_input(struct phenopacket_reading *reading, const struct run_input *input,
                       struct err *err)
{
    struct source source;
    bool packed = false;

    reading->record = 1;
    if (!tarball_is(input->fd, &packed, err))
        return false;
    if (packed)
        return read_archive(reading, input->fd, err);
    return read_whole(reading, input->fd, &source, err) && take_packet(reading, &source, err) &&
           put_progress(reading, input->bytes, err);
}

static bool read_inputs(struct phenopacket_reading *reading, struct err *err)
{
    for (size_t i = 0; i < reading->job->n_inputs; i++) {
        const struct run_input *input = &reading->job->inputs[i];

        reading->input = (uint32_t)i;
        if (!read_input(reading, input, err))
            return err_wrap(err, "%s: ", input->name);
        reading->behind += input->bytes;
    }
    return carriers_put(reading->carriers, reading->job->out, err) &&
           stream_put_closing(reading->job->out, &reading->closing, err);
}

bool phenopacket_read(struct run_job *job, struct err *err)
{
    assert(job);
    const struct phenopacket_options *options = job->options;
    char *text = malloc(TARBALL_FILE_MAX + 1);
    struct phenopacket_reading reading = {
        .job = job,
        .options = options,
        .arena = arena_new(PACKET_ARENA_MAX),
        .ids = id_map_new(),
        .carriers = carriers_new(),
        .text = text,
    };
    bool ok;

    reading.reader = (struct packet_reader){
        .arena = reading.arena, .hp = options->hp, .report = report, .context = &reading};
    ok = text && reading.arena && reading.ids && reading.carriers;
    ok = ok ? read_inputs(&reading, err) : err_memory(err);
    free(text);
    carriers_free(reading.carriers);
    id_map_free(reading.ids);
    arena_free(reading.arena);
    return ok;
}

void phenopacket_describe(const struct phenopacket_options *options,
                          const struct run_inputs *inputs, char *text, size_t size)
{
    assert(options && inputs);
    uint64_t names = UINT64_C(14695981039346656037); /* FNV-1a, to tell names apart */

    for (size_t i = 0; i < inputs->n; i++)
        for (const char *c = inputs->items[i].name;; c++) {
            names = (names ^ (uint8_t)*c) * UINT64_C(1099511628211);
            if (!*c)
                break;
        }
    (void)snprintf(text, size, "by_subject=%d;domain=%s;names=%016llx", options->by_subject,
                   options->domain ? options->domain : "local", (unsigned long long)names);
}
