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

static bool make_room(struct days *days, size_t n, struct err *err)
{
    struct day_row *grown;
    size_t room = days->room ? days->room : 1024;

    while (room < days->n + n)
        room *= 2;
    if (room == days->room)
        return true;
    grown = realloc(days->rows, room * sizeof(*grown));
    if (!grown)
        return err_memory(err);
    days->rows = grown;
    days->room = room;
    return true;
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
    if (!make_room(days, n, err))
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

bool segment_days(struct segment *segment, const struct days_sought *sought, struct days *days,
                  uint64_t *undated, struct err *err)
{
    assert(segment && sought && days && undated);
    sqlite3_stmt *stmt =
        segment_statement(segment, segment->has_days ? DAYS_SCAN : UNDATED_SCAN, err);
    const struct term_graph *graph = NULL;
    uint32_t term = TERM_NONE;
    bool row = true, on = true;

    if (!stmt)
        return false;
    if (sought->match == DAYS_UNDER) {
        graph = closure_find(&segment->snapshot->closure, sought->system);
        term = graph ? term_graph_find(graph, sought->code) : TERM_NONE;
    }
    sqlite3_bind_text(stmt, 1, sought->system, -1, SQLITE_STATIC);
    sqlite3_bind_text(stmt, 2, sought->match == DAYS_UNDER ? "" : sought->code, -1, SQLITE_STATIC);
    while (on) {
        if (!sql_next(stmt, &row, err))
            return false;
        if (!row)
            break;
        if (!fits(sought, graph, term, (const char *)sqlite3_column_text(stmt, 1), &on) ||
            (sought->kind != CONCEPT_ANY_KIND &&
             (unsigned)sqlite3_column_int(stmt, 0) != sought->kind))
            continue;
        if (!take_rows(segment, stmt, days, err) || !take_undated(segment, stmt, undated, err))
            return false;
    }
    sqlite3_reset(stmt);
    return true;
}
