#include "node/privacy/ledger_schema.h"

#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>

#define APPLICATION_ID 0x726b6c67 /* "rklg" */

extern const char *const ledger_steps[]; /* schemas/ledger, in order, NULL behind the last */

/* The schema that this program knows. */
static int64_t newest(void)
{
    int64_t n = 0;

    while (ledger_steps[n])
        n++;
    return n;
}

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
    char tail[96];
    bool taken = true;

    sqlite3_snprintf(sizeof(tail), tail, "PRAGMA application_id = %d; PRAGMA user_version = %lld",
                     APPLICATION_ID, (long long)newest());
    if (!execute(db, "BEGIN IMMEDIATE", err))
        return false;
    for (int64_t i = from; taken && ledger_steps[i]; i++)
        taken = execute(db, ledger_steps[i], err);
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
    if (version > newest())
        return err_set(err, ERR_INVALID,
                       "the ledger has schema %lld, this program knows %lld: install the newer one",
                       (long long)version, (long long)newest());
    return version == newest() || take_steps(db, version, err);
}
