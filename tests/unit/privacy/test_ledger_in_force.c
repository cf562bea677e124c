/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: what the ledger says is in force is what was put in force last; another policy follows
 * it only with a higher version, no older window, and the same name for the data set; a window is a
 * year; the same policy is itself; a ledger that cannot
 * be read is an error and not an empty one.
 */
#include "node/privacy/ledger_in_force.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "tests/unit/refused.h"

static sqlite3 *db;
static struct ledger *ledger;
static struct err err;
static const char *dataset = "main";
static const uint8_t hash[LEDGER_HASH_BYTES] = {1}, other[LEDGER_HASH_BYTES] = {2};

static int up(void **state)
{
    (void)state;
    return sqlite3_open(":memory:", &db) == SQLITE_OK && ledger_open(db, &ledger, &err) ? 0 : -1;
}

static int down(void **state)
{
    (void)state;
    ledger_close(ledger);
    return sqlite3_close(db) == SQLITE_OK ? 0 : -1;
}

static void put(uint64_t version, const char *window)
{
    struct ledger_policy policy = {version, hash, window, dataset};
    bool opened;

    assert_int_equal(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    if (!ledger_open_window(ledger, &policy, 0, &opened, &err))
        fail_msg("%s", err.text);
    assert_int_equal(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
}

static struct ledger_in_force in_force(void)
{
    struct ledger_in_force read;

    if (!ledger_in_force_read(db, &read, &err))
        fail_msg("%s", err.text);
    return read;
}

static bool follows(uint64_t version, const uint8_t *of, const char *window, bool *same)
{
    struct ledger_policy policy = {version, of, window, dataset};
    struct ledger_in_force now = in_force();

    return ledger_in_force_precedes(&now, &policy, same, &err);
}

static void test_what_was_put_in_force_last(void **state)
{
    (void)state;
    assert_false(in_force().any);
    put(3, "2026");
    put(4, "2027");
    assert_true(in_force().any);
    assert_int_equal(in_force().version, 4);
    assert_string_equal(in_force().window, "2027");
    assert_memory_equal(in_force().hash, hash, sizeof(hash));
}

static void test_a_policy_follows_with_a_higher_version_and_no_older_window(void **state)
{
    bool same;

    (void)state;
    assert_true(follows(1, hash, "2026", &same) && !same); /* the first one */
    put(3, "2026");
    assert_true(follows(3, hash, "2026", &same) && same);
    assert_refused(follows(3, other, "2026", &same), &err, ERR_DENIED);
    assert_refused(follows(2, other, "2027", &same), &err, ERR_DENIED);
    assert_refused(follows(4, other, "2025", &same), &err, ERR_DENIED);
    assert_true(follows(4, other, "2026", &same) && !same);
    assert_true(follows(4, hash, "2027", &same) && !same);
}

/* Either would be a new name for a budget that is spent. */
static void test_neither_data_set_nor_window_is_renamed(void **state)
{
    static const char *const renamed[] = {"2026b", "2026-2", "20260", "2026.5", "Q1", "", "202"};
    bool same;

    (void)state;
    put(3, "2026");
    for (size_t i = 0; i < sizeof(renamed) / sizeof(renamed[0]); i++) {
        assert_false(ledger_in_force_window_is_year(renamed[i]));
        assert_refused(follows(4, other, renamed[i], &same), &err, ERR_DENIED);
    }
    dataset = "other";
    assert_refused(follows(4, other, "2026", &same), &err, ERR_DENIED);
    assert_non_null(strstr(err.text, "the data set was called main and is called other now"));
    dataset = "";
    assert_refused(follows(4, other, "2027", &same), &err, ERR_DENIED);
    assert_non_null(strstr(err.text, "not named"));
    dataset = "main";
    assert_true(follows(4, other, "2027", &same));
    assert_string_equal(in_force().dataset, "main");
}

static void test_a_name_may_come_once_and_stays(void **state)
{
    bool same;

    (void)state;
    dataset = "";
    put(1, "2026");
    dataset = "main";
    assert_true(follows(2, other, "2026", &same));
    put(2, "2026");
    dataset = "other";
    assert_refused(follows(3, other, "2026", &same), &err, ERR_DENIED);
    dataset = "main";
}

static void test_what_cannot_be_read_is_no_empty_ledger(void **state)
{
    struct ledger_in_force read;
    sqlite3 *none;

    (void)state;
    assert_int_equal(sqlite3_open(":memory:", &none), SQLITE_OK);
    assert_refused(ledger_in_force_read(none, &read, &err), &err, ERR_INTERNAL);
    sqlite3_close(none);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_what_was_put_in_force_last, up, down),
        cmocka_unit_test_setup_teardown(
            test_a_policy_follows_with_a_higher_version_and_no_older_window, up, down),
        cmocka_unit_test_setup_teardown(test_neither_data_set_nor_window_is_renamed, up, down),
        cmocka_unit_test_setup_teardown(test_a_name_may_come_once_and_stays, up, down),
        cmocka_unit_test_setup_teardown(test_what_cannot_be_read_is_no_empty_ledger, up, down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
