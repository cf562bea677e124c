/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of numbers: exact to 1e-9, printed and read back the same, and never rounded in
 * silence.
 */
#include "proto/base/number.h"

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
        {"18", 18 * NUMBER_NANO, "18"},
        {"018", 18 * NUMBER_NANO, "18"},
        {"18.0", 18 * NUMBER_NANO, "18"},
        {"-3.5", -3500000000, "-3.5"},
        {"0.1%", 1000000, "0.001"},
        {"100%", NUMBER_NANO, "1"},
        {"0.0000001%", 1, "0.000000001"},
        {"0.000000001", 1, "0.000000001"},
        {"0.1000000000", 100000000, "0.1"},
        {"999999999", 999999999 * NUMBER_NANO, "999999999"},
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
    assert_int_equal(number("1000000000", &nano), NUMBER_LARGE); /* WHOLE_DIGITS_MAX is 9 */
    assert_int_equal(number("99999999999999999999999999", &nano), NUMBER_LARGE);
}

static void test_random_numbers_survive_printing_and_reading(void **state)
{
    (void)state;
    random_seed(5);
    for (int i = 0; i < 10000; i++) {
        char text[NUMBER_TEXT_MAX];
        int64_t nano = (int64_t)random_below(999999999) * NUMBER_NANO + random_below(NUMBER_NANO),
                back;

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

static void test_whole_numbers_are_digits_within_their_limit(void **state)
{
    static const uint64_t limits[] = {0, 9, 10, 255, 256, UINT32_MAX, UINT64_MAX - 1, UINT64_MAX};
    static const char *const texts[] = {"",    "-1",       "+1",  " 1",
                                        "1 ",  "0x1",      "1e3", "1.",
                                        "1,0", "\xd9\xa1", "a",   "18446744073709551616"};
    char text[32];
    uint64_t value;

    (void)state;
    for (size_t i = 0; i < sizeof(limits) / sizeof(*limits); i++) {
        int length = snprintf(text, sizeof(text), "00%llu", (unsigned long long)limits[i]);

        value = 7;
        assert_true(number_whole(text, (size_t)length, limits[i], &value));
        assert_true(value == limits[i]);
        if (limits[i] == UINT64_MAX)
            continue;
        length = snprintf(text, sizeof(text), "%llu", (unsigned long long)limits[i] + 1);
        assert_false(number_whole(text, (size_t)length, limits[i], &value));
        assert_true(value == limits[i]); /* untouched */
    }
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        value = 7;
        assert_false(number_whole(texts[i], strlen(texts[i]), UINT64_MAX, &value));
        assert_int_equal(value, 7);
    }
}

static void test_leading_digits_are_taken_off(void **state)
{
    const char *text = "17\t4x", *at = text;
    uint64_t value = 0;

    (void)state;
    assert_true(number_leading(&at, 17, &value));
    assert_int_equal(value, 17);
    assert_ptr_equal(at, text + 2);
    assert_false(number_leading(&at, 17, &value));
    assert_ptr_equal(at, text + 2);
    at++;
    assert_false(number_leading(&at, 3, &value));
    assert_true(number_leading(&at, 4, &value));
    assert_string_equal(at, "x");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decimals_and_percentages_are_exact),
        cmocka_unit_test(test_what_is_too_fine_or_too_large_is_told),
        cmocka_unit_test(test_random_numbers_survive_printing_and_reading),
        cmocka_unit_test(test_the_ends_of_the_range_fit_the_buffer),
        cmocka_unit_test(test_whole_numbers_are_digits_within_their_limit),
        cmocka_unit_test(test_leading_digits_are_taken_off),
    };

    return random_start() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
