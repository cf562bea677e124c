/*
 * The promises of numbers: exact to 1e-9, printed and read back the same, and never rounded in
 * silence.
 */
#include "proto/query/number.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base/random.h"

static enum number_fault number(const char *text, int64_t *nano)
{
    return number_read(text, strlen(text), nano);
}

static void test_decimals_and_percentages_are_exact(void **state)
{
    static const struct {
        const char *text;
        int64_t nano;
        const char *printed;
    } numbers[] = {
        {"0", 0, "0"},
        {"18", 18 * AST_NANO, "18"},
        {"018", 18 * AST_NANO, "18"},
        {"18.0", 18 * AST_NANO, "18"},
        {"-3.5", -3500000000, "-3.5"},
        {"0.1%", 1000000, "0.001"},
        {"100%", AST_NANO, "1"},
        {"0.0000001%", 1, "0.000000001"},
        {"0.000000001", 1, "0.000000001"},
        {"0.1000000000", 100000000, "0.1"},
        {"999999999", 999999999 * AST_NANO, "999999999"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
        char printed[NUMBER_TEXT_MAX];
        int64_t nano = 7;

        assert_int_equal(number(numbers[i].text, &nano), NUMBER_OK);
        assert_true(nano == numbers[i].nano);
        number_write(nano, printed);
        assert_string_equal(printed, numbers[i].printed);
    }
}

static void test_what_is_too_fine_or_too_large_is_told(void **state)
{
    int64_t nano;

    (void)state;
    assert_int_equal(number("0.0000000001", &nano), NUMBER_FINE);
    assert_int_equal(number("0.00000001%", &nano), NUMBER_FINE);
    assert_int_equal(number("0.1000000001", &nano), NUMBER_FINE);
    assert_int_equal(number("1000000000", &nano), NUMBER_LARGE);
    assert_int_equal(number("99999999999999999999999999", &nano), NUMBER_LARGE);
}

static void test_random_numbers_survive_printing_and_reading(void **state)
{
    (void)state;
    random_seed(5);
    for (int i = 0; i < 10000; i++) {
        char text[NUMBER_TEXT_MAX];
        int64_t nano = (int64_t)random_below(999999999) * AST_NANO + random_below(AST_NANO), back;

        number_write(nano, text);
        assert_int_equal(number(text, &back), NUMBER_OK);
        assert_true(back == nano);
    }
    random_unseed();
}

static void test_the_ends_of_the_range_fit_the_buffer(void **state)
{
    char text[NUMBER_TEXT_MAX];

    (void)state;
    number_write(INT64_MIN, text);
    assert_string_equal(text, "-9223372036.854775808");
    number_write(INT64_MAX, text);
    assert_string_equal(text, "9223372036.854775807");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decimals_and_percentages_are_exact),
        cmocka_unit_test(test_what_is_too_fine_or_too_large_is_told),
        cmocka_unit_test(test_random_numbers_survive_printing_and_reading),
        cmocka_unit_test(test_the_ends_of_the_range_fit_the_buffer),
    };

    return random_start() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
