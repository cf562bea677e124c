/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The clock's promises: every day of four centuries goes to a date and back, ages are counted as
 * people count them, and a test's time stands still.
 */
#include "proto/base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

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
    assert_int_equal(date_years_between(birth, date_from_civil(2020, 2, 29)), 20);
}

static void test_texts_are_rfc_3339(void **state)
{
    char text[CLOCK_TEXT_BYTES];

    (void)state;
    clock_text(0, text);
    assert_string_equal(text, "1970-01-01T00:00:00Z");
    clock_text(1795285867, text);
    assert_string_equal(text, "2026-11-21T18:31:07Z");
    clock_text(-1, text);
    assert_string_equal(text, "1969-12-31T23:59:59Z");
}

static void test_a_set_time_stands_still_and_sleeps_move_it(void **state)
{
    (void)state;
    clock_set(1000, 2000);
    assert_int_equal(clock_mono_ms(), 1000);
    assert_int_equal(clock_wall_s(), 2000);
    clock_sleep_ms(50);
    assert_int_equal(clock_mono_ms(), 1050);
    assert_int_equal(clock_mono_us(), 1050000);
    clock_release();
    assert_true(clock_wall_s() > 2000);
    clock_sleep_ms(1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_day_goes_to_a_date_and_back),
        cmocka_unit_test(test_only_real_days_parse),
        cmocka_unit_test(test_ages_are_counted_as_people_count_them),
        cmocka_unit_test(test_texts_are_rfc_3339),
        cmocka_unit_test(test_a_set_time_stands_still_and_sleeps_move_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
