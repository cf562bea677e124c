/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of rates: so many new questions a minute and a day for each person and not one more,
 * at the second; a question counts once; another person, of another organisation or of the same
 * name elsewhere, has their own; what was rolled back did not count; no limit is no limit; and a
 * clock that goes back makes nobody ask faster.
 */
#include "node/privacy/rate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "node/privacy/ledger.h"

struct bench {
    sqlite3 *db;
    struct ledger *ledger;
    struct rate *rate;
    struct rate_claim claim;
    uint8_t hash[32];
    struct err err;
};

static void up(struct bench *b)
{
    *b = (struct bench){.claim = {.organisation = "gms",
                                  .analyst = "anna",
                                  .now_s = 1000000,
                                  .limits = {.per_minute = 3, .per_day = 5}}};
    assert_int_equal(sqlite3_open(":memory:", &b->db), SQLITE_OK);
    assert_true(ledger_open(b->db, &b->ledger, &b->err) && rate_open(b->db, &b->rate, &b->err));
    b->claim.question_hash = b->hash;
}

static void down(struct bench *b)
{
    rate_close(b->rate);
    ledger_close(b->ledger);
    assert_int_equal(sqlite3_close(b->db), SQLITE_OK);
}

static void sql(struct bench *b, const char *text)
{
    assert_int_equal(sqlite3_exec(b->db, text, NULL, NULL, NULL), SQLITE_OK);
}

static int64_t wait_of(struct bench *b)
{
    int64_t wait_s;

    assert_true(rate_look(b->rate, &b->claim, &wait_s, &b->err));
    return wait_s;
}

/* A new question at this time: how long it would have to wait; 0: it was asked. */
static int64_t ask_at(struct bench *b, int64_t now_s)
{
    int64_t wait_s;

    b->claim.now_s = now_s;
    b->hash[0]++;
    wait_s = wait_of(b);
    if (wait_s == 0) {
        sql(b, "BEGIN IMMEDIATE");
        assert_true(rate_note(b->rate, &b->claim, &b->err));
        sql(b, "COMMIT");
    }
    return wait_s;
}

static void test_three_a_minute_and_not_one_more(void **state)
{
    struct bench b;

    (void)state;
    up(&b);
    assert_int_equal(ask_at(&b, 1000), 0);
    assert_int_equal(ask_at(&b, 1010), 0);
    assert_int_equal(ask_at(&b, 1020), 0);
    assert_int_equal(ask_at(&b, 1020), 40);
    assert_int_equal(ask_at(&b, 1059), 1);
    assert_int_equal(ask_at(&b, 1060), 0);
    assert_int_equal(ask_at(&b, 1060), 10);
    down(&b);
}

static void test_five_a_day_and_not_one_more(void **state)
{
    struct bench b;

    (void)state;
    up(&b);
    for (int64_t i = 0; i < 5; i++)
        assert_int_equal(ask_at(&b, 1000 + 100 * i), 0);
    assert_int_equal(ask_at(&b, 2000), 1000 + 86400 - 2000);
    assert_int_equal(ask_at(&b, 1000 + 86399), 1);
    assert_int_equal(ask_at(&b, 1000 + 86400), 0);
    down(&b);
}

static void test_a_question_counts_once(void **state)
{
    struct bench b;

    (void)state;
    up(&b);
    assert_int_equal(ask_at(&b, 1000), 0);
    for (int i = 0; i < 4; i++) {
        sql(&b, "BEGIN IMMEDIATE");
        assert_true(rate_note(b.rate, &b.claim, &b.err));
        sql(&b, "COMMIT");
    }
    assert_int_equal(ask_at(&b, 1000), 0);
    assert_int_equal(ask_at(&b, 1000), 0);
    assert_int_equal(ask_at(&b, 1000), 60);
    b.hash[0]--; /* the third again: it goes on */
    assert_int_equal(wait_of(&b), 0);
    down(&b);
}

static void test_everybody_has_their_own(void **state)
{
    struct bench b;

    (void)state;
    up(&b);
    for (int i = 0; i < 3; i++)
        assert_int_equal(ask_at(&b, 1000), 0);
    b.claim.analyst = "bertil";
    assert_int_equal(ask_at(&b, 1000), 0);
    b.claim.analyst = "anna";
    assert_int_equal(ask_at(&b, 1000), 60);
    b.claim.organisation = "pharma";
    assert_int_equal(ask_at(&b, 1000), 0);
    down(&b);
}

static void test_what_was_rolled_back_did_not_count(void **state)
{
    struct bench b;

    (void)state;
    up(&b);
    for (uint8_t i = 0; i < 9; i++) {
        b.hash[0] = (uint8_t)(100 + i);
        sql(&b, "BEGIN IMMEDIATE");
        assert_true(rate_note(b.rate, &b.claim, &b.err));
        sql(&b, "ROLLBACK");
    }
    b.hash[0] = 0;
    assert_int_equal(ask_at(&b, 1000000), 0);
    down(&b);
}

static void test_no_limit_is_no_limit(void **state)
{
    struct bench b;

    (void)state;
    up(&b);
    b.claim.limits = (struct rate_limits){0};
    for (int i = 0; i < 200; i++)
        assert_int_equal(ask_at(&b, 1000), 0);
    down(&b);
}

static void test_a_clock_that_goes_back_is_waited_for(void **state)
{
    struct bench b;

    (void)state;
    up(&b);
    for (int i = 0; i < 3; i++)
        assert_int_equal(ask_at(&b, 5000), 0);
    assert_int_equal(ask_at(&b, 4000), 1060);
    down(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_three_a_minute_and_not_one_more),
        cmocka_unit_test(test_five_a_day_and_not_one_more),
        cmocka_unit_test(test_a_question_counts_once),
        cmocka_unit_test(test_everybody_has_their_own),
        cmocka_unit_test(test_what_was_rolled_back_did_not_count),
        cmocka_unit_test(test_no_limit_is_no_limit),
        cmocka_unit_test(test_a_clock_that_goes_back_is_waited_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
