/* SPDX-License-Identifier: Apache-2.0 */
#include "node/snapshot/snapshot.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "node/snapshot/coverage.h"
#include "node/snapshot/snapshot_inside.h"
#include "node/snapshot/snapshot_reference.h"
#include "node/snapshot/snapshot_terms.h"
#include "node/snapshot/verified.h"
#include "proto/base/file.h"

#define CACHE_BYTES_MAX ((size_t)1 << 30) /* of decoded blocks */
#define BLOCKS_KEPT 16

struct named_file {
    const char *folder;
    const uint8_t *hash;
    const char *kind;
    uint64_t bytes;
};

/*
 * Always checks the size. Checks the hash when asked to, unless `verified` remembers the file;
 * verified NULL: always hashes.
 */
static bool check_file(const struct named_file *file, bool hash, struct verified *verified,
                       struct err *err)
{
    char path[PATH_MAX];
    uint8_t found[32];
    struct stat info;

    if (!manifest_path(file->folder, file->hash, file->kind, path, sizeof(path)))
        return err_set(err, ERR_INVALID, "the path %s is too long", file->folder);
    if (stat(path, &info) != 0)
        return err_set(err, ERR_INTERNAL, "the snapshot lacks %s: %s", path, strerror(errno));
    if ((uint64_t)info.st_size != file->bytes)
        return err_set(err, ERR_INTERNAL, "%s has not the size that the manifest says", path);
    if (!hash || (verified && verified_has(verified, file->hash, &info)))
        return true;
    if (!file_hash(path, found, err))
        return false;
    if (memcmp(found, file->hash, sizeof(found)) != 0)
        return err_set(err, ERR_INTERNAL, "%s does not have the content that its name says", path);
    if (verified)
        verified_add(verified, file->hash, &info, path);
    return true;
}

/* After all others: they are large, and a question without a change does not need them. */
static bool check_references(const struct snapshot *snapshot, uint64_t sum,
                             struct verified *verified, struct err *err)
{
    for (int i = 0; i < ASSEMBLIES; i++) {
        const struct manifest_reference *reference = &snapshot->manifest.references[i];
        struct named_file file = {.folder = snapshot->folder,
                                  .hash = reference->hash,
                                  .kind = "reference",
                                  .bytes = reference->bytes};

        sum += file.bytes;
        if (reference->there && !check_file(&file, sum <= SNAPSHOT_HASHED_BYTES, verified, err))
            return false;
    }
    return true;
}

static bool check_each(const struct snapshot *snapshot, struct verified *verified, struct err *err)
{
    const struct manifest *manifest = &snapshot->manifest;
    uint64_t sum = 0;

    for (size_t i = 0; i < manifest->n_segments + manifest->has_terms; i++) {
        bool terms = i == manifest->n_segments;
        struct named_file file = {
            .folder = snapshot->folder,
            .hash = terms ? manifest->terms_hash : manifest->segments[i].hash,
            .kind = terms ? "terms" : "segment",
            .bytes = terms ? manifest->terms_bytes : manifest->segments[i].bytes,
        };

        sum += file.bytes;
        if (!check_file(&file, sum <= SNAPSHOT_HASHED_BYTES, verified, err))
            return false;
    }
    return check_references(snapshot, sum, verified, err);
}

static bool check_files(const struct snapshot *snapshot, enum snapshot_check check, struct err *err)
{
    struct verified *verified = NULL;
    bool ok;

    if (check == SNAPSHOT_HASH_NEW && !(verified = verified_open(snapshot->folder, err)))
        return false;
    ok = check_each(snapshot, verified, err);
    verified_close(verified);
    return ok;
}

static bool open_segments(struct snapshot *snapshot, struct err *err)
{
    struct snapshot_info *info = &snapshot->info;

    snapshot->segments = calloc(snapshot->manifest.n_segments + 1, sizeof(*snapshot->segments));
    if (!snapshot->segments)
        return err_memory(err);
    for (size_t i = 0; i < snapshot->manifest.n_segments; i++) {
        const struct manifest_segment *manifest = &snapshot->manifest.segments[i];
        uint32_t of = manifest->tumour_of, structural_of = manifest->structural_of;

        info->n_segments += i < snapshot->manifest.n_main;
        if (of)
            snapshot->segments[of - 1].tumour = &snapshot->segments[i];
        if (structural_of)
            snapshot->segments[structural_of - 1].structural = &snapshot->segments[i];
        if (manifest->day_of)
            snapshot->segments[manifest->day_of - 1].of_day[manifest->nth - 1] =
                &snapshot->segments[i];
        if (!segment_open(snapshot, i, err))
            return false;
        if (i < snapshot->manifest.n_main)
            info->n_persons += snapshot->segments[i].persons.n_alive;
        if (manifest->day_of) /* its calls are among those of tumours */
            continue;
        info->n_variants += manifest->variants;
        info->n_carriers += manifest->carriers;
    }
    return coverage_read(snapshot, err);
}

/* id: NULL for the one that `current` names. */
static bool read_manifest(struct snapshot *snapshot, const char *folder, const uint8_t *id,
                          struct err *err)
{
    bool found;

    if (id)
        return manifest_read_id(folder, id, &snapshot->manifest, err);
    return manifest_read(folder, &snapshot->manifest, &found, err) &&
           (found ||
            err_set(err, ERR_INVALID, "%s has no snapshot: run rikstal-node publish", folder));
}

static bool open_all(struct snapshot *snapshot, const char *folder, const uint8_t *id,
                     enum snapshot_check check, struct err *err)
{

    snapshot->folder = strdup(folder);
    if (!snapshot->folder)
        return err_memory(err);
    if (!read_manifest(snapshot, folder, id, err))
        return false;
    memcpy(snapshot->info.id, snapshot->manifest.id, sizeof(snapshot->info.id));
    snapshot->info.date = snapshot->manifest.date;
    snapshot->info.sizes = manifest_sizes(&snapshot->manifest);
    snapshot->info.n_deliveries = snapshot->manifest.deliveries.n;
    snapshot->info.n_declared_assays = snapshot->manifest.n_assays;
    return check_files(snapshot, check, err) && snapshot_terms_open(snapshot, err) &&
           open_segments(snapshot, err);
}

static bool open_one(const char *folder, const uint8_t *id, enum snapshot_check check,
                     struct snapshot **out, struct err *err)
{
    struct snapshot *snapshot = calloc(1, sizeof(*snapshot));

    if (!snapshot)
        return err_memory(err);
    snapshot->cache.bytes_max = CACHE_BYTES_MAX;
    snapshot->cache.kept = BLOCKS_KEPT;
    if (!open_all(snapshot, folder, id, check, err)) {
        snapshot_close(snapshot);
        return false;
    }
    *out = snapshot;
    return true;
}

bool snapshot_open(const char *folder, enum snapshot_check check, struct snapshot **out,
                   struct err *err)
{
    return open_one(folder, NULL, check, out, err);
}

bool snapshot_open_id(const char *folder, const uint8_t id[static 32], struct snapshot **out,
                      struct err *err)
{
    assert(folder && id && out);
    return open_one(folder, id, SNAPSHOT_HASH_ALL, out, err);
}

void snapshot_close(struct snapshot *snapshot)
{
    if (!snapshot)
        return;
    block_cache_clear(&snapshot->cache);
    for (size_t i = 0; snapshot->segments && i < snapshot->manifest.n_segments; i++)
        segment_close(&snapshot->segments[i]);
    free(snapshot->segments);
    coverage_clear(snapshot);
    snapshot_terms_close(snapshot);
    snapshot_reference_close(snapshot);
    manifest_clear(&snapshot->manifest);
    free(snapshot->folder);
    free(snapshot->ref);
    free(snapshot->alt);
    free(snapshot);
}

void snapshot_keep_few(struct snapshot *snapshot)
{
    assert(snapshot);
    snapshot->cache.bytes_max = 0;
    snapshot->cache.kept = 2 * snapshot->manifest.n_segments; /* a walk needs one each */
}

void snapshot_by_assays(struct snapshot *snapshot)
{
    assert(snapshot);
    snapshot->by_assays = true;
}

bool snapshot_is_by_assays(const struct snapshot *snapshot)
{
    assert(snapshot);
    return snapshot->by_assays;
}

struct snapshot_delivery snapshot_delivery(const struct snapshot *snapshot, size_t i)
{
    assert(snapshot);
    const struct delivery *at = &snapshot->manifest.deliveries.at[i];

    return (struct snapshot_delivery){delivery_kind_name(at->kind), at->system, at->since};
}

struct snapshot_assay snapshot_declared_assay(const struct snapshot *snapshot, size_t i)
{
    assert(snapshot);
    const struct manifest_assay *at = &snapshot->manifest.assays[i];

    return (struct snapshot_assay){
        .name = at->name, .assembly = at->assembly, .whole_genome = at->whole_genome};
}

bool snapshot_delivers(const struct snapshot *snapshot, unsigned kind, const char *system)
{
    assert(snapshot);
    const struct deliveries *deliveries = &snapshot->manifest.deliveries;

    for (size_t i = 0; i < deliveries->n; i++)
        if ((kind == CONCEPT_ANY_KIND || (unsigned)deliveries->at[i].kind == kind) &&
            strcmp(deliveries->at[i].system, system) == 0)
            return true;
    return false;
}

const struct snapshot_info *snapshot_info(const struct snapshot *snapshot)
{
    assert(snapshot);
    return &snapshot->info;
}

struct segment *snapshot_segment(struct snapshot *snapshot, size_t i)
{
    assert(snapshot);
    return &snapshot->segments[i];
}

/*** alleles ***/

/*
 * Finds the spelling of a hashed vid in whichever segment has it. *row then stands on it; NULL when
 * none has.
 */
static bool find_allele(struct snapshot *snapshot, uint64_t vid, sqlite3_stmt **row,
                        struct err *err)
{
    *row = NULL;
    for (size_t i = 0; i < snapshot->manifest.n_segments; i++) {
        sqlite3_stmt *stmt = segment_statement(&snapshot->segments[i], SEGMENT_ALLELE_READ, err);
        bool found;

        if (!stmt)
            return false;
        sqlite3_bind_int64(stmt, 1, (int64_t)vid);
        if (!sql_next(stmt, &found, err))
            return false;
        if (found) {
            *row = stmt;
            return true;
        }
    }
    return true;
}

static bool spell(struct snapshot *snapshot, sqlite3_stmt *row, struct variant *out,
                  struct err *err)
{
    const char *ref = (const char *)sqlite3_column_text(row, 0);
    const char *alt = (const char *)sqlite3_column_text(row, 1);

    free(snapshot->ref);
    free(snapshot->alt);
    snapshot->ref = ref ? strdup(ref) : NULL;
    snapshot->alt = alt ? strdup(alt) : NULL;
    out->ref = snapshot->ref;
    out->alt = snapshot->alt;
    return (out->ref && out->alt) || err_memory(err);
}

bool snapshot_variant(struct snapshot *snapshot, uint64_t vid, struct variant *out, struct err *err)
{
    assert(snapshot);
    struct variant variant;
    sqlite3_stmt *row;
    bool ok;

    if (!variant_unpack(vid, &variant, snapshot->bases))
        return err_set(err, ERR_INTERNAL, "a variant's name is damaged");
    if (!variant.ref) {
        if (!find_allele(snapshot, vid, &row, err))
            return false;
        if (!row)
            return err_set(err, ERR_INTERNAL, "the allele of a variant is not in the snapshot");
        ok = spell(snapshot, row, &variant, err);
        sqlite3_reset(row);
        if (!ok)
            return false;
    }
    *out = variant;
    return true;
}

bool snapshot_vid(struct snapshot *snapshot, const struct variant *variant, uint64_t *vid,
                  bool *known, struct err *err)
{
    assert(variant && vid);
    *known = variant_is_short(variant);
    if (*known)
        return variant_pack(variant, 0, vid, err);
    for (unsigned tag = 1; tag < VARIANT_TAGS && !*known; tag++) {
        sqlite3_stmt *row;

        if (!variant_pack(variant, tag, vid, err) || !find_allele(snapshot, *vid, &row, err))
            return false;
        if (!row)
            continue;
        *known = strcmp((const char *)sqlite3_column_text(row, 0), variant->ref) == 0 &&
                 strcmp((const char *)sqlite3_column_text(row, 1), variant->alt) == 0;
        sqlite3_reset(row);
    }
    return true;
}
