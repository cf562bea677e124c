/* SPDX-License-Identifier: Apache-2.0 */
#include "node/store/assay.h"

#include <assert.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "node/store/store_inside.h"
#include "node/store/variant.h"
#include "proto/base/bytes.h"

static int by_place(const void *left, const void *right)
{
    const struct assay_interval *a = left;
    const struct assay_interval *b = right;

    if (a->chromosome != b->chromosome)
        return a->chromosome < b->chromosome ? -1 : 1;
    if (a->start != b->start)
        return a->start < b->start ? -1 : 1;
    return 0;
}

static bool check(const struct assay *assay, struct err *err)
{
    if (!assay->name[0] || strlen(assay->name) > ASSAY_NAME_BYTES_MAX)
        return err_set(err, ERR_INVALID, "an assay's name has 1 to %d bytes", ASSAY_NAME_BYTES_MAX);
    if (assay->assembly != VARIANT_GRCH37 && assay->assembly != VARIANT_GRCH38)
        return err_set(err, ERR_INVALID, "an assay belongs to GRCh37 or GRCh38");
    if (assay->n_intervals > ASSAY_INTERVALS_MAX)
        return err_set(err, ERR_INVALID, "an assay has at most %d intervals", ASSAY_INTERVALS_MAX);
    for (size_t i = 0; i < assay->n_intervals; i++) {
        const struct assay_interval *at = &assay->intervals[i];

        if (at->chromosome < 1 || at->chromosome > CHROMOSOME_MT || at->start < 1 ||
            at->start > at->end || at->end > VARIANT_POSITION_MAX)
            return err_set(err, ERR_INVALID, "interval %zu of the assay is no stretch of genome",
                           i + 1);
    }
    return true;
}

/* Sorts the intervals, and joins those that overlap or touch, in place. */
static size_t merge(struct assay_interval *intervals, size_t n)
{
    size_t kept = 0;

    if (n)
        qsort(intervals, n, sizeof(*intervals), by_place);
    for (size_t i = 0; i < n; i++) {
        struct assay_interval *last = kept ? &intervals[kept - 1] : NULL;

        if (last && last->chromosome == intervals[i].chromosome &&
            intervals[i].start <= last->end + 1) {
            if (intervals[i].end > last->end)
                last->end = intervals[i].end;
        } else {
            intervals[kept++] = intervals[i];
        }
    }
    return kept;
}

static void identity(const struct assay *assay, const struct assay_interval *intervals, size_t n,
                     uint8_t content[static 32])
{
    crypto_generichash_state state;
    uint8_t head[2] = {assay->assembly, assay->whole_genome};

    crypto_generichash_init(&state, NULL, 0, 32);
    crypto_generichash_update(&state, (const uint8_t *)assay->name, strlen(assay->name) + 1);
    crypto_generichash_update(&state, head, sizeof(head));
    for (size_t i = 0; i < n; i++) {
        uint32_t words[3] = {intervals[i].chromosome, intervals[i].start, intervals[i].end};

        crypto_generichash_update(&state, (const uint8_t *)words, sizeof(words));
    }
    if (assay->apart)
        crypto_generichash_update(&state, (const uint8_t *)&assay->apart, sizeof(assay->apart));
    crypto_generichash_final(&state, content, 32);
}

static bool find(struct store *store, const uint8_t content[static 32], int64_t *id,
                 struct err *err)
{
    sqlite3_stmt *stmt = store_statement(store, ASSAY_FIND, err);
    bool row;

    if (!stmt)
        return false;
    sqlite3_bind_blob(stmt, 1, content, 32, SQLITE_STATIC);
    if (!sql_next(stmt, &row, err))
        return false;
    *id = row ? sqlite3_column_int64(stmt, 0) : 0;
    sqlite3_reset(stmt);
    return true;
}

static bool add(struct store *store, const struct assay *assay, const uint8_t content[static 32],
                int64_t *id, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool ok = sql_prepare(store->db,
                          "INSERT INTO assay (name, assembly, whole_genome, content)"
                          " VALUES (?1, ?2, ?3, ?4)",
                          &stmt, err);

    if (ok) {
        sqlite3_bind_text(stmt, 1, assay->name, -1, SQLITE_STATIC);
        sqlite3_bind_int64(stmt, 2, assay->assembly);
        sqlite3_bind_int64(stmt, 3, assay->whole_genome);
        sqlite3_bind_blob(stmt, 4, content, 32, SQLITE_STATIC);
        ok = sql_done(stmt, err);
    }
    sqlite3_finalize(stmt);
    if (ok)
        *id = sqlite3_last_insert_rowid(store->db);
    return ok;
}

static bool add_chromosome(sqlite3_stmt *stmt, const struct assay_interval *intervals, size_t n,
                           struct err *err)
{
    struct bytes data = {0};
    uint32_t from = 0;
    bool ok;

    for (size_t i = 0; i < n; i++) {
        bytes_add_varint(&data, intervals[i].start - from);
        bytes_add_varint(&data, intervals[i].end - intervals[i].start);
        from = intervals[i].end;
    }
    if (data.failed) {
        bytes_clear(&data);
        return err_memory(err);
    }
    sqlite3_bind_int64(stmt, 2, intervals[0].chromosome);
    sqlite3_bind_blob64(stmt, 3, data.data, data.size, SQLITE_STATIC);
    ok = sql_done(stmt, err);
    bytes_clear(&data);
    return ok;
}

static bool add_intervals(struct store *store, int64_t id, const struct assay_interval *intervals,
                          size_t n, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool ok = sql_prepare(store->db,
                          "INSERT INTO assay_interval (assay, chromosome, data)"
                          " VALUES (?1, ?2, ?3)",
                          &stmt, err);

    if (ok)
        sqlite3_bind_int64(stmt, 1, id);
    for (size_t from = 0, to; ok && from < n; from = to) {
        for (to = from; to < n && intervals[to].chromosome == intervals[from].chromosome; to++)
            ;
        ok = add_chromosome(stmt, intervals + from, to - from, err);
    }
    sqlite3_finalize(stmt);
    return ok;
}

bool assay_put(struct store *store, const struct assay *assay, int64_t *id, struct err *err)
{
    struct assay_interval *merged;
    uint8_t content[32];
    size_t n = assay->whole_genome ? 0 : assay->n_intervals;
    int64_t found = 0;
    bool ok;

    assert(store->import);
    if (!check(assay, err))
        return false;
    merged = malloc((n + 1) * sizeof(*merged));
    if (!merged)
        return err_memory(err);
    if (n)
        memcpy(merged, assay->intervals, n * sizeof(*merged));
    n = merge(merged, n);
    identity(assay, merged, n, content);
    ok = find(store, content, &found, err) &&
         (found ||
          (add(store, assay, content, &found, err) && add_intervals(store, found, merged, n, err)));
    free(merged);
    if (ok)
        *id = found;
    return ok;
}

bool assay_looked(struct store *store, int64_t assay, int64_t callset, bool *looked,
                  struct err *err)
{
    assert(store);
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    bool ok = sql_prepare(store->db,
                          "SELECT EXISTS (SELECT 1 FROM sample AS mine"
                          " JOIN entry AS own ON own.id = mine.entry"
                          " JOIN entry AS other ON other.person = own.person"
                          " AND other.replaced_by IS NULL"
                          " JOIN sample AS old ON old.entry = other.id"
                          " WHERE mine.callset = ?2 AND old.callset <> ?2 AND old.assay = ?1)",
                          &stmt, err);

    if (ok) {
        sqlite3_bind_int64(stmt, 1, assay);
        sqlite3_bind_int64(stmt, 2, callset);
        ok = sql_next(stmt, &row, err);
    }
    *looked = ok && row && sqlite3_column_int(stmt, 0) != 0;
    sqlite3_finalize(stmt);
    return ok;
}

bool assay_find(struct store *store, const char *name, uint8_t assembly, int64_t *id,
                struct err *err)
{
    assert(store);
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    bool ok = sql_prepare(store->db,
                          "SELECT id FROM assay WHERE name = ?1 AND assembly = ?2"
                          " ORDER BY id DESC LIMIT 1",
                          &stmt, err);

    if (ok) {
        sqlite3_bind_text(stmt, 1, name, -1, SQLITE_STATIC);
        sqlite3_bind_int64(stmt, 2, assembly);
        ok = sql_next(stmt, &row, err);
    }
    if (ok)
        *id = row ? sqlite3_column_int64(stmt, 0) : 0;
    sqlite3_finalize(stmt);
    return ok;
}
