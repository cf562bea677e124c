/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file is identified without writing to it. All steps that it lacks then run in one transaction,
 * which also writes how many steps were taken. On any failure the transaction is rolled back here,
 * so that no caller can commit half of it later.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "proto/base/sql.h"

#define STEPS_MAX 1000
#define TABLE_BYTES 64

static int64_t count_steps(const char *const *steps)
{
    int64_t n = 0;

    while (steps[n])
        n++;
    assert(n < STEPS_MAX);
    return n;
}

/* True when name is one of the names in list, each of which is followed by a blank. */
static bool listed(const char *list, const char *name)
{
    size_t length = strlen(name);

    for (const char *at = list; *at; at += strcspn(at, " ") + 1)
        if (strcspn(at, " ") == length && memcmp(at, name, length) == 0)
            return true;
    return false;
}

/*
 * True when a file without application_id has only the tables that our file may have before it gets
 * one.
 */
static bool may_be_ours(sqlite3 *db, const char *unmarked, bool *ours, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    char name[TABLE_BYTES];
    bool row = true;
    bool ok = sql_prepare(db, "SELECT tbl_name FROM sqlite_schema", &stmt, err);

    *ours = true;
    while (ok && *ours) {
        ok = sql_next(stmt, &row, err);
        if (!ok || !row)
            break;
        sql_text(stmt, 0, name, sizeof(name));
        *ours = listed(unmarked, name);
    }
    sqlite3_finalize(stmt);
    return ok;
}

bool sql_identify(sqlite3 *db, const struct sql_schema *schema, int64_t *version, bool *marked,
                  struct err *err)
{
    assert(schema && version && marked);
    int64_t application, newest = count_steps(schema->steps);
    bool ours = true;

    if (!sql_number(db, "PRAGMA application_id", 0, &application, err) ||
        !sql_number(db, "PRAGMA user_version", 0, version, err))
        return false;
    *marked = (uint32_t)application == schema->application_id;
    if (!*marked) {
        ours = application == 0 && *version == 0;
        if (ours && !may_be_ours(db, schema->unmarked, &ours, err))
            return false;
    }
    if (!ours || *version < 0)
        return err_set(err, ERR_INVALID,
                       "the file is a database of another program, not %s of rikstal",
                       schema->name);
    if (*version > newest)
        return err_set(err, ERR_INVALID,
                       "%s has schema step %lld, this program knows %lld: use the newer program",
                       schema->name, (long long)*version, (long long)newest);
    return true;
}

/* Runs in a transaction: takes the steps from the first missing one on. */
static bool take_steps(sqlite3 *db, const char *const *steps, int64_t from, struct err *err)
{
    for (int64_t i = from; steps[i]; i++)
        if (!sql_run(db, steps[i], err))
            return err_wrap(err, "schema step %lld: ", (long long)i + 1);
    return true;
}

bool sql_migrate(sqlite3 *db, const struct sql_schema *schema, struct err *err)
{
    assert(schema && schema->steps);
    int64_t version = 0, newest = count_steps(schema->steps);
    bool marked = false;
    char mark[96];

    if (!sql_identify(db, schema, &version, &marked, err))
        return false;
    if (marked && version == newest)
        return true;
    snprintf(mark, sizeof(mark), "PRAGMA application_id = %d; PRAGMA user_version = %lld",
             (int)schema->application_id, (long long)newest);
    if (!sql_begin(db, err))
        return false;
    if (take_steps(db, schema->steps, version, err) && sql_run(db, mark, err))
        return sql_commit(db, err);
    sql_rollback(db);
    return err_wrap(err, "%s: ", schema->name);
}

static bool part_version(sqlite3 *db, const char *part, int64_t *version, struct err *err)
{
    char sql[128];
    int64_t counted;

    *version = 0;
    if (!sql_number(db, "SELECT count(*) FROM sqlite_schema WHERE name = 'schema_part'", 0,
                    &counted, err))
        return false;
    snprintf(sql, sizeof(sql), "SELECT version FROM schema_part WHERE name = '%s'", part);
    return counted == 0 || sql_number(db, sql, 0, version, err);
}

bool sql_migrate_part(sqlite3 *db, const char *part, const char *const *steps, struct err *err)
{
    assert(part && steps);
    int64_t version, newest = count_steps(steps);
    bool inside = sql_in_transaction(db);
    char mark[256];

    if (sqlite3_db_readonly(db, "main") == 1)
        return true;
    if (!part_version(db, part, &version, err))
        return false;
    if (version > newest)
        return err_set(err, ERR_INVALID,
                       "the tables of %s have schema step %lld, this program knows %lld:"
                       " use the newer program",
                       part, (long long)version, (long long)newest);
    if (version == newest)
        return true;
    snprintf(mark, sizeof(mark),
             "CREATE TABLE IF NOT EXISTS schema_part("
             "name TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
             "INSERT OR REPLACE INTO schema_part VALUES('%s', %lld)",
             part, (long long)newest);
    if (!inside && !sql_begin(db, err))
        return false;
    if (!take_steps(db, steps, version, err) || !sql_run(db, mark, err)) {
        if (!inside)
            sql_rollback(db);
        return err_wrap(err, "the tables of %s: ", part);
    }
    return inside || sql_commit(db, err);
}
