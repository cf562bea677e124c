/*
 * Promises: a file is opened with the rollback journal and synchronous=EXTRA, refuses to attach
 * others, can be read beside its writer, keeps a second writer out while one writes, and refuses a
 * damaged file.
 */
#include "node/audit/database.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

struct bench {
    char folder[32];
    char path[48];
    sqlite3 *db;
    struct err err;
};

static void bench_up(struct bench *b)
{
    *b = (struct bench){.folder = "/tmp/rikstal-db-XXXXXX"};
    assert_non_null(mkdtemp(b->folder));
    snprintf(b->path, sizeof(b->path), "%s/ledger.db", b->folder);
    if (!database_open(b->path, &b->db, &b->err))
        fail_msg("%s", b->err.text);
}

static void bench_down(struct bench *b)
{
    database_close(b->db);
    unlink(b->path);
    assert_int_equal(rmdir(b->folder), 0); /* no journal is left */
}

static void one_value(sqlite3 *db, const char *sql, char *out, size_t room)
{
    sqlite3_stmt *stmt;

    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    snprintf(out, room, "%s", sqlite3_column_text(stmt, 0));
    sqlite3_finalize(stmt);
}

static void test_commits_are_durable_by_construction(void **state)
{
    struct bench b;
    char value[16];

    (void)state;
    bench_up(&b);
    one_value(b.db, "PRAGMA journal_mode", value, sizeof(value));
    assert_string_equal(value, "delete");
    one_value(b.db, "PRAGMA synchronous", value, sizeof(value));
    assert_string_equal(value, "3");
    assert_int_not_equal(sqlite3_exec(b.db, "ATTACH ':memory:' AS x", NULL, NULL, NULL), SQLITE_OK);
    bench_down(&b);
}

static void test_a_reader_sees_what_is_committed_and_cannot_write(void **state)
{
    sqlite3 *reader;
    struct bench b;
    char value[16];

    (void)state;
    bench_up(&b);
    assert_true(database_begin(b.db, &b.err));
    assert_int_equal(sqlite3_exec(b.db, "CREATE TABLE t(x); INSERT INTO t VALUES(1)", 0, 0, 0),
                     SQLITE_OK);
    assert_true(database_commit(b.db, &b.err));
    assert_true(database_open_read(b.path, &reader, &b.err));
    one_value(reader, "SELECT count(*) FROM t", value, sizeof(value));
    assert_string_equal(value, "1");
    assert_int_not_equal(sqlite3_exec(reader, "INSERT INTO t VALUES(2)", 0, 0, 0), SQLITE_OK);
    database_close(reader);
    bench_down(&b);
}

static void test_a_second_writer_is_refused_while_one_writes(void **state)
{
    sqlite3 *second;
    struct bench b;

    (void)state;
    bench_up(&b);
    assert_true(database_open(b.path, &second, &b.err));
    assert_true(database_begin(b.db, &b.err));
    assert_false(database_begin(second, &b.err));
    assert_int_equal(b.err.code, ERR_UNAVAILABLE);
    database_rollback(b.db);
    database_rollback(second); /* nothing open: no effect */
    assert_true(database_begin(second, &b.err));
    database_rollback(second);
    database_close(second);
    bench_down(&b);
}

static void test_a_damaged_file_is_refused(void **state)
{
    struct bench b;
    int fd;

    (void)state;
    bench_up(&b);
    assert_int_equal(sqlite3_exec(b.db, "CREATE TABLE t(x)", 0, 0, 0), SQLITE_OK);
    database_close(b.db);
    fd = open(b.path, O_WRONLY);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, "xxxxxxxxxxxxxxxx", 16, 4096), 16);
    close(fd);
    assert_false(database_open(b.path, &b.db, &b.err));
    fd = open(b.path, O_WRONLY);
    assert_int_equal(pwrite(fd, "no database at all", 18, 0), 18);
    close(fd);
    assert_false(database_open(b.path, &b.db, &b.err));
    assert_int_equal(b.err.code, ERR_INTERNAL);
    assert_false(database_open("/nonexistent/ledger.db", &b.db, &b.err));
    b.db = NULL;
    bench_down(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_commits_are_durable_by_construction),
        cmocka_unit_test(test_a_reader_sees_what_is_committed_and_cannot_write),
        cmocka_unit_test(test_a_second_writer_is_refused_while_one_writes),
        cmocka_unit_test(test_a_damaged_file_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
