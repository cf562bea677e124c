/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises of the log: every root up to 64 leaves is that of its leaves, every pair of sizes has a
 * consistency proof; what a rolled-back transaction appended is gone; one flipped
 * bit in any leaf or subtree is found; it survives closing; and memory failing at any point appends
 * a leaf whole or not at all.
 */
#include "node/audit/audit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "proto/base/sql.h"
#include "tests/unit/refused.h"
#include "tests/unit/sqlite_memory.h"

#define MOST 64

struct bench {
    sqlite3 *db;
    struct audit *audit;
    struct err err;
};

static void bench_up(struct bench *b)
{
    *b = (struct bench){0};
    assert_int_equal(sqlite3_open(":memory:", &b->db), SQLITE_OK);
    assert_true(audit_open(b->db, &b->audit, &b->err));
}

static void bench_down(struct bench *b)
{
    audit_close(b->audit);
    assert_int_equal(sqlite3_close(b->db), SQLITE_OK);
}

static bool append(struct bench *b)
{
    char text[32];
    uint64_t index;
    int size = snprintf(text, sizeof(text), "leaf %d", (int)audit_size(b->audit));

    return sql_begin(b->db, &b->err) &&
           audit_append(b->audit, text, (size_t)size, &index, &b->err) &&
           sql_commit(b->db, &b->err);
}

static void fill(struct bench *b, uint64_t n)
{
    while (audit_size(b->audit) < n)
        assert_true(append(b));
}

/* MTH of RFC 6962, section 2.1, as it is written there. */
static void naive_root(struct bench *b, uint64_t begin, uint64_t n, uint8_t root[static 32])
{
    uint8_t leaf[AUDIT_LEAF_MAX], right[32];
    uint64_t k = 1;
    size_t size;

    if (n == 1) {
        assert_true(audit_leaf(b->audit, begin, leaf, &size, &b->err));
        merkle_leaf_hash(leaf, size, root);
        return;
    }
    while (k * 2 < n)
        k *= 2;
    naive_root(b, begin, k, root);
    naive_root(b, begin + k, n - k, right);
    merkle_node_hash(root, right, root);
}

static void test_every_root_is_that_of_its_leaves(void **state)
{
    uint8_t expected[32], root[32];
    struct bench b;

    (void)state;
    bench_up(&b);
    fill(&b, MOST);
    for (uint64_t n = 1; n <= MOST; n++) {
        naive_root(&b, 0, n, expected);
        assert_true(audit_root(b.audit, n, root, &b.err));
        assert_memory_equal(root, expected, 32);
    }
    bench_down(&b);
}

static void test_every_pair_of_sizes_is_consistent(void **state)
{
    uint8_t root[MOST + 1][32];
    struct merkle_proof proof;
    struct bench b;

    (void)state;
    bench_up(&b);
    fill(&b, MOST);
    for (uint64_t n = 0; n <= MOST; n++)
        assert_true(audit_root(b.audit, n, root[n], &b.err));
    for (uint64_t n = 0; n <= MOST; n++)
        for (uint64_t m = 0; m <= n; m++) {
            assert_true(audit_consistency(b.audit, m, n, &proof, &b.err));
            assert_true(merkle_verify_consistency(m, n, &proof, root[m], root[n]));
            if (m > 0 && m < n) {
                assert_false(merkle_verify_consistency(m, n, &proof, root[m - 1], root[n]));
                assert_false(merkle_verify_consistency(m, n, &proof, root[m], root[n - 1]));
            }
        }
    assert_refused(audit_consistency(b.audit, 1, MOST + 1, &proof, &b.err), &b.err, ERR_INVALID);
    assert_refused(audit_root(b.audit, MOST + 1, root[0], &b.err), &b.err, ERR_INVALID);
    bench_down(&b);
}

static void test_what_was_rolled_back_is_gone(void **state)
{
    uint8_t before[32], after[32];
    struct bench b;
    uint64_t index;

    (void)state;
    bench_up(&b);
    fill(&b, 7);
    assert_true(audit_root(b.audit, 7, before, &b.err));
    assert_true(sql_begin(b.db, &b.err));
    assert_true(audit_append(b.audit, "x", 1, &index, &b.err));
    assert_int_equal(index, 7);
    sql_rollback(b.db);
    assert_true(audit_reload(b.audit, &b.err));
    assert_int_equal(audit_size(b.audit), 7);
    assert_true(append(&b));
    assert_true(audit_root(b.audit, 7, after, &b.err));
    assert_memory_equal(before, after, 32);
    assert_true(audit_verify(b.audit, &b.err));
    bench_down(&b);
}

static void test_leaf_sizes_end_at_the_limit(void **state)
{
    static const uint8_t big[AUDIT_LEAF_MAX + 1];
    struct bench b;
    uint64_t index;

    (void)state;
    bench_up(&b);
    assert_true(sql_begin(b.db, &b.err));
    assert_true(audit_append(b.audit, big, AUDIT_LEAF_MAX, &index, &b.err));
    assert_refused(audit_append(b.audit, big, AUDIT_LEAF_MAX + 1, &index, &b.err), &b.err,
                   ERR_INVALID);
    assert_refused(audit_append(b.audit, big, 0, &index, &b.err), &b.err, ERR_INVALID);
    assert_true(sql_commit(b.db, &b.err));
    assert_true(audit_verify(b.audit, &b.err));
    bench_down(&b);
}

static int alter(struct bench *b, const char *sql, int row)
{
    sqlite3_stmt *stmt;

    assert_int_equal(sqlite3_prepare_v2(b->db, sql, -1, &stmt, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_bind_int(stmt, 1, row), SQLITE_OK);
    assert_int_equal(sqlite3_step(stmt), SQLITE_DONE);
    sqlite3_finalize(stmt);
    return sqlite3_changes(b->db);
}

static void test_any_altered_leaf_or_subtree_is_found(void **state)
{
    static const char *const damage[] = {
        "UPDATE leaf SET data = CAST(substr(data, 2) || 'x' AS BLOB) WHERE id = ?1",
        "DELETE FROM leaf WHERE id = ?1",
        "UPDATE subtree SET hash = zeroblob(32) WHERE level = 0 AND position = ?1",
        "DELETE FROM subtree WHERE level = 1 AND position = ?1 / 2",
    };
    struct bench b;
    int found = 0;

    (void)state;
    for (int row = 0; row < 20; row++)
        for (size_t i = 0; i < sizeof(damage) / sizeof(damage[0]); i++, found++) {
            bench_up(&b);
            fill(&b, 21);
            assert_true(audit_verify(b.audit, &b.err));
            assert_int_equal(alter(&b, damage[i], row), 1);
            assert_refused(audit_verify(b.audit, &b.err), &b.err, ERR_INTERNAL);
            bench_down(&b);
        }
    print_message("%d alterations, all found\n", found);
}

static void test_out_of_memory_appends_all_or_nothing(void **state)
{
    bool done = false;
    int n;

    (void)state;
    for (n = 1; !done; n++) {
        struct bench b;
        bool appended;

        bench_up(&b);
        fill(&b, 7); /* the eighth completes three subtrees */
        fail_after = n;
        appended = append(&b);
        done = appended && fail_after != 0;
        fail_after = -1;
        sql_rollback(b.db);
        assert_true(audit_reload(b.audit, &b.err));
        assert_int_equal(audit_size(b.audit), appended ? 8 : 7);
        assert_true(audit_verify(b.audit, &b.err));
        assert_true(append(&b));
        assert_true(audit_verify(b.audit, &b.err));
        bench_down(&b);
    }
    assert_true(n > 2);
    print_message("survived failure at each of %d allocations\n", n - 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_root_is_that_of_its_leaves),
        cmocka_unit_test(test_every_pair_of_sizes_is_consistent),
        cmocka_unit_test(test_what_was_rolled_back_is_gone),
        cmocka_unit_test(test_leaf_sizes_end_at_the_limit),
        cmocka_unit_test(test_any_altered_leaf_or_subtree_is_found),
        cmocka_unit_test(test_out_of_memory_appends_all_or_nothing),
    };

    start_sqlite();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
