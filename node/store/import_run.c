/* SPDX-License-Identifier: Apache-2.0 */
#include "node/store/import_run.h"

#include <assert.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "node/store/delivery.h"
#include "node/store/store_inside.h"
#include "proto/base/clock.h"

bool import_run_known(struct store *store, const struct import_source *source, int64_t *id,
                      struct err *err)
{
    assert(source);
    sqlite3_stmt *stmt = store_statement(store, IMPORT_FIND, err);
    bool row;

    if (!stmt)
        return false;
    sqlite3_bind_blob(stmt, 1, source->content, sizeof(source->content), SQLITE_STATIC);
    sqlite3_bind_text(stmt, 2, source->kind, -1, SQLITE_STATIC);
    sqlite3_bind_text(stmt, 3, source->options, -1, SQLITE_STATIC);
    sqlite3_bind_text(stmt, 4, source->feed, -1, SQLITE_STATIC);
    if (!sql_next(stmt, &row, err))
        return false;
    *id = row ? sqlite3_column_int64(stmt, 0) : 0;
    sqlite3_reset(stmt);
    return true;
}

static bool add_run(struct store *store, const struct import_source *source, struct err *err)
{
    sqlite3_stmt *stmt = store_statement(store, IMPORT_ADD, err);

    if (!stmt)
        return false;
    sqlite3_bind_blob(stmt, 1, source->content, sizeof(source->content), SQLITE_STATIC);
    sqlite3_bind_text(stmt, 2, source->kind, -1, SQLITE_STATIC);
    sqlite3_bind_text(stmt, 3, source->options, -1, SQLITE_STATIC);
    sqlite3_bind_text(stmt, 4, source->name, -1, SQLITE_STATIC);
    sqlite3_bind_int64(stmt, 5, clock_wall_s());
    sqlite3_bind_text(stmt, 6, source->feed, -1, SQLITE_STATIC);
    return sql_done(stmt, err);
}

static bool add_deliveries(struct store *store, const struct deliveries *deliveries,
                           struct err *err)
{
    for (size_t i = 0; deliveries && i < deliveries->n; i++) {
        sqlite3_stmt *stmt = store_statement(store, DELIVERY_ADD, err);
        const struct delivery *delivery = &deliveries->at[i];

        if (!stmt)
            return false;
        sqlite3_bind_int64(stmt, 1, store->import);
        sqlite3_bind_int64(stmt, 2, delivery->kind);
        sqlite3_bind_text(stmt, 3, delivery->system, -1, SQLITE_STATIC);
        if (delivery->since == PERSON_NO_DATE)
            sqlite3_bind_null(stmt, 4);
        else
            sqlite3_bind_int64(stmt, 4, delivery->since);
        if (!sql_done(stmt, err))
            return false;
    }
    return true;
}

/*
 * Makes the list of old entries that this extract says again: a temporary table of this connection,
 * not on disk.
 */
static bool open_feed(struct store *store, const struct import_source *source, struct err *err)
{
    crypto_generichash_state state;

    store->is_feed = source->feed != NULL;
    if (!store->is_feed)
        return true;
    (void)crypto_generichash_init(&state, NULL, 0, sizeof(store->feed_hash));
    (void)crypto_generichash_update(&state, (const uint8_t *)source->kind,
                                    strlen(source->kind) + 1);
    (void)crypto_generichash_update(&state, (const uint8_t *)source->feed, strlen(source->feed));
    (void)crypto_generichash_final(&state, store->feed_hash, sizeof(store->feed_hash));
    return sql_run(store->db, "CREATE TEMP TABLE IF NOT EXISTS said (entry INTEGER PRIMARY KEY)",
                   err) &&
           sql_run(store->db, "DELETE FROM temp.said", err);
}

bool import_run_begin(struct store *store, const struct import_source *source, int64_t *id,
                      struct err *err)
{
    assert(!store->import);
    if (!store_start(store, err))
        return false;
    if (!store_raise_epoch(store, &store->epoch, err) || !add_run(store, source, err))
        return store_finish(store, false, err);
    store->import = sqlite3_last_insert_rowid(store->db);
    store->sample_callset = 0;
    if (!open_feed(store, source, err) || !add_deliveries(store, source->deliveries, err)) {
        store->import = 0;
        return store_finish(store, false, err);
    }
    *id = store->import;
    return true;
}

/* Runs one statement whose ?1, where it has one, is the import and whose ?2, where it has one, is
 * the epoch or time.
 */
static bool run_for(struct store *store, const char *sql, int64_t import, int64_t second,
                    struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool ok = sql_prepare(store->db, sql, &stmt, err);

    if (ok) {
        if (sqlite3_bind_parameter_count(stmt) > 0)
            sqlite3_bind_int64(stmt, 1, import);
        if (sqlite3_bind_parameter_count(stmt) > 1)
            sqlite3_bind_int64(stmt, 2, second);
        ok = sql_done(stmt, err);
    }
    sqlite3_finalize(stmt);
    return ok;
}

#define FEED_OF "(SELECT feed FROM import_run WHERE id = ?1)"
#define KIND_OF "(SELECT kind FROM import_run WHERE id = ?1)"
/* The entries in force of the feed of import ?1 that this import did not say. */
#define UNSAID                                                                                     \
    " FROM entry WHERE replaced_by IS NULL AND import_id IN (SELECT id FROM import_run"            \
    " WHERE kind = " KIND_OF " AND feed = " FEED_OF " AND id <> ?1)"                               \
    " AND id NOT IN (SELECT entry FROM temp.said)"

bool import_run_end_unsaid(struct store *store, uint64_t *n, struct err *err)
{
    assert(store->import);
    *n = 0;
    if (!store->is_feed)
        return true;
    if (!run_for(store, "UPDATE person SET changed = ?2 WHERE id IN (SELECT person" UNSAID ")",
                 store->import, store->epoch, err) ||
        !run_for(store, "UPDATE entry SET replaced_by = ?1 WHERE id IN (SELECT id" UNSAID ")",
                 store->import, 0, err))
        return false;
    *n = (uint64_t)sqlite3_changes(store->db);
    return true;
}

bool import_run_commit(struct store *store, const struct import_counts *counts, struct err *err)
{
    sqlite3_stmt *stmt = store_statement(store, IMPORT_COUNT, err);
    bool ok;

    assert(store->import);
    assert(counts->read ==
           counts->stored + counts->unchanged + counts->filtered + counts->rejected);
    if (stmt) {
        sqlite3_bind_int64(stmt, 1, store->import);
        sqlite3_bind_int64(stmt, 2, (int64_t)counts->read);
        sqlite3_bind_int64(stmt, 3, (int64_t)counts->stored);
        sqlite3_bind_int64(stmt, 4, (int64_t)counts->unchanged);
        sqlite3_bind_int64(stmt, 5, (int64_t)counts->filtered);
        sqlite3_bind_int64(stmt, 6, (int64_t)counts->rejected);
        sqlite3_bind_int64(stmt, 7, (int64_t)counts->replaced);
        sqlite3_bind_int64(stmt, 8, (int64_t)counts->removed);
        sqlite3_bind_int64(stmt, 9, (int64_t)counts->items);
    }
    ok = store_finish(store, stmt && sql_done(stmt, err), err);
    store->import = 0;
    return ok;
}

void import_run_rollback(struct store *store)
{
    assert(store);
    struct err ignored = {0};

    if (store->import && !store_finish(store, false, &ignored))
        store->import = 0;
}

static void read_run(sqlite3_stmt *stmt, struct import_run *run)
{
    run->id = sqlite3_column_int64(stmt, 0);
    snprintf(run->kind, sizeof(run->kind), "%s", (const char *)sqlite3_column_text(stmt, 1));
    snprintf(run->name, sizeof(run->name), "%s", (const char *)sqlite3_column_text(stmt, 2));
    run->started_s = sqlite3_column_int64(stmt, 3);
    run->undone_s = sqlite3_column_int64(stmt, 4);
    run->counts = (struct import_counts){.read = (uint64_t)sqlite3_column_int64(stmt, 5),
                                         .stored = (uint64_t)sqlite3_column_int64(stmt, 6),
                                         .unchanged = (uint64_t)sqlite3_column_int64(stmt, 7),
                                         .filtered = (uint64_t)sqlite3_column_int64(stmt, 8),
                                         .rejected = (uint64_t)sqlite3_column_int64(stmt, 9),
                                         .replaced = (uint64_t)sqlite3_column_int64(stmt, 10),
                                         .removed = (uint64_t)sqlite3_column_int64(stmt, 11),
                                         .items = (uint64_t)sqlite3_column_int64(stmt, 13)};
    snprintf(run->feed, sizeof(run->feed), "%s",
             sqlite3_column_type(stmt, 12) == SQLITE_NULL
                 ? ""
                 : (const char *)sqlite3_column_text(stmt, 12));
}

#define RUN_COLUMNS                                                                                \
    "SELECT id, kind, name, started_s, undone_s, n_read, n_stored, n_unchanged, n_filtered,"       \
    " n_rejected, n_replaced, n_removed, feed, n_items FROM import_run"

bool import_run_find(struct store *store, int64_t id, struct import_run *run, struct err *err)
{
    assert(store);
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    bool ok = sql_prepare(store->db, RUN_COLUMNS " WHERE id = ?1", &stmt, err);

    if (ok) {
        sqlite3_bind_int64(stmt, 1, id);
        ok = sql_next(stmt, &row, err);
    }
    if (ok && row)
        read_run(stmt, run);
    else if (ok)
        ok = err_set(err, ERR_INVALID, "there is no import %lld", (long long)id);
    sqlite3_finalize(stmt);
    return ok;
}

/*
 * Entries that only import ?1 said are deleted; its other entries go to the next import that says
 * them. An entry of a feed is said by every import of the feed from its first to the one before its
 * last, so the next import of the feed says it unless the entry ended there.
 */
#define NEXT_OF_FEED                                                                               \
    "(SELECT min(id) FROM import_run WHERE kind = " KIND_OF " AND feed = " FEED_OF                 \
    " AND undone_s = 0 AND id > ?1)"

static const char *const hand_over_feed[] = {
    "UPDATE entry SET import_id = " NEXT_OF_FEED " WHERE import_id = ?1"
    " AND " NEXT_OF_FEED " IS NOT NULL"
    " AND (replaced_by IS NULL OR replaced_by > " NEXT_OF_FEED ")",
    NULL};

/*
 * What import ?1 said when its undoing began, by key and by peer: a temporary table of this
 * connection, not on disk, because no import needs an index for it.
 */
static const char *const list_taken[] = {
    "CREATE TEMP TABLE taken AS SELECT id, key, peer FROM entry WHERE import_id = ?1",
    "CREATE INDEX temp.taken_key ON taken (key)", "CREATE INDEX temp.taken_peer ON taken (peer)",
    NULL};

#define LATER                                                                                      \
    " temp.taken CROSS JOIN entry AS later ON later.id = taken.id AND later.import_id = ?1"
#define OF_THE_SAME " (taken.key = entry.key OR taken.peer = entry.peer)"
#define RESTATED_LATER                                                                             \
    LATER " CROSS JOIN restated ON restated.entry = later.id WHERE later.id <> entry.id "          \
          "AND" OF_THE_SAME

static const char *const hand_over_others[] = {
    "DELETE FROM restated WHERE import_id = ?1",
    /* What the import had ended is now ended by the next owner of the entry that replaced it. */
    "UPDATE entry SET replaced_by = (SELECT min(restated.import_id) FROM" RESTATED_LATER
    ") WHERE replaced_by = ?1 AND EXISTS (SELECT 1 FROM" RESTATED_LATER ")",
    "UPDATE entry SET import_id ="
    " (SELECT min(restated.import_id) FROM restated WHERE restated.entry = entry.id)"
    " WHERE import_id = ?1"
    " AND EXISTS (SELECT 1 FROM restated WHERE restated.entry = entry.id)",
    "DELETE FROM restated WHERE EXISTS (SELECT 1 FROM entry"
    " WHERE entry.id = restated.entry AND entry.import_id = restated.import_id)",
    NULL};

/* Deletes what only this import had. A callset is deleted with its last sample. */
static const char *const forget[] = {
    "DELETE FROM event WHERE entry IN (SELECT id FROM entry WHERE import_id = ?1)",
    "DELETE FROM consent WHERE entry IN (SELECT id FROM entry WHERE import_id = ?1)",
    "DELETE FROM sample WHERE entry IN (SELECT id FROM entry WHERE import_id = ?1)",
    "DELETE FROM calls WHERE callset IN (SELECT id FROM callset"
    " WHERE import_id IN (SELECT id FROM import_run WHERE undone_s > 0)"
    " AND NOT EXISTS (SELECT 1 FROM sample WHERE sample.callset = callset.id))",
    "DELETE FROM gaps WHERE callset IN (SELECT id FROM callset"
    " WHERE import_id IN (SELECT id FROM import_run WHERE undone_s > 0)"
    " AND NOT EXISTS (SELECT 1 FROM sample WHERE sample.callset = callset.id))",
    "DELETE FROM structural WHERE callset IN (SELECT id FROM callset"
    " WHERE import_id IN (SELECT id FROM import_run WHERE undone_s > 0)"
    " AND NOT EXISTS (SELECT 1 FROM sample WHERE sample.callset = callset.id))",
    "DELETE FROM callset WHERE import_id IN (SELECT id FROM import_run WHERE undone_s > 0)"
    " AND NOT EXISTS (SELECT 1 FROM sample WHERE sample.callset = callset.id)",
    NULL};

/* What the import had ended is in force again, unless a later import has ended it. */
static const char *const restore_feed[] = {
    "DELETE FROM entry WHERE import_id = ?1",
    "UPDATE entry SET replaced_by = " NEXT_OF_FEED " WHERE replaced_by = ?1", NULL};

static const char *const restore_others[] = {
    "UPDATE entry SET replaced_by = (SELECT later.replaced_by FROM" LATER " WHERE" OF_THE_SAME
    ") WHERE replaced_by = ?1 AND EXISTS (SELECT 1 FROM" LATER " WHERE" OF_THE_SAME
    " AND later.replaced_by IS NOT NULL)",
    "DELETE FROM entry WHERE import_id = ?1",
    "UPDATE entry SET replaced_by = NULL WHERE replaced_by = ?1", "DROP TABLE temp.taken", NULL};

static bool run_steps(struct store *store, const char *const *steps, int64_t id, struct err *err)
{
    for (; *steps; steps++)
        if (!run_for(store, *steps, id, 0, err))
            return false;
    return true;
}

static bool take_back(struct store *store, int64_t id, struct err *err)
{
    struct import_run run;
    int64_t epoch;
    bool of_feed;

    if (!import_run_find(store, id, &run, err))
        return false;
    of_feed = run.feed[0] != 0;
    return store_raise_epoch(store, &epoch, err) &&
           run_for(store,
                   "UPDATE person SET changed = ?2 WHERE id IN"
                   " (SELECT person FROM entry WHERE import_id = ?1 OR replaced_by = ?1)",
                   id, epoch, err) &&
           (of_feed || run_steps(store, list_taken, id, err)) &&
           run_steps(store, of_feed ? hand_over_feed : hand_over_others, id, err) &&
           run_steps(store, forget, id, err) &&
           run_steps(store, of_feed ? restore_feed : restore_others, id, err);
}

bool import_run_undo(struct store *store, int64_t id, struct err *err)
{
    assert(store);
    bool ok;

    if (!store_start(store, err))
        return false;
    ok = run_for(store, "UPDATE import_run SET undone_s = ?2 WHERE id = ?1 AND undone_s = 0", id,
                 clock_wall_s(), err);
    if (ok && sqlite3_changes(store->db) != 1)
        ok = err_set(err, ERR_INVALID, "there is no import %lld in force", (long long)id);
    return store_finish(store, ok && take_back(store, id, err), err);
}

bool import_run_list(struct store *store, size_t skip, struct import_run *runs, size_t n_max,
                     size_t *n, struct err *err)
{
    assert(store);
    sqlite3_stmt *stmt = NULL;
    size_t got = 0;
    bool row = true;
    bool ok =
        sql_prepare(store->db, RUN_COLUMNS " ORDER BY id DESC LIMIT ?1 OFFSET ?2", &stmt, err);

    if (ok) {
        sqlite3_bind_int64(stmt, 1, (int64_t)n_max);
        sqlite3_bind_int64(stmt, 2, (int64_t)skip);
    }
    while (ok && row) {
        ok = sql_next(stmt, &row, err);
        if (ok && row)
            read_run(stmt, &runs[got++]);
    }
    sqlite3_finalize(stmt);
    if (ok)
        *n = got;
    return ok;
}
