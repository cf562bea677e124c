/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: thousands are set apart, a figure below the threshold is "<T" whatever it holds, an
 * interval has both ends, and the largest figures fit their rooms.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "coordinator/report/display.h"
#include "coordinator/report/figure.h"

static void test_a_figure_is_its_value_or_its_threshold(void **state)
{
    struct figure figure = {.value = 1240, .low = 1195, .high = 1285};
    struct display_rule rule = {10, 5};
    char number[FIGURE_BYTES], range[RANGE_BYTES];

    (void)state;
    assert_string_equal(figure_text(&figure, &rule, number), "1 240");
    assert_string_equal(figure_range_text(&figure, range), "1 195–1 285");
    figure.suppressed = true;
    assert_string_equal(figure_text(&figure, &rule, number), "<10");
}

static void test_the_largest_figures_fit(void **state)
{
    struct figure figure = {.value = INT64_MIN, .low = INT64_MIN, .high = INT64_MAX};
    struct display_rule rule = {UINT32_MAX, 5};
    char number[FIGURE_BYTES], range[RANGE_BYTES];

    (void)state;
    assert_string_equal(figure_text(&figure, &rule, number), "-9 223 372 036 854 775 808");
    assert_string_equal(figure_range_text(&figure, range),
                        "-9 223 372 036 854 775 808–9 223 372 036 854 775 807");
    figure.suppressed = true;
    assert_string_equal(figure_text(&figure, &rule, number), "<4294967295");
}

static void test_what_may_be_nobody_is_no_number_to_copy(void **state)
{
    struct display_rule rule = {10, 5};
    struct figure touches = {.value = 15, .low = 0, .high = 35};
    struct figure hidden = {.suppressed = true, .high = 1020};
    struct figure clear = {.value = 15, .low = 5, .high = 35};
    struct figure none = {.none = true};
    char room[RANGE_BYTES];

    (void)state;
    assert_string_equal(figure_words(&touches, &rule, room), "0 to 35");
    assert_true(figure_is_vague(&touches));
    assert_string_equal(figure_text(&touches, &rule, room), "15");
    assert_string_equal(figure_words(&hidden, &rule, room), "0 to 1 020");
    assert_string_equal(figure_words(&clear, &rule, room), "15");
    assert_false(figure_is_vague(&clear));
    assert_string_equal(figure_words(&none, &rule, room), "–");
    assert_string_equal(figure_text(&none, &rule, room), "–");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_figure_is_its_value_or_its_threshold),
        cmocka_unit_test(test_the_largest_figures_fit),
        cmocka_unit_test(test_what_may_be_nobody_is_no_number_to_copy),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
