/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: each named purpose stands on its ground of law, any other is treated as research.
 */
#include "proto/trust/purpose.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_each_has_its_ground(void **state)
{
    static const char *const public_task[] = {"statistics", "planning", "preparedness"};

    (void)state;
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(purpose_ground(public_task[i]), PURPOSE_PUBLIC_TASK);
    assert_int_equal(purpose_ground("care-quality"), PURPOSE_QUALITY);
    assert_int_equal(purpose_ground("research"), PURPOSE_HEALTH_RESEARCH);
    assert_int_equal(purpose_ground("trial-feasibility"), PURPOSE_HEALTH_RESEARCH);
}

static void test_what_is_not_named_is_research(void **state)
{
    (void)state;
    assert_int_equal(purpose_ground("marketing"), PURPOSE_HEALTH_RESEARCH);
    assert_int_equal(purpose_ground("Statistics"), PURPOSE_HEALTH_RESEARCH);
    assert_int_equal(purpose_ground(""), PURPOSE_HEALTH_RESEARCH);
    assert_string_equal(purpose_word(0), PURPOSE_DEFAULT);
    assert_null(purpose_word(6));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_each_has_its_ground),
                                       cmocka_unit_test(test_what_is_not_named_is_research)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
