/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/base/statements.h"

#include <assert.h>
#include <limits.h>

#include "proto/base/sql.h"

bool statements_prepare(struct statements *statements, sqlite3 *db, const char *owner,
                        const char *const *sql, size_t n, struct err *err)
{
    assert(n <= STATEMENTS_MAX);
    *statements = (struct statements){.db = db, .owner = owner};
    for (size_t i = 0; i < n; i++)
        if (sqlite3_prepare_v3(db, sql[i], -1, SQLITE_PREPARE_PERSISTENT, &statements->statement[i],
                               NULL) != SQLITE_OK) {
            sql_failed(db, owner, err);
            statements_finalize(statements);
            return false;
        }
    return true;
}

void statements_finalize(struct statements *statements)
{
    for (size_t i = 0; i < STATEMENTS_MAX; i++)
        sqlite3_finalize(statements->statement[i]);
    *statements = (struct statements){0};
}

void statements_rewind(sqlite3_stmt *row)
{
    sqlite3_reset(row); /* its code is that of the step, which was handled above */
    sqlite3_clear_bindings(row);
}

static int bind_one(sqlite3_stmt *stmt, int place, char kind, const union statement_value *value)
{
    switch (kind) {
    case 't':
        return sqlite3_bind_text(stmt, place, value->text, -1, SQLITE_STATIC);
    case 'i':
        return sqlite3_bind_int64(stmt, place, value->integer);
    case 'h':
        return sqlite3_bind_blob(stmt, place, value->blob, 32, SQLITE_STATIC);
    case 'd':
        return sqlite3_bind_blob(stmt, place, value->blob, 16, SQLITE_STATIC);
    case 'b':
        return value->bytes.size <= INT_MAX
                   ? sqlite3_bind_blob(stmt, place, value->bytes.data, (int)value->bytes.size,
                                       SQLITE_STATIC)
                   : SQLITE_TOOBIG;
    default:
        return SQLITE_MISUSE;
    }
}

static bool bind(sqlite3_stmt *stmt, const char *kinds, const union statement_value *value)
{
    for (int i = 0; kinds[i]; i++)
        if (bind_one(stmt, i + 1, kinds[i], &value[i]) != SQLITE_OK)
            return false;
    return true;
}

bool statements_run(struct statements *statements, size_t which, const char *kinds,
                    const union statement_value *value, struct err *err)
{
    assert(which < STATEMENTS_MAX && statements->statement[which]);
    sqlite3_stmt *stmt = statements->statement[which];
    bool done = bind(stmt, kinds, value) && sqlite3_step(stmt) == SQLITE_DONE;

    if (!done)
        sql_failed(statements->db, statements->owner, err);
    statements_rewind(stmt);
    return done;
}

bool statements_look(struct statements *statements, size_t which, const char *kinds,
                     const union statement_value *value, sqlite3_stmt **row, struct err *err)
{
    assert(which < STATEMENTS_MAX && statements->statement[which] && row);
    sqlite3_stmt *stmt = statements->statement[which];
    int code = bind(stmt, kinds, value) ? sqlite3_step(stmt) : SQLITE_ERROR;

    *row = NULL;
    if (code == SQLITE_ROW) {
        *row = stmt;
        return true;
    }
    if (code != SQLITE_DONE)
        sql_failed(statements->db, statements->owner, err);
    statements_rewind(stmt);
    return code == SQLITE_DONE;
}
