/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises of a share's figures: told is matched and unmatched, persons is all three cells, each
 * with the noise of so many; the share is that of the printed figures, within 0 and 1; there is
 * none where matched is hidden, or told is hardly more than noise. That its interval holds the
 * truth is in test_coverage.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "coordinator/report/table.h"
#include "proto/base/arena.h"

#define SIGMA 5

static struct figure cell[MEASURE_SHARE_CELLS];
static struct table table;

static const struct table_share *share(int64_t matched, int64_t undetermined, int64_t unmatched)
{
    static struct arena *arena;
    const int64_t noised[] = {[SHARE_MATCHED] = matched,
                              [SHARE_UNDETERMINED] = undetermined,
                              [SHARE_UNMATCHED] = unmatched};
    struct shape shape = {.measure = {MEASURE_SHARE, MEASURE_SHARE_CELLS, 1, 0, 0},
                          .n_parts = 1,
                          .part_cells = MEASURE_SHARE_CELLS};
    struct table_input input = {.shape = &shape,
                                .noised = noised,
                                .variance = SIGMA * SIGMA,
                                .half_width = 10,
                                .rule = {10, 1}};

    arena_free(arena);
    arena = arena_new(1 << 16);
    assert_non_null(arena);
    assert_true(table_share(&input, cell, &table, arena));
    return table.share;
}

static void test_denominators_are_sums_of_the_cells(void **state)
{
    const struct table_share *is = share(300, 5000, 2700);

    (void)state;
    assert_int_equal(cell[SHARE_MATCHED].value, 300);
    assert_int_equal(is->told.value, 3000);
    assert_int_equal(is->persons.value, 8000);
    assert_int_equal(is->told.high - 3000, (int64_t)ceil(1.95996 * SIGMA * sqrt(2)));
    assert_int_equal(is->persons.high - 8000, (int64_t)ceil(1.95996 * SIGMA * sqrt(3)));
    assert_true(is->has_share);
    assert_true(fabs(is->share - 0.1) < 1e-12);
    assert_true(is->low > 0.096 && is->low < 0.0975 && is->high > 0.1025 && is->high < 0.104);
}

static void test_there_is_no_share_of_too_few(void **state)
{
    (void)state;
    assert_false(share(4, 100, 4000)->has_share); /* matched is below 10 */
    assert_false(share(20, 100, 15)->has_share);  /* 35 is less than five deviations of 7.07 */
    assert_true(share(20, 100, 16)->has_share);
}

static void test_a_share_stays_within_none_and_all(void **state)
{
    const struct table_share *is = share(500, 0, -6);

    (void)state;
    assert_true(is->has_share);
    assert_true(is->share == 1 && is->high == 1 && is->low > 0.95 && is->low < 1);
    is = share(11, 0, 3000);
    assert_true(is->low >= 0 && is->low < is->share);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_denominators_are_sums_of_the_cells),
        cmocka_unit_test(test_there_is_no_share_of_too_few),
        cmocka_unit_test(test_a_share_stays_within_none_and_all),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
