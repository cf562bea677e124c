/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The coarsest sigma that is precise enough is asked for, never a finer one than is allowed, and a
 * figure that is not shown asks for the finest. A part is read at its limits and not beyond.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "coordinator/analyst/precision.h"
#include "proto/query/price.h"

#define WIDTH 116 /* of a sum at sigma 50 (reference: privacy, section 3.2) */

static uint32_t sigma_of(int64_t figure, uint32_t tenths, uint32_t finest)
{
    return precision_sigma((struct precision_scout){figure, WIDTH}, tenths, finest);
}

static void test_the_coarsest_that_suits(void **state)
{
    (void)state;
    assert_true(price_sigma_known(PRECISION_SCOUT_SIGMA));
    assert_int_equal(sigma_of(1000000, 50, 5), 50); /* never coarser: the scout is there */
    assert_int_equal(sigma_of(2320, 50, 5), 50);    /* 5 % of 2,320 is 116 */
    assert_int_equal(sigma_of(2319, 50, 5), 20);
    assert_int_equal(sigma_of(928, 50, 5), 20); /* 46.4 */
    assert_int_equal(sigma_of(927, 50, 5), 10);
    assert_int_equal(sigma_of(463, 50, 5), 5);
    assert_int_equal(sigma_of(10, 50, 5), 5);
    assert_int_equal(sigma_of(0, 1000, 5), 5);
    assert_int_equal(sigma_of(116, 1000, 5), 50);
}

static void test_never_finer_than_allowed(void **state)
{
    (void)state;
    assert_int_equal(sigma_of(10, 50, 10), 10);
    assert_int_equal(sigma_of(927, 50, 20), 20);
    assert_int_equal(sigma_of(2320, 50, 20), 50);
    assert_int_equal(sigma_of(1, 1, 50), 50);
}

static void test_a_part_is_read_at_its_limits(void **state)
{
    static const struct {
        const char *text;
        uint32_t tenths; /* 0: refused */
    } cases[] = {{"5%", 50},   {"0.1%", 1}, {"2.5%", 25},  {"100%", 1000}, {"100.0%", 1000},
                 {"0%", 0},    {"0.0%", 0}, {"100.1%", 0}, {"101%", 0},    {"1000%", 0},
                 {"", 0},      {"%", 0},    {"5", 0},      {"5 %", 0},     {"5.%", 0},
                 {"5.25%", 0}, {"-5%", 0},  {"5%%", 0},    {".5%", 0},     {"99999999999%", 0}};
    struct err err;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint32_t tenths = 0;

        assert_int_equal(precision_read(cases[i].text, &tenths, &err), cases[i].tenths > 0);
        assert_int_equal(tenths, cases[i].tenths);
        if (cases[i].tenths == 0)
            assert_int_equal(err.code, ERR_INVALID);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_coarsest_that_suits),
        cmocka_unit_test(test_never_finer_than_allowed),
        cmocka_unit_test(test_a_part_is_read_at_its_limits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
