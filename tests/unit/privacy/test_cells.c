/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises of sealed cells: they begin as zero, hold what was put and added (seen through
 * noise_open, the only way to see them), their type gives nothing else away, and freed they are
 * gone.
 */
#include "node/privacy/cells.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>
#include <sodium.h>
#include <sys/wait.h>
#include <unistd.h>

#include "node/privacy/noise.h"

static void open_all(const struct cells *cells, int64_t *out)
{
    static const uint8_t key[NOISE_KEY_BYTES] = {1};
    struct noise_draw draw = {{2}, 5, 1};
    struct measure measure = {.kind = MEASURE_BREAKDOWN,
                              .n_cells = (uint32_t)cells_count(cells),
                              .sensitivity_squared = 1};
    struct noise *noise;
    struct err err;

    assert_true(noise_new(key, &noise, &err));
    assert_true(noise_open(noise, &draw, &measure, cells, out, &err));
    noise_free(noise);
}

static void test_a_cell_is_the_number_of_who_is_in_it(void **state)
{
    struct cells *cells = cells_new(4);
    const uint64_t words[] = {UINT64_C(0xf0f), UINT64_C(1) << 63};
    const struct cells_who who = {7, words, 2}, first = {8, words, 1};
    const struct cells_person person = {7, 70};
    int64_t before[4], after[4];

    (void)state;
    assert_non_null(cells);
    assert_int_equal(cells_count(cells), 4);
    open_all(cells, before);
    cells_put(cells, 0, 1000);
    cells_enter(cells, 0, &who);
    cells_enter(cells, 2, &first);
    cells_enter_one(cells, 2, &person, true);
    cells_enter_one(cells, 2, &person, false);
    open_all(cells, after);
    assert_int_equal(after[0] - before[0], 1009);
    assert_int_equal(after[1] - before[1], 0);
    assert_int_equal(after[2] - before[2], 9);
    cells_free(cells);
}

static void test_the_most_cells_are_one_allocation(void **state)
{
    struct cells *cells = cells_new(CELLS_MAX);

    (void)state;
    assert_non_null(cells);
    cells_put(cells, CELLS_MAX - 1, 5);
    cells_free(cells);
    cells_free(NULL);
}

/* A caller that asks for more has a fault, and is ended. */
static void test_one_cell_past_the_most_ends_the_process(void **state)
{
    pid_t child = fork();
    int status = 0;

    (void)state;
    if (child == 0) {
        signal(SIGABRT, SIG_DFL);
        close(STDERR_FILENO);
        (void)cells_new(CELLS_MAX + 1);
        _exit(0);
    }
    assert_true(child > 0 && waitpid(child, &status, 0) == child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

/* sodium_free() wipes and unmaps; what is still there was only forgotten. */
static void test_what_is_freed_is_gone(void **state)
{
    uintptr_t page_bytes = (uintptr_t)sysconf(_SC_PAGESIZE);
    struct cells *cells = cells_new(8);
    unsigned char resident;
    void *page;

    (void)state;
    assert_non_null(cells);
    page = (void *)((uintptr_t)cells & ~(page_bytes - 1));
    cells_put(cells, 3, 1234);
    assert_int_equal(mincore(page, 1, &resident), 0);
    cells_free(cells);
    assert_int_equal(mincore(page, 1, &resident), -1);
    assert_int_equal(errno, ENOMEM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_cell_is_the_number_of_who_is_in_it),
        cmocka_unit_test(test_the_most_cells_are_one_allocation),
        cmocka_unit_test(test_one_cell_past_the_most_ends_the_process),
        cmocka_unit_test(test_what_is_freed_is_gone),
    };

    return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
