/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: every state has a name that gives it back, and no other text does.
 */
#include "proto/query/region_state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_names_go_both_ways(void **state)
{
    enum region_state found = REGION_STALE;
    size_t n = 0;

    (void)state;
    for (; region_state_word(n); n++) {
        assert_true(region_state_read(region_state_word(n), &found));
        assert_int_equal(found, n);
        assert_string_equal(region_state_name(found), region_state_word(n));
    }
    assert_int_equal(n, REGION_TOOK_PART + 1);
    assert_false(region_state_read("Value", &found));
    assert_false(region_state_read("", &found));
    assert_int_equal(found, REGION_TOOK_PART);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_names_go_both_ways)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
