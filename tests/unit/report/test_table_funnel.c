/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises of a funnel's figures: they are the sums of the cells as the measure defines them; what
 * is printed never rises from step to step, and undetermined never falls, whatever the noise;
 * intervals are those of the noised sums, of so many cells, widened to hold the printed value; what
 * is below the threshold is hidden, in one width whoever is hidden.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "coordinator/report/table.h"

#define STEPS 4
#define SIGMA 5

static struct shape_step steps[STEPS] = {{"I1", 1}, {"I2", 1}, {"I3", 1}, {"E1", 1}};

static void figures(const int64_t *noised, struct display_rule rule, struct figure *cell)
{
    struct shape shape = {.measure = {MEASURE_FUNNEL, 2 * STEPS, 1, 0, 0},
                          .n_parts = STEPS,
                          .part_cells = MEASURE_FUNNEL_CELLS,
                          .steps = steps};
    struct table_input input = {.shape = &shape,
                                .noised = noised,
                                .variance = SIGMA * SIGMA,
                                .half_width = 10,
                                .rule = rule};
    struct table table = {0};

    assert_true(table_funnel(&input, cell, &table, NULL));
}

static void test_figures_are_sums_of_the_cells(void **state)
{
    static const int64_t noised[] = {5000, 300, 2000, 40, 700, 25, 150, 60};
    struct figure cell[2 * STEPS];

    (void)state;
    figures(noised, (struct display_rule){10, 1}, cell);
    assert_int_equal(cell[0].value, 5000 + 2000 + 40 + 700 + 25 + 150 + 60);
    assert_int_equal(cell[2].value, 2000 + 700 + 25 + 150 + 60);
    assert_int_equal(cell[4].value, 700 + 150 + 60);
    assert_int_equal(cell[6].value, 150);
    assert_int_equal(cell[1].value, 300);
    assert_int_equal(cell[3].value, 340);
    assert_int_equal(cell[5].value, 365);
    assert_int_equal(cell[7].value, 425);
    /* 7 cells are in the first, and one in the last. */
    assert_int_equal(cell[0].high - cell[0].value, (int64_t)ceil(1.95996 * SIGMA * sqrt(7)));
    assert_int_equal(cell[6].high - cell[6].value, (int64_t)ceil(1.95996 * SIGMA));
    assert_int_equal(cell[7].value - cell[7].low, (int64_t)ceil(1.95996 * SIGMA * 2));
}

static void test_noise_never_makes_it_rise(void **state)
{
    /* The second step leaves -14 persons, and the third is undecided for -9. */
    static const int64_t noised[] = {900, 12, -14, 30, 5, -9, 100, 3};
    struct figure cell[2 * STEPS];

    (void)state;
    figures(noised, (struct display_rule){10, 1}, cell);
    for (int i = 1; i < STEPS; i++) {
        assert_true(cell[2 * i].value <= cell[2 * (i - 1)].value);
        assert_true(cell[2 * i + 1].value >= cell[2 * (i - 1) + 1].value);
        for (int c = 0; c < 2; c++)
            assert_true(cell[2 * i + c].low <= cell[2 * i + c].value &&
                        cell[2 * i + c].value <= cell[2 * i + c].high);
    }
    /* Of 85 and 108 the weighted mean, which both become; the noised sums stay in the intervals. */
    assert_int_equal(cell[2].value, cell[4].value);
    assert_true(cell[2].value > 85 && cell[2].value < 108);
    assert_true(cell[2].low <= 85 && cell[4].high >= 108);
}

static void test_what_is_hidden_tells_no_more_than_that(void **state)
{
    static const int64_t some[] = {900, 0, 50, -3, 4, 2, 3, 1},
                         none[] = {900, 0, 50, -3, 4, 2, -9, 1};
    struct figure cell[2 * STEPS], other[2 * STEPS];

    (void)state;
    figures(some, (struct display_rule){10, 5}, cell);
    figures(none, (struct display_rule){10, 5}, other);
    assert_false(cell[0].suppressed);
    assert_int_equal(cell[0].value % 5, 0);
    for (int i = 4; i < 2 * STEPS; i++) {
        assert_true(cell[i].suppressed && other[i].suppressed);
        assert_int_equal(cell[i].value, 0);
        assert_int_equal(cell[i].low, 0);
    }
    assert_int_equal(cell[6].high, 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_figures_are_sums_of_the_cells),
        cmocka_unit_test(test_noise_never_makes_it_rise),
        cmocka_unit_test(test_what_is_hidden_tells_no_more_than_that),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
