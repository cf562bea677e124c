/* SPDX-License-Identifier: Apache-2.0 */
#include "node/snapshot/coverage.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "node/snapshot/snapshot_inside.h"
#include "proto/base/varint.h"

#define ASSAYS_MAX 65536
#define CALLSETS_MAX 65535

/* Runs fixed SQL and passes each row to a function. */
static bool for_each(sqlite3 *db, const char *sql,
                     bool (*take)(void *of, sqlite3_stmt *, struct err *), void *of,
                     struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = true;
    bool ok = sql_prepare(db, sql, &stmt, err);

    while (ok && row) {
        ok = sql_next(stmt, &row, err);
        if (ok && row)
            ok = take(of, stmt, err);
    }
    sqlite3_finalize(stmt);
    return ok;
}

/*** assays ***/

static bool read_intervals(const void *data, size_t size, struct intervals *intervals)
{
    const uint8_t *at = data, *end;
    uint64_t from = 0, start, length;

    if (!data || intervals->at)
        return false;
    end = at + size;
    intervals->at = malloc((size / 2 + 1) * sizeof(*intervals->at));
    if (!intervals->at)
        return false;
    while (at < end) {
        at = varint_read(at, end, &start);
        at = at ? varint_read(at, end, &length) : NULL;
        if (!at || start > VARIANT_POSITION_MAX || length > VARIANT_POSITION_MAX ||
            from + start + length > VARIANT_POSITION_MAX)
            return false;
        from += start;
        intervals->at[intervals->n++] =
            (struct snapshot_interval){.start = (uint32_t)from, .end = (uint32_t)(from + length)};
        from += length;
    }
    return true;
}

static bool take_interval(void *of, sqlite3_stmt *row, struct err *err)
{
    struct assay_in *assay = of;
    int64_t chromosome = sqlite3_column_int64(row, 0);

    if (chromosome < 1 || chromosome >= CHROMOSOMES ||
        !read_intervals(sqlite3_column_blob(row, 1), (size_t)sqlite3_column_bytes(row, 1),
                        &assay->chromosomes[chromosome]))
        return err_set(err, ERR_INTERNAL, "the intervals of an assay are damaged");
    return true;
}

static bool add_assay(struct segment *segment, sqlite3_stmt *row, struct err *err)
{
    struct snapshot *snapshot = segment->snapshot;
    const char *name = (const char *)sqlite3_column_text(row, 1);
    struct assay_in *assays, *assay;
    char sql[128];

    if (snapshot->info.n_assays == ASSAYS_MAX)
        return err_set(err, ERR_EXHAUSTED, "a snapshot has at most %d assays", ASSAYS_MAX);
    assays = realloc(snapshot->assays, (snapshot->info.n_assays + 1) * sizeof(*assays));
    if (!assays)
        return err_memory(err);
    snapshot->assays = assays;
    assay = &assays[snapshot->info.n_assays];
    *assay = (struct assay_in){.id = sqlite3_column_int64(row, 0)};
    assay->name = strdup(name ? name : "");
    if (!assay->name)
        return err_memory(err);
    assay->shown = (struct snapshot_assay){.name = assay->name,
                                           .assembly = (uint8_t)sqlite3_column_int(row, 2),
                                           .whole_genome = sqlite3_column_int(row, 3)};
    snapshot->info.n_assays++;
    sqlite3_snprintf(sizeof(sql), sql,
                     "SELECT chromosome, data FROM assay_interval WHERE assay = %lld",
                     (long long)assay->id);
    return for_each(segment->db, sql, take_interval, assay, err);
}

size_t coverage_assay(const struct snapshot *snapshot, int64_t id)
{
    assert(snapshot);
    size_t i = 0;

    while (i < snapshot->info.n_assays && snapshot->assays[i].id != id)
        i++;
    return i;
}

static bool meet_assay(void *of, sqlite3_stmt *row, struct err *err)
{
    struct segment *segment = of;

    return coverage_assay(segment->snapshot, sqlite3_column_int64(row, 0)) <
               segment->snapshot->info.n_assays ||
           add_assay(segment, row, err);
}

static bool take_assay_members(void *of, sqlite3_stmt *row, struct err *err)
{
    struct segment *segment = of;
    size_t i = coverage_assay(segment->snapshot, sqlite3_column_int64(row, 0));

    segment->assay_members[i] = segment_bitmap(segment, row, 1, err);
    return segment->assay_members[i] != NULL;
}

/*** callsets ***/

static size_t find_callset(const struct snapshot *snapshot, int64_t id)
{
    size_t i = 0;

    while (i < snapshot->info.n_callsets && snapshot->callsets[i] != id)
        i++;
    return i;
}

static bool meet_callset(void *of, sqlite3_stmt *row, struct err *err)
{
    struct segment *segment = of;
    struct snapshot *snapshot = segment->snapshot;
    int64_t id = sqlite3_column_int64(row, 0);
    uint16_t *map;
    int64_t *ids;
    size_t i = find_callset(snapshot, id);

    if (i == CALLSETS_MAX)
        return err_set(err, ERR_EXHAUSTED, "a snapshot has at most %d joint callsets",
                       CALLSETS_MAX);
    if (i == snapshot->info.n_callsets) {
        ids = realloc(snapshot->callsets, (i + 1) * sizeof(*ids));
        if (!ids)
            return err_memory(err);
        snapshot->callsets = ids;
        snapshot->callsets[snapshot->info.n_callsets++] = id;
    }
    map = realloc(segment->callset_map, (segment->n_callset_map + 1) * sizeof(*map));
    if (!map)
        return err_memory(err);
    segment->callset_map = map;
    segment->callset_map[segment->n_callset_map++] = (uint16_t)i;
    return true;
}

static bool take_callset_members(void *of, sqlite3_stmt *row, struct err *err)
{
    struct segment *segment = of;
    size_t i = find_callset(segment->snapshot, sqlite3_column_int64(row, 0));

    segment->callset_members[i] = segment_bitmap(segment, row, 1, err);
    return segment->callset_members[i] != NULL;
}

/*** gaps ***/

/* The last column is for samples without an assay. */
static bool take_gap_whole(void *of, sqlite3_stmt *row, struct err *err)
{
    struct segment *segment = of;
    size_t i = coverage_assay(segment->snapshot, sqlite3_column_int64(row, 0));
    int64_t kind = sqlite3_column_int64(row, 1);

    if (kind < 0 || kind >= GAP_WHOLES || segment->gap_whole[kind][i])
        return err_set(err, ERR_INTERNAL, "the gaps of a segment are damaged");
    segment->gap_whole[kind][i] = segment_bitmap(segment, row, 2, err);
    return segment->gap_whole[kind][i] != NULL;
}

static bool read_gap_whole(struct segment *segment, struct err *err)
{
    size_t n = segment->snapshot->info.n_assays + 1;

    for (int kind = 0; kind < GAP_WHOLES; kind++) {
        segment->gap_whole[kind] = calloc(n, sizeof(uint64_t *));
        if (!segment->gap_whole[kind])
            return err_memory(err);
    }
    return !segment->has_gaps || for_each(segment->db, "SELECT assay, kind, members FROM gap_whole",
                                          take_gap_whole, segment, err);
}

/*** all of it ***/

bool coverage_read(struct snapshot *snapshot, struct err *err)
{
    assert(snapshot);
    for (size_t i = 0; i < snapshot->manifest.n_segments; i++) {
        struct segment *segment = &snapshot->segments[i];

        /* The number of a callset in its segment is its place in the order of ids. */
        if (!for_each(segment->db, "SELECT id, name, assembly, whole_genome FROM assay", meet_assay,
                      segment, err) ||
            !for_each(segment->db, "SELECT id FROM callset ORDER BY id", meet_callset, segment,
                      err))
            return false;
    }
    for (size_t i = 0; i < snapshot->manifest.n_segments; i++) {
        struct segment *segment = &snapshot->segments[i];

        segment->assay_members = calloc(snapshot->info.n_assays + 1, sizeof(uint64_t *));
        segment->callset_members = calloc(snapshot->info.n_callsets + 1, sizeof(uint64_t *));
        if (!segment->assay_members || !segment->callset_members)
            return err_memory(err);
        if (!for_each(segment->db, "SELECT id, members FROM assay", take_assay_members, segment,
                      err) ||
            !for_each(segment->db, "SELECT id, members FROM callset", take_callset_members, segment,
                      err) ||
            !read_gap_whole(segment, err))
            return false;
    }
    return true;
}

void coverage_clear(struct snapshot *snapshot)
{
    assert(snapshot);
    for (size_t i = 0; i < snapshot->info.n_assays; i++) {
        free(snapshot->assays[i].name);
        for (int c = 0; c < CHROMOSOMES; c++)
            free(snapshot->assays[i].chromosomes[c].at);
    }
    free(snapshot->assays);
    free(snapshot->callsets);
}

const struct snapshot_assay *snapshot_assay(const struct snapshot *snapshot, size_t i)
{
    assert(snapshot);
    return &snapshot->assays[i].shown;
}

/* The first interval that ends at or after position. */
static size_t first_reaching(const struct intervals *intervals, uint32_t position)
{
    size_t from = 0, to = intervals->n;

    while (from < to) {
        size_t middle = (from + to) / 2;

        if (intervals->at[middle].end < position)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

bool snapshot_assay_covers(const struct snapshot *snapshot, size_t i, uint8_t assembly,
                           uint8_t chromosome, uint32_t position)
{
    struct snapshot_interval one = {position, position};

    return snapshot_assay_bases(snapshot, i, assembly, chromosome, one) == 1;
}

uint64_t snapshot_assay_bases(const struct snapshot *snapshot, size_t i, uint8_t assembly,
                              uint8_t chromosome, struct snapshot_interval stretch)
{
    assert(snapshot);
    const struct assay_in *assay = &snapshot->assays[i];
    const struct intervals *intervals;
    uint64_t bases = 0;

    if (assay->shown.assembly != assembly || chromosome < 1 || chromosome >= CHROMOSOMES ||
        stretch.start > stretch.end)
        return 0;
    if (assay->shown.whole_genome)
        return (uint64_t)stretch.end - stretch.start + 1;
    intervals = &assay->chromosomes[chromosome];
    for (size_t k = first_reaching(intervals, stretch.start);
         k < intervals->n && intervals->at[k].start <= stretch.end; k++) {
        uint32_t from =
            intervals->at[k].start > stretch.start ? intervals->at[k].start : stretch.start;
        uint32_t to = intervals->at[k].end < stretch.end ? intervals->at[k].end : stretch.end;

        bases += (uint64_t)to - from + 1;
    }
    return bases;
}
