/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: only the roles that are named as public bodies are not commercial, and each role asks
 * in the mode that the default policy allows it.
 */
#include "proto/trust/role.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_who_is_not_named_is_commercial(void **state)
{
    (void)state;
    assert_false(role_is_commercial("national-analyst"));
    assert_false(role_is_commercial("care-quality"));
    assert_true(role_is_commercial("sponsor"));
    assert_true(role_is_commercial("public"));
    assert_true(role_is_commercial("somebody"));
    assert_true(role_is_commercial(""));
}

static void test_the_usual_mode_is_the_one_that_is_allowed(void **state)
{
    (void)state;
    assert_int_equal(role_usual_mode("public", ""), MODE_SUM);
    assert_int_equal(role_usual_mode("public", "p-1"), MODE_SUM);
    assert_int_equal(role_usual_mode("sponsor", ""), MODE_SUM);
    assert_int_equal(role_usual_mode("sponsor", "p-1"), MODE_REGIONS);
    assert_int_equal(role_usual_mode("national-analyst", ""), MODE_REGIONS);
    assert_int_equal(role_usual_mode("somebody", ""), MODE_REGIONS);
}

/* schemas/policy.json has a rule for each; tests/unit/privacy/test_policy.c holds them against it.
 */
static void test_the_usual_purpose_and_sigma_are_those_of_the_role(void **state)
{
    (void)state;
    assert_string_equal(role_usual_purpose("public"), "statistics");
    assert_string_equal(role_usual_purpose("sponsor"), "trial-feasibility");
    assert_string_equal(role_usual_purpose("national-analyst"), "research");
    assert_string_equal(role_usual_purpose("care-quality"), "care-quality");
    assert_string_equal(role_usual_purpose("somebody"), "research");
    assert_int_equal(role_usual_sigma("public"), 20);
    assert_int_equal(role_usual_sigma("sponsor"), 10);
    assert_int_equal(role_usual_sigma("somebody"), 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_is_not_named_is_commercial),
        cmocka_unit_test(test_the_usual_mode_is_the_one_that_is_allowed),
        cmocka_unit_test(test_the_usual_purpose_and_sigma_are_those_of_the_role)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
