/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: values go to their places by kind, a look-up says whether there is a row, what was
 * bound does not stay, and an error names its owner and says whether trying again can help.
 */
#include "proto/base/statements.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "tests/unit/refused.h"

enum { ADD, FIND };

static const char *const sql[] = {
    [ADD] = "INSERT INTO t VALUES(?1, ?2, ?3, ?4, ?5)",
    [FIND] = "SELECT n, length(b), length(h), length(d) FROM t WHERE name = ?1",
};

struct bench {
    sqlite3 *db;
    struct statements statements;
    struct err err;
};

static void up(struct bench *b, const char *path)
{
    *b = (struct bench){0};
    assert_int_equal(sqlite3_open(path, &b->db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(b->db,
                                  "CREATE TABLE IF NOT EXISTS t(name TEXT UNIQUE, n INTEGER,"
                                  " b BLOB, h BLOB, d BLOB)",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    assert_true(statements_prepare(&b->statements, b->db, "bench", sql, 2, &b->err));
}

static void down(struct bench *b)
{
    statements_finalize(&b->statements);
    assert_int_equal(sqlite3_close(b->db), SQLITE_OK); /* busy if one were left */
}

static bool add(struct bench *b, const char *name)
{
    static const uint8_t bytes[32] = {1, 2, 3};
    const union statement_value values[] = {{.text = name},
                                            {.integer = INT64_MIN},
                                            {.bytes = {bytes, 7}},
                                            {.blob = bytes},
                                            {.blob = bytes}};

    return statements_run(&b->statements, ADD, "tibhd", values, &b->err);
}

/* One that SQLite does not take leaves none of those before it behind: the database can be closed.
 */
static void test_a_statement_that_cannot_be_prepared_leaves_none(void **state)
{
    static const char *const half[] = {"SELECT n FROM t", "SELECT nothing FROM nowhere"};
    struct statements statements;
    struct bench b;

    (void)state;
    up(&b, ":memory:");
    assert_refused(statements_prepare(&statements, b.db, "bench", half, 2, &b.err), &b.err,
                   ERR_INTERNAL);
    down(&b);
}

static void test_values_go_to_their_places_by_kind(void **state)
{
    const union statement_value anna = {.text = "anna"}, nobody = {.text = "nobody"};
    sqlite3_stmt *row;
    struct bench b;

    (void)state;
    up(&b, ":memory:");
    assert_true(add(&b, "anna"));
    assert_true(statements_look(&b.statements, FIND, "t", &anna, &row, &b.err));
    assert_non_null(row);
    assert_true(sqlite3_column_int64(row, 0) == INT64_MIN);
    assert_int_equal(sqlite3_column_int(row, 1), 7);
    assert_int_equal(sqlite3_column_int(row, 2), 32);
    assert_int_equal(sqlite3_column_int(row, 3), 16);
    statements_rewind(row);
    assert_true(statements_look(&b.statements, FIND, "t", &nobody, &row, &b.err));
    assert_null(row);
    assert_true(statements_look(&b.statements, FIND, "", NULL, &row, &b.err));
    assert_null(row); /* anna is not bound any more */
    down(&b);
}

static void test_an_error_names_its_owner_and_the_next_call_works(void **state)
{
    const union statement_value value = {.text = "x"};
    struct bench b;

    (void)state;
    up(&b, ":memory:");
    assert_true(add(&b, "anna"));
    assert_false(add(&b, "anna"));
    assert_int_equal(b.err.code, ERR_INTERNAL);
    assert_memory_equal(b.err.text, "bench: ", 7);
    assert_refused(statements_run(&b.statements, ADD, "z", &value, &b.err), &b.err,
                   ERR_INTERNAL); /* no such kind */
    assert_true(add(&b, "bert"));
    down(&b);
}

static void test_a_locked_database_may_be_tried_again(void **state)
{
    char path[] = "/tmp/rikstal-test-XXXXXX";
    struct bench b, other;
    int file = mkstemp(path);

    (void)state;
    assert_true(file >= 0);
    up(&b, path);
    up(&other, path);
    assert_int_equal(sqlite3_exec(other.db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    assert_false(add(&b, "anna"));
    assert_int_equal(b.err.code, ERR_UNAVAILABLE);
    assert_int_equal(sqlite3_exec(other.db, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
    assert_true(add(&b, "anna"));
    down(&other);
    down(&b);
    close(file);
    unlink(path);
}

static void test_what_cannot_be_prepared_leaves_nothing(void **state)
{
    static const char *const wrong[] = {"SELECT 1", "SELECT FROM"};
    struct statements statements;
    struct bench b;

    (void)state;
    up(&b, ":memory:");
    assert_refused(statements_prepare(&statements, b.db, "bench", wrong, 2, &b.err), &b.err,
                   ERR_INTERNAL);
    assert_memory_equal(b.err.text, "bench: ", 7);
    statements_finalize(&statements); /* nothing to do */
    down(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_statement_that_cannot_be_prepared_leaves_none),
        cmocka_unit_test(test_values_go_to_their_places_by_kind),
        cmocka_unit_test(test_an_error_names_its_owner_and_the_next_call_works),
        cmocka_unit_test(test_a_locked_database_may_be_tried_again),
        cmocka_unit_test(test_what_cannot_be_prepared_leaves_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
