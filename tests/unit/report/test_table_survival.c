/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises of a curve's figures: by hand they are Kaplan and Meier's; who reaches a bin never rises
 * and who had the event never falls, whatever the noise; there is no point behind a bin of too few
 * and none for the last bin, which has no end; the interval holds the curve of the same persons
 * without noise, and the law from which the persons were drawn, at least as often as it states.
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

#define BINS 12
#define PARTS (BINS + 1)
#define SIGMA 5

static struct arena *arena;
static struct figure cell[MEASURE_SURVIVAL_CELLS * PARTS];
static struct table table;

static const struct table_point *curve(const int64_t *noised, double variance)
{
    struct shape shape = {.measure = {MEASURE_SURVIVAL, MEASURE_SURVIVAL_CELLS * PARTS, 1, 0, 0},
                          .n_parts = PARTS,
                          .part_cells = MEASURE_SURVIVAL_CELLS};
    struct table_input input = {.shape = &shape,
                                .noised = noised,
                                .variance = variance,
                                .half_width = table_half_width(variance),
                                .rule = {10, 1}};

    arena_free(arena);
    arena = arena_new(1 << 18);
    assert_non_null(arena);
    assert_true(table_survival(&input, cell, &table, arena));
    return table.curve->point;
}

static void test_by_hand_it_is_the_product_of_the_bins(void **state)
{
    int64_t cells[MEASURE_SURVIVAL_CELLS * PARTS] = {100, 0, 90, 200, 0, 0};
    const struct table_point *point;

    (void)state;
    cells[2 * (BINS - 1) + SURVIVAL_CENSORED] = 610;
    cells[2 * BINS] = 77;
    point = curve(cells, 1e-9);
    assert_int_equal(cell[0].value, 1000);
    assert_int_equal(cell[1].value, 100);
    assert_int_equal(cell[2].value, 900);
    assert_int_equal(cell[3].value, 190);
    assert_true(fabs(point[0].value - 0.9) < 1e-9);
    assert_true(fabs(point[1].value - 0.9 * (1 - 90.0 / 800)) < 1e-9);
    assert_true(fabs(point[2].value - point[1].value) < 1e-12);
    /* Greenwood: 0.9 exp(+-1.96 sqrt(100 / (1000 * 900))) */
    assert_true(fabs(point[0].low - 0.9 * exp(-1.959964 * sqrt(100.0 / 900000))) < 1e-6);
    assert_true(fabs(point[0].high - 0.9 * exp(1.959964 * sqrt(100.0 / 900000))) < 1e-6);
    assert_true(point[BINS - 2].has);
    assert_false(point[BINS - 1].has);
    assert_int_equal(table.curve->undetermined.value, 77);
    assert_true(cell[2 * BINS].none && cell[2 * BINS + 1].none);
}

static void test_it_ends_where_too_few_are_at_risk(void **state)
{
    int64_t cells[MEASURE_SURVIVAL_CELLS * PARTS] = {500, 0, 300, 0, 30, 0, 5, 5};
    const struct table_point *point = curve(cells, SIGMA * SIGMA);

    (void)state;
    assert_true(point[0].has && point[1].has);
    assert_false(point[2].has);
    assert_false(point[3].has);
    memset(cells, 0, sizeof(cells));
    cells[0] = 500; /* all at once: nobody is left of whom to tell */
    assert_false(curve(cells, SIGMA * SIGMA)[0].has);
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

/* Everybody has the event with 0.08 in a bin, and is last heard of with 0.05 in the middle of it.
 */
static void draw(int64_t *cells, uint64_t *state, int persons)
{
    memset(cells, 0, sizeof(int64_t) * MEASURE_SURVIVAL_CELLS * PARTS);
    for (int i = 0; i < persons; i++) {
        int bin = 0;

        for (; bin < BINS - 1; bin++) {
            double event = uniform(state), censored = uniform(state);

            if (censored < 0.05 && uniform(state) < 0.5) { /* before an event of this bin */
                cells[2 * bin + SURVIVAL_CENSORED]++;
                break;
            }
            if (event < 0.08) {
                cells[2 * bin + SURVIVAL_EVENT]++;
                break;
            }
            if (censored < 0.05) {
                cells[2 * bin + SURVIVAL_CENSORED]++;
                break;
            }
        }
        if (bin == BINS - 1)
            cells[2 * bin + SURVIVAL_CENSORED]++;
    }
}

static void test_its_interval_holds_the_truth(void **state)
{
    uint64_t seed = 2026, told = 0, holds = 0, holds_law = 0;
    const double sigma = 10;

    (void)state;
    for (int trial = 0; trial < 1500; trial++) {
        int64_t cells[MEASURE_SURVIVAL_CELLS * PARTS], noised[MEASURE_SURVIVAL_CELLS * PARTS];
        double exact[BINS];
        const struct table_point *point;

        draw(cells, &seed, 1500);
        point = curve(cells, 1e-9);
        for (int i = 0; i < BINS; i++)
            exact[i] = point[i].value;
        for (int i = 0; i < MEASURE_SURVIVAL_CELLS * PARTS; i++)
            noised[i] = cells[i] + normal(&seed, sigma);
        point = curve(noised, sigma * sigma);
        for (int i = 0; i < BINS - 1 && point[i].has; i++) {
            double law = pow(0.92, i + 1);

            told++;
            holds += exact[i] >= point[i].low && exact[i] <= point[i].high;
            holds_law += law >= point[i].low && law <= point[i].high;
            assert_true(i == 0 || point[i].value <= point[i - 1].value);
        }
        for (int i = 1; i < BINS; i++) {
            assert_true(cell[2 * i].value <= cell[2 * i - 2].value);
            assert_true(cell[2 * i + 1].value >= cell[2 * i - 1].value);
        }
    }
    print_message("%llu points: %.3f hold the same persons, %.3f the law\n",
                  (unsigned long long)told, (double)holds / (double)told,
                  (double)holds_law / (double)told);
    assert_true(told > 8000);
    assert_true((double)holds > 0.95 * (double)told);
    assert_true((double)holds_law > 0.94 * (double)told);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_hand_it_is_the_product_of_the_bins),
        cmocka_unit_test(test_it_ends_where_too_few_are_at_risk),
        cmocka_unit_test(test_its_interval_holds_the_truth),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    arena_free(arena);
    return failed;
}
