/* SPDX-License-Identifier: Apache-2.0 */
#include "node/store/peer.h"

#include <assert.h>
#include <stddef.h>

#include "node/store/store_inside.h"

/* Bits 12..8 of chunk are the chromosome (variant.h). */
#define CHROMOSOMES_OF(callset)                                                                    \
    "(SELECT DISTINCT chunk >> 8 & 31 FROM calls WHERE callset = " callset ")"
#define PAIRS                                                                                      \
    " FROM entry AS new JOIN entry AS old ON old.peer = new.peer AND old.replaced_by IS NULL"      \
    " AND old.import_id <> ?1 JOIN sample AS had ON had.entry = old.id"                            \
    " JOIN sample AS has ON has.entry = new.id WHERE new.import_id = ?1 AND new.peer IS NOT NULL"

/* Two callsets to compare, and the import of the older one. */
struct pair {
    int64_t old;
    int64_t new;
};

static bool overlap(struct store *store, const struct pair *pair, bool *both, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    bool ok = sql_prepare(
        store->db,
        "SELECT EXISTS (SELECT * FROM " CHROMOSOMES_OF(
            "?1") " INTERSECT SELECT * FROM " CHROMOSOMES_OF("?2") ")"
                                                                   " OR NOT EXISTS (SELECT 1 FROM "
                                                                   "calls WHERE callset = ?1)"
                                                                   " OR NOT EXISTS (SELECT 1 FROM "
                                                                   "calls WHERE callset = ?2)",
        &stmt, err);

    if (ok) {
        sqlite3_bind_int64(stmt, 1, pair->old);
        sqlite3_bind_int64(stmt, 2, pair->new);
        ok = sql_next(stmt, &row, err);
    }
    *both = ok && row && sqlite3_column_int(stmt, 0) != 0;
    sqlite3_finalize(stmt);
    return ok;
}

static bool end_pair(struct store *store, const struct pair *pair, uint64_t *n, struct err *err)
{
    static const char *const steps[] = {
        "UPDATE person SET changed = ?4 WHERE id IN (SELECT old.person" PAIRS
        " AND had.callset = ?2 AND has.callset = ?3)",
        "UPDATE entry SET replaced_by = ?1 WHERE ?4 > 0 AND id IN (SELECT old.id" PAIRS
        " AND had.callset = ?2 AND has.callset = ?3)"};
    bool ok = true;

    for (size_t i = 0; ok && i < sizeof(steps) / sizeof(steps[0]); i++) {
        sqlite3_stmt *stmt = NULL;

        ok = sql_prepare(store->db, steps[i], &stmt, err);
        if (ok) {
            sqlite3_bind_int64(stmt, 1, store->import);
            sqlite3_bind_int64(stmt, 2, pair->old);
            sqlite3_bind_int64(stmt, 3, pair->new);
            sqlite3_bind_int64(stmt, 4, store->epoch);
            ok = sql_done(stmt, err);
        }
        sqlite3_finalize(stmt);
    }
    *n += ok ? (uint64_t)sqlite3_changes(store->db) : 0;
    return ok;
}

/* The next pair of callsets after this one, in order. *found is false after the last. */
static bool next_pair(struct store *store, struct pair *pair, int64_t *import, bool *found,
                      struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool ok = sql_prepare(store->db,
                          "SELECT had.callset, has.callset, old.import_id" PAIRS
                          " AND (had.callset > ?2 OR (had.callset = ?2 AND has.callset > ?3))"
                          " ORDER BY had.callset, has.callset LIMIT 1",
                          &stmt, err);

    *found = false;
    if (ok) {
        sqlite3_bind_int64(stmt, 1, store->import);
        sqlite3_bind_int64(stmt, 2, pair->old);
        sqlite3_bind_int64(stmt, 3, pair->new);
        ok = sql_next(stmt, found, err);
    }
    if (ok && *found) {
        pair->old = sqlite3_column_int64(stmt, 0);
        pair->new = sqlite3_column_int64(stmt, 1);
        *import = sqlite3_column_int64(stmt, 2);
    }
    sqlite3_finalize(stmt);
    return ok;
}

bool peer_end(struct store *store, uint64_t *n, int64_t *import, struct err *err)
{
    struct pair pair = {0};
    bool found = true, both = false;
    int64_t from = 0;

    assert(store->import);
    *n = 0;
    *import = 0;
    while (found) {
        if (!next_pair(store, &pair, &from, &found, err) ||
            (found && !overlap(store, &pair, &both, err)))
            return false;
        if (!found || !both)
            continue;
        if (!end_pair(store, &pair, n, err))
            return false;
        *import = from > *import ? from : *import;
    }
    return true;
}
