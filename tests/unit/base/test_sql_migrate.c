/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of a migration: a new file gets all steps at once, an older one those that it lacks,
 * keeping what it holds; a step that fails leaves the file as it was and lets the next start try
 * again; a file of another program or of a newer one is refused and not a byte of it changes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <unistd.h>

#include "proto/base/file.h"
#include "proto/base/sql.h"
#include "tests/unit/refused.h"

#define APPLICATION 0x72696b74
#define STEP_ONE "CREATE TABLE IF NOT EXISTS one(x); INSERT INTO one VALUES(1)"
#define STEP_TWO "CREATE TABLE two(x); ALTER TABLE one ADD COLUMN y"

static const char *const first[] = {STEP_ONE, NULL};
static const char *const both[] = {STEP_ONE, STEP_TWO, NULL};
static const char *const broken[] = {STEP_ONE, "CREATE TABLE two(x); CREATE TABLE one(x)", NULL};

static const struct sql_schema older = {"the test", APPLICATION, first, "leaf "};
static const struct sql_schema schema = {"the test", APPLICATION, both, "leaf "};
static const struct sql_schema faulty = {"the test", APPLICATION, broken, "leaf "};

static char folder[64], path[80];
static struct err err;
static sqlite3 *db;

static int up(void **state)
{
    (void)state;
    snprintf(folder, sizeof(folder), "/tmp/rikstal-migrate-XXXXXX");
    if (!mkdtemp(folder))
        return 1;
    snprintf(path, sizeof(path), "%s/file", folder);
    db = NULL;
    return 0;
}

static int down(void **state)
{
    (void)state;
    sql_close(db);
    unlink(path);
    return rmdir(folder);
}

static void reopen(const struct sql_schema *as)
{
    sql_close(db);
    db = NULL;
    if (!sql_open_own(path, SQL_STORE, as, &db, &err))
        fail_msg("%s", err.text);
}

static int64_t number(const char *sql)
{
    int64_t value = -1;

    assert_true(sql_number(db, sql, -1, &value, &err));
    return value;
}

/* Opens it as a file of nobody and runs the SQL. */
static void make(const char *sql)
{
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sql_close(db);
    db = NULL;
}

/* Refused with ERR_INVALID and these words, and not a byte of the file has changed. */
static void refused(const char *words)
{
    uint8_t before[32], after[32];
    char wal[96];

    assert_true(file_hash(path, before, &err));
    assert_refused(sql_open_own(path, SQL_STORE, &schema, &db, &err), &err, ERR_INVALID);
    if (!strstr(err.text, words))
        fail_msg("%s", err.text);
    assert_true(file_hash(path, after, &err));
    assert_memory_equal(before, after, sizeof(before));
    snprintf(wal, sizeof(wal), "%s-wal", path);
    assert_false(file_exists(wal));
}

static void test_a_new_file_takes_all_steps_once(void **state)
{
    (void)state;
    reopen(&schema);
    assert_int_equal(number("PRAGMA application_id"), APPLICATION);
    assert_int_equal(number("PRAGMA user_version"), 2);
    reopen(&schema);
    assert_int_equal(number("SELECT count(*) FROM one"), 1);
}

static void test_an_older_file_takes_what_it_lacks_and_keeps_its_rows(void **state)
{
    (void)state;
    reopen(&older);
    assert_true(sql_run(db, "INSERT INTO one VALUES(7)", &err));
    reopen(&schema);
    assert_int_equal(number("PRAGMA user_version"), 2);
    assert_int_equal(number("SELECT sum(x) FROM one WHERE y IS NULL"), 8);
}

static void test_a_step_that_fails_leaves_the_file_as_it_was(void **state)
{
    (void)state;
    reopen(&older);
    sql_close(db);
    db = NULL;
    assert_refused(sql_open_own(path, SQL_STORE, &faulty, &db, &err), &err, ERR_INTERNAL);
    assert_non_null(strstr(err.text, "schema step 2"));
    reopen(&older);
    assert_int_equal(number("PRAGMA user_version"), 1);
    assert_int_equal(number("SELECT count(*) FROM sqlite_schema"), 1);
    reopen(&schema);
}

static void test_a_newer_file_is_refused_untouched(void **state)
{
    (void)state;
    make("CREATE TABLE one(x); PRAGMA application_id = 1919511412; PRAGMA user_version = 3");
    refused("use the newer program");
    unlink(path);
    make("CREATE TABLE one(x); PRAGMA application_id = 1919511412; PRAGMA user_version = -1");
    refused("another program");
}

static void test_a_foreign_file_is_refused_untouched(void **state)
{
    static const char *const foreign[] = {
        "CREATE TABLE one(x)",                         /* no mark, tables of its own */
        "CREATE TABLE leaf(x); CREATE TABLE other(x)", /* one of them could be ours */
        "CREATE TABLE lea(x)",
        "CREATE TABLE leafy(x)",                          /* nearly */
        "CREATE TABLE one(x); PRAGMA application_id = 7", /* another's mark */
        "PRAGMA application_id = 7",                      /* and no table */
        "CREATE TABLE leaf(x); PRAGMA user_version = 1",  /* counts steps of its own */
    };

    (void)state;
    for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++) {
        make(foreign[i]);
        refused("another program");
        assert_int_equal(unlink(path), 0);
    }
}

static void test_a_file_of_before_the_mark_is_taken(void **state)
{
    (void)state;
    make("CREATE TABLE leaf(x); INSERT INTO leaf VALUES(5)");
    reopen(&schema);
    assert_int_equal(number("PRAGMA application_id"), APPLICATION);
    assert_int_equal(number("SELECT x FROM leaf"), 5);
}

static void test_a_part_counts_its_own_steps(void **state)
{
    (void)state;
    reopen(&older);
    assert_true(sql_migrate_part(db, "a", first, &err));
    assert_true(sql_migrate_part(db, "a", first, &err)); /* not again */
    assert_int_equal(number("SELECT count(*) FROM one"), 2);
    assert_true(sql_migrate_part(db, "a", both, &err));
    assert_int_equal(number("SELECT version FROM schema_part WHERE name = 'a'"), 2);
    assert_int_equal(number("SELECT count(*) FROM two"), 0);
    assert_refused(sql_migrate_part(db, "a", first, &err), &err, ERR_INVALID);
    assert_refused(sql_migrate_part(db, "b", broken, &err), &err, ERR_INTERNAL);
    assert_false(sql_in_transaction(db));
    assert_int_equal(number("SELECT count(*) FROM schema_part"), 1);
}

static void test_a_part_of_a_read_only_file_is_left_alone(void **state)
{
    (void)state;
    make("CREATE TABLE leaf(x)");
    assert_true(sql_open(path, SQL_IMMUTABLE, &db, &err));
    assert_true(sql_migrate_part(db, "a", first, &err));
    assert_int_equal(number("SELECT count(*) FROM sqlite_schema"), 1);
}

#define MIGRATE_TEST(f) cmocka_unit_test_setup_teardown(f, up, down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        MIGRATE_TEST(test_a_new_file_takes_all_steps_once),
        MIGRATE_TEST(test_an_older_file_takes_what_it_lacks_and_keeps_its_rows),
        MIGRATE_TEST(test_a_step_that_fails_leaves_the_file_as_it_was),
        MIGRATE_TEST(test_a_newer_file_is_refused_untouched),
        MIGRATE_TEST(test_a_foreign_file_is_refused_untouched),
        MIGRATE_TEST(test_a_file_of_before_the_mark_is_taken),
        MIGRATE_TEST(test_a_part_counts_its_own_steps),
        MIGRATE_TEST(test_a_part_of_a_read_only_file_is_left_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
