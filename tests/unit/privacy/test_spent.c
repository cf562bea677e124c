/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: a price is taken from all accounts or from none, to the last nano-rho, and the first
 * account that refuses is named; what is given back leaves no trace; no more is given back than was
 * taken; the largest price does not wrap.
 */
#include "node/privacy/spent.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "node/privacy/ledger.h"
#include "proto/base/sql.h"
#include "tests/unit/refused.h"

static sqlite3 *db;
static struct spent *spent;
static struct err err;

static void sql(const char *text)
{
    assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
}

static int up(void **state)
{
    (void)state;
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    assert_true(sql_migrate(db, &ledger_schema, &err) && spent_open(db, &spent, &err));
    sql("BEGIN IMMEDIATE");
    return 0;
}

static int down(void **state)
{
    (void)state;
    spent_close(spent);
    sql("COMMIT");
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    return 0;
}

static size_t take(const struct spent_account *account, size_t n, int64_t nrho)
{
    size_t refused;

    assert_true(spent_take(spent, account, n, nrho, &refused, &err));
    return refused;
}

static int64_t left(const struct spent_account *account)
{
    int64_t nrho;

    assert_true(spent_left(spent, account, &nrho, &err));
    return nrho;
}

static void test_from_all_accounts_or_from_none(void **state)
{
    const struct spent_account account[] = {
        {"organisation", "a", "2026", 100}, {"lifetime", "a", "", 60}, {"node", "", "2026", 1000}};

    (void)state;
    assert_int_equal(take(account, 3, 50), 3);
    assert_int_equal(take(account, 3, 11), 1);
    assert_int_equal(left(&account[0]), 50);
    assert_int_equal(take(account, 3, 51), 0);
    assert_int_equal(take(account, 3, 10), 3);
    assert_int_equal(left(&account[1]), 0);
    assert_int_equal(left(&account[2]), 940);
    assert_int_equal(take(account, 3, 1), 1);
    assert_int_equal(left(&(struct spent_account){"organisation", "a", "2027", 100}), 100);
    assert_int_equal(left(&(struct spent_account){"organisation", "b", "2026", 100}), 100);
    assert_int_equal(left(&(struct spent_account){"organisation", "a", "2026", 30}), 0);
}

static void test_what_is_given_back_leaves_no_trace(void **state)
{
    const struct spent_account account = {"permit", "p", "", 100};
    int64_t rows;

    (void)state;
    assert_int_equal(take(&account, 1, 40), 1);
    assert_int_equal(take(&account, 1, 20), 1);
    assert_true(spent_give_back(spent, &account, 40, &err));
    assert_int_equal(left(&account), 80);
    assert_refused(spent_give_back(spent, &account, 21, &err), &err, ERR_INTERNAL);
    assert_true(spent_give_back(spent, &account, 20, &err));
    assert_true(sql_number(db, "SELECT count(*) FROM spent", -1, &rows, &err));
    assert_int_equal(rows, 0);
    assert_refused(spent_give_back(spent, &account, 1, &err), &err, ERR_INTERNAL);
}

static void test_the_largest_price_does_not_wrap(void **state)
{
    const struct spent_account account = {"node", "", "2026", INT64_MAX};

    (void)state;
    assert_int_equal(take(&account, 1, 60), 1);
    assert_int_equal(take(&account, 1, INT64_MAX), 0);
    assert_int_equal(take(&account, 1, INT64_MAX - 60), 1);
    assert_int_equal(take(&account, 1, 1), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_from_all_accounts_or_from_none, up, down),
        cmocka_unit_test_setup_teardown(test_what_is_given_back_leaves_no_trace, up, down),
        cmocka_unit_test_setup_teardown(test_the_largest_price_does_not_wrap, up, down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
