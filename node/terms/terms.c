/* SPDX-License-Identifier: Apache-2.0 */
#include "node/terms/terms.h"

#include <assert.h>
#include <string.h>

#include "proto/base/sql.h"

extern const char *const terms_steps[]; /* schemas/terms */

bool terms_prepare(sqlite3 *db, struct err *err)
{
    assert(db);
    return sql_migrate_part(db, "terms", terms_steps, err);
}

bool terms_release_put(sqlite3 *db, const struct term_release *release, struct err *err)
{
    sqlite3_stmt *put = NULL;
    bool ok;

    assert(db && release && release->system[0]);
    if (!sql_prepare(db, "INSERT OR REPLACE INTO term_release VALUES(?1, ?2, ?3, ?4, ?5, ?6)", &put,
                     err))
        return false;
    sqlite3_bind_text(put, 1, release->system, -1, SQLITE_STATIC);
    sqlite3_bind_text(put, 2, release->release, -1, SQLITE_STATIC);
    sqlite3_bind_blob(put, 3, release->file_hash, sizeof(release->file_hash), SQLITE_STATIC);
    sqlite3_bind_int64(put, 4, release->loaded_s);
    sqlite3_bind_int64(put, 5, (sqlite3_int64)release->n_terms);
    sqlite3_bind_int(put, 6, TERM_READER);
    ok = sql_done(put, err);
    sqlite3_finalize(put);
    return ok;
}

static void read_release(sqlite3_stmt *row, struct term_release *release)
{
    memset(release, 0, sizeof(*release));
    sql_text(row, 0, release->system, sizeof(release->system));
    sql_text(row, 1, release->release, sizeof(release->release));
    if (!sql_blob(row, 2, release->file_hash, sizeof(release->file_hash)))
        memset(release->file_hash, 0, sizeof(release->file_hash));
    release->loaded_s = sqlite3_column_int64(row, 3);
    release->n_terms = (uint64_t)sqlite3_column_int64(row, 4);
    release->reader = (unsigned)sqlite3_column_int(row, 5);
}

static bool read_releases(sqlite3 *db, const char *system, struct term_release *releases,
                          size_t room, size_t *n, struct err *err)
{
    static const char sql[] = "SELECT system, release, file_hash, loaded_s, n_terms, reader"
                              " FROM term_release WHERE ?1 IS NULL OR system = ?1 ORDER BY system";
    sqlite3_stmt *stmt = NULL;
    size_t found = 0;
    bool row = true;
    bool ok = terms_prepare(db, err) && sql_prepare(db, sql, &stmt, err);

    if (ok)
        sqlite3_bind_text(stmt, 1, system, -1, SQLITE_STATIC); /* a NULL system is bound as NULL */
    while (ok && row && found < room) {
        ok = sql_next(stmt, &row, err);
        if (ok && row)
            read_release(stmt, &releases[found++]);
    }
    sqlite3_finalize(stmt);
    if (ok)
        *n = found;
    return ok;
}

bool terms_release(sqlite3 *db, const char *system, struct term_release *release, bool *found,
                   struct err *err)
{
    assert(db && system && release && found);
    size_t n = 0;

    if (!read_releases(db, system, release, 1, &n, err))
        return false;
    *found = n == 1;
    return true;
}

bool terms_releases(sqlite3 *db, struct term_release releases[static TERM_SYSTEMS_MAX], size_t *n,
                    struct err *err)
{
    assert(db && n);
    return read_releases(db, NULL, releases, TERM_SYSTEMS_MAX, n, err);
}
