/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A term file's promises: plain and gzip read the same; lines come whole with their numbers,
 * whatever their ends; a cut or damaged gzip is an error and never a shorter file; folders, devices
 * and missing files are refused; a line has a limit.
 */
#include "tests/unit/terms/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "node/terms/term_file.h"
#include "tests/unit/refused.h"

static void expect_lines(struct bench *b)
{
    struct term_file *file = NULL;
    char *line = NULL;

    assert_true(term_file_open(b->path, &file, &b->err));
    assert_true(term_file_line(file, &line, &b->err));
    assert_string_equal(line, "one");
    assert_true(term_file_line(file, &line, &b->err));
    assert_string_equal(line, "");
    assert_true(term_file_line(file, &line, &b->err));
    assert_string_equal(line, "three");
    assert_int_equal(term_file_line_number(file), 3);
    assert_true(term_file_line(file, &line, &b->err));
    assert_null(line);
    term_file_close(file);
}

static void test_plain_and_gzip_read_the_same(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    bench_text(&b, "one\r\n\nthree");
    expect_lines(&b);
    bench_gzip(&b, "one\n\r\nthree\n");
    expect_lines(&b);
    bench_down(&b);
}

static void test_an_empty_file_has_no_line(void **state)
{
    struct term_file *file = NULL;
    struct bench b;
    char *line = NULL;

    (void)state;
    bench_up(&b);
    bench_text(&b, "");
    assert_true(term_file_open(b.path, &file, &b.err));
    assert_true(term_file_line(file, &line, &b.err));
    assert_null(line);
    term_file_close(file);
    bench_down(&b);
}

static bool reads_to_the_end(struct bench *b)
{
    struct term_file *file = NULL;
    char *line = NULL;
    bool ok;

    if (!term_file_open(b->path, &file, &b->err))
        return false;
    do
        ok = term_file_line(file, &line, &b->err);
    while (ok && line);
    term_file_close(file);
    return ok;
}

static void test_a_cut_gzip_is_an_error_at_every_length(void **state)
{
    char whole[4096];
    struct bench b;
    size_t size;
    FILE *file;

    (void)state;
    bench_up(&b);
    bench_gzip(&b, "one\ntwo\nthree\nfour\nfive\nsix\nseven\n");
    file = fopen(b.path, "rb");
    assert_non_null(file);
    size = fread(whole, 1, sizeof(whole), file);
    assert_int_equal(fclose(file), 0);
    assert_true(reads_to_the_end(&b));
    for (size_t n = 20; n + 8 < size; n++) { /* behind the header, before the check sum */
        bench_bytes(&b, whole, n);
        assert_refused(reads_to_the_end(&b), &b.err, ERR_INVALID);
    }
    bench_down(&b);
}

static void test_what_is_no_regular_file_is_refused(void **state)
{
    struct term_file *file = NULL;
    struct err err = {0};

    (void)state;
    assert_refused(term_file_open("/tmp", &file, &err), &err, ERR_INVALID);
    assert_refused(term_file_open("/dev/zero", &file, &err), &err, ERR_INVALID);
    assert_refused(term_file_open("/nowhere/at/all", &file, &err), &err, ERR_INVALID);
}

static void test_a_line_has_a_limit_and_no_nul(void **state)
{
    char *text = malloc(TERM_LINE_BYTES_MAX + 2);
    struct bench b;

    (void)state;
    assert_non_null(text);
    bench_up(&b);
    memset(text, 'x', TERM_LINE_BYTES_MAX + 1);
    text[TERM_LINE_BYTES_MAX + 1] = '\n';
    bench_bytes(&b, text + 1, TERM_LINE_BYTES_MAX + 1);
    assert_true(reads_to_the_end(&b));
    bench_bytes(&b, text, TERM_LINE_BYTES_MAX + 2);
    assert_refused(reads_to_the_end(&b), &b.err, ERR_INVALID);
    bench_bytes(&b, "a\0b\n", 4);
    assert_refused(reads_to_the_end(&b), &b.err, ERR_INVALID);
    bench_down(&b);
    free(text);
}

static void test_the_rest_is_whole_and_limited(void **state)
{
    struct term_file *file = NULL;
    struct bench b;
    char *text = NULL;
    size_t size = 0;

    (void)state;
    bench_up(&b);
    bench_gzip(&b, "all of it");
    assert_true(term_file_open(b.path, &file, &b.err));
    assert_true(term_file_rest(file, 1 << 20, &text, &size, &b.err));
    assert_string_equal(text, "all of it");
    assert_int_equal(size, 9);
    free(text);
    term_file_close(file);
    bench_down(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain_and_gzip_read_the_same),
        cmocka_unit_test(test_an_empty_file_has_no_line),
        cmocka_unit_test(test_a_cut_gzip_is_an_error_at_every_length),
        cmocka_unit_test(test_what_is_no_regular_file_is_refused),
        cmocka_unit_test(test_a_line_has_a_limit_and_no_nul),
        cmocka_unit_test(test_the_rest_is_whole_and_limited),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
