/* SPDX-License-Identifier: Apache-2.0 */
#include "node/store/store.h"

#include <assert.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "node/store/store_inside.h"
#include "proto/base/lock.h"

extern const char *const store_steps[]; /* schemas/store, in order, NULL behind the last */

static const struct sql_schema store_schema = {
    .name = "the store",
    .application_id = 0x72696b73, /* "riks" */
    .steps = store_steps,
    .unmarked = "",
};

static const char *const texts[STORE_STATEMENTS] = {
    [BEGIN_WORK] = "BEGIN IMMEDIATE",
    [COMMIT_WORK] = "COMMIT",
    [ROLL_BACK] = "ROLLBACK",
    [STATE_RAISE] = "UPDATE state SET epoch = epoch + 1 RETURNING epoch",
    /*
     * An import is no longer known once something of it was replaced, because its file then says
     * something new. Of a feed, only the newest extract is in force.
     */
    [IMPORT_FIND] = "SELECT id FROM import_run AS run"
                    " WHERE content = ?1 AND kind = ?2 AND options = ?3 AND feed IS ?4"
                    " AND undone_s = 0 AND CASE WHEN feed IS NULL THEN"
                    " NOT EXISTS (SELECT 1 FROM entry WHERE import_id = run.id"
                    " AND replaced_by IS NOT NULL) AND NOT EXISTS (SELECT 1 FROM restated"
                    " JOIN entry ON entry.id = restated.entry WHERE restated.import_id = run.id"
                    " AND replaced_by IS NOT NULL)"
                    " ELSE NOT EXISTS (SELECT 1 FROM import_run AS later"
                    " WHERE later.kind = run.kind AND later.feed = run.feed"
                    " AND later.undone_s = 0 AND later.id > run.id) END",
    [IMPORT_ADD] = "INSERT INTO import_run (content, kind, options, name, started_s, feed)"
                   " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    [IMPORT_COUNT] = "UPDATE import_run SET n_read = ?2, n_stored = ?3, n_unchanged = ?4,"
                     " n_filtered = ?5, n_rejected = ?6, n_replaced = ?7, n_removed = ?8,"
                     " n_items = ?9"
                     " WHERE id = ?1",
    [DELIVERY_ADD] = "INSERT INTO delivery (import_id, kind, system, since)"
                     " VALUES (?1, ?2, ?3, ?4)",
    [PERSON_FIND] = "SELECT id, withdrawn FROM person WHERE pid = ?1",
    [PERSON_KNOWN] = "SELECT 1 FROM person JOIN entry ON entry.person = person.id"
                     " WHERE pid = ?1 AND replaced_by IS NULL AND aside = 0 LIMIT 1",
    [PERSON_ADD] = "INSERT INTO person (pid, changed) VALUES (?1, ?2)",
    [PERSON_TOUCH] = "UPDATE person SET changed = ?2 WHERE id = ?1",
    [ENTRY_FIND] =
        "SELECT id, person, content, source FROM entry WHERE key = ?1 AND replaced_by IS NULL",
    [ENTRY_END] = "UPDATE entry SET replaced_by = ?2 WHERE id = ?1",
    [ENTRY_ADD] = "INSERT INTO entry (import_id, person, key, content, sex, birth_date, birth_year,"
                  " age_fixed, deceased, death_date, source)"
                  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    [ENTRY_ASIDE] = "UPDATE entry SET aside = 1 WHERE id = ?1",
    [ENTRY_PEER] = "UPDATE entry SET peer = ?2 WHERE id = ?1",
    [ENTRY_RESTATED] = "INSERT OR IGNORE INTO restated (entry, import_id) VALUES (?1, ?2)",
    [ENTRY_SAID] = "INSERT OR IGNORE INTO temp.said (entry) VALUES (?1)",
    [ENTRY_CONSENT] =
        "INSERT INTO consent (entry, mask, valid_from, valid_to, disease)"
        " SELECT ?1, ?2 | (coalesce(old.mask, 0) & ?7), iif(?8, old.valid_from, ?3),"
        " iif(?8, old.valid_to, ?4), iif(?8, old.disease, ?5)"
        " FROM (SELECT 1) LEFT JOIN consent AS old ON old.entry = ?6 WHERE true RETURNING mask",
    [CONCEPT_FIND] = "SELECT id FROM concept WHERE system = ?1 AND code = ?2",
    [CONCEPT_ADD] = "INSERT INTO concept (system, code) VALUES (?1, ?2)",
    [EVENT_WORD_FIND] = "SELECT id FROM event_word WHERE text = ?1",
    [EVENT_WORD_ADD] = "INSERT INTO event_word (text) VALUES (?1)",
    [EVENT_ADD] = "INSERT INTO event (entry, kind, concept, excluded, date, age_days, lasts, form,"
                  " number, word) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    [ASSAY_FIND] = "SELECT id FROM assay WHERE content = ?1",
    [CALLSET_ADD] = "INSERT INTO callset"
                    " (import_id, assembly, has_af, has_annotation, judges_sites, judged)"
                    " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    [CALLSET_SAMPLES] = "SELECT count(*) FROM sample WHERE callset = ?1",
    [CALLSET_JUDGES] = "SELECT judges_sites FROM callset WHERE id = ?1",
    [SAMPLE_ADD] = "INSERT INTO sample (entry, callset, ordinal, assay, type, tissue, taken)"
                   " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    [SAMPLE_ASSAY] = "UPDATE sample SET assay = ?2 WHERE callset = ?1",
    [CALLS_ADD] = "INSERT INTO calls (callset, chunk, batch, data) VALUES (?1, ?2, ?3, ?4)",
    [GAPS_ADD] = "INSERT INTO gaps (callset, chunk, batch, data) VALUES (?1, ?2, ?3, ?4)",
    [STRUCTURAL_ADD] =
        "INSERT INTO structural (callset, chunk, batch, data) VALUES (?1, ?2, ?3, ?4)",
    [ALLELE_FIND] = "SELECT ref, alt FROM allele WHERE vid = ?1",
    [ALLELE_ADD] = "INSERT INTO allele (vid, ref, alt) VALUES (?1, ?2, ?3)",
    [NOTE_ADD] =
        "INSERT INTO note (vid, gene, consequences, clinvar, picked_by, complete,"
        " gene_ids) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (vid, gene) DO UPDATE SET"
        " consequences = iif(excluded.complete >= complete, excluded.consequences,"
        " consequences), picked_by = iif(excluded.complete >= complete,"
        " excluded.picked_by, picked_by), complete = max(excluded.complete, complete),"
        " gene_ids = iif(excluded.complete > complete OR (excluded.complete = complete"
        " AND (complete OR excluded.gene_ids <> '')), excluded.gene_ids, gene_ids),"
        /* CLINVAR_READ and CLINVAR_UNREAD: who says nothing of ClinVar replaces nothing */
        " clinvar = iif(excluded.clinvar & 0xC0000000, excluded.clinvar,"
        " excluded.clinvar | clinvar)",
    [AF_ADD] = "INSERT INTO af (vid, nano) VALUES (?1, ?2)"
               " ON CONFLICT (vid) DO UPDATE SET nano = excluded.nano",
    [BATCH_FIND] = "SELECT at, entry.id, entry.content FROM batch CROSS JOIN entry"
                   " INDEXED BY entry_key ON entry.key = batch.key AND replaced_by IS NULL",
    [BATCH_SAID] = "INSERT OR IGNORE INTO temp.said (entry) SELECT id FROM batch",
    [BATCH_END] = "UPDATE entry SET replaced_by = ?1 WHERE id IN (SELECT id FROM batch)",
    [BATCH_END_TOUCH] = "UPDATE person SET changed = ?1 WHERE id IN"
                        " (SELECT person FROM batch CROSS JOIN entry ON entry.id = batch.id)",
    [BATCH_PERSONS] = "SELECT at, person.id FROM batch CROSS JOIN person"
                      " ON person.pid = batch.pid",
    [BATCH_PERSON_ADD] = "INSERT INTO person (id, pid, changed) SELECT owner, pid, ?1 FROM batch",
    [BATCH_PERSON_TOUCH] = "UPDATE person SET changed = ?1 WHERE id IN (SELECT owner FROM batch)",
    [BATCH_ADD] = "INSERT INTO entry (id, import_id, person, key, content, replaced_by, sex,"
                  " birth_date, birth_year, age_fixed, deceased, death_date, aside, events)"
                  " SELECT id, ?1, owner, key, content, ?1 * replaced, sex, birth_date,"
                  " birth_year, age_fixed, deceased, death_date, aside, events FROM batch",
};

static bool prepare_work(struct store *store, struct err *err)
{
    for (enum store_statement which = BEGIN_WORK; which <= ROLL_BACK; which++)
        if (!store_statement(store, which, err))
            return false;
    return true;
}

bool store_open(const char *path, struct store **out, struct err *err)
{
    struct store *store = calloc(1, sizeof(*store));

    if (!store)
        return err_memory(err);
    store->lock = LOCK_NONE;
    if (!lock_take_beside(path, LOCK_AT_ONCE,
                          "another import or publish is at work on it: wait until it is done",
                          &store->lock, err) ||
        !sql_open_own(path, SQL_STORE, &store_schema, &store->db, err) ||
        !prepare_work(store, err)) {
        store_close(store);
        return false;
    }
    *out = store;
    return true;
}

bool store_open_in(const char *dir, struct store **out, struct err *err)
{
    char path[PATH_MAX];

    assert(dir && out);
    if (snprintf(path, sizeof(path), "%s/store.db", dir) >= (int)sizeof(path))
        return err_set(err, ERR_INVALID, "the folder's name is too long");
    return store_open(path, out, err);
}

void store_close(struct store *store)
{
    if (!store)
        return;
    if (store->db)
        sql_rollback(store->db);
    for (int i = 0; i < STORE_STATEMENTS; i++)
        sqlite3_finalize(store->statements[i]);
    if (store->db) {
        /*
         * Syncs the write-ahead log and then the database, so that what was committed survives a
         * power cut.
         */
        sqlite3_wal_checkpoint_v2(store->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
        sql_close(store->db);
    }
    lock_release(&store->lock);
    free(store);
}

struct sqlite3 *store_db(struct store *store)
{
    assert(store);
    return store->db;
}

sqlite3_stmt *store_statement(struct store *store, enum store_statement which, struct err *err)
{
    assert(store);
    sqlite3_stmt **stmt = &store->statements[which];

    if (!*stmt && !sql_prepare(store->db, texts[which], stmt, err))
        return NULL;
    sqlite3_reset(*stmt);
    return *stmt;
}

bool store_raise_epoch(struct store *store, int64_t *epoch, struct err *err)
{
    sqlite3_stmt *stmt = store_statement(store, STATE_RAISE, err);
    bool row;

    if (!stmt || !sql_next(stmt, &row, err))
        return false;
    assert(row);
    *epoch = sqlite3_column_int64(stmt, 0);
    return sql_next(stmt, &row, err);
}

bool store_start(struct store *store, struct err *err)
{
    assert(!sql_in_transaction(store->db));
    return sql_done(store->statements[BEGIN_WORK], err);
}

bool store_finish(struct store *store, bool ok, struct err *err)
{
    struct err ignored;

    if (ok && sql_done(store->statements[COMMIT_WORK], err))
        return true;
    for (int i = 0; i < STORE_STATEMENTS; i++)
        sqlite3_reset(store->statements[i]);
    if (sql_in_transaction(store->db) && !sql_done(store->statements[ROLL_BACK], &ignored))
        assert(!sql_in_transaction(store->db)); /* half a transaction must not be continued */
    return false;
}
