/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: modes go both ways between name and number, and `distinct` is refused by name and by
 * number, with its reason.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "proto/query/mode.h"
#include "tests/unit/refused.h"

static void test_names_go_both_ways(void **state)
{
    enum mode mode;
    struct err err;

    (void)state;
    assert_true(mode_read("sum", &mode, &err));
    assert_int_equal(mode, MODE_SUM);
    assert_refused(mode_read("Regions", &mode, &err), &err, ERR_INVALID);
    assert_non_null(strstr(err.text, "\"Regions\""));
    assert_string_equal(mode_name((enum mode)9), "unknown");
}

static void test_distinct_is_no_mode_and_it_says_why(void **state)
{
    enum mode mode;
    struct err err;

    (void)state;
    assert_refused(mode_read("distinct", &mode, &err), &err, ERR_INVALID);
    assert_string_equal(err.text, MODE_DISTINCT_REFUSED); /* whole: nothing is cut off */
    assert_string_equal(mode_name((enum mode)MODE_DISTINCT_NUMBER), "unknown");
}

static void test_what_is_refused_by_number_is_refused_by_name(void **state)
{
    (void)state;
    assert_null(mode_refusal(MODE_REGIONS));
    assert_null(mode_refusal(MODE_SUM));
    assert_string_equal(mode_refusal(MODE_DISTINCT_NUMBER), MODE_DISTINCT_REFUSED);
    assert_string_equal(mode_refusal(0), "the mode is regions or sum");
    assert_string_equal(mode_refusal(4), "the mode is regions or sum");
    assert_string_equal(mode_word(0), "regions");
    assert_string_equal(mode_word(1), "sum");
    assert_null(mode_word(2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_go_both_ways),
        cmocka_unit_test(test_distinct_is_no_mode_and_it_says_why),
        cmocka_unit_test(test_what_is_refused_by_number_is_refused_by_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
