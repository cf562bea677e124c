/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the sites of a segment of structural variants are, and who was judged for a type. Both are
 * read whole, at the first question about structural variants.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "node/snapshot/coverage.h"
#include "node/snapshot/snapshot_inside.h"
#include "proto/query/sv_type.h"

static bool damaged(struct err *err)
{
    return err_set(err, ERR_INTERNAL, "the structural variants of a segment are damaged");
}

struct segment *segment_structural(const struct segment *segment)
{
    assert(segment);
    return segment->structural;
}

/* A column as a number of 0 to most; beyond it, *ok becomes false. */
static uint32_t number(sqlite3_stmt *row, int column, int64_t most, bool *ok)
{
    int64_t value = sqlite3_column_int64(row, column);

    *ok &= value >= 0 && value <= most;
    return (uint32_t)value;
}

static bool take_structural(struct segment *segment, sqlite3_stmt *row, struct err *err)
{
    struct segment_structural *at = &segment->structurals[segment->n_structurals];
    struct structural *is = &at->is;
    bool ok = true;

    at->vid = segment_vid(sqlite3_column_int64(row, 0));
    is->type = (uint8_t)number(row, 1, SV_TYPES - 1, &ok);
    is->copies = (uint16_t)number(row, 2, UINT16_MAX, &ok);
    is->start_first = vid_position(at->vid);
    is->start_last = number(row, 3, UINT32_MAX, &ok);
    is->end_first = number(row, 4, UINT32_MAX, &ok);
    is->end_last = number(row, 5, UINT32_MAX, &ok);
    is->length_least = number(row, 6, UINT32_MAX, &ok);
    is->length_most = number(row, 7, UINT32_MAX, &ok);
    if (!ok || !structural_valid(is))
        return damaged(err);
    segment->n_structurals++;
    return true;
}

static bool read_structurals(struct segment *segment, struct err *err)
{
    size_t most = (size_t)segment->manifest->variants;
    sqlite3_stmt *stmt = NULL;
    bool row = true;
    bool ok = sql_prepare(segment->db,
                          "SELECT id, type, copies, start_last, end_first, end_last, length_least,"
                          " length_most FROM structural ORDER BY id",
                          &stmt, err);

    segment->structurals = ok ? calloc(most + 1, sizeof(*segment->structurals)) : NULL;
    if (ok && !segment->structurals)
        ok = err_memory(err);
    while (ok && row) {
        ok = sql_next(stmt, &row, err);
        if (ok && row)
            ok = segment->n_structurals < most ? take_structural(segment, stmt, err) : damaged(err);
    }
    sqlite3_finalize(stmt);
    return ok;
}

static bool take_judged(struct segment *segment, sqlite3_stmt *row, struct err *err)
{
    struct judged_members *at = &segment->judged[segment->n_judged];
    bool ok = true;

    at->assay = coverage_assay(segment->snapshot, sqlite3_column_int64(row, 0));
    at->type = (uint8_t)number(row, 1, SV_TYPES - 1, &ok);
    if (!ok || at->assay >= segment->snapshot->info.n_assays)
        return damaged(err);
    at->members = segment_bitmap(segment, row, 2, err);
    segment->n_judged += at->members != NULL;
    return at->members != NULL;
}

static bool read_judged(struct segment *segment, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = true, ok;
    int64_t n;

    if (!sql_number(segment->db, "SELECT count(*) FROM judged", 0, &n, err))
        return false;
    segment->judged = calloc((size_t)n + 1, sizeof(*segment->judged));
    segment->judging = calloc(segment->snapshot->info.n_assays + 1, sizeof(*segment->judging));
    if (!segment->judged || !segment->judging)
        return err_memory(err);
    ok = sql_prepare(segment->db, "SELECT assay, type, members FROM judged", &stmt, err);
    while (ok && row) {
        ok = sql_next(stmt, &row, err);
        if (ok && row)
            ok = segment->n_judged < (size_t)n ? take_judged(segment, stmt, err) : damaged(err);
    }
    sqlite3_finalize(stmt);
    return ok;
}

bool segment_structurals(struct segment *segment, const struct segment_structural **at, size_t *n,
                         struct err *err)
{
    assert(segment && at && n && segment->manifest->structural_of);
    if (!segment->has_structurals) {
        segment_structurals_clear(segment);
        if (!read_structurals(segment, err) || !read_judged(segment, err))
            return false;
        segment->has_structurals = true;
    }
    *at = segment->structurals;
    *n = segment->n_structurals;
    return true;
}

static const uint64_t *judged_by(const struct segment *segment, size_t assay, unsigned type)
{
    for (size_t i = 0; i < segment->n_judged; i++)
        if (segment->judged[i].assay == assay && segment->judged[i].type == type)
            return segment->judged[i].members;
    return NULL;
}

bool segment_judge(struct segment *segment, unsigned types, struct err *err)
{
    assert(segment && segment->has_structurals);
    size_t n_words = segment->persons.n_words;

    for (size_t i = 0; i < segment->snapshot->info.n_assays; i++) {
        uint64_t *words = segment->judging[i];

        if (!words)
            words = segment->judging[i] = malloc((n_words + 1) * sizeof(*words));
        if (!words)
            return err_memory(err);
        memset(words, types ? 0xff : 0, n_words * sizeof(*words));
        for (unsigned type = 0; type < SV_TYPES; type++) {
            const uint64_t *members = types >> type & 1 ? judged_by(segment, i, type) : words;

            for (size_t w = 0; w < n_words; w++)
                words[w] &= members ? members[w] : 0;
        }
    }
    return true;
}

const uint64_t *segment_assay_tested(const struct segment *segment, size_t i)
{
    assert(segment);
    if (!segment->manifest->structural_of)
        return segment->assay_members[i];
    return segment->judging ? segment->judging[i] : NULL;
}
