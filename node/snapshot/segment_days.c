/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Of a hierarchy that is a table, every code of the system is looked at and kept where it lies
 * under the one asked for: rows are stored once, with their own code.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "node/snapshot/bits.h"
#include "node/snapshot/snapshot_inside.h"

static bool damaged(struct err *err)
{
    return err_set(err, ERR_INTERNAL, "a segment of the snapshot is damaged");
}

/* The rows of one code; nobody's where none of its events has a day. */
static bool take_rows(const struct segment *segment, sqlite3_stmt *row, struct days *days,
                      struct err *err)
{
    const uint8_t *data = sqlite3_column_blob(row, 3);
    size_t size = (size_t)sqlite3_column_bytes(row, 3), n = data ? days_count(data, size) : 0;

    if (!data)
        return true;
    if (!n)
        return damaged(err);
    if (!days_room(days, n, err))
        return false;
    if (!days_unpack(data, size, segment->persons.n, days->rows + days->n))
        return damaged(err);
    days->n += n;
    return true;
}

/* Column 4 has who is without a day; where there are no rows, everybody with the code is. */
static bool take_undated(const struct segment *segment, sqlite3_stmt *row, uint64_t *words,
                         struct err *err)
{
    int column = sqlite3_column_type(row, 3) == SQLITE_NULL ? 2 : 4;
    uint64_t *who;

    if (column == 4 && sqlite3_column_type(row, 4) == SQLITE_NULL)
        return true;
    who = segment_bitmap(segment, row, column, err);
    if (!who)
        return false;
    bits_or(words, (const uint8_t *)who, segment->persons.n_words);
    free(who);
    return true;
}

/* Does the scan go on, and is this row's code one of those sought? */
static bool fits(const struct days_sought *sought, const struct term_graph *graph, uint32_t term,
                 const char *code, bool *on)
{
    uint32_t found;

    switch (sought->match) {
    case DAYS_CODE:
        *on = strcmp(code, sought->code) == 0;
        return *on;
    case DAYS_PREFIX:
        *on = strncmp(code, sought->code, strlen(sought->code)) == 0;
        return *on;
    case DAYS_UNDER:
        break;
    }
    *on = true;
    found = graph && term != TERM_NONE ? term_graph_find(graph, code) : TERM_NONE;
    return found != TERM_NONE && term_graph_is_above(graph, term, found);
}

/* A walk over the codes sought. */
struct scan {
    sqlite3_stmt *stmt;
    const struct days_sought *sought;
    const struct term_graph *graph;
    uint32_t term;
    bool on;
};

static bool scan_start(struct segment *segment, const struct days_sought *sought,
                       enum segment_statement which, struct scan *scan, struct err *err)
{
    *scan = (struct scan){.stmt = segment_statement(segment, which, err),
                          .sought = sought,
                          .term = TERM_NONE,
                          .on = true};
    if (!scan->stmt)
        return false;
    if (sought->match == DAYS_UNDER) {
        scan->graph = closure_find(&segment->snapshot->closure, sought->system);
        scan->term = scan->graph ? term_graph_find(scan->graph, sought->code) : TERM_NONE;
    }
    sqlite3_bind_text(scan->stmt, 1, sought->system, -1, SQLITE_STATIC);
    sqlite3_bind_text(scan->stmt, 2, sought->match == DAYS_UNDER ? "" : sought->code, -1,
                      SQLITE_STATIC);
    return true;
}

/* The next of the codes sought; *row is false, and the statement reset, at the end. */
static bool scan_next(struct scan *scan, bool *row, struct err *err)
{
    const struct days_sought *sought = scan->sought;

    *row = false;
    while (scan->on) {
        bool any;

        if (!sql_next(scan->stmt, &any, err))
            return false;
        if (!any)
            break;
        if (!fits(sought, scan->graph, scan->term, (const char *)sqlite3_column_text(scan->stmt, 1),
                  &scan->on) ||
            (sought->kind != CONCEPT_ANY_KIND &&
             (unsigned)sqlite3_column_int(scan->stmt, 0) != sought->kind))
            continue;
        *row = true;
        return true;
    }
    sqlite3_reset(scan->stmt);
    return true;
}

bool segment_days(struct segment *segment, const struct days_sought *sought, struct days *days,
                  uint64_t *undated, struct err *err)
{
    assert(segment && sought && days && undated);
    struct scan scan;
    bool row = true;

    if (!scan_start(segment, sought, segment->has_days ? DAYS_SCAN : UNDATED_SCAN, &scan, err))
        return false;
    while (row)
        if (!scan_next(&scan, &row, err) ||
            (row && (!take_rows(segment, scan.stmt, days, err) ||
                     !take_undated(segment, scan.stmt, undated, err))))
            return false;
    return true;
}

/* ---- values ----------------------------------------------------------------------------------
 */

/* Of a code of which no event has a value: its events as they are. */
static bool without_values(const struct segment *segment, sqlite3_stmt *row,
                           struct value_rows *values, struct err *err)
{
    uint64_t undated[SEGMENT_WORDS_MAX] = {0};
    struct days days = {0};
    bool ok = take_rows(segment, row, &days, err) && take_undated(segment, row, undated, err) &&
              value_rows_room(values, days.n + segment->persons.n, err);

    for (size_t i = 0; ok && i < days.n; i++)
        values->rows[values->n++] =
            (struct value_row){.day = days.rows[i].day, .person = days.rows[i].person};
    for (uint32_t person = 0; ok && person < segment->persons.n; person++)
        if (undated[person / 64] >> (person % 64) & 1)
            values->rows[values->n++] =
                (struct value_row){.day = PERSON_NO_DATE, .person = (uint16_t)person};
    days_clear(&days);
    return ok;
}

static bool give_values(struct segment *segment, sqlite3_stmt *row, segment_values_take *take,
                        void *owner, struct err *err)
{
    const uint8_t *data = sqlite3_column_blob(row, 5);
    struct value_rows values = {0};
    bool ok = data ? value_rows_unpack(data, (size_t)sqlite3_column_bytes(row, 5),
                                       segment->persons.n, &values, err)
                   : without_values(segment, row, &values, err);

    ok = ok && take(owner, &values, err);
    value_rows_clear(&values);
    return ok;
}

bool segment_values(struct segment *segment, const struct days_sought *sought,
                    segment_values_take *take, void *owner, struct err *err)
{
    assert(segment && sought && take);
    enum segment_statement which = segment->has_values ? VALUES_SCAN
                                   : segment->has_days ? VALUELESS_SCAN
                                                       : UNDATED_SCAN;
    struct scan scan;
    bool row = true;

    if (!scan_start(segment, sought, which, &scan, err))
        return false;
    while (row)
        if (!scan_next(&scan, &row, err) ||
            (row && !give_values(segment, scan.stmt, take, owner, err)))
            return false;
    return true;
}
