/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises of an odds ratio: by hand it is Woolf's; there is none where a cell is hidden or hardly
 * more than noise; its interval holds the law from which the persons were drawn, and the ratio of
 * the same persons without noise, at least as often as it states.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "coordinator/report/table.h"
#include "proto/base/arena.h"

static struct arena *arena;
static struct figure cell[MEASURE_ASSOCIATION_CELLS];
static struct table table;

static const struct table_odds *odds(const int64_t *noised, double variance, uint32_t base)
{
    struct shape shape = {.measure = {MEASURE_ASSOCIATION, MEASURE_ASSOCIATION_CELLS, 1, 0, 0},
                          .n_parts = 1,
                          .part_cells = MEASURE_ASSOCIATION_CELLS};
    struct table_input input = {.shape = &shape,
                                .noised = noised,
                                .variance = variance,
                                .half_width = table_half_width(variance),
                                .rule = {10, base}};

    arena_free(arena);
    arena = arena_new(1 << 16);
    assert_non_null(arena);
    assert_true(table_association(&input, cell, &table, arena));
    return table.odds;
}

static void test_by_hand_it_is_woolfs(void **state)
{
    const int64_t cells[] = {30, 70, 20, 180, 9};
    const struct table_odds *is = odds(cells, 1e-9, 1);
    double half = 1.959964 * sqrt(1 / 30.0 + 1 / 70.0 + 1 / 20.0 + 1 / 180.0), high;

    (void)state;
    assert_true(is->has);
    assert_true(fabs(is->ratio - 30.0 * 180 / (70 * 20)) < 1e-9);
    assert_true(fabs(is->low - is->ratio * exp(-half)) < 1e-5);
    assert_true(fabs(is->high - is->ratio * exp(half)) < 1e-5);
    assert_true(cell[ASSOCIATION_UNTOLD].suppressed);
    high = is->high;                             /* *is ends with the next odds() */
    assert_true(odds(cells, 4, 1)->high > high); /* noise makes it wider */
}

static void test_there_is_none_of_too_few(void **state)
{
    const int64_t few[] = {30, 70, 24, 180, 0}, hidden[] = {300, 700, 9, 1800, 0};

    (void)state;
    assert_false(odds(few, 25, 1)->has);
    assert_false(odds(hidden, 1, 1)->has);
    assert_true(odds(few, 16, 1)->has);
}

static double uniform(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return ((double)(*state >> 11) + 0.5) / 9007199254740992.0;
}

static int64_t normal(uint64_t *state, double deviation)
{
    double r = sqrt(-2 * log(uniform(state))), at = 6.283185307179586 * uniform(state);

    return llround(deviation * r * cos(at));
}

/* 1,000 persons, of whom so many are exposed and have the outcome. */
static void hold(double exposed, double in_exposed, double in_others, double sigma, uint32_t base)
{
    double law = in_exposed / (1 - in_exposed) / (in_others / (1 - in_others));
    uint64_t seed = 77, told = 0, same = 0, holds = 0;

    for (int trial = 0; trial < 3000; trial++) {
        int64_t cells[MEASURE_ASSOCIATION_CELLS] = {0}, noised[MEASURE_ASSOCIATION_CELLS];
        const struct table_odds *is;
        double ratio;

        for (int i = 0; i < 1000; i++) {
            bool is_exposed = uniform(&seed) < exposed;
            bool with = uniform(&seed) < (is_exposed ? in_exposed : in_others);

            cells[2 * !is_exposed + !with]++;
        }
        for (int i = 0; i < MEASURE_ASSOCIATION_CELLS; i++)
            noised[i] = cells[i] + normal(&seed, sigma);
        is = odds(noised, sigma * sigma, base);
        if (!is->has)
            continue;
        ratio = (double)cells[0] * (double)cells[3] / ((double)cells[1] * (double)cells[2]);
        told++;
        same += ratio >= is->low && ratio <= is->high;
        holds += law >= is->low && law <= is->high;
    }
    print_message("sigma %g, base %u: %llu told, %.3f hold the law, %.3f the same persons\n", sigma,
                  base, (unsigned long long)told, (double)holds / (double)told,
                  (double)same / (double)told);
    assert_true(told > 1000);
    assert_true((double)holds > 0.94 * (double)told);
    assert_true((double)same > 0.95 * (double)told);
}

static void test_its_interval_holds_the_truth(void **state)
{
    (void)state;
    hold(0.3, 0.4, 0.2, 5, 1);
    hold(0.3, 0.4, 0.2, 10, 5);
    hold(0.2, 0.25, 0.1, 5, 5);
    hold(0.5, 0.5, 0.5, 20, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_hand_it_is_woolfs),
        cmocka_unit_test(test_there_is_none_of_too_few),
        cmocka_unit_test(test_its_interval_holds_the_truth),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    arena_free(arena);
    return failed;
}
