#include "node/store/import_run.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "node/store/store_inside.h"
#include "proto/base/clock.h"

bool import_known(struct store *store, const struct import_source *source, int64_t *id,
                  struct err *err)
{
    sqlite3_stmt *stmt = store_statement(store, IMPORT_FIND, err);
    bool row;

    if (!stmt)
        return false;
    sqlite3_bind_blob(stmt, 1, source->content, sizeof(source->content), SQLITE_STATIC);
    sqlite3_bind_text(stmt, 2, source->kind, -1, SQLITE_STATIC);
    sqlite3_bind_text(stmt, 3, source->options, -1, SQLITE_STATIC);
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
    return sql_done(stmt, err);
}

bool import_begin(struct store *store, const struct import_source *source, int64_t *id,
                  struct err *err)
{
    assert(!store->import);
    if (!store_start(store, err))
        return false;
    if (!add_run(store, source, err) || !store_raise_epoch(store, &store->epoch, err))
        return store_finish(store, false, err);
    store->import = sqlite3_last_insert_rowid(store->db);
    store->sample_callset = 0;
    *id = store->import;
    return true;
}

bool import_commit(struct store *store, const struct import_counts *counts, struct err *err)
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
    }
    ok = store_finish(store, stmt && sql_done(stmt, err), err);
    store->import = 0;
    return ok;
}

void import_rollback(struct store *store)
{
    struct err ignored = {0};

    if (store->import && !store_finish(store, false, &ignored))
        store->import = 0;
}

/* Runs one statement whose ?1 is the import and whose ?2, where it has one, is the epoch or time.
 */
static bool run_for(struct store *store, const char *sql, int64_t import, int64_t second,
                    struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool ok = sql_prepare(store->db, sql, &stmt, err);

    if (ok) {
        sqlite3_bind_int64(stmt, 1, import);
        if (sqlite3_bind_parameter_count(stmt) > 1)
            sqlite3_bind_int64(stmt, 2, second);
        ok = sql_done(stmt, err);
    }
    sqlite3_finalize(stmt);
    return ok;
}

static bool take_back(struct store *store, int64_t id, struct err *err)
{
    static const char *const steps[] = {
        "UPDATE person SET changed = ?2 WHERE id IN"
        " (SELECT person FROM entry WHERE import_id = ?1 OR replaced_by = ?1)",
        "DELETE FROM event WHERE entry IN (SELECT id FROM entry WHERE import_id = ?1)",
        "DELETE FROM consent WHERE entry IN (SELECT id FROM entry WHERE import_id = ?1)",
        "DELETE FROM sample WHERE entry IN (SELECT id FROM entry WHERE import_id = ?1)",
        "DELETE FROM calls WHERE callset IN (SELECT id FROM callset WHERE import_id = ?1)",
        "DELETE FROM callset WHERE import_id = ?1",
        /* What it had replaced counts again, unless a later import has replaced it in turn. */
        "UPDATE entry SET replaced_by = (SELECT later.replaced_by FROM entry AS later"
        " WHERE later.import_id = ?1 AND later.key = entry.key)"
        " WHERE replaced_by = ?1 AND EXISTS (SELECT 1 FROM entry AS later"
        " WHERE later.import_id = ?1 AND later.key = entry.key"
        " AND later.replaced_by IS NOT NULL)",
        "DELETE FROM entry WHERE import_id = ?1",
        "UPDATE entry SET replaced_by = NULL WHERE replaced_by = ?1",
    };
    int64_t epoch;

    if (!store_raise_epoch(store, &epoch, err))
        return false;
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
        if (!run_for(store, steps[i], id, epoch, err))
            return false;
    return true;
}

bool import_undo(struct store *store, int64_t id, struct err *err)
{
    bool ok;

    if (!store_start(store, err))
        return false;
    ok = run_for(store, "UPDATE import_run SET undone_s = ?2 WHERE id = ?1 AND undone_s = 0", id,
                 clock_wall_s(), err);
    if (ok && sqlite3_changes(store->db) != 1)
        ok = err_set(err, ERR_INVALID, "there is no import %lld in force", (long long)id);
    return store_finish(store, ok && take_back(store, id, err), err);
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
                                         .rejected = (uint64_t)sqlite3_column_int64(stmt, 9)};
}

bool import_list(struct store *store, size_t skip, struct import_run *runs, size_t n_max, size_t *n,
                 struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    size_t got = 0;
    bool row = true;
    bool ok = sql_prepare(store->db,
                          "SELECT id, kind, name, started_s, undone_s, n_read, n_stored,"
                          " n_unchanged, n_filtered, n_rejected FROM import_run"
                          " ORDER BY id DESC LIMIT ?1 OFFSET ?2",
                          &stmt, err);

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
