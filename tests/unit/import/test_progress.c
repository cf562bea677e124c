/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Progress's promises: where standard error is no terminal there is a line a minute and none
 * before; quiet is quiet; an empty file divides by nothing.
 */
#include "tests/unit/import/bench.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "node/import/progress.h"
#include "proto/base/clock.h"

/* Standard error goes into a file while the steps run; the lines written. */
static int lines_of(bool quiet, uint64_t bytes, const int64_t *at_ms, size_t n)
{
    int file = bench_file("", 0), saved = dup(STDERR_FILENO), lines = 0;
    struct progress progress;
    char text[4096];
    ssize_t got;

    (void)fflush(stderr);
    assert_true(saved >= 0 && dup2(file, STDERR_FILENO) >= 0);
    clock_set(0, 0);
    progress_start(&progress, "x.vcf", bytes, quiet);
    for (size_t i = 0; i < n; i++) {
        clock_set(at_ms[i], 0);
        progress_show(&progress, i);
    }
    progress_end(&progress);
    clock_release();
    (void)fflush(stderr);
    assert_true(dup2(saved, STDERR_FILENO) >= 0);
    (void)close(saved);
    assert_int_equal(lseek(file, 0, SEEK_SET), 0);
    got = read(file, text, sizeof(text));
    for (ssize_t i = 0; i < got; i++)
        lines += text[i] == '\n';
    (void)close(file);
    return lines;
}

static void test_a_line_a_minute(void **state)
{
    const int64_t at_ms[] = {10, 59999, 60000, 60001, 119999, 120000, 500000, 559999};

    (void)state;
    assert_int_equal(lines_of(false, 100, at_ms, 8), 3);
    assert_int_equal(lines_of(false, 0, at_ms, 8), 3);
    assert_int_equal(lines_of(true, 100, at_ms, 8), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_line_a_minute),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
