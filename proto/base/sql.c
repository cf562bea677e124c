/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/base/sql.h"

#include <assert.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#define MIB (1 << 20)
#define SQL_BYTES_MAX (64 << 10)
#define DEPTH_MAX 50
#define TRIGGER_DEPTH_MAX 1

#define READ_WRITE (SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)

/* How a file is opened. It is an error when SQLite does not accept the journal mode. */
static const struct opening {
    int flags;
    int row_bytes_max;
    int busy_ms;
    bool check;          /* check every page before the first use */
    bool keep_log;       /* closing does not move the write-ahead log, as no reader may */
    const char *journal; /* NULL: keep the file's own mode */
    const char *pragmas;
} openings[] = {
    [SQL_STORE] = {READ_WRITE, 512 * MIB, 5000, false, false, "wal",
                   "PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = OFF;"
                   "PRAGMA cache_size = -262144; PRAGMA wal_autocheckpoint = 8192;"
                   "PRAGMA temp_store = MEMORY"},
    [SQL_STATE] = {READ_WRITE, 512 * MIB, 2000, false, false, "wal",
                   "PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY"},
    [SQL_LEDGER] = {READ_WRITE, 4 * MIB, SQL_LEDGER_BUSY_MS, true, false, "wal",
                    "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;"
                    "PRAGMA temp_store = MEMORY; PRAGMA secure_delete = ON;"
                    "PRAGMA foreign_keys = ON"},
    [SQL_LEDGER_READ] = {SQLITE_OPEN_READONLY, 4 * MIB, SQL_LEDGER_BUSY_MS, true, true, NULL, ""},
    [SQL_LOG] = {READ_WRITE, 4 * MIB, SQL_LEDGER_BUSY_MS, false, true, "wal",
                 "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;"
                 "PRAGMA temp_store = MEMORY; PRAGMA secure_delete = ON;"
                 "PRAGMA foreign_keys = ON"},
    [SQL_BUILD] = {READ_WRITE, 512 * MIB, 5000, false, false, NULL,
                   "PRAGMA page_size = 4096; PRAGMA journal_mode = MEMORY;"
                   "PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;"
                   "PRAGMA cache_size = -16384"},
    [SQL_IMMUTABLE] = {SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, 512 * MIB, 5000, false, true, NULL,
                       "PRAGMA query_only = ON; PRAGMA cache_size = -1024"},
};

/*
 * SQLite's codes and ours. A code that is not listed is ERR_INTERNAL with SQLite's message, which
 * holds no data.
 */
static const struct {
    int code;
    enum err_code ours;
    const char *text;
} codes[] = {
    {SQLITE_BUSY, ERR_UNAVAILABLE,
     "the database is in use (is another process of rikstal running?)"},
    {SQLITE_LOCKED, ERR_UNAVAILABLE, "the database is in use"},
    {SQLITE_FULL, ERR_UNAVAILABLE, "the disk is full; make room and run it again"},
    {SQLITE_NOTADB, ERR_INTERNAL, "the file is damaged or no database"},
    {SQLITE_CORRUPT, ERR_INTERNAL, "the file is damaged or no database"},
    {SQLITE_CANTOPEN, ERR_INTERNAL, "the file cannot be opened"},
};

bool sql_failed(sqlite3 *db, const char *doing, struct err *err)
{
    assert(doing);
    int code = db ? sqlite3_extended_errcode(db) : SQLITE_NOMEM;
    int reason = db ? sqlite3_system_errno(db) : 0;

    if (code == SQLITE_NOMEM || code == SQLITE_IOERR_NOMEM) {
        err_memory(err);
        return err_wrap(err, "%s: ", doing);
    }
    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
        if (codes[i].code == (code & 0xff))
            return err_set(err, codes[i].ours, "%s: %s", doing, codes[i].text);
    if ((code & 0xff) == SQLITE_IOERR)
        return err_set(err, ERR_INTERNAL,
                       "%s: the disk does not take it (%s); is it full? make room and run it again",
                       doing, reason ? strerror(reason) : "I/O error");
    return err_set(err, ERR_INTERNAL, "%s: %s", doing, sqlite3_errmsg(db));
}

/* "file:<path>?immutable=1", in which characters with a meaning in a URI are written as %XX. */
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

/* Settings for every connection; they write nothing to the file. */
static bool harden(sqlite3 *db, const struct opening *opening)
{
    static const struct {
        int option, on;
    } options[] = {{SQLITE_DBCONFIG_DEFENSIVE, 1},
                   {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
                   {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0}};
    bool ok = sqlite3_busy_timeout(db, opening->busy_ms) == SQLITE_OK;

    sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_limit(db, SQLITE_LIMIT_LENGTH, opening->row_bytes_max);
    sqlite3_limit(db, SQLITE_LIMIT_SQL_LENGTH, SQL_BYTES_MAX);
    sqlite3_limit(db, SQLITE_LIMIT_EXPR_DEPTH, DEPTH_MAX);
    sqlite3_limit(db, SQLITE_LIMIT_TRIGGER_DEPTH, TRIGGER_DEPTH_MAX);
    for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
        ok = ok && sqlite3_db_config(db, options[i].option, options[i].on, NULL) == SQLITE_OK;
    if (opening->keep_log)
        ok = ok && sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL) == SQLITE_OK;
    return ok && sqlite3_exec(db, "PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0", NULL, NULL,
                              NULL) == SQLITE_OK;
}

static bool open_hardened(const char *path, enum sql_mode mode, sqlite3 **out, struct err *err)
{
    const struct opening *opening = &openings[mode];
    char uri[3 * PATH_MAX];
    const char *name = path;
    sqlite3 *db = NULL;

    if (opening->flags & SQLITE_OPEN_URI) {
        if (!write_uri(path, uri, sizeof(uri)))
            return err_set(err, ERR_INVALID, "the path %s is too long", path);
        name = uri;
    }
    if (sqlite3_open_v2(name, &db, opening->flags | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK &&
        harden(db, opening)) {
        *out = db;
        return true;
    }
    sql_failed(db, path, err);
    sqlite3_close(db);
    return false;
}

/* Runs a pragma and compares its output, because SQLite reports no error for a refused value. */
static bool gives(sqlite3 *db, const char *sql, const char *expected, const char *path,
                  struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool ok = sql_prepare(db, sql, &stmt, err);
    int code = ok ? sqlite3_step(stmt) : SQLITE_ERROR;
    char text[64] = "";

    if (code == SQLITE_ROW)
        sql_text(stmt, 0, text, sizeof(text));
    else if (ok)
        ok = sql_failed(db, path, err);
    if (ok && strcmp(text, expected) != 0)
        ok = err_set(err, ERR_INTERNAL, "%s: %s gives \"%s\": the file is damaged or in use", path,
                     sql, text);
    sqlite3_finalize(stmt);
    return ok;
}

static bool settle(sqlite3 *db, const char *path, enum sql_mode mode, struct err *err)
{
    const struct opening *opening = &openings[mode];
    char sql[64];

    if (opening->journal) {
        snprintf(sql, sizeof(sql), "PRAGMA journal_mode = %s", opening->journal);
        if (!gives(db, sql, opening->journal, path, err))
            return false;
    }
    if (sqlite3_exec(db, opening->pragmas, NULL, NULL, NULL) != SQLITE_OK)
        return sql_failed(db, path, err);
    return !opening->check || gives(db, "PRAGMA quick_check(1)", "ok", path, err);
}

bool sql_open(const char *path, enum sql_mode mode, sqlite3 **out, struct err *err)
{
    assert(path && mode <= SQL_IMMUTABLE && out);
    sqlite3 *db;

    if (!open_hardened(path, mode, &db, err))
        return false;
    if (!settle(db, path, mode, err)) {
        sql_close(db);
        return false;
    }
    *out = db;
    return true;
}

bool sql_open_own(const char *path, enum sql_mode mode, const struct sql_schema *schema,
                  sqlite3 **out, struct err *err)
{
    assert(schema && out);
    int64_t version;
    sqlite3 *db;
    bool marked;

    if (!open_hardened(path, mode, &db, err))
        return false;
    /* Must come before the journal mode is set, because that writes to the file. */
    if ((sql_identify(db, schema, &version, &marked, err) || err_wrap(err, "%s: ", path)) &&
        settle(db, path, mode, err) && sql_migrate(db, schema, err)) {
        *out = db;
        return true;
    }
    sql_close(db);
    return false;
}

void sql_close(sqlite3 *db)
{
    int code;

    if (!db)
        return;
    sql_rollback(db);
    code = sqlite3_close(db);
    assert(code == SQLITE_OK); /* otherwise a statement was not finalized */
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
    assert(value);
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    bool ok = sql_prepare(db, sql, &stmt, err) && sql_next(stmt, &row, err);

    if (ok)
        *value = row ? sqlite3_column_int64(stmt, 0) : fallback;
    sqlite3_finalize(stmt);
    return ok;
}

void sql_text(sqlite3_stmt *row, int column, char *out, size_t room)
{
    assert(row && out && room > 0);
    const unsigned char *text = sqlite3_column_text(row, column);

    snprintf(out, room, "%s", text ? (const char *)text : "");
}

bool sql_blob(sqlite3_stmt *row, int column, void *out, size_t size)
{
    const void *blob = sqlite3_column_blob(row, column);

    if (!blob || (size_t)sqlite3_column_bytes(row, column) != size)
        return false;
    memcpy(out, blob, size);
    return true;
}

bool sql_in_transaction(sqlite3 *db)
{
    return !sqlite3_get_autocommit(db);
}

bool sql_begin(sqlite3 *db, struct err *err)
{
    if (sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK)
        return true;
    sql_failed(db, "beginning to write", err);
    sql_rollback(db);
    return false;
}

bool sql_commit(sqlite3 *db, struct err *err)
{
    if (sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK)
        return true;
    sql_failed(db, "committing", err);
    sql_rollback(db);
    return false;
}

void sql_rollback(sqlite3 *db)
{
    if (sql_in_transaction(db))
        sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
}

/* SQLite calls this after every commit to the write-ahead log. */
static int keep_pages(void *pages, sqlite3 *db, const char *name, int n)
{
    (void)db;
    (void)name;
    *(int *)pages = n;
    return SQLITE_OK;
}

void sql_watch_log(sqlite3 *db, int *pages)
{
    assert(pages);
    *pages = 0;
    sqlite3_wal_hook(db, keep_pages, pages);
}

bool sql_checkpoint(sqlite3 *db, struct err *err)
{
    assert(!sql_in_transaction(db));
    return sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL) ==
               SQLITE_OK ||
           sql_failed(db, "moving the write-ahead log into the database", err);
}

bool sql_checkpoint_last(sqlite3 *db, struct err *err)
{
    return sql_checkpoint(db, err) &&
           (sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL) == SQLITE_OK ||
            sql_failed(db, "moving the write-ahead log into the database", err));
}
