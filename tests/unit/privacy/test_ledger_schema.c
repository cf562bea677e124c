/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of the ledger's steps: a new database gets all tables, one of an older program is
 * brought up and keeps what it holds, one of a newer program is refused and not touched, and a
 * step that fails leaves the database as it was.
 */
#include "node/privacy/ledger.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base/sql.h"
#include "tests/unit/refused.h"

#define STEPS 8
#define ONE_CHARGE                                                                                 \
    "INSERT INTO release(base_key, noise_key, snapshot, mode, sigma, nrho, state, ts, log_index)"  \
    " VALUES(zeroblob(32), zeroblob(32), zeroblob(32), 1, 5, 60, 0, 1000, 7);"                     \
    "INSERT INTO charge(organisation, dataset, purpose, permit, base_key, window, nrho, "          \
    "left_nrho,"                                                                                   \
    " ts, question_hash, log_index) VALUES('gms', 'main', 'research', '', zeroblob(32), '2026',"   \
    " 60, 40, 1000, zeroblob(32), 7)"

static sqlite3 *db;
static struct err err;

static int up(void **state)
{
    (void)state;
    return sqlite3_open(":memory:", &db);
}

static int down(void **state)
{
    (void)state;
    return sqlite3_close(db);
}

static void sql(const char *text)
{
    assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
}

static int64_t number(const char *text)
{
    sqlite3_stmt *stmt;
    int64_t value;

    assert_int_equal(sqlite3_prepare_v2(db, text, -1, &stmt, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    value = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return value;
}

static void test_a_new_database_gets_all_tables_once(void **state)
{
    (void)state;
    assert_true(sql_migrate(db, &ledger_schema, &err));
    assert_int_equal(number("PRAGMA user_version"), STEPS);
    sql(ONE_CHARGE);
    assert_true(sql_migrate(db, &ledger_schema, &err));
    assert_int_equal(number("SELECT count(*) FROM charge"), 1);
    assert_int_equal(number("SELECT count(*) FROM asked"), 0);
}

/* As if the first step alone had been taken. */
static void take_back(void)
{
    sql("DROP TABLE asked; DROP TABLE count_taken; DROP TABLE overrun; DROP INDEX charge_family; "
        "DROP INDEX "
        "charge_payer;"
        "ALTER TABLE charge DROP COLUMN family; ALTER TABLE release DROP COLUMN seal;"
        "ALTER TABLE policy DROP COLUMN dataset; ALTER TABLE charge DROP COLUMN participants;"
        "ALTER TABLE charge DROP COLUMN participants_id;"
        "PRAGMA user_version = 1");
}

/* What was spent under two names for the data set was spent by one organisation. */
static void test_accounts_of_two_data_sets_are_added_up(void **state)
{
    (void)state;
    assert_true(sql_migrate(db, &ledger_schema, &err));
    take_back();
    sql(ONE_CHARGE);
    sql("INSERT INTO spent VALUES('organisation', 'gms' || char(31) || 'main', '2026', 60),"
        "('organisation', 'gms' || char(31) || 'again', '2026', 5),"
        "('organisation', 'gms' || char(31) || 'main', '2027', 7),"
        "('organisation', 'gmsx' || char(31) || 'main', '2026', 9),"
        "('lifetime', 'gms' || char(31) || 'main', '', 67), ('node', '', '2026', 74),"
        "('permit', 'p', '', 3);"
        "INSERT INTO policy(version, hash, window, ts) VALUES(1, zeroblob(32), '2026', 1)");
    assert_true(sql_migrate(db, &ledger_schema, &err));
    assert_int_equal(number("SELECT nrho FROM spent WHERE scope = 'organisation' AND key = 'gms'"
                            " AND window = '2026'"),
                     65);
    assert_int_equal(number("SELECT nrho FROM spent WHERE scope = 'organisation' AND key = 'gms'"
                            " AND window = '2027'"),
                     7);
    assert_int_equal(number("SELECT nrho FROM spent WHERE key = 'gmsx'"), 9);
    assert_int_equal(number("SELECT nrho FROM spent WHERE scope = 'lifetime' AND key = 'gms'"), 67);
    assert_int_equal(number("SELECT count(*) FROM spent"), 6);
    assert_int_equal(number("SELECT dataset = 'main' FROM policy"), 1);
}

static void test_one_of_an_older_program_is_brought_up_and_keeps_its_charges(void **state)
{
    (void)state;
    assert_true(sql_migrate(db, &ledger_schema, &err));
    take_back();
    sql(ONE_CHARGE);
    assert_true(sql_migrate(db, &ledger_schema, &err));
    assert_int_equal(number("PRAGMA user_version"), STEPS);
    assert_int_equal(number("SELECT sum(nrho) FROM charge"), 60);
    assert_int_equal(number("SELECT count(*) FROM asked"), 0);
}

static void test_one_of_a_newer_program_is_refused(void **state)
{
    (void)state;
    assert_true(sql_migrate(db, &ledger_schema, &err));
    assert_int_equal(number("PRAGMA user_version"), STEPS);
    sql("PRAGMA user_version = 99");
    assert_refused(sql_migrate(db, &ledger_schema, &err), &err, ERR_INVALID);
    assert_int_equal(number("PRAGMA user_version"), 99);
}

static void test_a_step_that_fails_leaves_the_database_as_it_was(void **state)
{
    (void)state;
    sql("CREATE TABLE asked(other)"); /* in the way of the second step */
    assert_refused(sql_migrate(db, &ledger_schema, &err), &err, ERR_INVALID);
    assert_int_equal(number("PRAGMA user_version"), 0);
    assert_int_equal(number("SELECT count(*) FROM sqlite_master"), 1);
}

#define SCHEMA_TEST(f) cmocka_unit_test_setup_teardown(f, up, down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCHEMA_TEST(test_a_new_database_gets_all_tables_once),
        SCHEMA_TEST(test_one_of_an_older_program_is_brought_up_and_keeps_its_charges),
        SCHEMA_TEST(test_accounts_of_two_data_sets_are_added_up),
        SCHEMA_TEST(test_one_of_a_newer_program_is_refused),
        SCHEMA_TEST(test_a_step_that_fails_leaves_the_database_as_it_was),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
