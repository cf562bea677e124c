/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Durations' promises: whole years as people count them, days for the age at an event, and nothing
 * taken that ISO 8601 does not write.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "node/import/duration.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole_years_are_counted),
        cmocka_unit_test(test_what_is_no_duration_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
