#include "node/privacy/ledger_schema.h"

#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>

#define SCHEMA_VERSION 4
#define APPLICATION_ID 0x726b6c67 /* "rklg" */

extern const char ledger_schema_1[]; /* schemas/ledger/1.sql, embedded by the build */
extern const char ledger_schema_2[];
extern const char ledger_schema_3[];
extern const char ledger_schema_4[];

static bool failed(sqlite3 *db, struct err *err)
{
    int code = sqlite3_errcode(db) & 0xff;
    bool again = code == SQLITE_BUSY || code == SQLITE_LOCKED || code == SQLITE_FULL;

    return err_set(err, again ? ERR_UNAVAILABLE : ERR_INTERNAL, "ledger: %s", sqlite3_errmsg(db));
}

static bool version_read(sqlite3 *db, int64_t *version, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool read = sqlite3_prepare_v2(db, "PRAGMA user_version", -1, &stmt, NULL) == SQLITE_OK &&
                sqlite3_step(stmt) == SQLITE_ROW;

    if (read)
        *version = sqlite3_column_int64(stmt, 0);
    else
        failed(db, err);
    sqlite3_finalize(stmt);
    return read;
}

static bool execute(sqlite3 *db, const char *text, struct err *err)
{
    return sqlite3_exec(db, text, NULL, NULL, NULL) == SQLITE_OK || failed(db, err);
}

static bool take_steps(sqlite3 *db, int64_t from, struct err *err)
{
    static const char *const steps[SCHEMA_VERSION] = {ledger_schema_1, ledger_schema_2,
                                                      ledger_schema_3, ledger_schema_4};
    char tail[96];
    bool taken = true;

    sqlite3_snprintf(sizeof(tail), tail, "PRAGMA application_id = %d; PRAGMA user_version = %d",
                     APPLICATION_ID, SCHEMA_VERSION);
    if (!execute(db, "BEGIN IMMEDIATE", err))
        return false;
    for (int64_t i = from; taken && i < SCHEMA_VERSION; i++)
        taken = execute(db, steps[i], err);
    if (taken && execute(db, tail, err) && execute(db, "COMMIT", err))
        return true;
    sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    return false;
}

bool ledger_schema_step(sqlite3 *db, struct err *err)
{
    int64_t version = 0;

    if (!version_read(db, &version, err))
        return false;
    if (version > SCHEMA_VERSION)
        return err_set(err, ERR_INVALID,
                       "the ledger has schema %lld, this program knows %d: install the newer one",
                       (long long)version, SCHEMA_VERSION);
    return version == SCHEMA_VERSION || take_steps(db, version, err);
}
