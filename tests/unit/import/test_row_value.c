/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises of what a row says that an event measured: a decimal is read to its last digit or
 * refused, a unit that is not known is kept and told, and nothing that looks like a personal number
 * is taken.
 */
#include "node/import/row_value.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base/number.h"

static enum row_value_fault read_value(const char *number, const char *unit, const char *answer,
                                       bool comma, struct event_value *value, bool *known)
{
    struct row_value_texts texts = {number, unit, answer, comma};

    return row_value_read(&texts, value, known);
}

static void test_numbers_are_exact(void **state)
{
    struct event_value value;
    bool known;

    (void)state;
    assert_int_equal(read_value("4.9", "\xc2\xb5mol/l", "", false, &value, &known), ROW_VALUE_OK);
    assert_int_equal(value.form, EVENT_NUMBER);
    assert_int_equal(value.nano, 4900000000);
    assert_string_equal(value.word, "umol/L");
    assert_true(known);
    assert_int_equal(read_value("-0,000000001", "", "", true, &value, &known), ROW_VALUE_OK);
    assert_int_equal(value.nano, -1);
    assert_string_equal(value.word, "");
    assert_true(known);
    assert_int_equal(read_value("999999999", "", "", false, &value, &known), ROW_VALUE_OK);
    assert_int_equal(value.nano, INT64_C(999999999) * NUMBER_NANO);
}

static void test_what_is_no_decimal_is_refused(void **state)
{
    static const char *const bad[] = {"4,9", "<4", "4.9 ",         "5%",        "1e3", ".5",
                                      "5.",  "-",  "+4",           "4..9",      "--4", "NaN",
                                      " 4",  "x",  "0.0000000001", "1000000000"};
    struct event_value value;
    bool known;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_int_equal(read_value(bad[i], "", "", false, &value, &known), ROW_VALUE_NUMBER);
    assert_int_equal(read_value("4.9", "", "", true, &value, &known), ROW_VALUE_NUMBER);
    assert_int_equal(read_value("1,2,3", "", "", true, &value, &known), ROW_VALUE_NUMBER);
}

static void test_units_and_answers(void **state)
{
    char longest[EVENT_WORD_BYTES_MAX + 2];
    struct event_value value;
    bool known;

    (void)state;
    assert_int_equal(read_value("1", "furlong", "", false, &value, &known), ROW_VALUE_OK);
    assert_false(known);
    assert_string_equal(value.word, "furlong");
    assert_int_equal(read_value("", "mmol/L", "", false, &value, &known), ROW_VALUE_OK);
    assert_int_equal(value.form, EVENT_NO_VALUE);
    assert_int_equal(read_value("", "", "LA9633-4", false, &value, &known), ROW_VALUE_OK);
    assert_int_equal(value.form, EVENT_ANSWER);
    assert_string_equal(value.word, "LA9633-4");
    assert_int_equal(read_value("1", "", "yes", false, &value, &known), ROW_VALUE_NUMBER);
    assert_int_equal(read_value("", "", "a\tb", false, &value, &known), ROW_VALUE_ANSWER);
    assert_int_equal(read_value("1", "a\nb", "", false, &value, &known), ROW_VALUE_UNIT);
    assert_int_equal(read_value("", "", "19121212-1212", false, &value, &known),
                     ROW_VALUE_PERSONAL);
    memset(longest, 'x', sizeof(longest));
    longest[EVENT_WORD_BYTES_MAX] = 0;
    assert_int_equal(read_value("", "", longest, false, &value, &known), ROW_VALUE_OK);
    longest[EVENT_WORD_BYTES_MAX] = 'x';
    longest[EVENT_WORD_BYTES_MAX + 1] = 0;
    assert_int_equal(read_value("", "", longest, false, &value, &known), ROW_VALUE_ANSWER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers_are_exact),
        cmocka_unit_test(test_what_is_no_decimal_is_refused),
        cmocka_unit_test(test_units_and_answers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
