/*
 * The menu's promises: modes go both ways between name and number, `distinct` is refused by name
 * with its reason, and no sigma is on it but four.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "coordinator/report/measure.h"
#include "proto/query/distinct.h"

static void test_names_go_both_ways(void **state)
{
    enum mode mode;
    struct err err;

    (void)state;
    assert_true(mode_read("sum", &mode, &err));
    assert_int_equal(mode, MODE_SUM);
    assert_false(mode_read("Regions", &mode, &err));
    assert_non_null(strstr(err.text, "\"Regions\""));
    assert_string_equal(mode_name((enum mode)9), "unknown");
}

static void test_distinct_is_no_mode_and_it_says_why(void **state)
{
    enum mode mode;
    struct err err;

    (void)state;
    assert_false(mode_read("distinct", &mode, &err));
    assert_int_equal(err.code, ERR_INVALID);
    assert_string_equal(err.text, DISTINCT_REFUSED); /* whole: nothing is cut off */
    assert_string_equal(mode_name((enum mode)DISTINCT_NUMBER), "unknown");
}

static void test_the_menu_of_sigma_is_closed(void **state)
{
    (void)state;
    for (size_t i = 0; sigma_menu[i]; i++)
        assert_true(sigma_known(sigma_menu[i]));
    assert_false(sigma_known(6));
    assert_false(sigma_known(0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_go_both_ways),
        cmocka_unit_test(test_distinct_is_no_mode_and_it_says_why),
        cmocka_unit_test(test_the_menu_of_sigma_is_closed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
