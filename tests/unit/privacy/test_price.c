/*
 * Promises: the price is sensitivity^2 / (2 sigma^2) in nano-rho, rounded up, and only sigmas of
 * the menu have one.
 */
#include "node/privacy/price.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static int64_t price(uint32_t sensitivity_squared, uint32_t sigma)
{
    struct measure measure = {MEASURE_FREQUENCY, 5, sensitivity_squared};
    struct err err;
    int64_t nrho = -1;

    assert_true(price_of(&measure, sigma, &nrho, &err));
    return nrho;
}

static void test_prices_are_those_of_the_table(void **state)
{
    (void)state;
    assert_int_equal(price(1, 5), 20 * PRICE_POINT_NRHO);
    assert_int_equal(price(1, 10), 5 * PRICE_POINT_NRHO);
    assert_int_equal(price(1, 20), 1250000); /* 1.25 points */
    assert_int_equal(price(1, 50), 200000);  /* 0.2 points */
    assert_int_equal(price(100, 5), 2 * PRICE_NRHO);
}

static void test_prices_add_up_and_are_never_rounded_down(void **state)
{
    (void)state;
    for (uint32_t s = 1; s <= MEASURE_CHANGES_MAX; s++)
        for (size_t i = 0; i < PRICE_SIGMAS; i++) {
            int64_t sigma = price_sigma_menu[i];
            int64_t nrho = price(s, price_sigma_menu[i]);

            assert_true(nrho * 2 * sigma * sigma >= s * PRICE_NRHO);
            assert_true((nrho - 1) * 2 * sigma * sigma < s * PRICE_NRHO);
        }
}

static void test_other_sigmas_have_no_price(void **state)
{
    struct measure measure = {MEASURE_COUNT, 2, 1};
    struct err err;
    int64_t nrho = 7;

    (void)state;
    for (uint32_t sigma = 0; sigma <= 60; sigma++)
        if (!price_sigma_known(sigma))
            assert_false(price_of(&measure, sigma, &nrho, &err));
    assert_int_equal(nrho, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_prices_are_those_of_the_table),
        cmocka_unit_test(test_prices_add_up_and_are_never_rounded_down),
        cmocka_unit_test(test_other_sigmas_have_no_price),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
