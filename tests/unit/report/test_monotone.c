/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: a fitted row never rises; a row in order stays as it is; every fitted value is the one
 * of the min-max formula of isotonic regression (the least, over all that begin no later, of the
 * largest, over all that end no earlier, of weighted means), which shares no code with the pooling.
 */
#include "coordinator/report/monotone.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

static uint64_t seed = 5;

static double uniform(void)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (double)(seed >> 11) / 9007199254740992.0;
}

static double mean(const double *value, const double *weight, size_t from, size_t to)
{
    double sum = 0, weights = 0;

    for (size_t i = from; i <= to; i++) {
        sum += value[i] * weight[i];
        weights += weight[i];
    }
    return sum / weights;
}

static double by_formula(const double *value, const double *weight, size_t n, size_t i)
{
    double least = INFINITY;

    for (size_t from = 0; from <= i; from++) {
        double most = -INFINITY;

        for (size_t to = i; to < n; to++)
            most = fmax(most, mean(value, weight, from, to));
        least = fmin(least, most);
    }
    return least;
}

static void test_every_value_is_that_of_the_formula(void **state)
{
    (void)state;
    for (int trial = 0; trial < 500; trial++) {
        double value[MONOTONE_FIGURES_MAX] = {0}, fitted[MONOTONE_FIGURES_MAX];
        double weight[MONOTONE_FIGURES_MAX];
        size_t n = trial == 0 ? MONOTONE_FIGURES_MAX : 1 + (size_t)(uniform() * 20);

        for (size_t i = 0; i < n; i++) {
            value[i] = 100 * uniform() - 20 - 4 * (double)i;
            weight[i] = 0.01 + uniform();
        }
        memcpy(fitted, value, sizeof(value));
        monotone_falling(fitted, weight, n);
        for (size_t i = 0; i < n; i++) {
            assert_true(fabs(fitted[i] - by_formula(value, weight, n, i)) < 1e-9);
            assert_true(i == 0 || fitted[i] <= fitted[i - 1] + 1e-9);
        }
    }
}

static void test_a_row_in_order_stays(void **state)
{
    double value[] = {9, 9, 4, 0, -3}, weight[] = {1, 2, 3, 4, 5};
    const double was[] = {9, 9, 4, 0, -3};

    (void)state;
    monotone_falling(value, weight, 5);
    assert_memory_equal(value, was, sizeof(was));
    monotone_falling(NULL, NULL, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_value_is_that_of_the_formula),
                                       cmocka_unit_test(test_a_row_in_order_stays)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
