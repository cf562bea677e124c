/*
 * What opening SQLite here promises: strange paths are only paths, an immutable file is not
 * written, no other database can be attached, and what is no database is told so.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <unistd.h>

#include "node/store/sql.h"
#include "proto/base/file.h"

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
        assert_false(sql_run(db, "INSERT INTO t VALUES (8)", &err));
        assert_false(sql_run(db, "ATTACH ':memory:' AS other", &err));
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
    assert_false(sql_open(path, SQL_IMMUTABLE, &db, &err));
    assert_int_equal(err.code, ERR_INVALID);
    memset(text, 'x', sizeof(text));
    assert_true(file_write(path, text, sizeof(text), 0600, &err));
    assert_false(sql_open(path, SQL_STORE, &db, &err));
    assert_non_null(strstr(err.text, "no database"));
    assert_int_equal(unlink(path), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_strange_path_is_only_a_path),
        cmocka_unit_test(test_what_is_no_database_is_told_so),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
