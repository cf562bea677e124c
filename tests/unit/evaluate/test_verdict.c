/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Verdicts by class: a step of shares is yes where it lies within the bounds, no where it lies
 * outside, and else cannot be told; an unknown zygosity is one of three.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "node/evaluate/verdict.h"
#include "node/snapshot/snapshot.h"
#include "node/store/fraction.h"

#define PERCENT INT64_C(10000000)

static void expect(struct verdict is, unsigned yes, unsigned possible)
{
    assert_int_equal(is.yes, yes);
    assert_int_equal(is.possible, possible);
    assert_false(is.elsewhere);
}

static void test_a_step_within_outside_and_across(void **state)
{
    uint8_t five = fraction_code(5 * PERCENT), most = fraction_code(FRACTION_ONE);

    (void)state;
    expect(verdict_of_share(five, 5 * PERCENT, INT64_MAX), CLASSES_ALL, CLASSES_ALL);
    expect(verdict_of_share(five, INT64_MIN, 5 * PERCENT - 1), 0, 0);
    expect(verdict_of_share(five, INT64_MIN, 5 * PERCENT), 0, CLASSES_ALL);
    expect(verdict_of_share(five, 5 * PERCENT + 1, INT64_MAX), 0, CLASSES_ALL);
    expect(verdict_of_share((uint8_t)(five - 1), 5 * PERCENT, INT64_MAX), 0, 0);
    expect(verdict_of_share(most, FRACTION_ONE, FRACTION_ONE), CLASSES_ALL, CLASSES_ALL);
    expect(verdict_of_share(most, 0, FRACTION_ONE - 1), 0, 0);
    expect(verdict_of_share(FRACTION_UNKNOWN, 0, FRACTION_ONE), 0, CLASSES_ALL);
}

static void test_an_unknown_zygosity_is_one_of_three(void **state)
{
    unsigned het = SITE_BIT(SITE_HET), unknown = SITE_BIT(SITE_CARRIER);

    (void)state;
    expect(verdict_of_zygosity(het), het, het | unknown);
    expect(verdict_of_zygosity(7), CLASSES_ALL, CLASSES_ALL);
    expect(verdict_of_zygosity(0), 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_step_within_outside_and_across),
        cmocka_unit_test(test_an_unknown_zygosity_is_one_of_three),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
