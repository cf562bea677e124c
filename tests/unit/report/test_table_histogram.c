/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises of quartiles: by hand they are in the first bin by whose end enough are counted, those
 * whose number is not known are not among them; there is none where nobody is told from the noise,
 * or where the sum is hidden; each end of an interval misses the true bin no more often than it
 * states.
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

#define BINS 8
#define PARTS (BINS + 1)

static struct arena *arena;
static struct table table;

/* matched of each bin, and of those whose number is not known */
static const struct table_quartile *quartiles(const int64_t matched[PARTS], double variance)
{
    struct shape shape = {.measure = {MEASURE_HISTOGRAM, COUNT_CELLS * PARTS, 1, 0, 0},
                          .n_parts = PARTS,
                          .part_cells = COUNT_CELLS};
    struct figure cell[COUNT_CELLS * PARTS];
    int64_t noised[COUNT_CELLS * PARTS] = {0};
    struct table_input input = {.shape = &shape,
                                .noised = noised,
                                .variance = variance,
                                .half_width = table_half_width(variance),
                                .rule = {5, 1}};

    for (int i = 0; i < PARTS; i++)
        noised[COUNT_CELLS * i + CELL_MATCHED] = matched[i];
    arena_free(arena);
    arena = arena_new(1 << 16);
    assert_non_null(arena);
    table = (struct table){0};
    assert_true(table_histogram(&input, cell, &table, arena));
    return table.quartile;
}

static void test_by_hand(void **state)
{
    const int64_t matched[PARTS] = {10, 20, 30, 40, 0, 0, 60, 40, 5000};
    const struct table_quartile *is = quartiles(matched, 1e-9);

    (void)state;
    /* of 200: 50 are counted in the third bin, 100 in the fourth, 150 in the seventh */
    for (int i = 0; i < TABLE_QUARTILES; i++)
        assert_true(is[i].has && is[i].low <= is[i].bin && is[i].bin <= is[i].high);
    assert_int_equal(is[0].bin, 2);
    assert_int_equal(is[1].bin, 3);
    assert_int_equal(is[2].bin, 6);
    assert_int_equal(is[0].high, 2);
    /* exactly half are counted by the end of the fourth: the least noise may tell otherwise */
    assert_int_equal(is[1].low, 3);
    assert_int_equal(is[1].high, 6);
    assert_int_equal(table.sum[CELL_MATCHED].value, 5200);
}

static void test_there_is_none_of_noise(void **state)
{
    const int64_t few[PARTS] = {2, -3, 4, 1, 0, 2, -1, 3, 900}, none[PARTS] = {0};
    const int64_t against[PARTS] = {-40, 3, 2, 1, 0, 2, 1, 3, 0};

    (void)state;
    for (int i = 0; i < TABLE_QUARTILES; i++) {
        assert_false(quartiles(few, 25)[i].has);
        assert_false(quartiles(none, 25)[i].has);
        assert_false(quartiles(against, 1e-9)[i].has);
    }
    assert_true(table.sum[CELL_MATCHED].suppressed);
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

/* The first bin by whose end so large a share is counted. */
static uint32_t true_bin(const int64_t *matched, double share)
{
    double all = 0, so_far = 0;
    uint32_t bin = 0;

    for (int i = 0; i < BINS; i++)
        all += (double)matched[i];
    for (so_far = (double)matched[0]; so_far < share * all;)
        so_far += (double)matched[++bin];
    return bin;
}

static void hold(const int64_t matched[PARTS], double sigma)
{
    uint32_t told[TABLE_QUARTILES] = {0}, missed[TABLE_QUARTILES] = {0};
    uint64_t seed = 5;

    for (int trial = 0; trial < 4000; trial++) {
        const struct table_quartile *is;
        int64_t noised[PARTS];

        for (int i = 0; i < PARTS; i++)
            noised[i] = matched[i] + normal(&seed, sigma);
        is = quartiles(noised, sigma * sigma);
        for (int i = 0; i < TABLE_QUARTILES; i++) {
            uint32_t bin = true_bin(matched, table_quartile_share[i]);

            told[i] += is[i].has;
            missed[i] += is[i].has && (bin < is[i].low || bin > is[i].high);
        }
    }
    for (int i = 0; i < TABLE_QUARTILES; i++) {
        print_message("sigma %g, share %.2f: %u told, %.4f missed\n", sigma,
                      table_quartile_share[i], told[i], (double)missed[i] / told[i]);
        assert_true(told[i] > 3000);
        assert_true(missed[i] < 0.05 * told[i] + 40); /* 3 deviations of the trials */
    }
}

static void test_its_interval_holds_the_truth(void **state)
{
    const int64_t even[PARTS] = {50, 50, 50, 50, 50, 50, 50, 50, 20};
    const int64_t steep[PARTS] = {400, 100, 50, 20, 10, 0, 0, 5, 0};
    const int64_t gap[PARTS] = {100, 0, 0, 0, 0, 0, 0, 100, 0};

    (void)state;
    hold(even, 5);
    hold(even, 10);
    hold(steep, 10);
    hold(gap, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_hand),
        cmocka_unit_test(test_there_is_none_of_noise),
        cmocka_unit_test(test_its_interval_holds_the_truth),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    arena_free(arena);
    return failed;
}
