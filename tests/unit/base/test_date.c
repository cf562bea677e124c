/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every day from 1750 to 2189 goes to a date and back; only real days parse; ages are counted as
 * people count them.
 */
#include "proto/base/date.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_every_day_goes_to_a_date_and_back(void **state)
{
    int previous = 0;

    (void)state;
    assert_int_equal(date_from_civil(1970, 1, 1), 0);
    assert_int_equal(date_from_civil(2000, 3, 1), 11017);
    for (int32_t day = -80000; day < 80000; day++) {
        int y, m, d;

        date_to_civil(day, &y, &m, &d);
        assert_int_equal(date_from_civil(y, m, d), day);
        assert_true(d == previous + 1 || d == 1 || day == -80000);
        previous = d;
    }
}

static void test_only_real_days_parse(void **state)
{
    int32_t day = 5;

    (void)state;
    assert_true(date_parse("2024-02-29", &day));
    assert_int_equal(day, date_from_civil(2024, 2, 29));
    assert_false(date_parse("2023-02-29", &day));
    assert_false(date_parse("2023-13-01", &day));
    assert_false(date_parse("2023-1-01", &day));
    assert_false(date_parse("2023-01-32", &day));
    assert_false(date_parse("2023-01-0x", &day));
    assert_false(date_parse("2023-01-01T", &day));
    assert_int_equal(day, date_from_civil(2024, 2, 29));
}

static void test_ages_are_counted_as_people_count_them(void **state)
{
    int32_t birth = date_from_civil(2000, 2, 29);

    (void)state;
    assert_int_equal(date_years_between(birth, date_from_civil(2018, 2, 28)), 17);
    assert_int_equal(date_years_between(birth, date_from_civil(2018, 3, 1)), 18);
    assert_int_equal(date_years_between(birth, birth), 0);
    for (int32_t day = birth; day < birth + 1500; day++)
        for (int months = 0; months < 30; months++) {
            int32_t then = date_add_months(day, months);

            assert_int_equal(date_months_between(day, then), months);
            assert_true(then == day || date_months_between(day, then - 1) < months);
        }
    assert_int_equal(date_years_between(birth, date_from_civil(2020, 2, 29)), 20);
    assert_int_equal(date_months_between(birth, date_from_civil(2000, 3, 28)), 0);
    assert_int_equal(date_months_between(birth, date_from_civil(2000, 3, 29)), 1);
    assert_int_equal(date_months_between(birth, date_from_civil(2001, 2, 28)), 11);
    assert_int_equal(date_months_between(birth, date_from_civil(2001, 3, 1)), 12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_day_goes_to_a_date_and_back),
        cmocka_unit_test(test_only_real_days_parse),
        cmocka_unit_test(test_ages_are_counted_as_people_count_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
