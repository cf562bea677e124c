/* SPDX-License-Identifier: Apache-2.0 */
/* The steps' promises: they cover 0 to 100 % without a hole, in order, and the bounds that people
 * ask for are bounds of steps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "node/store/fraction.h"

static void test_the_steps_follow_one_another(void **state)
{
    (void)state;
    assert_int_equal(fraction_first(1), 0);
    for (unsigned code = 1; code < FRACTION_ALL; code++) {
        assert_true(fraction_first((uint8_t)code) <= fraction_last((uint8_t)code));
        assert_int_equal(fraction_last((uint8_t)code) + 1, fraction_first((uint8_t)(code + 1)));
    }
    assert_int_equal(fraction_first(FRACTION_ALL), FRACTION_ONE);
    assert_int_equal(fraction_last(FRACTION_ALL), FRACTION_ONE);
}

static void test_a_share_lies_in_the_step_of_its_code(void **state)
{
    (void)state;
    for (unsigned code = 1; code <= FRACTION_ALL; code++) {
        assert_int_equal(fraction_code(fraction_first((uint8_t)code)), code);
        assert_int_equal(fraction_code(fraction_last((uint8_t)code)), code);
    }
}

static void begins(int64_t nano)
{
    assert_int_equal(fraction_first(fraction_code(nano)), nano);
}

static void test_what_people_ask_for_is_a_bound(void **state)
{
    (void)state;
    for (int64_t percent = 0; percent <= 100; percent++)
        begins(percent * 10000000);
    for (int64_t tenths = 0; tenths <= 100; tenths++)
        begins(tenths * 1000000);
    for (int64_t hundredths = 0; hundredths <= 50; hundredths++)
        begins(hundredths * 100000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_steps_follow_one_another),
        cmocka_unit_test(test_a_share_lies_in_the_step_of_its_code),
        cmocka_unit_test(test_what_people_ask_for_is_a_bound),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
