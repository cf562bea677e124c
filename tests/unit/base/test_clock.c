/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The clock's texts are RFC 3339, and the time that a test sets stands still.
 */
#include "proto/base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

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
        cmocka_unit_test(test_texts_are_rfc_3339),
        cmocka_unit_test(test_a_set_time_stands_still_and_sleeps_move_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
