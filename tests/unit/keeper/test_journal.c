/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises of the journal: a charge and its leaf are there together or neither is; the same id with
 * other bytes takes nothing; a repeat writes nothing, and a look never; a sum is charged for two
 * sets of participants; who sees a release's leaf cannot find out of which answer it is; and memory
 * failing at any point leaves journal that verify, in which nothing was half done.
 */
#include "node/keeper/journal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sodium.h>
#include <sqlite3.h>

#include "node/audit/audit.h"
#include "node/audit/leaf.h"
#include "node/audit/seal.h"
#include "node/keeper/masked_sum.h"
#include "proto/base/arena.h"
#include "tests/unit/refused.h"
#include "tests/unit/sqlite_memory.h"

struct bench {
    char dir[40];
    char path[64];
    struct journal *journal;
    struct journal_charge charge;
    struct journal_receipt receipt;
    struct err err;
};

static void bench_open(struct bench *b)
{
    if (!journal_open(b->path, &b->journal, &b->err))
        fail_msg("%s", b->err.text);
}

static void bench_up(struct bench *b)
{
    static const uint8_t hash[32] = {1};

    *b = (struct bench){.dir = "/tmp/rikstal-journal-XXXXXX"};
    assert_non_null(mkdtemp(b->dir));
    snprintf(b->path, sizeof(b->path), "%s/ledger.db", b->dir);
    bench_open(b);
    assert_true(journal_policy(b->journal, &(struct ledger_policy){1, hash, "2026", "main"}, 1000,
                               &b->err));
    b->charge = (struct journal_charge){.claim = {.base_key = {1},
                                                  .question_hash = {2},
                                                  .mode = 1,
                                                  .sigma = 5,
                                                  .organisation = "gms",
                                                  .dataset = "main",
                                                  .purpose = "research",
                                                  .permit = "",
                                                  .nrho = 60},
                                        .caps = {100, 1000, 1000, 1000},
                                        .question_id = {3},
                                        .analyst = "anna"};
}

static void bench_down(struct bench *b)
{
    journal_close(b->journal);
    unlink(b->path);
    assert_int_equal(rmdir(b->dir), 0);
}

static uint64_t leaves(struct bench *b)
{
    if (!audit_verify(journal_audit(b->journal), &b->err))
        fail_msg("%s", b->err.text);
    return audit_size(journal_audit(b->journal));
}

static int64_t spent(struct bench *b)
{
    uint64_t charges;
    int64_t nrho;

    assert_true(ledger_spent(journal_ledger(b->journal), &nrho, &charges, &b->err));
    return nrho;
}

static bool take(struct bench *b)
{
    return journal_take(b->journal, &b->charge, &b->receipt, &b->err);
}

static void test_charge_release_and_repeat(void **state)
{
    struct arena *arena = arena_new(1 << 16);
    struct ledger_answer answer;
    struct bench b;

    (void)state;
    bench_up(&b);
    assert_int_equal(leaves(&b), 1);
    assert_true(take(&b));
    assert_int_equal(b.receipt.charge.outcome, LEDGER_CHARGED);
    assert_int_equal(leaves(&b), 2);
    assert_true(take(&b)); /* the crash came before the answer */
    assert_int_equal(b.receipt.charge.outcome, LEDGER_PAID);
    assert_false(b.receipt.charge.released);
    assert_true(journal_release(b.journal, &b.charge, "answer", 6, &b.err));
    assert_refused(journal_release(b.journal, &b.charge, "other!", 6, &b.err), &b.err,
                   ERR_INTERNAL);
    assert_int_equal(leaves(&b), 3);
    assert_true(take(&b));
    assert_true(b.receipt.charge.released);
    assert_true(journal_find(b.journal, &b.receipt, arena, &answer, &b.err));
    assert_int_equal(answer.size, 6);
    assert_memory_equal(answer.data, "answer", 6);
    assert_int_equal(answer.log_index, 2);
    assert_int_equal(leaves(&b), 3);
    assert_int_equal(spent(&b), 60);
    assert_false(journal_broken(b.journal));
    arena_free(arena);
    bench_down(&b);
}

/* With the log's own key, so that nothing but the answer is to be guessed. */
static void seal_question(struct bench *b, struct leaf *leaf)
{
    sqlite3 *db;

    assert_int_equal(sqlite3_open_v2(b->path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "BEGIN", NULL, NULL, NULL), SQLITE_OK);
    assert_true(seal_leaf(db, leaf, &b->err));
    assert_int_equal(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* The leaf of a release of these bytes, as one makes it who knows all else, and maybe the seal. */
static bool is_leaf_of(struct bench *b, uint64_t index, int64_t answer, const uint8_t *seal)
{
    struct leaf leaf = {.type = LEAF_RELEASE, .purpose = "research", .nrho = 60};
    uint8_t there[AUDIT_LEAF_MAX];
    struct bytes guess = {0};
    size_t there_size;
    bool same;

    memcpy(leaf.question_hash, b->charge.claim.question_hash, sizeof(leaf.question_hash));
    memcpy(leaf.organisation, "gms", 4);
    memcpy(leaf.analyst, "anna", 5);
    crypto_generichash(leaf.answer_hash, sizeof(leaf.answer_hash), (const uint8_t *)&answer,
                       sizeof(answer), seal, seal ? 32 : 0);
    seal_question(b, &leaf);
    leaf_write(&leaf, &guess);
    assert_false(guess.failed);
    assert_true(audit_leaf(journal_audit(b->journal), index, there, &there_size, &b->err));
    same = there_size == guess.size && memcmp(there, guess.data, guess.size) == 0;
    bytes_clear(&guess);
    return same;
}

static void read_seal(struct bench *b, uint8_t seal[static 32])
{
    sqlite3_stmt *stmt;
    sqlite3 *db;

    assert_int_equal(sqlite3_open_v2(b->path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT seal FROM release", -1, &stmt, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    assert_int_equal(sqlite3_column_bytes(stmt, 0), 32);
    memcpy(seal, sqlite3_column_blob(stmt, 0), 32);
    sqlite3_finalize(stmt);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* A share of a sum is a small number, and all else in its answer is known to who relays it. */
static void test_a_leaf_does_not_tell_which_answer_was_released(void **state)
{
    const int64_t share = 42;
    uint8_t seal[32];
    struct bench b;
    int found = 0;

    (void)state;
    bench_up(&b);
    assert_true(take(&b));
    assert_true(journal_release(b.journal, &b.charge, &share, sizeof(share), &b.err));
    for (int64_t guess = -1000; guess <= 1000; guess++)
        found += is_leaf_of(&b, 2, guess, NULL);
    assert_int_equal(found, 0);
    read_seal(&b, seal); /* the ledger's holder can show which one it is */
    assert_true(is_leaf_of(&b, 2, share, seal));
    assert_false(is_leaf_of(&b, 2, share + 1, seal));
    bench_down(&b);
}

static void test_an_id_with_other_bytes_takes_nothing(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    assert_true(take(&b));
    b.charge.claim.question_hash[0]++;
    b.charge.claim.base_key[0]++;
    assert_true(take(&b));
    assert_int_equal(b.receipt.seen, LEDGER_OTHER);
    assert_int_equal(spent(&b), 60);
    assert_int_equal(leaves(&b), 2);
    bench_down(&b);
}

static void test_the_same_bytes_on_another_snapshot_are_what_they_were(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    assert_true(take(&b));
    b.charge.claim.base_key[0]++;
    b.charge.claim.snapshot[0]++;
    assert_true(take(&b));
    assert_int_equal(b.receipt.charge.outcome, LEDGER_PAID);
    assert_true(b.receipt.elsewhere);
    assert_int_equal(b.receipt.base_key[0], 1);
    assert_int_equal(spent(&b), 60);
    bench_down(&b);
}

static void test_a_refusal_writes_nothing_and_its_note_is_a_leaf(void **state)
{
    struct leaf leaf = {.type = LEAF_DENY, .note = "budget"};
    struct bench b;

    (void)state;
    bench_up(&b);
    b.charge.claim.nrho = 101;
    assert_true(take(&b));
    assert_int_equal(b.receipt.charge.outcome, LEDGER_NO_YEAR);
    assert_int_equal(leaves(&b), 1);
    assert_true(journal_note(b.journal, &leaf, &b.err));
    assert_int_equal(leaves(&b), 2);
    bench_down(&b);
}

static void test_names_that_do_not_fit_the_log_take_nothing(void **state)
{
    char name[LEAF_NAME_BYTES + 1];
    struct bench b;

    (void)state;
    bench_up(&b);
    memset(name, 'a', sizeof(name));
    name[LEAF_NAME_BYTES] = 0;
    b.charge.analyst = name;
    assert_refused(take(&b), &b.err, ERR_INVALID);
    assert_int_equal(spent(&b), 0);
    bench_down(&b);
}

static bool look(struct bench *b)
{
    return journal_look(b->journal, &b->charge, &b->receipt, &b->err);
}

static void test_a_look_says_what_a_charge_would_and_writes_nothing(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    for (int i = 0; i < 3; i++) {
        assert_true(look(&b));
        assert_int_equal(b.receipt.charge.outcome, LEDGER_CHARGED);
        assert_int_equal(spent(&b), 0);
        assert_int_equal(leaves(&b), 1);
    }
    assert_true(take(&b));
    assert_true(look(&b));
    assert_int_equal(b.receipt.charge.outcome, LEDGER_PAID);
    b.charge.claim.base_key[0]++; /* whose figure it will be is open: other sets are paid too */
    assert_true(look(&b));
    assert_int_equal(b.receipt.charge.outcome, LEDGER_PAID);
    b.charge.claim.family[0]++;
    b.charge.question_id[0]++;
    b.charge.claim.question_hash[0]++;
    assert_true(look(&b));
    assert_int_equal(b.receipt.charge.outcome, LEDGER_NO_YEAR); /* 60 of 100 are gone */
    assert_int_equal(spent(&b), 60);
    assert_int_equal(leaves(&b), 2);
    bench_down(&b);
}

static void test_a_sum_is_charged_for_so_many_sets_and_not_one_more(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    b.charge.sets_max = MASKED_SUM_SETS_MAX;
    b.charge.claim.nrho = 10;
    for (uint8_t set = 1; set <= MASKED_SUM_SETS_MAX + 1; set++) {
        b.charge.claim.base_key[0] = set;
        assert_true(take(&b));
        assert_int_equal(b.receipt.too_many, set > 2);
        assert_int_equal(b.receipt.base_key[0], set);
        assert_false(b.receipt.elsewhere);
        assert_int_equal(spent(&b), set < 2 ? 10 : 20);
        assert_int_equal(leaves(&b), set < 2 ? 2 : 3);
    }
    b.charge.claim.base_key[0] = 1; /* what was paid for stays paid */
    assert_true(take(&b));
    assert_false(b.receipt.too_many);
    assert_int_equal(b.receipt.charge.outcome, LEDGER_PAID);
    assert_true(b.receipt.charge.paid_by_this);
    b.charge.claim.question_hash[0]++; /* another question's bytes under its id */
    assert_true(take(&b));
    assert_int_equal(b.receipt.seen, LEDGER_OTHER);
    b.charge.question_id[0]++; /* and under its own: a third set is its first */
    b.charge.claim.base_key[0] = 3;
    assert_true(take(&b));
    assert_int_equal(b.receipt.charge.outcome, LEDGER_CHARGED);
    assert_int_equal(spent(&b), 30);
    bench_down(&b);
}

static void test_the_newest_of_notes_is_found(void **state)
{
    struct leaf leaf = {.type = LEAF_ADMIN, .time_s = 7, .nrho = 3, .note = "a thing"};
    struct leaf other = {.type = LEAF_DENY, .time_s = 7, .nrho = 9, .note = "a thing"};
    uint64_t number = 1;
    struct bench b;

    (void)state;
    bench_up(&b);
    assert_true(journal_noted(b.journal, "a thing", &number, &b.err));
    assert_int_equal(number, 0);
    assert_true(journal_note(b.journal, &leaf, &b.err));
    leaf.nrho = 5;
    assert_true(journal_note(b.journal, &leaf, &b.err));
    assert_true(journal_note(b.journal, &other, &b.err));
    assert_true(journal_noted(b.journal, "a thing", &number, &b.err));
    assert_int_equal(number, 5);
    assert_true(journal_noted(b.journal, "another thing", &number, &b.err));
    assert_int_equal(number, 0);
    assert_true(journal_noted_at(b.path, "a thing", &number, &b.err)); /* beside the writer */
    assert_int_equal(number, 5);
    assert_true(journal_noted_at("/nowhere/ledger.db", "a thing", &number, &b.err));
    assert_int_equal(number, 0);
    bench_down(&b);
}

static void test_out_of_memory_leaves_whole_books(void **state)
{
    bool done = false;
    int n;

    (void)state;
    for (n = 1; !done; n++) {
        struct bench b;
        bool taken, released;

        bench_up(&b);
        fail_after = n;
        taken = take(&b);
        released = taken && journal_release(b.journal, &b.charge, "answer", 6, &b.err);
        done = released && fail_after != 0;
        fail_after = -1;
        journal_close(b.journal); /* the keeper's end; the next one reads the disk */
        bench_open(&b);
        assert_int_equal(spent(&b), taken ? 60 : 0);
        assert_int_equal(leaves(&b), 1 + taken + released);
        assert_true(take(&b));
        assert_int_equal(b.receipt.charge.released, released);
        assert_int_equal(spent(&b), 60);
        bench_down(&b);
    }
    assert_true(n > 2);
    print_message("survived failure at each of %d allocations\n", n - 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_charge_release_and_repeat),
        cmocka_unit_test(test_a_leaf_does_not_tell_which_answer_was_released),
        cmocka_unit_test(test_an_id_with_other_bytes_takes_nothing),
        cmocka_unit_test(test_the_same_bytes_on_another_snapshot_are_what_they_were),
        cmocka_unit_test(test_a_refusal_writes_nothing_and_its_note_is_a_leaf),
        cmocka_unit_test(test_names_that_do_not_fit_the_log_take_nothing),
        cmocka_unit_test(test_a_look_says_what_a_charge_would_and_writes_nothing),
        cmocka_unit_test(test_a_sum_is_charged_for_so_many_sets_and_not_one_more),
        cmocka_unit_test(test_the_newest_of_notes_is_found),
        cmocka_unit_test(test_out_of_memory_leaves_whole_books),
    };

    start_sqlite();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
