/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ledger's promises: no cap is overspent, to the last nano-rho; a repeat is free and a refusal
 * takes nothing; two organisations pay once each; a release has one answer for ever; windows never
 * go back and are not opened by the clock; out of memory at any point charges all or nothing.
 */
#include "node/privacy/ledger.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "proto/base/arena.h"
#include "tests/unit/refused.h"
#include "tests/unit/sqlite_memory.h"

/* ---- bench ----------------------------------------------------------------------------------- */

struct bench {
    sqlite3 *db;
    struct ledger *ledger;
    struct ledger_claim claim;
    struct ledger_caps caps;
    struct ledger_charge charge;
    struct err err;
};

static void sql(struct bench *b, const char *text)
{
    assert_int_equal(sqlite3_exec(b->db, text, NULL, NULL, NULL), SQLITE_OK);
}

static bool open_window(struct bench *b, uint64_t version, const char *window)
{
    uint8_t hash[32] = {(uint8_t)version, (uint8_t)window[3]};
    bool opened, put;

    sql(b, "BEGIN IMMEDIATE");
    put = ledger_open_window(b->ledger, &(struct ledger_policy){version, hash, window, "main"},
                             1000, &opened, &b->err);
    sql(b, put ? "COMMIT" : "ROLLBACK");
    return put;
}

static void bench_up(struct bench *b)
{
    *b = (struct bench){0};
    assert_int_equal(sqlite3_open(":memory:", &b->db), SQLITE_OK);
    assert_true(ledger_open(b->db, &b->ledger, &b->err));
    assert_true(open_window(b, 1, "2026"));
    b->claim = (struct ledger_claim){.base_key = {1},
                                     .noise_key = {2},
                                     .snapshot = {3},
                                     .question_hash = {4},
                                     .mode = 1,
                                     .sigma = 5,
                                     .organisation = "skane",
                                     .dataset = "main",
                                     .purpose = "research",
                                     .permit = "",
                                     .nrho = 60,
                                     .now_s = 1000};
    b->caps = (struct ledger_caps){100, 1000, 10000, 1000};
}

static void bench_down(struct bench *b)
{
    ledger_close(b->ledger);
    assert_int_equal(sqlite3_close(b->db), SQLITE_OK); /* busy if a statement leaked */
}

/* One charge in its own transaction, as the keeper does it. */
static enum ledger_outcome take(struct bench *b)
{
    sql(b, "BEGIN IMMEDIATE");
    assert_true(ledger_take(b->ledger, &b->claim, &b->caps, 7, &b->charge, &b->err));
    sql(b, "COMMIT");
    return b->charge.outcome;
}

static enum ledger_outcome take_new(struct bench *b, int64_t nrho)
{
    b->claim.base_key[1]++;
    b->claim.question_hash[1]++;
    b->claim.nrho = nrho;
    return take(b);
}

static int64_t spent(struct bench *b)
{
    int64_t nrho;
    uint64_t charges;

    assert_true(ledger_spent(b->ledger, &nrho, &charges, &b->err));
    return nrho;
}

/* ---- tests ----------------------------------------------------------------------------------- */

static void test_charges_to_the_last_nano_rho_and_not_one_more(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    assert_int_equal(take_new(&b, 60), LEDGER_CHARGED);
    assert_int_equal(b.charge.left_nrho, 40);
    assert_int_equal(b.charge.lifetime_left_nrho, 940);
    assert_int_equal(take_new(&b, 41), LEDGER_NO_YEAR);
    assert_int_equal(b.charge.left_nrho, 40);
    assert_int_equal(take_new(&b, 40), LEDGER_CHARGED);
    assert_int_equal(b.charge.left_nrho, 0);
    assert_int_equal(take_new(&b, 1), LEDGER_NO_YEAR);
    assert_int_equal(spent(&b), 100);
    bench_down(&b);
}

static void test_each_cap_refuses_by_its_own_name(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    b.claim.permit = "p";
    b.caps = (struct ledger_caps){59, 1000, 1000, 1000};
    assert_int_equal(take(&b), LEDGER_NO_YEAR);
    b.caps = (struct ledger_caps){60, 59, 1000, 1000};
    assert_int_equal(take(&b), LEDGER_NO_LIFETIME);
    b.caps = (struct ledger_caps){60, 60, 1000, 59};
    assert_int_equal(take(&b), LEDGER_NO_PERMIT);
    b.caps = (struct ledger_caps){60, 60, 59, 60};
    assert_int_equal(take(&b), LEDGER_NO_NODE);
    assert_int_equal(spent(&b), 0);
    b.caps = (struct ledger_caps){60, 60, 60, 60};
    assert_int_equal(take(&b), LEDGER_CHARGED);
    bench_down(&b);
}

static void test_a_repeat_costs_nothing(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    assert_int_equal(take(&b), LEDGER_CHARGED);
    assert_true(b.charge.paid_by_this);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(take(&b), LEDGER_PAID);
        assert_true(b.charge.paid_by_this); /* the same bytes: a retry */
        assert_int_equal(b.charge.left_nrho, 40);
    }
    b.claim.question_hash[0] = 9;
    assert_int_equal(take(&b), LEDGER_PAID);
    assert_false(b.charge.paid_by_this);
    assert_int_equal(spent(&b), 60);
    bench_down(&b);
}

static void test_a_retry_is_told_the_balance_of_its_own_charge(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    assert_int_equal(take(&b), LEDGER_CHARGED);
    struct ledger_claim first = b.claim;

    assert_int_equal(take_new(&b, 10), LEDGER_CHARGED);
    b.claim = first;
    assert_int_equal(take(&b), LEDGER_PAID);
    assert_int_equal(b.charge.left_nrho, 40);
    b.claim.question_hash[0] = 9; /* another question for the same release: as of now */
    assert_int_equal(take(&b), LEDGER_PAID);
    assert_int_equal(b.charge.left_nrho, 30);
    bench_down(&b);
}

/* The node's account too: where it is used up, what others have asked is refused as all else is. */
static void test_another_organisation_pays_for_the_same_release(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    b.caps.node_year_nrho = 120;
    assert_int_equal(take(&b), LEDGER_CHARGED);
    b.claim.organisation = "halland";
    assert_int_equal(take(&b), LEDGER_CHARGED);
    assert_int_equal(b.charge.left_nrho, 40);
    assert_int_equal(spent(&b), 120);
    b.claim.organisation = "uppsala";
    assert_int_equal(take(&b), LEDGER_NO_NODE);
    assert_int_equal(take_new(&b, 60), LEDGER_NO_NODE);
    bench_down(&b);
}

static void test_a_name_cannot_reach_another_s_account(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    b.claim.organisation = "a";
    assert_int_equal(take(&b), LEDGER_CHARGED);
    b.claim.organisation = "ab";
    assert_int_equal(take_new(&b, 60), LEDGER_CHARGED);
    assert_int_equal(b.charge.left_nrho, 40);
    bench_down(&b);
}

static void test_a_huge_price_does_not_wrap(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    assert_int_equal(take_new(&b, 60), LEDGER_CHARGED);
    assert_int_equal(take_new(&b, INT64_MAX), LEDGER_NO_YEAR);
    b.caps = (struct ledger_caps){INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX};
    assert_int_equal(take_new(&b, INT64_MAX), LEDGER_NO_YEAR);
    assert_int_equal(take_new(&b, INT64_MAX - 60), LEDGER_CHARGED);
    assert_int_equal(take_new(&b, 1), LEDGER_NO_YEAR);
    bench_down(&b);
}

static void test_a_cap_lowered_below_what_is_spent_leaves_nothing(void **state)
{
    struct bench b;
    int64_t left;

    (void)state;
    bench_up(&b);
    assert_int_equal(take(&b), LEDGER_CHARGED);
    b.caps.organisation_year_nrho = 50;
    assert_int_equal(take_new(&b, 1), LEDGER_NO_YEAR);
    assert_int_equal(b.charge.left_nrho, 0);
    assert_true(ledger_left(b.ledger, "skane", 100, &left, &b.err));
    assert_int_equal(left, 40);
    assert_true(ledger_left(b.ledger, "nobody", 100, &left, &b.err));
    assert_int_equal(left, 100);
    bench_down(&b);
}

static void is_total(struct bench *b, const char *organisation, int64_t year, int64_t life)
{
    struct ledger_total total;

    assert_true(ledger_total(b->ledger, organisation, &total, &b->err));
    assert_int_equal(total.year_nrho, year);
    assert_int_equal(total.life_nrho, life);
}

static void test_totals_are_those_of_an_organisation_or_of_all(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    is_total(&b, "", 0, 0);
    assert_int_equal(take_new(&b, 60), LEDGER_CHARGED);
    b.claim.organisation = "vgr";
    assert_int_equal(take_new(&b, 7), LEDGER_CHARGED);
    assert_true(open_window(&b, 2, "2027"));
    assert_int_equal(take_new(&b, 1), LEDGER_CHARGED);
    is_total(&b, "skane", 0, 60);
    is_total(&b, "vgr", 1, 8);
    is_total(&b, "", 1, 68);
    bench_down(&b);
}

static void test_a_new_window_gives_a_new_year_but_not_a_new_life(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    b.caps.organisation_lifetime_nrho = 150;
    assert_int_equal(take_new(&b, 100), LEDGER_CHARGED);
    b.claim.now_s = INT64_C(1) << 40; /* the clock alone opens nothing */
    assert_int_equal(take_new(&b, 1), LEDGER_NO_YEAR);
    assert_true(open_window(&b, 2, "2027"));
    b.claim.base_key[1]--;
    b.claim.question_hash[1]--;
    assert_int_equal(take(&b), LEDGER_PAID); /* a retry says what it said then */
    assert_true(b.charge.paid_by_this);
    assert_string_equal(b.charge.window, "2026");
    assert_int_equal(take_new(&b, 51), LEDGER_NO_LIFETIME);
    assert_int_equal(take_new(&b, 50), LEDGER_CHARGED);
    bench_down(&b);
}

static void test_the_node_s_year_opens_too_and_a_permit_is_for_life_and_for_all(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    b.caps = (struct ledger_caps){1000, 10000, 100, 150};
    b.claim.permit = "p";
    assert_int_equal(take_new(&b, 100), LEDGER_CHARGED);
    assert_int_equal(take_new(&b, 1), LEDGER_NO_NODE);
    assert_true(open_window(&b, 2, "2027"));
    assert_int_equal(take_new(&b, 51), LEDGER_NO_PERMIT);
    assert_int_equal(take_new(&b, 50), LEDGER_CHARGED);
    b.claim.organisation = "halland"; /* two that work under one permit */
    assert_int_equal(take_new(&b, 1), LEDGER_NO_PERMIT);
    b.claim.permit = "q";
    assert_int_equal(take_new(&b, 1), LEDGER_CHARGED);
    bench_down(&b);
}

static void test_a_renamed_data_set_has_no_account_of_its_own(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    assert_int_equal(take_new(&b, 60), LEDGER_CHARGED);
    b.claim.dataset = "other";
    assert_int_equal(take(&b), LEDGER_PAID); /* the same release, however it is called */
    assert_int_equal(take_new(&b, 41), LEDGER_NO_YEAR);
    assert_int_equal(b.charge.left_nrho, 40);
    assert_int_equal(take_new(&b, 40), LEDGER_CHARGED);
    bench_down(&b);
}

static void test_a_renamed_window_is_refused(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    assert_int_equal(take_new(&b, 100), LEDGER_CHARGED);
    assert_refused(open_window(&b, 2, "2026b"), &b.err, ERR_INVALID);
    assert_int_equal(take_new(&b, 1), LEDGER_NO_YEAR);
    bench_down(&b);
}

static void test_policies_and_windows_never_go_back(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    assert_true(open_window(&b, 1, "2026")); /* the same again: nothing to do */
    assert_true(open_window(&b, 3, "2027"));
    assert_refused(open_window(&b, 2, "2027"), &b.err, ERR_DENIED);
    assert_refused(open_window(&b, 3, "2028"), &b.err,
                   ERR_DENIED); /* other bytes, the same version */
    assert_refused(open_window(&b, 4, "2026"), &b.err, ERR_DENIED);
    assert_refused(open_window(&b, 0, "2027"), &b.err, ERR_INVALID);
    bench_down(&b);
}

static void test_without_a_policy_nothing_is_charged(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    sql(&b, "DELETE FROM policy");
    sql(&b, "BEGIN IMMEDIATE");
    assert_refused(ledger_take(b.ledger, &b.claim, &b.caps, 0, &b.charge, &b.err), &b.err,
                   ERR_UNAVAILABLE);
    sql(&b, "ROLLBACK");
    bench_down(&b);
}

static void test_a_release_has_one_answer_for_ever(void **state)
{
    struct arena *arena = arena_new(1 << 16);
    struct ledger_answer answer = {(const uint8_t *)"42", 2, 8, {5}, {6}}, got;
    struct bench b;
    bool found = true;

    (void)state;
    bench_up(&b);
    assert_int_equal(take(&b), LEDGER_CHARGED);
    assert_false(b.charge.released);
    assert_true(ledger_find(b.ledger, b.claim.base_key, arena, &got, &found, &b.err));
    assert_false(found);
    sql(&b, "BEGIN IMMEDIATE");
    assert_true(ledger_release(b.ledger, b.claim.base_key, &answer, &b.err));
    answer.data = (const uint8_t *)"43";
    assert_refused(ledger_release(b.ledger, b.claim.base_key, &answer, &b.err), &b.err,
                   ERR_INTERNAL);
    b.claim.base_key[5] = 1; /* never charged */
    assert_refused(ledger_release(b.ledger, b.claim.base_key, &answer, &b.err), &b.err,
                   ERR_INTERNAL);
    b.claim.base_key[5] = 0;
    sql(&b, "COMMIT");
    assert_true(ledger_find(b.ledger, b.claim.base_key, arena, &got, &found, &b.err));
    assert_true(found);
    assert_int_equal(got.size, 2);
    assert_memory_equal(got.data, "42", 2);
    assert_int_equal(got.log_index, 8);
    assert_int_equal(got.noise_key[0], 5);
    assert_int_equal(take(&b), LEDGER_PAID);
    assert_true(b.charge.released);
    arena_free(arena);
    bench_down(&b);
}

static void test_an_answer_holds_at_the_limit_and_one_past(void **state)
{
    uint8_t *data = calloc(1, LEDGER_ANSWER_MAX + 1);
    struct ledger_answer answer = {data, LEDGER_ANSWER_MAX + 1, 8, {5}, {6}};
    struct bench b;

    (void)state;
    assert_non_null(data);
    bench_up(&b);
    assert_int_equal(take(&b), LEDGER_CHARGED);
    sql(&b, "BEGIN IMMEDIATE");
    assert_refused_for(ledger_release(b.ledger, b.claim.base_key, &answer, &b.err), &b.err,
                       ERR_INTERNAL, "is not stored");
    answer.size = LEDGER_ANSWER_MAX;
    assert_true(ledger_release(b.ledger, b.claim.base_key, &answer, &b.err));
    sql(&b, "COMMIT");
    bench_down(&b);
    free(data);
}

static void test_the_same_id_with_other_bytes_is_a_replay(void **state)
{
    uint8_t id[16] = {1}, hash[32] = {2}, base[32] = {3}, found[32] = {9};
    enum ledger_seen seen;
    struct bench b;

    (void)state;
    bench_up(&b);
    assert_true(ledger_recall(b.ledger, id, hash, found, &seen, &b.err));
    assert_int_equal(seen, LEDGER_FRESH);
    assert_int_equal(found[0], 9);
    sql(&b, "BEGIN IMMEDIATE");
    assert_true(ledger_remember(b.ledger, id, hash, base, &b.err));
    sql(&b, "COMMIT");
    assert_true(ledger_recall(b.ledger, id, hash, found, &seen, &b.err));
    assert_int_equal(seen, LEDGER_SAME);
    assert_memory_equal(found, base, 32);
    hash[31] = 1;
    assert_true(ledger_recall(b.ledger, id, hash, found, &seen, &b.err));
    assert_int_equal(seen, LEDGER_OTHER);
    bench_down(&b);
}

/* Let the first allocation fail, then the second, ... until none is left to fail. */
static void test_out_of_memory_charges_all_or_nothing(void **state)
{
    bool done = false;
    int n;

    (void)state;
    for (n = 0; !done; n++) {
        struct bench b;
        bool charged;

        bench_up(&b);
        fail_after = n;
        charged = sqlite3_exec(b.db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK &&
                  ledger_take(b.ledger, &b.claim, &b.caps, 7, &b.charge, &b.err) &&
                  sqlite3_exec(b.db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK;
        done = charged && fail_after != 0;
        fail_after = -1;
        if (!sqlite3_get_autocommit(b.db))
            sql(&b, "ROLLBACK");
        assert_int_equal(spent(&b), charged ? 60 : 0);
        assert_int_equal(take(&b), charged ? LEDGER_PAID : LEDGER_CHARGED);
        assert_int_equal(spent(&b), 60);
        bench_down(&b);
    }
    assert_true(n > 1); /* the fault was really reached */
    print_message("survived failure at each of %d allocations\n", n - 1);
}

/* Every row of the ledger as text, in order, but for what only counts rows up. */
static void whole(struct bench *b, char *text, size_t size)
{
    static const char *const tables[] = {
        "SELECT hex(base_key) || state || nrho FROM release ORDER BY 1",
        "SELECT organisation || dataset || hex(base_key) || nrho FROM charge ORDER BY 1",
        "SELECT scope || key || window || nrho FROM spent ORDER BY 1",
        "SELECT hex(question_id) || hex(base_key) FROM seen ORDER BY 1"};
    size_t at = 0;

    *text = '\0';
    for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
        sqlite3_stmt *row;

        assert_int_equal(sqlite3_prepare_v2(b->db, tables[i], -1, &row, NULL), SQLITE_OK);
        while (sqlite3_step(row) == SQLITE_ROW)
            at += (size_t)snprintf(text + at, size - at, "%s\n", sqlite3_column_text(row, 0));
        sqlite3_finalize(row);
    }
    assert_true(at < size);
}

static bool give_back(struct bench *b)
{
    bool given;

    sql(b, "BEGIN IMMEDIATE");
    given = ledger_give_back(b->ledger, &b->claim, &b->err);
    sql(b, given ? "COMMIT" : "ROLLBACK");
    return given;
}

static void take_and_remember(struct bench *b, const uint8_t id[static LEDGER_ID_BYTES])
{
    assert_int_equal(take(b), LEDGER_CHARGED);
    sql(b, "BEGIN IMMEDIATE");
    assert_true(ledger_remember(b->ledger, id, b->claim.question_hash, b->claim.base_key, &b->err));
    sql(b, "COMMIT");
}

static void test_what_is_given_back_leaves_the_ledger_as_it_was(void **state)
{
    static const uint8_t ids[2][LEDGER_ID_BYTES] = {{1}, {2}};
    char before[4096], between[4096], after[4096];
    struct bench b;

    (void)state;
    bench_up(&b);
    b.claim.permit = "p";
    whole(&b, before, sizeof(before));
    take_and_remember(&b, ids[0]);
    assert_true(give_back(&b));
    whole(&b, after, sizeof(after));
    assert_string_equal(before, after);
    assert_false(give_back(&b));
    assert_int_equal(b.err.code, ERR_INTERNAL);

    take_and_remember(&b, ids[0]); /* another organisation pays for the same release */
    whole(&b, between, sizeof(between));
    b.claim.organisation = "uppsala";
    b.claim.question_hash[5]++;
    take_and_remember(&b, ids[1]);
    assert_true(give_back(&b));
    whole(&b, after, sizeof(after));
    assert_string_equal(between, after);
    bench_down(&b);
}

/* Stored, and late all the same: the node has spent it, whoever asks next pays for himself. */
static void test_a_stored_answer_stays_when_its_charge_is_given_back(void **state)
{
    const struct ledger_answer answer = {.data = (const uint8_t *)"x", .size = 1};
    struct bench b;

    (void)state;
    bench_up(&b);
    assert_int_equal(take(&b), LEDGER_CHARGED);
    sql(&b, "BEGIN IMMEDIATE");
    assert_true(ledger_release(b.ledger, b.claim.base_key, &answer, &b.err));
    sql(&b, "COMMIT");
    assert_true(give_back(&b));
    assert_int_equal(spent(&b), 0);
    b.caps.node_year_nrho = 60;
    assert_int_equal(take(&b), LEDGER_CHARGED);
    assert_true(b.charge.released);
    assert_int_equal(b.charge.left_nrho, 40);
    assert_int_equal(take_new(&b, 1), LEDGER_NO_NODE);
    bench_down(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_given_back_leaves_the_ledger_as_it_was),
        cmocka_unit_test(test_a_stored_answer_stays_when_its_charge_is_given_back),
        cmocka_unit_test(test_charges_to_the_last_nano_rho_and_not_one_more),
        cmocka_unit_test(test_each_cap_refuses_by_its_own_name),
        cmocka_unit_test(test_a_repeat_costs_nothing),
        cmocka_unit_test(test_a_retry_is_told_the_balance_of_its_own_charge),
        cmocka_unit_test(test_another_organisation_pays_for_the_same_release),
        cmocka_unit_test(test_a_name_cannot_reach_another_s_account),
        cmocka_unit_test(test_a_huge_price_does_not_wrap),
        cmocka_unit_test(test_a_cap_lowered_below_what_is_spent_leaves_nothing),
        cmocka_unit_test(test_totals_are_those_of_an_organisation_or_of_all),
        cmocka_unit_test(test_a_new_window_gives_a_new_year_but_not_a_new_life),
        cmocka_unit_test(test_the_node_s_year_opens_too_and_a_permit_is_for_life_and_for_all),
        cmocka_unit_test(test_a_renamed_data_set_has_no_account_of_its_own),
        cmocka_unit_test(test_a_renamed_window_is_refused),
        cmocka_unit_test(test_policies_and_windows_never_go_back),
        cmocka_unit_test(test_without_a_policy_nothing_is_charged),
        cmocka_unit_test(test_a_release_has_one_answer_for_ever),
        cmocka_unit_test(test_an_answer_holds_at_the_limit_and_one_past),
        cmocka_unit_test(test_the_same_id_with_other_bytes_is_a_replay),
        cmocka_unit_test(test_out_of_memory_charges_all_or_nothing),
    };

    start_sqlite();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
