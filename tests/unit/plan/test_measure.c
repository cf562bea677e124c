/*
 * The menu's promises: names and numbers go both ways, what is not served is refused by name, and a
 * price is rounded up and never down.
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
    enum measure measure;
    enum mode mode;

    (void)state;
    assert_true(measure_read("count", &measure));
    assert_int_equal(measure, MEASURE_COUNT);
    assert_string_equal(measure_name(MEASURE_FREQUENCY), "frequency");
    assert_true(mode_read("sum", &mode));
    assert_int_equal(mode, MODE_SUM);
    assert_false(mode_read("Regions", &mode));
    assert_false(measure_read("", &measure));
    assert_string_equal(mode_name((enum mode)9), "unknown");
}

static void test_what_is_not_served_is_refused_by_name(void **state)
{
    struct err err;
    size_t n;

    (void)state;
    assert_true(measure_cells(MEASURE_COUNT, MODE_REGIONS, &n, &err));
    assert_int_equal(n, 2);
    assert_true(measure_cells(MEASURE_COUNT, MODE_SUM, &n, &err));
    assert_int_equal(n, 2);
    assert_false(measure_cells(MEASURE_COUNT, (enum mode)0, &n, &err));
    assert_false(measure_cells(MEASURE_COUNT, (enum mode)3, &n, &err));
    assert_false(measure_cells(MEASURE_BREAKDOWN, MODE_REGIONS, &n, &err));
    assert_non_null(strstr(err.text, "breakdown"));
}

static void test_the_price_of_each_sigma_is_that_of_the_table(void **state)
{
    (void)state;
    assert_int_equal(price_nrho(5), 20000000);
    assert_int_equal(price_nrho(10), 5000000);
    assert_int_equal(price_nrho(20), 1250000);
    assert_int_equal(price_nrho(50), 200000);
    assert_int_equal(price_nrho(7), 10204082); /* 10204081.6: up */
    for (size_t i = 0; sigma_menu[i]; i++)
        assert_true(sigma_known(sigma_menu[i]));
    assert_false(sigma_known(6));
    assert_false(sigma_known(0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_go_both_ways),
        cmocka_unit_test(test_what_is_not_served_is_refused_by_name),
        cmocka_unit_test(test_the_price_of_each_sigma_is_that_of_the_table),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
