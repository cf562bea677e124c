/* SPDX-License-Identifier: Apache-2.0 */
#include "node/store/batch_table.h"

#include <assert.h>
#include <stdlib.h>

enum batch_column {
    AT,
    ID,
    OWNER,
    PID,
    KEY,
    CONTENT,
    SEX,
    BIRTH_DATE,
    BIRTH_YEAR,
    AGE_FIXED,
    DECEASED,
    DEATH_DATE,
    ASIDE,
    EVENTS,
    REPLACED,
};

#define AHEAD 4 /* rows */

#define DECLARATION                                                                                \
    "CREATE TABLE batch (at, id, owner, pid, key, content, sex, birth_date, birth_year,"           \
    " age_fixed, deceased, death_date, aside, events, replaced)"

struct connected {
    sqlite3_vtab base;
    const struct batch_table *table;
};

struct batch_cursor {
    sqlite3_vtab_cursor base;
    size_t at;
};

static const struct batch_table *table_of(const sqlite3_vtab_cursor *cursor)
{
    return ((const struct connected *)cursor->pVtab)->table;
}

static int connect(sqlite3 *db, void *table, int argc, const char *const *argv, sqlite3_vtab **out,
                   char **message)
{
    struct connected *made;
    int code = sqlite3_declare_vtab(db, DECLARATION);

    (void)argc;
    (void)argv;
    (void)message;
    if (code != SQLITE_OK)
        return code;
    made = calloc(1, sizeof(*made));
    if (!made)
        return SQLITE_NOMEM;
    made->table = table;
    *out = &made->base;
    return SQLITE_OK;
}

static int disconnect(sqlite3_vtab *made)
{
    free(made);
    return SQLITE_OK;
}

/* There is one way to read it: all rows, in their order. */
static int best_index(sqlite3_vtab *made, sqlite3_index_info *info)
{
    (void)made;
    info->estimatedCost = 1e6;
    return SQLITE_OK;
}

static int cursor_open(sqlite3_vtab *made, sqlite3_vtab_cursor **out)
{
    struct batch_cursor *cursor = calloc(1, sizeof(*cursor));

    (void)made;
    if (!cursor)
        return SQLITE_NOMEM;
    *out = &cursor->base;
    return SQLITE_OK;
}

static int cursor_close(sqlite3_vtab_cursor *cursor)
{
    free(cursor);
    return SQLITE_OK;
}

static int cursor_start(sqlite3_vtab_cursor *cursor, int number, const char *text, int argc,
                        sqlite3_value **argv)
{
    (void)number;
    (void)text;
    (void)argc;
    (void)argv;
    ((struct batch_cursor *)cursor)->at = 0;
    return SQLITE_OK;
}

static int cursor_next(sqlite3_vtab_cursor *cursor)
{
    const struct batch_table *table = table_of(cursor);
    size_t at = ++((struct batch_cursor *)cursor)->at;

    if (at + AHEAD < table->n) { /* the list leads anywhere in memory */
        const char *row = (const char *)&table->rows[table->list[at + AHEAD]];

        __builtin_prefetch(row);
        __builtin_prefetch(row + 64);
    }
    return SQLITE_OK;
}

static int cursor_ended(sqlite3_vtab_cursor *cursor)
{
    return ((struct batch_cursor *)cursor)->at >= table_of(cursor)->n;
}

static int cursor_rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *rowid)
{
    *rowid = (sqlite3_int64)((struct batch_cursor *)cursor)->at;
    return SQLITE_OK;
}

static void give_known(sqlite3_context *out, bool known, int value)
{
    if (known)
        sqlite3_result_int(out, value);
}

/* A fact; without a result the value is NULL. */
static void give_fact(sqlite3_context *out, const struct batch_row *row, int column)
{
    switch (column) {
    case SEX:
        give_known(out, row->sex != PERSON_SEX_UNKNOWN, row->sex);
        break;
    case BIRTH_DATE:
        give_known(out, row->birth_date != PERSON_NO_DATE, row->birth_date);
        break;
    case BIRTH_YEAR:
        give_known(out, row->birth_year != 0, row->birth_year);
        break;
    case AGE_FIXED:
        give_known(out, row->age_fixed != PERSON_NO_AGE, row->age_fixed);
        break;
    case DECEASED:
        give_known(out, row->deceased != 0, row->deceased - 1);
        break;
    case DEATH_DATE:
        give_known(out, row->death_date != PERSON_NO_DATE, row->death_date);
        break;
    default:
        assert(0);
    }
}

static int cursor_column(sqlite3_vtab_cursor *cursor, sqlite3_context *out, int column)
{
    const struct batch_table *table = table_of(cursor);
    uint32_t at = table->list[((const struct batch_cursor *)cursor)->at];
    const struct batch_row *row = &table->rows[at];

    switch (column) {
    case AT:
        sqlite3_result_int64(out, at);
        break;
    case ID:
        sqlite3_result_int64(out, row->id);
        break;
    case OWNER:
        sqlite3_result_int64(out, row->owner);
        break;
    case PID:
        sqlite3_result_blob(out, row->pid.b, sizeof(row->pid.b), SQLITE_STATIC);
        break;
    case KEY:
        sqlite3_result_blob(out, row->key.b, sizeof(row->key.b), SQLITE_STATIC);
        break;
    case CONTENT:
        sqlite3_result_blob(out, row->content, sizeof(row->content), SQLITE_STATIC);
        break;
    case ASIDE:
        sqlite3_result_int(out, row->aside);
        break;
    case EVENTS:
        if (row->events_size)
            sqlite3_result_blob(out, table->events + row->events_at, (int)row->events_size,
                                SQLITE_STATIC);
        break;
    case REPLACED:
        give_known(out, row->replaced, 1);
        break;
    default:
        give_fact(out, row, column);
    }
    return SQLITE_OK;
}

bool batch_table_make(sqlite3 *db, struct batch_table *table, struct err *err)
{
    static const sqlite3_module module = {.xConnect = connect,
                                          .xBestIndex = best_index,
                                          .xDisconnect = disconnect,
                                          .xOpen = cursor_open,
                                          .xClose = cursor_close,
                                          .xFilter = cursor_start,
                                          .xNext = cursor_next,
                                          .xEof = cursor_ended,
                                          .xColumn = cursor_column,
                                          .xRowid = cursor_rowid};

    return sqlite3_create_module(db, "batch", &module, table) == SQLITE_OK ||
           sql_failed(db, "preparing a batch", err);
}
