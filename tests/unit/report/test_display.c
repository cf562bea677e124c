/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The display rule's promises: below the threshold nothing is told, not even by the interval;
 * rounding is to the nearest and outwards for the interval; printed parts add up.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "coordinator/report/display.h"

static const struct display_rule rule = {.below = 10, .base = 5};

static void test_below_the_threshold_all_figures_look_alike(void **state)
{
    struct figure least = display_figure(-40, 10, &rule);
    struct figure most = display_figure(9, 10, &rule);
    struct figure shown = display_figure(10, 10, &rule);

    (void)state;
    assert_true(least.suppressed && most.suppressed);
    assert_int_equal(least.value, most.value);
    assert_int_equal(least.low, most.low);
    assert_int_equal(least.high, most.high);
    assert_int_equal(most.high, 20);
    assert_false(shown.suppressed);
    assert_int_equal(shown.value, 10);
}

static void test_a_shown_figure_is_rounded_and_its_interval_outwards(void **state)
{
    struct figure figure = display_figure(1238, 45, &rule);
    struct figure small = display_figure(12, 45, &rule);

    (void)state;
    assert_int_equal(figure.value, 1240);
    assert_int_equal(figure.low, 1190);
    assert_int_equal(figure.high, 1285);
    assert_int_equal(small.low, 0); /* cut only here, for the eye */
}

static void test_without_a_rule_a_figure_is_itself(void **state)
{
    const struct display_rule none = {0, 0};
    struct figure figure = display_figure(3, 10, &none);

    (void)state;
    assert_false(figure.suppressed);
    assert_int_equal(figure.value, 3);
    assert_int_equal(figure.high, 13);
    assert_int_equal(display_figure(-3, 10, &none).value, 0);
}

static void test_halves_go_away_from_zero(void **state)
{
    (void)state;
    assert_int_equal(display_round(2, 5), 0);
    assert_int_equal(display_round(3, 5), 5);
    assert_int_equal(display_round(-3, 5), -5);
    assert_int_equal(display_round(5, 10), 10);
    assert_int_equal(display_round(7, 0), 7);
}

static void test_printed_parts_add_up_to_the_printed_total(void **state)
{
    uint64_t random = 7;

    (void)state;
    for (int round = 0; round < 2000; round++) {
        int64_t part[21], out[21], sum = 0, printed = 0;
        uint32_t base = round % 2 ? 5 : 10;

        for (int i = 0; i < 21; i++) {
            random = random * UINT64_C(6364136223846793005) + 1442695040888963407u;
            part[i] = (int64_t)(random >> 52) - 200; /* also below zero */
            sum += part[i];
        }
        display_parts(part, 21, base, out);
        for (int i = 0; i < 21; i++) {
            int64_t moved = out[i] - part[i];

            assert_true(moved < (int64_t)base && moved > -(int64_t)base);
            assert_int_equal(out[i] % (int64_t)base, 0);
            printed += out[i];
        }
        assert_int_equal(printed, display_round(sum, base));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_below_the_threshold_all_figures_look_alike),
        cmocka_unit_test(test_a_shown_figure_is_rounded_and_its_interval_outwards),
        cmocka_unit_test(test_without_a_rule_a_figure_is_itself),
        cmocka_unit_test(test_halves_go_away_from_zero),
        cmocka_unit_test(test_printed_parts_add_up_to_the_printed_total),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
