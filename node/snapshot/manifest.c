/* SPDX-License-Identifier: Apache-2.0 */
#include "node/snapshot/manifest.h"

#include <assert.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/snapshot/bitmap.h"
#include "node/snapshot/bits.h"
#include "node/snapshot/pointer.h"
#include "proto/base/arena.h"
#include "proto/base/bytes.h"
#include "proto/base/date.h"
#include "proto/base/file.h"
#include "proto/base/json.h"

#define HEX_BYTES 65

void manifest_clear(struct manifest *manifest)
{
    free(manifest->segments);
    *manifest = (struct manifest){0};
}

bool manifest_path(const char *folder, const uint8_t hash[static 32], const char *kind, char *path,
                   size_t room)
{
    char hex[HEX_BYTES];

    bytes_to_hex(hash, 32, hex);
    return snprintf(path, room, "%s/%s.%s", folder, hex, kind) < (int)room;
}

static bool read_hash(const cJSON *object, const char *name, uint8_t hash[static 32])
{
    const char *text = json_text(object, name);

    return text && bytes_from_hex(text, hash, 32);
}

static bool read_number(const cJSON *object, const char *name, int64_t max, int64_t *value)
{
    return json_int(object, name, value) && *value >= 0 && *value <= max;
}

static bool read_dead(const cJSON *object, struct manifest_segment *segment)
{
    uint8_t data[SEGMENT_WORDS_MAX * 8 + 32];
    const char *text = json_text(object, "dead");
    size_t size = text ? strlen(text) / 2 : 0;
    struct bitmap bitmap;

    if (!text || size > sizeof(data) || !bytes_from_hex(text, data, size) ||
        !bitmap_unpack(data, size, segment->persons, &bitmap))
        return false;
    bitmap_or(&bitmap, segment->dead, segment->persons);
    segment->n_dead = bits_count(segment->dead, SEGMENT_WORDS(segment->persons));
    return segment->n_dead == bitmap.count;
}

static bool read_segment(const cJSON *object, struct manifest_segment *segment)
{
    int64_t bytes, persons, variants, carriers, events = 0, gene = -1, kinds = 0, tumour_of = 0;
    int64_t structural_of = 0, day_of = 0, nth = 0;

    if (!read_hash(object, "hash", segment->hash) ||
        !read_number(object, "bytes", INT64_MAX, &bytes) ||
        !read_number(object, "persons", SEGMENT_PERSONS_MAX, &persons) ||
        !read_number(object, "variants", INT64_MAX, &variants) ||
        !read_number(object, "carriers", INT64_MAX, &carriers) || persons == 0 ||
        (json_member(object, "gene") && !read_number(object, "gene", INT64_MAX, &gene)) ||
        (json_member(object, "events") && !read_number(object, "events", INT64_MAX, &events)) ||
        (json_member(object, "kinds") && !read_number(object, "kinds", INT64_MAX, &kinds)) ||
        (json_member(object, "tumour_of") &&
         (!read_number(object, "tumour_of", MANIFEST_SEGMENTS_MAX, &tumour_of) || !tumour_of)) ||
        (json_member(object, "structural_of") &&
         (!read_number(object, "structural_of", MANIFEST_SEGMENTS_MAX, &structural_of) ||
          !structural_of || tumour_of)) ||
        (json_member(object, "day_of") &&
         (!read_number(object, "day_of", MANIFEST_SEGMENTS_MAX, &day_of) || !day_of || tumour_of ||
          structural_of || !read_number(object, "nth", SEGMENT_TAKEN_MAX, &nth) || !nth)))
        return false;
    segment->day_of = (uint32_t)day_of;
    segment->nth = (uint32_t)nth;
    segment->tumour_of = (uint32_t)tumour_of;
    segment->structural_of = (uint32_t)structural_of;
    segment->events = (uint64_t)events;
    segment->kinds = (uint64_t)kinds;
    segment->gene = (uint64_t)(gene < 0 ? variants : gene);
    segment->bytes = (uint64_t)bytes;
    segment->persons = (uint32_t)persons;
    segment->variants = (uint64_t)variants;
    segment->carriers = (uint64_t)carriers;
    return read_dead(object, segment);
}

static bool read_terms(const cJSON *root, struct manifest *manifest)
{
    const cJSON *terms = json_member(root, "terms");
    int64_t bytes;

    if (cJSON_IsNull(terms))
        return true;
    if (!cJSON_IsObject(terms) || !read_hash(terms, "hash", manifest->terms_hash) ||
        !read_hash(terms, "content", manifest->terms_content) ||
        !read_number(terms, "bytes", INT64_MAX, &bytes))
        return false;
    manifest->has_terms = true;
    manifest->terms_bytes = (uint64_t)bytes;
    return true;
}

static bool read_delivery(const cJSON *object, struct deliveries *deliveries)
{
    const char *kind = json_text(object, "kind"), *system = json_text(object, "system");
    const char *from = json_text(object, "from");
    struct delivery delivery = {.since = PERSON_NO_DATE};

    if (!kind || !system || strlen(system) > EVENT_SYSTEM_BYTES_MAX ||
        (from && !date_parse(from, &delivery.since)))
        return false;
    delivery.kind = delivery_kind_find(kind);
    memcpy(delivery.system, system, strlen(system) + 1);
    return delivery.kind != EVENT_NO_KIND && deliveries_add(deliveries, &delivery);
}

/* Snapshots made before declarations existed have none. */
static bool read_deliveries(const cJSON *root, struct manifest *manifest)
{
    const cJSON *array = json_array(root, "delivers");
    const cJSON *at;

    if (!json_member(root, "delivers"))
        return true;
    if (!array)
        return false;
    cJSON_ArrayForEach(at, array) if (!read_delivery(at, &manifest->deliveries)) return false;
    return true;
}

static bool read_assay(const cJSON *object, struct manifest *manifest)
{
    const char *name = json_text(object, "name");
    struct manifest_assay *assay = &manifest->assays[manifest->n_assays];
    int64_t assembly;

    if (manifest->n_assays == MANIFEST_ASSAYS_MAX || !name || strlen(name) >= sizeof(assay->name) ||
        !read_number(object, "assembly", VARIANT_GRCH38, &assembly))
        return false;
    memcpy(assay->name, name, strlen(name) + 1);
    assay->assembly = (uint8_t)assembly;
    assay->whole_genome = cJSON_IsTrue(json_member(object, "whole_genome"));
    manifest->n_assays++;
    return true;
}

/* Snapshots made before assays were written into the manifest have none. */
static bool read_assays(const cJSON *root, struct manifest *manifest)
{
    const cJSON *array = json_array(root, "assays");
    const cJSON *at;

    if (!json_member(root, "assays"))
        return true;
    if (!array)
        return false;
    cJSON_ArrayForEach(at, array) if (!read_assay(at, manifest)) return false;
    return true;
}

static bool read_reference(const cJSON *object, struct manifest *manifest)
{
    struct manifest_reference *reference;
    int64_t assembly, bytes;

    if (!read_number(object, "assembly", VARIANT_GRCH38, &assembly) || assembly < VARIANT_GRCH37 ||
        !read_number(object, "bytes", INT64_MAX, &bytes))
        return false;
    reference = &manifest->references[assembly];
    if (reference->there || !read_hash(object, "hash", reference->hash) ||
        !read_hash(object, "index", reference->index_hash))
        return false;
    reference->there = true;
    reference->bytes = (uint64_t)bytes;
    return true;
}

/* Snapshots made before references could be loaded have none. */
static bool read_references(const cJSON *root, struct manifest *manifest)
{
    const cJSON *array = json_array(root, "references");
    const cJSON *at;

    if (!json_member(root, "references"))
        return true;
    if (!array)
        return false;
    cJSON_ArrayForEach(at, array) if (!read_reference(at, manifest)) return false;
    return true;
}

static bool read_class(const cJSON *object, const char *name, uint8_t *class)
{
    int64_t number;

    if (!read_number(object, name, SIZES_CLASS_MAX, &number))
        return false;
    *class = (uint8_t)number;
    return true;
}

static bool read_sizes(const cJSON *root, struct manifest *manifest)
{
    const cJSON *sizes = json_member(root, "sizes");
    struct sizes *into = &manifest->sizes;

    manifest->has_sizes = sizes != NULL;
    return !sizes ||
           (cJSON_IsObject(sizes) && read_class(sizes, "persons", &into->persons) &&
            read_class(sizes, "sites", &into->sites) && read_class(sizes, "gene", &into->gene) &&
            read_class(sizes, "events", &into->events) &&
            (!json_member(sizes, "kinds") || read_class(sizes, "kinds", &into->kinds)) &&
            (!json_member(sizes, "structural") ||
             read_class(sizes, "structural", &into->structural)));
}

static void put_sizes(cJSON *root, const struct manifest *manifest, bool *ok)
{
    cJSON *sizes = json_put(root, "sizes", cJSON_CreateObject(), ok);

    json_put_int(sizes, "persons", manifest->sizes.persons, ok);
    json_put_int(sizes, "sites", manifest->sizes.sites, ok);
    json_put_int(sizes, "gene", manifest->sizes.gene, ok);
    json_put_int(sizes, "events", manifest->sizes.events, ok);
    json_put_int(sizes, "kinds", manifest->sizes.kinds, ok);
    json_put_int(sizes, "structural", manifest->sizes.structural, ok);
}

struct sizes_of manifest_sizes_of(const struct manifest *manifest)
{
    assert(manifest);
    struct sizes_of of = {0};
    bool summed_up = true;

    for (size_t i = 0; i < manifest->n_segments; i++) {
        const struct manifest_segment *segment = &manifest->segments[i];

        if (segment->structural_of) {
            of.structural += segment->variants;
            continue;
        }
        of.sites += segment->variants;
        of.persons += segment->tumour_of || segment->day_of ? 0 : segment->persons;
        of.gene += segment->gene;
        of.events += segment->events;
        of.kinds += segment->kinds;
        summed_up &= segment->kinds > 0 || segment->variants == 0;
    }
    if (!summed_up)
        of.kinds = 0;
    return of;
}

struct sizes manifest_sizes(const struct manifest *manifest)
{
    assert(manifest);
    struct sizes_of of = manifest_sizes_of(manifest);

    return manifest->has_sizes ? manifest->sizes : sizes_choose(&of, NULL);
}

/* Those from..to-1 are of ever later ones of the first n, and of the same persons as these. */
static bool are_of(const struct manifest *manifest, size_t from, size_t to, size_t n)
{
    uint32_t last = 0;

    for (size_t i = from; i < to; i++) {
        const struct manifest_segment *segment = &manifest->segments[i];
        uint32_t of = from == manifest->n_small ? segment->structural_of : segment->tumour_of;

        if (of <= last || of > n || manifest->segments[of - 1].persons != segment->persons)
            return false;
        last = of;
    }
    return true;
}

/* Those of one day each are the last ones: of the persons of a segment all days, the first first.
 */
static bool days_stand(const struct manifest *manifest)
{
    const struct manifest_segment *at = manifest->segments;
    bool stand = true;

    for (size_t i = manifest->n_whole; stand && i < manifest->n_segments; i++) {
        bool begins = i == manifest->n_whole || at[i].day_of != at[i - 1].day_of;

        stand = at[i].day_of > 0 && at[i].day_of <= manifest->n_main &&
                (i == manifest->n_whole || at[i].day_of >= at[i - 1].day_of) &&
                at[i].nth == (begins ? 1 : at[i - 1].nth + 1) &&
                at[at[i].day_of - 1].persons == at[i].persons;
    }
    return stand;
}

/*
 * Those of tumours stand behind those of persons, those of structural variants behind both, and
 * those of one day each behind all.
 */
static bool settle_order(struct manifest *manifest)
{
    const struct manifest_segment *at = manifest->segments;
    size_t n = manifest->n_segments;

    while (n > 0 && at[n - 1].day_of)
        n--;
    manifest->n_whole = n;
    while (manifest->n_main < n && !at[manifest->n_main].tumour_of &&
           !at[manifest->n_main].structural_of && !at[manifest->n_main].day_of)
        manifest->n_main++;
    manifest->n_small = manifest->n_main;
    while (manifest->n_small < n && at[manifest->n_small].tumour_of)
        manifest->n_small++;
    return (manifest->n_main == manifest->n_small ||
            are_of(manifest, manifest->n_main, manifest->n_small, manifest->n_main)) &&
           are_of(manifest, manifest->n_small, n, manifest->n_small) && days_stand(manifest);
}

static bool read_tree(const cJSON *root, struct manifest *manifest)
{
    const cJSON *segments = json_array(root, "segments");
    const cJSON *at;
    int64_t format, date, epoch;
    int n = segments ? cJSON_GetArraySize(segments) : -1;

    if (n < 0 || n > MANIFEST_SEGMENTS_MAX || !json_int(root, "format", &format) ||
        format != MANIFEST_FORMAT || !json_int(root, "date", &date) || date < INT32_MIN ||
        date > INT32_MAX || !read_number(root, "epoch", INT64_MAX, &epoch) ||
        !read_terms(root, manifest) || !read_deliveries(root, manifest) ||
        !read_assays(root, manifest) || !read_references(root, manifest) ||
        !read_sizes(root, manifest))
        return false;
    manifest->date = (int32_t)date;
    manifest->epoch = epoch;
    manifest->segments = calloc((size_t)n + 1, sizeof(*manifest->segments));
    if (!manifest->segments)
        return false;
    cJSON_ArrayForEach(
        at,
        segments) if (!read_segment(at, &manifest->segments[manifest->n_segments++])) return false;
    return settle_order(manifest);
}

static bool parse(const uint8_t *data, size_t size, const char *path, struct manifest *manifest,
                  struct err *err)
{
    uint8_t hash[32];
    cJSON *tree = NULL;
    bool ok;

    crypto_generichash(hash, sizeof(hash), data, size, NULL, 0);
    if (memcmp(hash, manifest->id, sizeof(hash)) != 0)
        return err_set(err, ERR_INTERNAL, "%s does not have the content that its name says", path);
    if (!json_parse((const char *)data, size, MANIFEST_BYTES_MAX, &tree, err))
        return err_wrap(err, "%s: ", path);
    ok = read_tree(tree, manifest);
    cJSON_Delete(tree);
    if (!ok)
        return err_set(err, ERR_INTERNAL, "%s is not a manifest that this program can read", path);
    return true;
}

bool manifest_read_id(const char *folder, const uint8_t id[static 32], struct manifest *manifest,
                      struct err *err)
{
    assert(folder && id && manifest);
    struct manifest read = {0};
    struct arena *arena = arena_new(MANIFEST_BYTES_MAX + 4096);
    char path[PATH_MAX];
    uint8_t *data;
    size_t size;
    bool ok = arena != NULL;

    memcpy(read.id, id, 32);
    if (!arena)
        err_memory(err);
    else if (!manifest_path(folder, id, "manifest", path, sizeof(path)))
        ok = err_set(err, ERR_INVALID, "the path %s is too long", folder);
    else
        ok = file_read(path, MANIFEST_BYTES_MAX, arena, &data, &size, err) &&
             parse(data, size, path, &read, err);
    arena_free(arena);
    if (ok)
        *manifest = read;
    else
        manifest_clear(&read);
    return ok;
}

static bool current_path(const char *folder, char path[static PATH_MAX], struct err *err)
{
    return snprintf(path, PATH_MAX, "%s/current", folder) < PATH_MAX ||
           err_set(err, ERR_INVALID, "the path %s is too long", folder);
}

bool manifest_read(const char *folder, struct manifest *manifest, bool *found, struct err *err)
{
    char path[PATH_MAX];
    uint8_t id[POINTER_HASH_BYTES];

    if (!current_path(folder, path, err) || !pointer_read(path, id, found, err))
        return false;
    return !*found || manifest_read_id(folder, id, manifest, err);
}

static void put_hash(cJSON *object, const char *name, const uint8_t hash[static 32], bool *ok)
{
    char hex[HEX_BYTES];

    bytes_to_hex(hash, 32, hex);
    json_put_text(object, name, hex, ok);
}

static void put_segment(cJSON *array, const struct manifest_segment *segment, bool *ok)
{
    cJSON *object = cJSON_CreateObject();
    size_t size = 0;
    uint8_t *dead = bitmap_pack(segment->dead, segment->persons, &size);
    char *hex = dead ? malloc(2 * size + 1) : NULL;

    if (!object || !hex || !cJSON_AddItemToArray(array, object)) {
        *ok = false;
        cJSON_Delete(object);
    } else {
        bytes_to_hex(dead, size, hex);
        put_hash(object, "hash", segment->hash, ok);
        json_put_int(object, "bytes", (int64_t)segment->bytes, ok);
        json_put_int(object, "persons", segment->persons, ok);
        json_put_int(object, "variants", (int64_t)segment->variants, ok);
        json_put_int(object, "carriers", (int64_t)segment->carriers, ok);
        json_put_int(object, "events", (int64_t)segment->events, ok);
        json_put_int(object, "gene", (int64_t)segment->gene, ok);
        json_put_int(object, "kinds", (int64_t)segment->kinds, ok);
        if (segment->tumour_of)
            json_put_int(object, "tumour_of", segment->tumour_of, ok);
        if (segment->structural_of)
            json_put_int(object, "structural_of", segment->structural_of, ok);
        if (segment->day_of) {
            json_put_int(object, "day_of", segment->day_of, ok);
            json_put_int(object, "nth", segment->nth, ok);
        }
        json_put_text(object, "dead", hex, ok);
    }
    free(hex);
    free(dead);
}

static void put_deliveries(cJSON *root, const struct deliveries *deliveries, bool *ok)
{
    cJSON *array = json_put(root, "delivers", cJSON_CreateArray(), ok);

    for (size_t i = 0; *ok && i < deliveries->n; i++) {
        const struct delivery *delivery = &deliveries->at[i];
        cJSON *object = cJSON_CreateObject();
        char day[DATE_TEXT_BYTES];

        if (!object || !cJSON_AddItemToArray(array, object)) {
            *ok = false;
            cJSON_Delete(object);
            return;
        }
        json_put_text(object, "kind", delivery_kind_name(delivery->kind), ok);
        json_put_text(object, "system", delivery->system, ok);
        if (delivery->since != PERSON_NO_DATE) {
            date_text(delivery->since, day);
            json_put_text(object, "from", day, ok);
        }
    }
}

static void put_assays(cJSON *root, const struct manifest *manifest, bool *ok)
{
    cJSON *array = json_put(root, "assays", cJSON_CreateArray(), ok);

    for (size_t i = 0; *ok && i < manifest->n_assays; i++) {
        cJSON *object = cJSON_CreateObject();

        if (!object || !cJSON_AddItemToArray(array, object)) {
            *ok = false;
            cJSON_Delete(object);
            return;
        }
        json_put_text(object, "name", manifest->assays[i].name, ok);
        json_put_int(object, "assembly", manifest->assays[i].assembly, ok);
        json_put_bool(object, "whole_genome", manifest->assays[i].whole_genome, ok);
    }
}

static void put_references(cJSON *root, const struct manifest *manifest, bool *ok)
{
    cJSON *array = json_put(root, "references", cJSON_CreateArray(), ok);

    for (int i = VARIANT_GRCH37; *ok && i <= VARIANT_GRCH38; i++) {
        const struct manifest_reference *reference = &manifest->references[i];
        cJSON *object = reference->there ? cJSON_CreateObject() : NULL;

        if (!reference->there)
            continue;
        if (!object || !cJSON_AddItemToArray(array, object)) {
            *ok = false;
            cJSON_Delete(object);
            return;
        }
        json_put_int(object, "assembly", i, ok);
        put_hash(object, "hash", reference->hash, ok);
        json_put_int(object, "bytes", (int64_t)reference->bytes, ok);
        put_hash(object, "index", reference->index_hash, ok);
    }
}

static char *print(const struct manifest *manifest)
{
    cJSON *root = cJSON_CreateObject();
    bool ok = root != NULL;
    cJSON *terms, *segments;
    char *text;

    json_put_int(root, "format", MANIFEST_FORMAT, &ok);
    json_put_int(root, "date", manifest->date, &ok);
    json_put_int(root, "epoch", manifest->epoch, &ok);
    if (manifest->has_sizes)
        put_sizes(root, manifest, &ok);
    if (manifest->has_terms) {
        terms = json_put(root, "terms", cJSON_CreateObject(), &ok);
        put_hash(terms, "hash", manifest->terms_hash, &ok);
        put_hash(terms, "content", manifest->terms_content, &ok);
        json_put_int(terms, "bytes", (int64_t)manifest->terms_bytes, &ok);
    } else {
        json_put_null(root, "terms", &ok);
    }
    put_deliveries(root, &manifest->deliveries, &ok);
    put_assays(root, manifest, &ok);
    put_references(root, manifest, &ok);
    segments = json_put(root, "segments", cJSON_CreateArray(), &ok);
    for (size_t i = 0; ok && i < manifest->n_segments; i++)
        put_segment(segments, &manifest->segments[i], &ok);
    text = ok ? cJSON_PrintUnformatted(root) : NULL;
    cJSON_Delete(root);
    return text;
}

bool manifest_write(const char *folder, struct manifest *manifest, struct err *err)
{
    assert(manifest);
    char *text = print(manifest);
    char path[PATH_MAX], current[PATH_MAX];
    bool ok;

    if (!text)
        return err_memory(err);
    crypto_generichash(manifest->id, 32, (const uint8_t *)text, strlen(text), NULL, 0);
    ok = (manifest_path(folder, manifest->id, "manifest", path, sizeof(path)) ||
          err_set(err, ERR_INVALID, "the path %s is too long", folder)) &&
         current_path(folder, current, err) && file_write(path, text, strlen(text), 0600, err) &&
         pointer_write(current, manifest->id, err);
    cJSON_free(text);
    return ok;
}
