/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bitmaps of all kinds of a segment lie in memory as they are in the file: a few megabytes.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "node/snapshot/snapshot_inside.h"
#include "proto/query/site_kind.h"

#define COLUMNS_BEFORE 5 /* place, noted, band, consequences, clinvar */
#define KIND_CLASSES (SITE_NO_CALL + 1)

bool segment_find_kinds(struct segment *segment, struct err *err)
{
    int64_t any;

    if (!sql_number(segment->db,
                    "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = "
                    "'kind')",
                    0, &any, err))
        return false;
    segment->has_kinds = any != 0;
    return true;
}

bool segment_has_kinds(const struct segment *segment)
{
    return segment->has_kinds;
}

void segment_kinds_clear(struct segment *segment)
{
    for (size_t i = 0; i < segment->n_kinds; i++)
        for (unsigned class = 0; class < KIND_CLASSES; class ++)
            free((void *)(uintptr_t)segment->kinds[i].list[class]);
    free(segment->kinds);
    segment->kinds = NULL;
    segment->n_kinds = 0;
}

static bool damaged(struct err *err)
{
    return err_set(err, ERR_INTERNAL, "a kind of sites of a segment is damaged");
}

/* A copy of the bitmap's bytes, without the number before them. */
static bool read_class(const struct segment *segment, sqlite3_stmt *row, unsigned class,
                       struct segment_kind *kind, struct err *err)
{
    int column = COLUMNS_BEFORE + (int)class;
    size_t size = (size_t)sqlite3_column_bytes(row, column), head;
    const uint8_t *data = sqlite3_column_blob(row, column);
    struct bitmap bitmap;
    uint8_t *copy;

    if (!data)
        return true;
    if (!bitmap_unpack(data, size, segment->persons.n, &bitmap))
        return damaged(err);
    head = (size_t)(bitmap.data - data);
    copy = malloc(size - head);
    if (!copy)
        return err_memory(err);
    memcpy(copy, data + head, size - head);
    kind->list[class] = copy;
    kind->count[class] = bitmap.count;
    kind->dense |= (uint8_t)(bitmap.dense << class);
    return true;
}

static bool read_kind(struct segment *segment, sqlite3_stmt *row, struct err *err)
{
    int64_t place = sqlite3_column_int64(row, 0), band = sqlite3_column_int64(row, 2);
    struct segment_kind *kind = &segment->kinds[segment->n_kinds++];

    *kind = (struct segment_kind){.noted = sqlite3_column_int(row, 1) != 0,
                                  .consequences = (uint64_t)sqlite3_column_int64(row, 3),
                                  .clinvar = (uint32_t)sqlite3_column_int64(row, 4)};
    if (place < PLOIDY_TWO || place > PLOIDY_ONE || band < 0 || band >= SITE_KIND_BANDS)
        return damaged(err);
    kind->place = (enum ploidy)place;
    kind->af_nano = site_kind_frequency((uint8_t)band);
    for (unsigned class = 0; class < KIND_CLASSES; class ++)
        if (!read_class(segment, row, class, kind, err))
            return false;
    return true;
}

static bool read_all(struct segment *segment, int64_t n, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = true, ok;

    segment->kinds = calloc((size_t)n + 1, sizeof(*segment->kinds));
    if (!segment->kinds)
        return err_memory(err);
    ok = sql_prepare(segment->db,
                     "SELECT place, noted, band, consequences, clinvar, het, hom, hemi, carrier, "
                     "no_call FROM kind",
                     &stmt, err);
    while (ok && row) {
        ok = sql_next(stmt, &row, err);
        if (ok && row)
            ok = segment->n_kinds < (size_t)n ? read_kind(segment, stmt, err) : damaged(err);
    }
    sqlite3_finalize(stmt);
    return ok;
}

bool segment_kinds(struct segment *segment, const struct segment_kind **kinds, size_t *n,
                   struct err *err)
{
    assert(segment->has_kinds);
    int64_t rows;

    if (!segment->kinds_read) {
        segment_kinds_clear(segment);
        if (!sql_number(segment->db, "SELECT count(*) FROM kind", 0, &rows, err))
            return false;
        if (rows > KIND_MAX)
            return damaged(err);
        if (!read_all(segment, rows, err))
            return false;
        segment->kinds_read = true;
    }
    *kinds = segment->kinds;
    *n = segment->n_kinds;
    return true;
}

void segment_kind_or(const struct segment *segment, const struct segment_kind *kind,
                     unsigned classes, uint64_t *words)
{
    for (unsigned class = 0; class < KIND_CLASSES; class ++) {
        struct bitmap bitmap = {.data = kind->list[class],
                                .count = kind->count[class],
                                .dense = kind->dense >> class & 1};

        if (classes >> class & 1 && bitmap.data && bitmap.count)
            bitmap_or(&bitmap, words, segment->persons.n);
    }
}
