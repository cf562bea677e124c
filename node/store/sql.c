#include "node/store/sql.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#define BUSY_MS 5000
#define LENGTH_MAX (512 << 20) /* of a row; a block of 256 variants is at most some MiB */

#define STORE_PRAGMAS                                                                              \
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = OFF;"           \
    "PRAGMA cache_size = -262144; PRAGMA wal_autocheckpoint = 8192;"
#define BUILD_PRAGMAS                                                                              \
    "PRAGMA page_size = 4096; PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF;"             \
    "PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -16384;"

static const char *const openings[] = {
    [SQL_STORE] = STORE_PRAGMAS,
    [SQL_BUILD] = BUILD_PRAGMAS,
    [SQL_IMMUTABLE] = "PRAGMA query_only = ON; PRAGMA cache_size = -8192;",
};

static const int flags[] = {
    [SQL_STORE] = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
    [SQL_BUILD] = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
    [SQL_IMMUTABLE] = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI,
};

bool sql_failed(sqlite3 *db, const char *doing, struct err *err)
{
    int code = db ? sqlite3_errcode(db) : SQLITE_NOMEM;
    int reason = db ? sqlite3_system_errno(db) : 0;

    switch (code) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return err_set(err, ERR_UNAVAILABLE, "%s: the database is in use", doing);
    case SQLITE_FULL:
        return err_set(err, ERR_INTERNAL, "%s: the disk is full; make room and run it again",
                       doing);
    case SQLITE_IOERR:
        return err_set(err, ERR_INTERNAL,
                       "%s: the disk does not take it (%s); is it full? make room and run it again",
                       doing, reason ? strerror(reason) : "I/O error");
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
        return err_set(err, ERR_INTERNAL, "%s: the file is damaged or no database", doing);
    case SQLITE_CANTOPEN:
        return err_set(err, ERR_INVALID, "%s: the file cannot be opened", doing);
    default:
        return err_set(err, ERR_INTERNAL, "%s: %s", doing, sqlite3_errstr(code));
    }
}

/* "file:<path>?immutable=1" with what a URI would misread written as %XX. */
static bool write_uri(const char *path, char *out, size_t room)
{
    static const char hex[] = "0123456789abcdef";
    size_t used = (size_t)snprintf(out, room, "file:");

    for (; *path && used + 16 < room; path++) {
        if (*path == '?' || *path == '#' || *path == '%') {
            out[used++] = '%';
            out[used++] = hex[(uint8_t)*path >> 4];
            out[used++] = hex[(uint8_t)*path & 15];
        } else {
            out[used++] = *path;
        }
    }
    snprintf(out + used, room - used, "?immutable=1");
    return *path == 0;
}

static bool set_up(sqlite3 *db, enum sql_mode mode)
{
    sqlite3_extended_result_codes(db, 0);
    sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_limit(db, SQLITE_LIMIT_LENGTH, LENGTH_MAX);
    sqlite3_limit(db, SQLITE_LIMIT_SQL_LENGTH, 65536);
    sqlite3_limit(db, SQLITE_LIMIT_EXPR_DEPTH, 50);
    sqlite3_limit(db, SQLITE_LIMIT_TRIGGER_DEPTH, 1);
    sqlite3_busy_timeout(db, BUSY_MS);
    return sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL) == SQLITE_OK &&
           sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL) == SQLITE_OK &&
           sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL) == SQLITE_OK &&
           sqlite3_exec(db, "PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0;", NULL, NULL,
                        NULL) == SQLITE_OK &&
           sqlite3_exec(db, openings[mode], NULL, NULL, NULL) == SQLITE_OK;
}

bool sql_open(const char *path, enum sql_mode mode, sqlite3 **out, struct err *err)
{
    char uri[3 * PATH_MAX];
    const char *name = path;
    sqlite3 *db = NULL;

    if (mode == SQL_IMMUTABLE) {
        if (!write_uri(path, uri, sizeof(uri)))
            return err_set(err, ERR_INVALID, "the path %s is too long", path);
        name = uri;
    }
    if (sqlite3_open_v2(name, &db, flags[mode] | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK ||
        !set_up(db, mode)) {
        sql_failed(db, path, err);
        sqlite3_close(db);
        return false;
    }
    *out = db;
    return true;
}

bool sql_run(sqlite3 *db, const char *sql, struct err *err)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        return sql_failed(db, "writing", err);
    return true;
}

bool sql_prepare(sqlite3 *db, const char *sql, sqlite3_stmt **out, struct err *err)
{
    if (sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, out, NULL) != SQLITE_OK)
        return sql_failed(db, "preparing a statement", err);
    return true;
}

bool sql_next(sqlite3_stmt *stmt, bool *row, struct err *err)
{
    int code = sqlite3_step(stmt);

    *row = code == SQLITE_ROW;
    if (code == SQLITE_ROW)
        return true;
    if (code != SQLITE_DONE)
        sql_failed(sqlite3_db_handle(stmt), "reading", err);
    sqlite3_reset(stmt);
    return code == SQLITE_DONE;
}

bool sql_done(sqlite3_stmt *stmt, struct err *err)
{
    int code = sqlite3_step(stmt);

    if (code != SQLITE_DONE)
        sql_failed(sqlite3_db_handle(stmt), "writing", err);
    sqlite3_reset(stmt);
    return code == SQLITE_DONE;
}

bool sql_number(sqlite3 *db, const char *sql, int64_t fallback, int64_t *value, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    bool ok = sql_prepare(db, sql, &stmt, err) && sql_next(stmt, &row, err);

    if (ok)
        *value = row ? sqlite3_column_int64(stmt, 0) : fallback;
    sqlite3_finalize(stmt);
    return ok;
}
