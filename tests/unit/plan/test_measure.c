/*
 * The menu's promises: modes go both ways between name and number, and no sigma is on it but four.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "coordinator/plan/measure.h"

static void test_names_go_both_ways(void **state)
{
    enum mode mode;

    (void)state;
    assert_true(mode_read("sum", &mode));
    assert_int_equal(mode, MODE_SUM);
    assert_false(mode_read("Regions", &mode));
    assert_string_equal(mode_name((enum mode)9), "unknown");
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
        cmocka_unit_test(test_the_menu_of_sigma_is_closed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
