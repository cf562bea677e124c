/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of the tables of terms: a release is there whole or not at all and replaces the
 * older one; parents and aliases lead to terms; a writer that is given up leaves what was there;
 * running out of memory at any point does too.
 */
#include "tests/unit/terms/bench.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/terms/term_writer.h"
#include "node/terms/terms.h"
#include "tests/unit/refused.h"

static bool add(struct term_writer *writer, const char *code, struct err *err)
{
    struct term term = {.code = code, .label = "a label"};

    return term_writer_add(writer, &term, NULL, err);
}

/* A release of two terms, B under A, with C merged into A. */
static bool write_two(struct bench *b, const char *release_name)
{
    struct term_release release = {.file_hash = {7}};
    struct term_writer *writer = NULL;
    bool ok;

    snprintf(release.release, sizeof(release.release), "%s", release_name);
    ok = term_writer_open(b->db, "hp", &writer, &b->err) && add(writer, "A", &b->err) &&
         add(writer, "B", &b->err) && term_writer_parent(writer, "B", "A", &b->err) &&
         term_writer_alias(writer, "C", "A", &b->err) &&
         term_writer_commit(writer, &release, &b->err);
    term_writer_close(writer);
    return ok;
}

static void expect_release(struct bench *b, const char *name, uint64_t n_terms)
{
    struct term_release release;
    bool found = false;

    assert_true(terms_release(b->db, "hp", &release, &found, &b->err));
    assert_true(found);
    assert_string_equal(release.release, name);
    assert_int_equal(release.n_terms, n_terms);
    assert_int_equal(release.file_hash[0], 7);
}

static void test_a_release_is_read_back_and_replaced(void **state)
{
    struct term_release releases[TERM_SYSTEMS_MAX];
    struct bench b;
    size_t n = 9;

    (void)state;
    bench_up(&b);
    assert_true(terms_releases(b.db, releases, &n, &b.err));
    assert_int_equal(n, 0);
    assert_true(write_two(&b, "2024"));
    assert_true(write_two(&b, "2025"));
    expect_release(&b, "2025", 2);
    assert_true(terms_releases(b.db, releases, &n, &b.err));
    assert_int_equal(n, 1);
    assert_string_equal(bench_string(&b, "SELECT label FROM term WHERE code = 'A'"), "a label");
    assert_int_equal(bench_number(&b, "SELECT count(*) FROM term"), 2);
    bench_down(&b);
}

static void test_a_writer_given_up_leaves_what_was_there(void **state)
{
    struct term_writer *writer = NULL;
    struct bench b;

    (void)state;
    bench_up(&b);
    assert_true(write_two(&b, "2024"));
    assert_true(term_writer_open(b.db, "hp", &writer, &b.err));
    assert_true(add(writer, "X", &b.err));
    term_writer_close(writer);
    expect_release(&b, "2024", 2);
    assert_int_equal(bench_number(&b, "SELECT count(*) FROM term"), 2);
    bench_down(&b);
}

static void test_a_relation_to_no_term_refuses_the_release(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    for (int i = 0; i < 5; i++) {
        struct term_release release = {.release = "x"};
        struct term_writer *writer = NULL;

        assert_true(term_writer_open(b.db, "hp", &writer, &b.err));
        if (i > 0)
            assert_true(add(writer, "A", &b.err));
        if (i == 1)
            assert_true(term_writer_parent(writer, "A", "ghost", &b.err));
        if (i == 2)
            assert_true(term_writer_parent(writer, "ghost", "A", &b.err));
        if (i == 3)
            assert_true(term_writer_alias(writer, "B", "ghost", &b.err));
        if (i == 4)
            assert_true(term_writer_synonym(writer, "ghost", "B", &b.err));
        assert_refused(term_writer_commit(writer, &release, &b.err), &b.err,
                       ERR_INVALID); /* i == 0: no term at all */
        term_writer_close(writer);
    }
    assert_int_equal(bench_number(&b, "SELECT count(*) FROM term_release"), 0);
    bench_down(&b);
}

static void test_a_cycle_refuses_the_release(void **state)
{
    struct term_release release = {.release = "x"};
    struct term_writer *writer = NULL;
    struct bench b;

    (void)state;
    bench_up(&b);
    assert_true(term_writer_open(b.db, "hp", &writer, &b.err));
    assert_true(add(writer, "A", &b.err) && add(writer, "B", &b.err) && add(writer, "C", &b.err));
    assert_true(term_writer_parent(writer, "A", "B", &b.err));
    assert_true(term_writer_parent(writer, "B", "C", &b.err));
    assert_true(term_writer_parent(writer, "C", "A", &b.err));
    assert_refused(term_writer_commit(writer, &release, &b.err), &b.err, ERR_INVALID);
    assert_non_null(strstr(b.err.text, "cycle"));
    term_writer_close(writer);
    bench_down(&b);
}

static void test_codes_and_labels_have_limits_and_stand_once(void **state)
{
    char code[TERM_CODE_BYTES_MAX + 2];
    char label[TERM_LABEL_BYTES_MAX + 2];
    struct term term = {.code = "L", .label = label};
    struct term_writer *writer = NULL;
    struct bench b;
    bool known = false;

    (void)state;
    bench_up(&b);
    memset(code, 'c', sizeof(code) - 1);
    memset(label, 'l', sizeof(label) - 1);
    code[sizeof(code) - 1] = label[sizeof(label) - 1] = 0;
    assert_refused(term_writer_open(b.db, "H P", &writer, &b.err), &b.err, ERR_INVALID);
    assert_true(term_writer_open(b.db, "hp", &writer, &b.err));
    assert_refused(add(writer, code, &b.err), &b.err, ERR_INVALID);
    assert_true(add(writer, code + 1, &b.err));
    assert_refused(add(writer, "", &b.err), &b.err, ERR_INVALID);
    assert_refused(term_writer_add(writer, &term, NULL, &b.err), &b.err, ERR_INVALID);
    term.label = label + 1;
    assert_true(term_writer_add(writer, &term, &known, &b.err));
    assert_false(known);
    assert_true(term_writer_add(writer, &term, &known, &b.err));
    assert_true(known);
    assert_refused(term_writer_add(writer, &term, NULL, &b.err), &b.err, ERR_INVALID);
    term_writer_close(writer);
    bench_down(&b);
}

/*** out of memory ***/

static sqlite3_mem_methods real_memory;
static int fail_after = -1;

static bool fails_now(void)
{
    return fail_after >= 0 && fail_after-- == 0;
}

static void *failing_malloc(int size)
{
    return fails_now() ? NULL : real_memory.xMalloc(size);
}

static void *failing_realloc(void *old, int size)
{
    return fails_now() ? NULL : real_memory.xRealloc(old, size);
}

static void test_out_of_memory_leaves_the_older_release(void **state)
{
    bool done = false;
    int n;

    (void)state;
    for (n = 0; !done && n < 5000; n += 1 + n / 50) {
        struct bench b;

        bench_up(&b);
        assert_true(write_two(&b, "2024"));
        fail_after = n;
        done = write_two(&b, "2025") && fail_after >= 0;
        fail_after = -1;
        if (done || bench_number(&b, "SELECT release = '2025' FROM term_release"))
            expect_release(&b, "2025", 2);
        else
            expect_release(&b, "2024", 2);
        assert_int_equal(bench_number(&b, "SELECT count(*) FROM term"), 2);
        assert_true(sqlite3_get_autocommit(b.db));
        bench_down(&b);
    }
    assert_true(done);
    assert_true(n > 10);
}

static void use_failing_memory(void)
{
    sqlite3_mem_methods methods;

    assert_int_equal(sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real_memory), SQLITE_OK);
    methods = real_memory;
    methods.xMalloc = failing_malloc;
    methods.xRealloc = failing_realloc;
    assert_int_equal(sqlite3_config(SQLITE_CONFIG_MALLOC, &methods), SQLITE_OK);
    assert_int_equal(sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0), SQLITE_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_release_is_read_back_and_replaced),
        cmocka_unit_test(test_a_writer_given_up_leaves_what_was_there),
        cmocka_unit_test(test_a_relation_to_no_term_refuses_the_release),
        cmocka_unit_test(test_a_cycle_refuses_the_release),
        cmocka_unit_test(test_codes_and_labels_have_limits_and_stand_once),
        cmocka_unit_test(test_out_of_memory_leaves_the_older_release),
    };

    use_failing_memory();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
