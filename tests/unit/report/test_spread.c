/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The interval's promise: it is that of the k-fold convolution itself. Checked against the
 * convolution done term by term, and against the normal law where that is known to be close.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "coordinator/report/spread.h"

#define REACH 4000 /* of the arrays: -REACH..REACH */

struct law {
    double at[2 * REACH + 1];
};

static struct law *one_draw(uint32_t sigma)
{
    struct law *law = calloc(1, sizeof(*law));
    double mass = 0;
    int reach = (int)(12 * sigma);

    assert_non_null(law);
    for (int x = -reach; x <= reach; x++)
        mass += exp(-(double)(x * x) / (2.0 * sigma * sigma));
    for (int x = -reach; x <= reach; x++)
        law->at[REACH + x] = exp(-(double)(x * x) / (2.0 * sigma * sigma)) / mass;
    return law;
}

/* The naive convolution, a draw at a time. */
static struct law *draws(size_t k, uint32_t sigma)
{
    struct law *one = one_draw(sigma);
    struct law *sum = one_draw(sigma);
    int reach = (int)(12 * sigma);

    for (size_t i = 1; i < k; i++) {
        struct law *next = calloc(1, sizeof(*next));

        assert_non_null(next);
        for (int s = -REACH + reach; s <= REACH - reach; s++)
            for (int x = -reach; x <= reach; x++)
                next->at[REACH + s + x] += sum->at[REACH + s] * one->at[REACH + x];
        free(sum);
        sum = next;
    }
    free(one);
    return sum;
}

/* Draws of variance sigma^2 / shares, by the naive convolution. */
static int64_t sum_half_width(size_t m, size_t shares, uint32_t sigma, double share)
{
    double v = (double)sigma * sigma / (double)shares, mass = 0, covered;
    struct law *one = calloc(1, sizeof(*one)), *sum = calloc(1, sizeof(*sum));
    int reach = (int)(12 * sqrt(v)) + 1, h = 0;

    assert_true(one && sum);
    for (int x = -reach; x <= reach; x++)
        mass += one->at[REACH + x] = exp(-(double)(x * x) / (2 * v));
    for (int x = -reach; x <= reach; x++)
        one->at[REACH + x] /= mass;
    sum->at[REACH] = 1;
    for (size_t i = 0; i < m; i++) {
        struct law *next = calloc(1, sizeof(*next));

        assert_non_null(next);
        for (int s = -REACH + reach; s <= REACH - reach; s++)
            for (int x = -reach; sum->at[REACH + s] > 0 && x <= reach; x++)
                next->at[REACH + s + x] += sum->at[REACH + s] * one->at[REACH + x];
        free(sum);
        sum = next;
    }
    for (covered = sum->at[REACH]; covered < share; h++)
        covered += 2 * sum->at[REACH + h + 1];
    free(one);
    free(sum);
    return h;
}

static void test_a_sum_is_as_wide_as_its_shares_together(void **state)
{
    static const struct {
        size_t m, shares;
        uint32_t sigma;
    } cases[] = {{21, 15, 5}, {20, 14, 5}, {14, 10, 10}, {3, 3, 5}, {21, 15, 50}};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_int_equal(spread_sum_half_width(cases[i].m, cases[i].shares, cases[i].sigma, 0.95),
                         sum_half_width(cases[i].m, cases[i].shares, cases[i].sigma, 0.95));
    /* reference: privacy, section 3.2: +-11.6, +-23, +-116 of 21 regions */
    assert_int_equal(spread_sum_half_width(21, 15, 5, 0.95), 12);
    assert_int_equal(spread_sum_half_width(21, 15, 10, 0.95), 23);
    assert_int_equal(spread_sum_half_width(21, 15, 50, 0.95), 116);
}

static void test_every_probability_is_that_of_the_convolution(void **state)
{
    static const struct {
        size_t k;
        uint32_t sigma;
    } cases[] = {{1, 5}, {2, 5}, {21, 5}, {1, 10}, {21, 10}, {7, 20}};

    (void)state;
    for (size_t c = 0; c < sizeof(cases) / sizeof(cases[0]); c++) {
        struct law *law = draws(cases[c].k, cases[c].sigma);
        double covered = law->at[REACH];
        int64_t h = 0;

        for (int s = 0; s <= (int)(6 * cases[c].sigma * sqrt((double)cases[c].k)); s++) {
            double got = spread_probability(cases[c].k, cases[c].sigma, s);

            assert_true(fabs(got - law->at[REACH + s]) < 1e-14);
        }
        while (covered < 0.95) {
            h++;
            covered += 2 * law->at[REACH + h];
        }
        assert_int_equal(spread_half_width(cases[c].k, cases[c].sigma, 0.95), h);
        free(law);
    }
}

static void test_the_known_figures_of_the_national_total(void **state)
{
    (void)state;
    assert_int_equal(spread_half_width(1, 5, 0.95), 10);
    assert_int_equal(spread_half_width(21, 5, 0.95), 45);
    assert_int_equal(spread_half_width(21, 50, 0.95), 449);
    assert_int_equal(spread_half_width(1, 50, 0.95), 98);
}

static void test_more_regions_and_more_noise_only_widen(void **state)
{
    int64_t before = 0;

    (void)state;
    for (size_t k = 1; k <= 64; k++) {
        int64_t h = spread_half_width(k, 5, 0.95);

        assert_true(h >= before);
        before = h;
    }
    assert_true(spread_half_width(SPREAD_DRAWS_MAX, 50, 0.95) > 6200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_sum_is_as_wide_as_its_shares_together),
        cmocka_unit_test(test_every_probability_is_that_of_the_convolution),
        cmocka_unit_test(test_the_known_figures_of_the_national_total),
        cmocka_unit_test(test_more_regions_and_more_noise_only_widen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
