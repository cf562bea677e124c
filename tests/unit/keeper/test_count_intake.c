/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: every leaf of the log of counts comes into the ledger's log once, in order and byte for
 * byte, those of before the first start too; a crash between any two writes takes none twice and
 * leaves none out; a log of counts that went back or was altered is told once and takes nothing
 * more; another file in its place is looked at again.
 */
#include "node/keeper/count_intake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>
#include <unistd.h>

#include "node/audit/audit.h"
#include "node/audit/leaf.h"
#include "node/keeper/journal.h"
#include "proto/base/sql.h"
#include "tests/unit/refused.h"

struct bench {
    struct home home;
    char path[HOME_PATH_BYTES];
    struct journal *journal;
    struct count_intake intake;
    struct err err;
};

static void open_journal(struct bench *b)
{
    char path[HOME_PATH_BYTES];

    assert_true(home_path(&b->home, "ledger.db", path, &b->err));
    if (!journal_open(path, &b->journal, &b->err))
        fail_msg("%s", b->err.text);
}

static void up(struct bench *b)
{
    *b = (struct bench){.home.dir = "/tmp/rikstal-counts-XXXXXX"};
    assert_non_null(mkdtemp(b->home.dir));
    assert_true(home_path(&b->home, "count.db", b->path, &b->err));
    open_journal(b);
}

static void down(struct bench *b)
{
    char command[HOME_PATH_BYTES + 16];

    count_intake_close(&b->intake);
    journal_close(b->journal);
    snprintf(command, sizeof(command), "rm -r '%s'", b->home.dir);
    assert_int_equal(system(command), 0);
}

/* As `rikstal-node count` writes it: n calls, the first of them number `first`. */
static void count(struct bench *b, int first, int n)
{
    struct audit *audit;
    uint64_t index;
    sqlite3 *db;

    assert_true(sql_open(b->path, SQL_LOG, &db, &b->err) && audit_open(db, &audit, &b->err));
    for (int i = first; i < first + n; i++) {
        struct leaf leaf = {.type = LEAF_COUNT, .time_s = 1000 + i, .question_hash = {(uint8_t)i}};
        struct bytes bytes = {0};

        leaf_write(&leaf, &bytes);
        assert_true(sql_begin(db, &b->err) &&
                    audit_append(audit, bytes.data, bytes.size, &index, &b->err) &&
                    sql_commit(db, &b->err));
        bytes_clear(&bytes);
    }
    audit_close(audit);
    sql_close(db);
}

static void refresh(struct bench *b)
{
    if (!count_intake_refresh(&b->intake, &b->home, b->journal, &b->err))
        fail_msg("%s", b->err.text);
}

/* The log has so many leaves of counts, of the calls 0, 1, 2 … */
static void has(struct bench *b, int n)
{
    struct audit *audit = journal_audit(b->journal);
    uint8_t data[AUDIT_LEAF_MAX];
    struct leaf leaf;
    size_t size;
    int found = 0;

    for (uint64_t i = 0; i < audit_size(audit); i++) {
        assert_true(audit_leaf(audit, i, data, &size, &b->err) &&
                    leaf_read(data, size, &leaf, &b->err));
        if (leaf.type != LEAF_COUNT)
            continue;
        assert_int_equal(leaf.time_s, 1000 + found);
        assert_int_equal(leaf.question_hash[0], (uint8_t)found);
        found++;
    }
    assert_int_equal(found, n);
    assert_true(audit_verify(audit, &b->err));
}

static void test_every_count_comes_into_the_log_once(void **state)
{
    struct bench b;

    (void)state;
    up(&b);
    refresh(&b); /* nobody has counted yet */
    has(&b, 0);
    count(&b, 0, 3);
    refresh(&b);
    refresh(&b);
    has(&b, 3);
    count(&b, 3, 2); /* beside the open connection */
    refresh(&b);
    has(&b, 5);
    count_intake_close(&b.intake); /* another keeper */
    journal_close(b.journal);
    open_journal(&b);
    refresh(&b);
    has(&b, 5);
    count(&b, 5, 1);
    refresh(&b);
    has(&b, 6);
    down(&b);
}

static void test_a_long_log_of_before_is_taken_in_parts(void **state)
{
    struct bench b;

    (void)state;
    up(&b);
    count(&b, 0, COUNT_INTAKE_LEAVES + 7);
    refresh(&b);
    has(&b, COUNT_INTAKE_LEAVES + 7);
    down(&b);
}

static void sql_on(const char *path, const char *text)
{
    sqlite3 *db;

    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void ledger_sql(struct bench *b, const char *text)
{
    char path[HOME_PATH_BYTES];

    assert_true(home_path(&b->home, "ledger.db", path, &b->err));
    sql_on(path, text);
}

/* A leaf is copied with its number, or neither is. */
static void test_what_fails_in_between_takes_nothing(void **state)
{
    struct bench b;

    (void)state;
    up(&b);
    count(&b, 0, 3);
    refresh(&b);
    count(&b, 3, 2);
    ledger_sql(&b, "CREATE TRIGGER full BEFORE INSERT ON count_taken"
                   " BEGIN SELECT raise(ABORT, 'no room'); END");
    assert_refused(count_intake_refresh(&b.intake, &b.home, b.journal, &b.err), &b.err,
                   ERR_INTERNAL);
    has(&b, 3);
    ledger_sql(&b, "DROP TRIGGER full");
    count_intake_close(&b.intake); /* the next keeper */
    refresh(&b);
    has(&b, 5);
    down(&b);
}

static void test_a_log_that_went_back_or_was_altered_is_told_once(void **state)
{
    static const char *const harm[] = {
        "DELETE FROM leaf WHERE id >= 2; DELETE FROM subtree",
        "UPDATE subtree SET hash = zeroblob(32) WHERE level = 2 AND position = 0",
        "DROP TABLE leaf"};
    struct bench b;

    (void)state;
    for (size_t i = 0; i < sizeof(harm) / sizeof(harm[0]); i++) {
        up(&b);
        count(&b, 0, 4);
        refresh(&b);
        count_intake_close(&b.intake);
        sql_on(b.path, harm[i]);
        if (i == 1)
            count(&b, 4, 1);
        assert_refused(count_intake_refresh(&b.intake, &b.home, b.journal, &b.err), &b.err,
                       i == 2 ? ERR_INTERNAL : ERR_DENIED);
        refresh(&b); /* said already */
        has(&b, 4);
        down(&b);
    }
}

/* Moves the log of counts and its write-ahead log to another name, or back. */
static void move(struct bench *b, const char *from, const char *to)
{
    static const char *const parts[] = {"", "-wal", "-shm"};
    char old[HOME_PATH_BYTES + 16], new[HOME_PATH_BYTES + 16];

    for (size_t i = 0; i < 3; i++) {
        snprintf(old, sizeof(old), "%s/%s%s", b->home.dir, from, parts[i]);
        snprintf(new, sizeof(new), "%s/%s%s", b->home.dir, to, parts[i]);
        assert_true(rename(old, new) == 0 || i > 0);
    }
}

static void test_another_file_in_its_place_is_looked_at(void **state)
{
    struct bench b;

    (void)state;
    up(&b);
    count(&b, 0, 4);
    refresh(&b);
    move(&b, "count.db", "kept.db");
    count(&b, 9, 1); /* begun anew */
    assert_refused(count_intake_refresh(&b.intake, &b.home, b.journal, &b.err), &b.err, ERR_DENIED);
    assert_non_null(strstr(b.err.text, "went back"));
    move(&b, "count.db", "other.db");
    move(&b, "kept.db", "count.db");
    count(&b, 4, 1);
    refresh(&b);
    has(&b, 5);
    down(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_count_comes_into_the_log_once),
        cmocka_unit_test(test_a_long_log_of_before_is_taken_in_parts),
        cmocka_unit_test(test_what_fails_in_between_takes_nothing),
        cmocka_unit_test(test_a_log_that_went_back_or_was_altered_is_told_once),
        cmocka_unit_test(test_another_file_in_its_place_is_looked_at),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
