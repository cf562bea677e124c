/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: the price is sensitivity^2 / (2 sigma^2) in nano-rho, rounded up, and only sigmas of
 * the menu have one.
 */
#include "proto/query/price.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "proto/base/words.h"
#include "tests/unit/refused.h"

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

static void test_a_price_off_the_menu_is_rounded_up_too(void **state)
{
    struct measure one = {MEASURE_COUNT, 2, 1}, hundred = {MEASURE_FREQUENCY, 600, 100};

    (void)state;
    assert_int_equal(price_nrho(&one, 5), 20000000);
    assert_int_equal(price_nrho(&one, 7), 10204082); /* 10204081.6 */
    assert_int_equal(price_nrho(&hundred, 5), 2000000000);
    assert_int_equal(price_nrho(&hundred, 7), 1020408164); /* 1020408163.3 */
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

static void test_the_menu_is_told_in_words_as_it_is(void **state)
{
    char list[WORDS_TEXT_BYTES];

    (void)state;
    for (size_t i = 0; i < PRICE_SIGMAS; i++) {
        assert_int_equal(strtol(price_sigma_word(i), NULL, 10), price_sigma_menu[i]);
        assert_int_equal(price_sigma_place(price_sigma_menu[i]), i);
    }
    assert_null(price_sigma_word(PRICE_SIGMAS));
    assert_int_equal(price_sigma_place(6), PRICE_SIGMAS);
    assert_string_equal(words_join(price_sigma_word, " or ", list), PRICE_SIGMA_LIST);
}

static void test_other_sigmas_have_no_price(void **state)
{
    struct measure measure = {MEASURE_COUNT, 2, 1};
    struct err err;
    int64_t nrho = 7;

    (void)state;
    for (uint32_t sigma = 0; sigma <= 60; sigma++)
        if (!price_sigma_known(sigma))
            assert_refused(price_of(&measure, sigma, &nrho, &err), &err, ERR_INVALID);
    assert_int_equal(nrho, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_prices_are_those_of_the_table),
        cmocka_unit_test(test_a_price_off_the_menu_is_rounded_up_too),
        cmocka_unit_test(test_prices_add_up_and_are_never_rounded_down),
        cmocka_unit_test(test_the_menu_is_told_in_words_as_it_is),
        cmocka_unit_test(test_other_sigmas_have_no_price),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
