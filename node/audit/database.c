#include "node/audit/database.h"

#include <sqlite3.h>
#include <string.h>

#define LENGTH_MAX (4 << 20)
#define SQL_LENGTH_MAX (64 << 10)

/* Every statement that these files need is an ordinary one: nothing may attach or load. */
static int authorize(void *context, int action, const char *a, const char *b, const char *c,
                     const char *d)
{
    (void)context;
    (void)a;
    (void)b;
    (void)c;
    (void)d;
    return action == SQLITE_ATTACH || action == SQLITE_DETACH ? SQLITE_DENY : SQLITE_OK;
}

bool database_failed(sqlite3 *db, const char *doing, struct err *err)
{
    int code = sqlite3_errcode(db) & 0xff;
    bool again = code == SQLITE_BUSY || code == SQLITE_LOCKED || code == SQLITE_FULL;

    return err_set(err, again ? ERR_UNAVAILABLE : ERR_INTERNAL, "%s: %s%s", doing,
                   sqlite3_errmsg(db),
                   code == SQLITE_BUSY ? " (is another process of this node running?)" : "");
}

static bool configure(sqlite3 *db)
{
    return sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL) == SQLITE_OK &&
           sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL) == SQLITE_OK &&
           sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL) == SQLITE_OK &&
           sqlite3_extended_result_codes(db, 1) == SQLITE_OK &&
           sqlite3_limit(db, SQLITE_LIMIT_LENGTH, LENGTH_MAX) >= 0 &&
           sqlite3_limit(db, SQLITE_LIMIT_SQL_LENGTH, SQL_LENGTH_MAX) >= 0 &&
           sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0) >= 0 &&
           sqlite3_busy_timeout(db, DATABASE_BUSY_MS) == SQLITE_OK &&
           sqlite3_set_authorizer(db, authorize, NULL) == SQLITE_OK;
}

/* One line of text from a pragma must be what we asked for: a silent refusal is a failure. */
static bool pragma_is(sqlite3 *db, const char *sql, const char *expected)
{
    sqlite3_stmt *stmt = NULL;
    bool same = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) == SQLITE_OK &&
                sqlite3_step(stmt) == SQLITE_ROW &&
                strcmp((const char *)sqlite3_column_text(stmt, 0), expected) == 0;

    return sqlite3_finalize(stmt) == SQLITE_OK && same;
}

static bool execute(sqlite3 *db, const char *sql)
{
    return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

static bool open_flags(const char *path, int flags, sqlite3 **out, struct err *err)
{
    sqlite3 *db = NULL;

    if (sqlite3_open_v2(path, &db, flags | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK &&
        configure(db)) {
        *out = db;
        return true;
    }
    if (db)
        database_failed(db, path, err);
    else
        err_memory(err);
    sqlite3_close(db);
    return false;
}

static bool make_durable(sqlite3 *db)
{
    return pragma_is(db, "PRAGMA journal_mode = DELETE", "delete") &&
           execute(db, "PRAGMA synchronous = EXTRA") && pragma_is(db, "PRAGMA synchronous", "3") &&
           execute(db, "PRAGMA temp_store = MEMORY") &&
           execute(db, "PRAGMA cell_size_check = ON") && execute(db, "PRAGMA secure_delete = ON") &&
           execute(db, "PRAGMA foreign_keys = ON") && pragma_is(db, "PRAGMA quick_check(1)", "ok");
}

bool database_open(const char *path, sqlite3 **out, struct err *err)
{
    sqlite3 *db;

    if (!open_flags(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &db, err))
        return false;
    if (!make_durable(db)) {
        database_failed(db, path, err);
        sqlite3_close(db);
        return false;
    }
    *out = db;
    return true;
}

bool database_open_read(const char *path, sqlite3 **out, struct err *err)
{
    sqlite3 *db;

    if (!open_flags(path, SQLITE_OPEN_READONLY, &db, err))
        return false;
    if (!pragma_is(db, "PRAGMA quick_check(1)", "ok")) {
        database_failed(db, path, err);
        sqlite3_close(db);
        return false;
    }
    *out = db;
    return true;
}

void database_close(sqlite3 *db)
{
    sqlite3_close(db);
}

bool database_begin(sqlite3 *db, struct err *err)
{
    return execute(db, "BEGIN IMMEDIATE") || database_failed(db, "begin", err);
}

bool database_commit(sqlite3 *db, struct err *err)
{
    if (execute(db, "COMMIT"))
        return true;
    database_failed(db, "commit", err);
    database_rollback(db);
    return false;
}

void database_rollback(sqlite3 *db)
{
    if (!sqlite3_get_autocommit(db))
        sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
}
