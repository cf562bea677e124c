/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What opening SQLite here promises: strange paths are only paths, an immutable file is not
 * written, no other database can be attached, what is no database or damaged is told so; a ledger's
 * commits are durable by construction, it has readers and one writer, and its log is moved when
 * asked.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <fcntl.h>
#include <unistd.h>

#include "proto/base/file.h"
#include "proto/base/sql.h"
#include "tests/unit/refused.h"

static char folder[64];

static int make_folder(void **state)
{
    (void)state;
    strncpy(folder, "/tmp/rikstal-sql-XXXXXX", sizeof(folder) - 1);
    return mkdtemp(folder) ? 0 : 1;
}

static int remove_folder(void **state)
{
    (void)state;
    return rmdir(folder);
}

static void test_a_strange_path_is_only_a_path(void **state)
{
    static const char *const names[] = {"a?mode=memory", "b#c", "d%20e", "f g"};
    char path[128];
    sqlite3 *db;
    struct err err;
    int64_t value;

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
        assert_true(sql_open(path, SQL_BUILD, &db, &err));
        assert_true(sql_run(db, "CREATE TABLE t (n INTEGER); INSERT INTO t VALUES (7)", &err));
        assert_int_equal(sqlite3_close(db), SQLITE_OK);
        assert_true(file_exists(path));
        assert_true(sql_open(path, SQL_IMMUTABLE, &db, &err));
        assert_true(sql_number(db, "SELECT n FROM t", 0, &value, &err));
        assert_int_equal(value, 7);
        assert_refused(sql_run(db, "INSERT INTO t VALUES (8)", &err), &err, ERR_INTERNAL);
        assert_refused(sql_run(db, "ATTACH ':memory:' AS other", &err), &err, ERR_INTERNAL);
        assert_int_equal(sqlite3_close(db), SQLITE_OK);
        assert_int_equal(unlink(path), 0);
    }
}

static void test_what_is_no_database_is_told_so(void **state)
{
    char path[128], text[4096];
    sqlite3 *db;
    struct err err;

    (void)state;
    snprintf(path, sizeof(path), "%s/text", folder);
    assert_refused(sql_open(path, SQL_IMMUTABLE, &db, &err), &err, ERR_INTERNAL);
    assert_non_null(strstr(err.text, "cannot be opened"));
    memset(text, 'x', sizeof(text));
    assert_true(file_write(path, text, sizeof(text), 0600, &err));
    assert_refused(sql_open(path, SQL_STORE, &db, &err), &err, ERR_INTERNAL);
    assert_non_null(strstr(err.text, "no database"));
    assert_int_equal(unlink(path), 0);
}

static void one_value(sqlite3 *db, const char *sql, char *out, size_t room)
{
    sqlite3_stmt *stmt;

    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    snprintf(out, room, "%s", sqlite3_column_text(stmt, 0));
    sqlite3_finalize(stmt);
}

/* A ledger's file in the folder, to be removed by ledger_down(). */
static sqlite3 *ledger_up(char *path, size_t room)
{
    struct err err;
    sqlite3 *db;

    snprintf(path, room, "%s/ledger.db", folder);
    if (!sql_open(path, SQL_LEDGER, &db, &err))
        fail_msg("%s", err.text);
    return db;
}

static void ledger_down(sqlite3 *db, const char *path)
{
    sql_close(db);
    assert_int_equal(unlink(path), 0); /* and remove_folder() finds that no journal is left */
}

static void test_commits_of_a_ledger_and_a_log_are_durable(void **state)
{
    char path[128], value[16];
    struct err err;
    sqlite3 *db;

    (void)state;
    db = ledger_up(path, sizeof(path));
    one_value(db, "PRAGMA journal_mode", value, sizeof(value));
    assert_string_equal(value, "wal");
    one_value(db, "PRAGMA synchronous", value, sizeof(value));
    assert_string_equal(value, "2");
    one_value(db, "PRAGMA wal_autocheckpoint", value, sizeof(value));
    assert_string_equal(value, "0"); /* its errors would be lost */
    sql_close(db);
    assert_true(sql_open(path, SQL_LOG, &db, &err));
    one_value(db, "PRAGMA journal_mode", value, sizeof(value));
    assert_string_equal(value, "wal");
    one_value(db, "PRAGMA synchronous", value, sizeof(value));
    assert_string_equal(value, "2");
    one_value(db, "PRAGMA wal_autocheckpoint", value, sizeof(value));
    assert_string_equal(value, "0");
    sql_close(db);
    db = ledger_up(path, sizeof(path)); /* moves the log when it is closed */
    ledger_down(db, path);
}

static void test_a_log_keeps_its_write_ahead_log_when_it_is_closed(void **state)
{
    char path[128], log[160], value[16];
    struct err err;
    sqlite3 *db;
    int pages;

    (void)state;
    db = ledger_up(path, sizeof(path));
    sql_close(db);
    for (int i = 0; i < 3; i++) {
        assert_true(sql_open(path, SQL_LOG, &db, &err));
        sql_watch_log(db, &pages);
        assert_true(sql_begin(db, &err));
        assert_true(sql_run(db, "CREATE TABLE IF NOT EXISTS t(x); INSERT INTO t VALUES(1)", &err));
        assert_true(sql_commit(db, &err));
        assert_true(pages > i); /* it grows from one connection to the next */
        sql_close(db);
    }
    snprintf(log, sizeof(log), "%s-wal", path);
    assert_int_equal(access(log, F_OK), 0);
    assert_true(sql_open(path, SQL_LOG, &db, &err));
    assert_true(sql_checkpoint_last(db, &err));
    assert_int_equal(access(log, F_OK), 0);
    sql_close(db);
    assert_int_not_equal(access(log, F_OK), 0);
    db = ledger_up(path, sizeof(path));
    one_value(db, "SELECT count(*) FROM t", value, sizeof(value));
    assert_string_equal(value, "3");
    ledger_down(db, path);
}

static void test_a_reader_sees_what_is_committed_and_cannot_write(void **state)
{
    char path[128], value[16];
    sqlite3 *db, *reader;
    struct err err;

    (void)state;
    db = ledger_up(path, sizeof(path));
    assert_true(sql_begin(db, &err));
    assert_true(sql_run(db, "CREATE TABLE t(x); INSERT INTO t VALUES(1)", &err));
    assert_true(sql_commit(db, &err));
    assert_true(sql_open(path, SQL_LEDGER_READ, &reader, &err));
    one_value(reader, "SELECT count(*) FROM t", value, sizeof(value));
    assert_string_equal(value, "1");
    assert_refused(sql_run(reader, "INSERT INTO t VALUES(2)", &err), &err, ERR_INTERNAL);
    sql_close(reader);
    ledger_down(db, path);
}

static void test_a_second_writer_is_refused_while_one_writes(void **state)
{
    sqlite3 *db, *second;
    char path[128];
    struct err err;

    (void)state;
    db = ledger_up(path, sizeof(path));
    assert_true(sql_open(path, SQL_LEDGER, &second, &err));
    assert_true(sql_begin(db, &err));
    assert_true(sql_in_transaction(db));
    assert_refused(sql_begin(second, &err), &err, ERR_UNAVAILABLE);
    sql_rollback(db);
    sql_rollback(second); /* nothing open: no effect */
    assert_true(sql_begin(second, &err));
    sql_close(second); /* rolls back */
    ledger_down(db, path);
}

static void test_the_log_is_moved_when_asked(void **state)
{
    char path[128];
    struct err err;
    sqlite3 *db;
    int pages;

    (void)state;
    db = ledger_up(path, sizeof(path));
    sql_watch_log(db, &pages);
    assert_int_equal(pages, 0);
    assert_true(sql_run(db, "CREATE TABLE t(x); INSERT INTO t VALUES(zeroblob(100000))", &err));
    assert_true(pages > 20);
    assert_true(sql_checkpoint(db, &err));
    assert_true(sql_run(db, "INSERT INTO t VALUES(1)", &err));
    assert_true(pages > 0 && pages < 10); /* it began anew */
    ledger_down(db, path);
}

static void overwrite(const char *path, const char *text, off_t at)
{
    int fd = open(path, O_WRONLY);

    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, text, strlen(text), at), strlen(text));
    close(fd);
}

static void test_a_damaged_ledger_is_refused(void **state)
{
    char path[128];
    struct err err;
    sqlite3 *db;

    (void)state;
    db = ledger_up(path, sizeof(path));
    assert_true(sql_run(db, "CREATE TABLE t(x)", &err));
    sql_close(db);
    overwrite(path, "xxxxxxxxxxxxxxxx", 4096);
    assert_refused(sql_open(path, SQL_LEDGER, &db, &err), &err, ERR_INTERNAL);
    overwrite(path, "no database at all", 0);
    assert_refused(sql_open(path, SQL_LEDGER, &db, &err), &err, ERR_INTERNAL);
    assert_refused(sql_open("/nonexistent/ledger.db", SQL_LEDGER, &db, &err), &err, ERR_INTERNAL);
    assert_int_equal(unlink(path), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_strange_path_is_only_a_path),
        cmocka_unit_test(test_what_is_no_database_is_told_so),
        cmocka_unit_test(test_commits_of_a_ledger_and_a_log_are_durable),
        cmocka_unit_test(test_a_log_keeps_its_write_ahead_log_when_it_is_closed),
        cmocka_unit_test(test_a_reader_sees_what_is_committed_and_cannot_write),
        cmocka_unit_test(test_a_second_writer_is_refused_while_one_writes),
        cmocka_unit_test(test_the_log_is_moved_when_asked),
        cmocka_unit_test(test_a_damaged_ledger_is_refused),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
