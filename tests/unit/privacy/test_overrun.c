/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: a question that was late is known on that snapshot and on no other; those of older
 * snapshots are forgotten.
 */
#include "node/privacy/overrun.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "node/privacy/ledger.h"
#include "proto/base/sql.h"

static const uint8_t one[32] = {1}, two[32] = {2}, first[32] = {10}, second[32] = {20};
static sqlite3 *db;
static struct overrun *overrun;
static struct err err;

static int up(void **state)
{
    (void)state;
    return sqlite3_open(":memory:", &db) || !sql_migrate(db, &ledger_schema, &err) ||
           !overrun_open(db, &overrun, &err);
}

static int down(void **state)
{
    (void)state;
    overrun_close(overrun);
    return sqlite3_close(db);
}

static bool is_late(const uint8_t *hash, const uint8_t *snapshot)
{
    bool late;

    assert_true(overrun_look(overrun, hash, snapshot, &late, &err));
    return late;
}

static void note_at(const uint8_t *hash, const uint8_t *snapshot, int64_t now_s)
{
    assert_true(sql_begin(db, &err));
    assert_true(overrun_note(overrun, hash, snapshot, now_s, &err));
    assert_true(sql_commit(db, &err));
}

static void note(const uint8_t *hash, const uint8_t *snapshot)
{
    note_at(hash, snapshot, 1000);
}

static void test_late_on_this_snapshot_and_on_no_other(void **state)
{
    (void)state;
    assert_false(is_late(one, first));
    note(one, first);
    note(one, first); /* again: a second asker of the organisation */
    assert_true(is_late(one, first));
    assert_false(is_late(two, first));
    assert_false(is_late(one, second));
}

/* Several releases are asked about at a time, so another snapshot alone makes none forgotten. */
static void test_those_of_older_snapshots_are_forgotten(void **state)
{
    (void)state;
    note(one, first);
    note(two, first);
    assert_true(is_late(one, first) && is_late(two, first));
    note_at(two, second, 1000 + OVERRUN_KEPT_S);
    assert_true(is_late(one, first) && is_late(two, second));
    note_at(two, second, 1001 + OVERRUN_KEPT_S);
    assert_false(is_late(one, first));
    assert_true(is_late(two, second));
    assert_false(is_late(two, first));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_late_on_this_snapshot_and_on_no_other, up, down),
        cmocka_unit_test_setup_teardown(test_those_of_older_snapshots_are_forgotten, up, down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
