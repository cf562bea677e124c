/* SPDX-License-Identifier: Apache-2.0 */
#include "node/keeper/journal.h"

#include <assert.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "node/audit/audit.h"
#include "node/audit/seal.h"
#include "node/privacy/overrun.h"
#include "proto/base/file.h"
#include "proto/base/random.h"
#include "proto/base/sql.h"

/* Pages in the write-ahead log before SQLite moves them into the database. */
#ifndef JOURNAL_LOG_PAGES
#define JOURNAL_LOG_PAGES 1000
#endif

/* 0 only in the control of tests/attack/floods.c, which must notice it. */
#ifndef JOURNAL_REFUSES_LATE
#define JOURNAL_REFUSES_LATE 1
#endif

struct journal {
    sqlite3 *db;
    int log_pages;
    struct ledger *ledger;
    struct audit *audit;
    struct rate *rate;
    struct overrun *overrun;
    bool broken;
};

bool journal_open(const char *path, struct journal **out, struct err *err)
{
    struct journal *journal = calloc(1, sizeof(*journal));

    if (!journal)
        return err_memory(err);
    if (!sql_open_own(path, SQL_LEDGER, &ledger_schema, &journal->db, err) ||
        !audit_open(journal->db, &journal->audit, err) ||
        !ledger_open(journal->db, &journal->ledger, err) ||
        !rate_open(journal->db, &journal->rate, err) ||
        !overrun_open(journal->db, &journal->overrun, err)) {
        journal_close(journal);
        return false;
    }
    sql_watch_log(journal->db, &journal->log_pages);
    *out = journal;
    return true;
}

void journal_close(struct journal *journal)
{
    if (!journal)
        return;
    overrun_close(journal->overrun);
    rate_close(journal->rate);
    ledger_close(journal->ledger);
    audit_close(journal->audit);
    sql_close(journal->db);
    free(journal);
}

struct audit *journal_audit(struct journal *journal)
{
    assert(journal);
    return journal->audit;
}

struct ledger *journal_ledger(struct journal *journal)
{
    assert(journal);
    return journal->ledger;
}

bool journal_broken(const struct journal *journal)
{
    assert(journal);
    return journal->broken;
}

static bool begin(struct journal *journal, struct err *err)
{
    if (journal->broken)
        return err_set(err, ERR_INTERNAL,
                       "the journal failed before; they are read again at start");
    return sql_begin(journal->db, err);
}

/*
 * Rolls the transaction back. If the audit tree then cannot be read again, nothing more may be
 * written.
 */
static void give_up(struct journal *journal)
{
    struct err ignored;

    sql_rollback(journal->db);
    if (!audit_reload(journal->audit, &ignored))
        journal->broken = true;
}

/*
 * Commits, or rolls back. After a failed sync SQLite does not know what is on the disk, and neither
 * does this process: only a new process, which reads the log again, knows.
 */
static bool finish(struct journal *journal, bool done, struct err *err)
{
    struct err failed;

    if (done && sql_commit(journal->db, &failed))
        return true;
    if (done) {
        *err = failed;
        journal->broken = err->code != ERR_UNAVAILABLE;
    }
    give_up(journal);
    return false;
}

/*
 * Commits, and then moves the write-ahead log into the database. All transactions but a charge end
 * so: one question then waits for at most four syncs (two commits; the log and the database at the
 * move). A commit is durable in the log as well.
 */
static bool finish_and_move(struct journal *journal, bool done, struct err *err)
{
    struct err failed;

    if (!finish(journal, done, err))
        return false;
    if (journal->log_pages >= JOURNAL_LOG_PAGES && !sql_checkpoint(journal->db, &failed))
        journal->broken = failed.code != ERR_UNAVAILABLE;
    return true;
}

static bool append(struct journal *journal, const struct leaf *leaf, uint64_t *index,
                   struct err *err)
{
    struct leaf sealed = *leaf;
    struct bytes bytes = {0};
    bool appended;

    if (!seal_leaf(journal->db, &sealed, err))
        return false;
    leaf_write(&sealed, &bytes);
    appended = bytes.failed ? err_memory(err)
                            : audit_append(journal->audit, bytes.data, bytes.size, index, err);
    bytes_clear(&bytes);
    return appended;
}

bool journal_policy(struct journal *journal, const struct ledger_policy *policy, int64_t now_s,
                    struct err *err)
{
    assert(journal && policy);
    struct leaf leaf = {.type = LEAF_POLICY, .time_s = now_s};
    bool opened = false;
    uint64_t index;

    if (!leaf_name(leaf.note, sizeof(leaf.note), policy->window, err) || !begin(journal, err))
        return false;
    memcpy(leaf.answer_hash, policy->hash, sizeof(leaf.answer_hash));
    leaf.nrho = (int64_t)policy->version;
    return finish_and_move(journal,
                           ledger_open_window(journal->ledger, policy, now_s, &opened, err) &&
                               (!opened || append(journal, &leaf, &index, err)),
                           err);
}

bool journal_note(struct journal *journal, const struct leaf *leaf, struct err *err)
{
    uint64_t index;

    return begin(journal, err) && finish_and_move(journal, append(journal, leaf, &index, err), err);
}

/* How many leaves of the log of counts are here, and the root of their tree. */
struct counts_taken {
    uint64_t leaves;
    uint8_t root[MERKLE_HASH_BYTES];
};

static bool counts_read(sqlite3 *db, struct counts_taken *out, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool there = false;
    bool read = sql_prepare(db, "SELECT leaves, root FROM count_taken", &stmt, err) &&
                sql_next(stmt, &there, err);

    *out = (struct counts_taken){0};
    if (read && there) {
        out->leaves = (uint64_t)sqlite3_column_int64(stmt, 0);
        read = sql_blob(stmt, 1, out->root, sizeof(out->root)) ||
               err_set(err, ERR_INTERNAL, "the number of counts in the log cannot be read");
    }
    sqlite3_finalize(stmt);
    return read;
}

static bool counts_write(sqlite3 *db, const struct counts_taken *taken, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool written =
        sql_prepare(db, "INSERT OR REPLACE INTO count_taken VALUES(1, ?1, ?2)", &stmt, err);

    if (written &&
        (sqlite3_bind_int64(stmt, 1, (int64_t)taken->leaves) != SQLITE_OK ||
         sqlite3_bind_blob(stmt, 2, taken->root, sizeof(taken->root), SQLITE_STATIC) != SQLITE_OK))
        written = sql_failed(db, "the number of counts in the log", err);
    written = written && sql_done(stmt, err);
    sqlite3_finalize(stmt);
    return written;
}

/* Does the log of counts still begin with what was copied? */
static bool counts_continue(struct audit *counts, const struct counts_taken *taken, struct err *err)
{
    uint8_t root[MERKLE_HASH_BYTES];

    if (audit_size(counts) < taken->leaves)
        return err_set(err, ERR_DENIED,
                       "the log of counts went back: it has %llu entries, of which %llu are in the "
                       "witnessed log",
                       (unsigned long long)audit_size(counts), (unsigned long long)taken->leaves);
    if (taken->leaves == 0)
        return true;
    return audit_root(counts, taken->leaves, root, err) &&
           (memcmp(root, taken->root, sizeof(root)) == 0 ||
            err_set(err, ERR_DENIED,
                    "the log of counts is another one, or was altered, before entry %llu",
                    (unsigned long long)taken->leaves));
}

static bool count_copy(struct journal *journal, struct audit *counts, uint64_t i, struct err *err)
{
    uint8_t data[AUDIT_LEAF_MAX];
    struct leaf leaf;
    uint64_t index;
    size_t size;

    return audit_leaf(counts, i, data, &size, err) && leaf_read(data, size, &leaf, err) &&
           (leaf.type == LEAF_COUNT ||
            err_set(err, ERR_INVALID, "entry %llu of the log of counts is no count",
                    (unsigned long long)i)) &&
           audit_append(journal->audit, data, size, &index, err);
}

static bool take_counts(struct journal *journal, struct audit *counts, uint64_t most,
                        uint64_t *leaves, struct err *err)
{
    struct counts_taken taken;

    if (!counts_read(journal->db, &taken, err) || !counts_continue(counts, &taken, err))
        return false;
    for (; most > 0 && taken.leaves < audit_size(counts); most--, taken.leaves++)
        if (!count_copy(journal, counts, taken.leaves, err))
            return false;
    *leaves = taken.leaves;
    return taken.leaves == 0 || (audit_root(counts, taken.leaves, taken.root, err) &&
                                 counts_write(journal->db, &taken, err));
}

bool journal_take_counts(struct journal *journal, struct audit *counts, uint64_t most,
                         uint64_t *taken, struct err *err)
{
    return begin(journal, err) &&
           finish_and_move(journal, take_counts(journal, counts, most, taken, err), err);
}

static bool noted(struct audit *audit, const char *note, uint64_t *number, struct err *err)
{
    uint8_t data[AUDIT_LEAF_MAX];
    struct leaf leaf;
    size_t size;

    *number = 0;
    for (uint64_t i = audit_size(audit); i > 0; i--) {
        if (!audit_leaf(audit, i - 1, data, &size, err) || !leaf_read(data, size, &leaf, err))
            return false;
        if (leaf.type == LEAF_ADMIN && strcmp(leaf.note, note) == 0) {
            *number = (uint64_t)leaf.nrho;
            return true;
        }
    }
    return true;
}

bool journal_noted(struct journal *journal, const char *note, uint64_t *number, struct err *err)
{
    assert(journal);
    return noted(journal->audit, note, number, err);
}

bool journal_noted_at(const char *path, const char *note, uint64_t *number, struct err *err)
{
    struct audit *audit = NULL;
    sqlite3 *db = NULL;
    bool read;

    *number = 0;
    if (!file_exists(path))
        return true;
    if (!sql_open(path, SQL_LEDGER_READ, &db, err))
        return false;
    read = audit_open(db, &audit, err) && noted(audit, note, number, err);
    audit_close(audit);
    sql_close(db);
    return read;
}

static bool leaf_of(const struct journal_charge *charge, enum leaf_type type, struct leaf *leaf,
                    struct err *err)
{
    const struct ledger_claim *claim = &charge->claim;

    *leaf = (struct leaf){.type = type, .time_s = claim->now_s, .nrho = claim->nrho};
    memcpy(leaf->question_hash, claim->question_hash, sizeof(leaf->question_hash));
    memcpy(leaf->noise_key, claim->noise_key, sizeof(leaf->noise_key));
    if (type == LEAF_CHARGE && charge->gist.role)
        gist_write(&charge->gist, leaf->note);
    return leaf_name(leaf->organisation, sizeof(leaf->organisation), claim->organisation, err) &&
           leaf_name(leaf->analyst, sizeof(leaf->analyst), charge->analyst, err) &&
           leaf_name(leaf->purpose, sizeof(leaf->purpose), claim->purpose, err);
}

static struct rate_claim rate_claim_of(const struct journal_charge *charge)
{
    return (struct rate_claim){.organisation = charge->claim.organisation,
                               .analyst = charge->analyst,
                               .question_hash = charge->claim.question_hash,
                               .now_s = charge->claim.now_s,
                               .limits = charge->rate};
}

/* Inside the transaction: what the ledger knows a question by that was late. */
static bool overrun_hash(struct journal *journal, const struct journal_charge *charge,
                         uint8_t hash[static LEDGER_HASH_BYTES], struct err *err)
{
    memcpy(hash, charge->identity, LEDGER_HASH_BYTES);
    return seal_overrun(journal->db, charge->claim.organisation, hash, err);
}

/* Inside the transaction: would it be computed, and was it late on this snapshot? */
static bool look_late(struct journal *journal, const struct journal_charge *charge,
                      struct journal_receipt *receipt, struct err *err)
{
    enum ledger_outcome outcome = receipt->charge.outcome;
    uint8_t hash[LEDGER_HASH_BYTES];

    if (!JOURNAL_REFUSES_LATE || receipt->charge.released ||
        (outcome != LEDGER_CHARGED && outcome != LEDGER_PAID))
        return true;
    return overrun_hash(journal, charge, hash, err) &&
           overrun_look(journal->overrun, hash, charge->claim.snapshot, &receipt->overran, err);
}

/*
 * Inside the transaction: was the question id used before, are there too many sets of participants,
 * does the budget cover the price?
 */
static bool look(struct journal *journal, const struct journal_charge *charge,
                 struct ledger_claim *claim, struct journal_receipt *receipt, struct err *err)
{
    uint64_t others;

    *claim = charge->claim;
    if (!ledger_recall(journal->ledger, charge->question_id, claim->question_hash, claim->base_key,
                       &receipt->seen, err))
        return false;
    if (charge->sets_max) { /* a sum's question may come again for other participants */
        memcpy(claim->base_key, charge->claim.base_key, LEDGER_HASH_BYTES);
        if (!ledger_others(journal->ledger, claim, &others, err))
            return false;
        receipt->too_many = others >= charge->sets_max;
    }
    receipt->elsewhere = memcmp(claim->base_key, charge->claim.base_key, LEDGER_HASH_BYTES) != 0;
    memcpy(receipt->base_key, claim->base_key, LEDGER_HASH_BYTES);
    if (receipt->seen == LEDGER_OTHER || receipt->too_many)
        return true;
    if (!ledger_take(journal->ledger, claim, &charge->caps, audit_size(journal->audit),
                     &receipt->charge, err))
        return false;
    if (!look_late(journal, charge, receipt, err))
        return false;
    if (receipt->overran || receipt->charge.outcome != LEDGER_CHARGED) /* a repeat does not count */
        return true;
    if (!receipt->charge.released && charge->work_wait_s > 0) {
        receipt->wait_s = charge->work_wait_s;
        receipt->is_work = true;
        return true;
    }
    struct rate_claim rate = rate_claim_of(charge);

    return rate_look(journal->rate, &rate, &receipt->wait_s, err);
}

static bool taken(const struct journal_receipt *receipt)
{
    return receipt->seen != LEDGER_OTHER && !receipt->too_many && !receipt->overran &&
           receipt->wait_s == 0 && receipt->charge.outcome == LEDGER_CHARGED;
}

/* Inside the transaction: look(), then write the leaf and the question id if a price was taken. */
static bool take(struct journal *journal, const struct journal_charge *charge, struct leaf *leaf,
                 struct journal_receipt *receipt, struct err *err)
{
    uint64_t planned = audit_size(journal->audit), index;
    struct rate_claim rate = rate_claim_of(charge);
    struct ledger_claim claim;

    if (!look(journal, charge, &claim, receipt, err))
        return false;
    if (!taken(receipt))
        return true;
    if (receipt->seen != LEDGER_FRESH && !charge->sets_max)
        /* the ledger is damaged: do not charge the same question twice */
        return err_set(err, ERR_INTERNAL, "the ledger knows the question and not its charge");
    leaf->balance_nrho = receipt->charge.left_nrho;
    if (!append(journal, leaf, &index, err) || !rate_note(journal->rate, &rate, err))
        return false;
    assert(index == planned);
    return receipt->seen != LEDGER_FRESH ||
           ledger_remember(journal->ledger, charge->question_id, claim.question_hash,
                           claim.base_key, err);
}

bool journal_take(struct journal *journal, const struct journal_charge *charge,
                  struct journal_receipt *out, struct err *err)
{
    assert(journal);
    struct journal_receipt receipt = {0};
    struct leaf leaf;

    if (!leaf_of(charge, LEAF_CHARGE, &leaf, err) || !begin(journal, err))
        return false;
    bool done = take(journal, charge, &leaf, &receipt, err);

    if (done && !taken(&receipt))
        sql_rollback(journal->db); /* nothing was written, so a repeat needs no sync */
    else if (!finish(journal, done, err))
        return false;
    *out = receipt;
    return true;
}

bool journal_look(struct journal *journal, const struct journal_charge *charge,
                  struct journal_receipt *out, struct err *err)
{
    assert(journal && charge);
    struct journal_receipt receipt = {0};
    struct ledger_claim claim;

    if (!begin(journal, err))
        return false;
    bool paid = false;
    bool looked = ledger_family_paid(journal->ledger, &charge->claim, &paid, err) &&
                  look(journal, charge, &claim, &receipt, err);

    sql_rollback(journal->db);
    if (paid) {
        receipt.repeats_only = receipt.too_many || receipt.overran || receipt.wait_s > 0 ||
                               receipt.charge.outcome != LEDGER_CHARGED;
        receipt.charge.outcome = LEDGER_PAID;
        receipt.too_many = false;
        receipt.overran = false;
        receipt.wait_s = 0;
    }
    if (looked)
        *out = receipt;
    return looked;
}

bool journal_sets(struct journal *journal, const struct journal_charge *charge,
                  struct ledger_set *out, size_t room, size_t *n, struct err *err)
{
    return ledger_family_sets(journal->ledger, &charge->claim, out, room, n, err);
}

bool journal_release(struct journal *journal, const struct journal_charge *charge,
                     const void *answer, size_t size, struct err *err)
{
    assert(journal && charge);
    struct ledger_answer stored = {.data = answer, .size = size};
    struct leaf leaf;
    uint64_t index;

    if (!leaf_of(charge, LEAF_RELEASE, &leaf, err) || !begin(journal, err))
        return false;
    random_bytes(stored.seal, sizeof(stored.seal)); /* else the figures could be guessed */
    crypto_generichash(leaf.answer_hash, sizeof(leaf.answer_hash), answer, size, stored.seal,
                       sizeof(stored.seal));
    memcpy(stored.noise_key, charge->claim.noise_key, sizeof(stored.noise_key));
    stored.log_index = audit_size(journal->audit);
    return finish_and_move(journal,
                           ledger_release(journal->ledger, charge->claim.base_key, &stored, err) &&
                               append(journal, &leaf, &index, err),
                           err);
}

/* Inside the transaction. */
static bool give_back(struct journal *journal, const struct journal_charge *charge,
                      const struct journal_receipt *receipt, struct err *err)
{
    struct ledger_claim claim = charge->claim;
    struct leaf leaf;
    uint64_t index;

    memcpy(claim.base_key, receipt->base_key, sizeof(claim.base_key));
    if (!leaf_of(charge, LEAF_GIVEN_BACK, &leaf, err))
        return false;
    leaf.balance_nrho = receipt->charge.left_nrho + claim.nrho;
    return ledger_give_back(journal->ledger, &claim, err) && append(journal, &leaf, &index, err);
}

bool journal_overran(struct journal *journal, const struct journal_charge *charge,
                     const struct journal_receipt *receipt, struct err *err)
{
    assert(journal && charge && receipt);
    const struct ledger_claim *claim = &charge->claim;
    uint8_t hash[LEDGER_HASH_BYTES];

    if (!begin(journal, err))
        return false;
    return finish_and_move(
        journal,
        (!receipt->charge.paid_by_this || give_back(journal, charge, receipt, err)) &&
            overrun_hash(journal, charge, hash, err) &&
            overrun_note(journal->overrun, hash, claim->snapshot, claim->now_s, err),
        err);
}

bool journal_find(struct journal *journal, const struct journal_receipt *receipt,
                  struct arena *arena, struct ledger_answer *out, struct err *err)
{
    assert(journal && receipt);
    bool found;

    return ledger_find(journal->ledger, receipt->base_key, arena, out, &found, err) &&
           (found || err_set(err, ERR_INTERNAL, "a released answer is not in the ledger"));
}
