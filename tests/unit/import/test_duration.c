/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Durations' promises: whole years as people count them, days for the age at an event, and nothing
 * taken that ISO 8601 does not write. Timestamps give the day as written.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "node/import/duration.h"
#include "proto/base/date.h"

static void test_whole_years_are_counted(void **state)
{
    static const struct {
        const char *text;
        uint32_t years;
        int32_t days;
    } rows[] = {
        {"P4Y3M", 4, 1552}, {"P3M", 0, 91},        {"P2W", 0, 14},       {"P1D", 0, 1},
        {"P18M", 1, 547},   {"P12M", 1, 365},      {"P11M30D", 0, 364},  {"P1Y12M", 2, 730},
        {"P400D", 1, 400},  {"P0.5Y", 0, 182},     {"P1DT5H3M2S", 0, 1}, {"PT5H", 0, 0},
        {"P0D", 0, 0},      {"P200Y", 200, 73050},
    };
    struct duration duration;

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_true(duration_parse(rows[i].text, &duration));
        assert_int_equal(duration.years, rows[i].years);
        assert_int_equal(duration.days, rows[i].days);
    }
}

/* P201Y is one past YEARS_MAX, P1234567Y one past DIGITS_MAX; P200Y is read above. */
static void test_what_is_no_duration_is_refused(void **state)
{
    static const char *const texts[] = {"",     "P",     "4Y",    "P4",        "PY",   "P4Y3",
                                        "PT",   "P1M1Y", "P1Y1Y", "P201Y",     "P-4Y", "p4y",
                                        "P4Y ", "P1H",   "PT1D",  "P1234567Y", "P4.Y", "P999999Y"};
    struct duration duration;

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        assert_false(duration_parse(texts[i], &duration));
}

static void test_a_timestamp_gives_its_day(void **state)
{
    int32_t day = 0;

    (void)state;
    assert_true(timestamp_day("1998-03-01", &day));
    assert_int_equal(day, date_from_civil(1998, 3, 1));
    assert_true(timestamp_day("1998-03-01T23:59:59.5+02:00", &day));
    assert_int_equal(day, date_from_civil(1998, 3, 1));
    assert_true(timestamp_day("1998-02-28T23:00:00Z", &day)); /* midnight in Sweden */
    assert_int_equal(day, date_from_civil(1998, 3, 1));
    assert_true(timestamp_day("1998-02-28T22:59:59Z", &day));
    assert_int_equal(day, date_from_civil(1998, 2, 28));
    assert_true(timestamp_day("1998-07-31T22:00:00Z", &day)); /* summer time */
    assert_int_equal(day, date_from_civil(1998, 8, 1));
    assert_true(timestamp_day("1995-10-01T22:30:00Z", &day)); /* ended in September until 1995 */
    assert_int_equal(day, date_from_civil(1995, 10, 1));
    assert_true(timestamp_day("1996-10-01T22:30:00Z", &day));
    assert_int_equal(day, date_from_civil(1996, 10, 2));
    assert_true(timestamp_day("1969-12-31T23:30:00-00:00", &day));
    assert_int_equal(day, date_from_civil(1970, 1, 1));
    assert_true(timestamp_day("1998-03-01T23:59:59", &day)); /* without a zone: in Sweden */
    assert_int_equal(day, date_from_civil(1998, 3, 1));
    assert_false(timestamp_day("1998-03-01T24:00:00Z", &day));
    assert_false(timestamp_day("1998-03-01T10:00:00+1", &day));
    assert_false(timestamp_day("1998-02-30", &day));
    assert_false(timestamp_day("1998-03", &day));
    assert_false(timestamp_day("1998-03-01 10:00", &day));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole_years_are_counted),
        cmocka_unit_test(test_what_is_no_duration_is_refused),
        cmocka_unit_test(test_a_timestamp_gives_its_day),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
