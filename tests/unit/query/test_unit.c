/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises of units: each is found by its name and by what people type, in capitals as UCUM has
 * them; what is equal in two units compares as equal, exactly; what depends on the substance does
 * not convert.
 */
#include "proto/query/unit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base/number.h"

static const struct unit *unit(const char *text)
{
    const struct unit *found = unit_find(text);

    assert_non_null(found);
    return found;
}

static void test_each_name_is_found_and_is_one(void **state)
{
    (void)state;
    for (size_t i = 0; i < units_n; i++) {
        assert_ptr_equal(unit_find(units[i].name), &units[i]);
        assert_true(units[i].times > 0 && units[i].times < INT64_C(1) << 36);
        assert_true(units[i].parts > 0 && units[i].parts < INT64_C(1) << 36);
    }
}

static void test_what_people_type_is_read(void **state)
{
    static const char *const typed[][2] = {
        {"\xc2\xb5mol/l", "umol/L"}, {"\xce\xbcg/L", "ug/L"},    {"mcg/l", "ug/L"},
        {"mmol/l", "mmol/L"},        {"g/dl", "g/dL"},           {"E9/L", "10*9/L"},
        {"x10(9)/L", "10*9/L"},      {"10^9/l", "10*9/L"},       {"mmHg", "mm[Hg]"},
        {"IU/L", "[IU]/L"},          {"\xc2\xb5kat/L", "ukat/L"}};

    (void)state;
    for (size_t i = 0; i < sizeof(typed) / sizeof(typed[0]); i++)
        assert_string_equal(unit(typed[i][0])->name, typed[i][1]);
    assert_null(unit_find(""));
    assert_null(unit_find("MMOL/L"));
    assert_null(unit_find("mmol/L "));
    assert_null(unit_find("furlong"));
    assert_null(unit_find("a unit with more letters than any of the units in the table has"));
}

static void test_equal_is_equal_to_the_last_digit(void **state)
{
    static const struct {
        int64_t nano;
        const char *unit;
        int64_t other_nano;
        const char *other;
        int order;
    } cases[] = {
        {4900000000, "mmol/L", INT64_C(4900) * NUMBER_NANO, "umol/L", 0},
        {4900000000, "mmol/L", INT64_C(4900) * NUMBER_NANO + 1, "umol/L", -1},
        {NUMBER_NANO, "ukat/L", 60 * NUMBER_NANO, "U/L", 0},
        {NUMBER_NANO, "g/dL", 10 * NUMBER_NANO, "g/L", 0},
        {50 * NUMBER_NANO, "%", NUMBER_NANO / 2, "1", 0},
        {2 * NUMBER_NANO, "a", 24 * NUMBER_NANO, "mo", 0},
        {NUMBER_NANO, "mm[Hg]", 133322387, "kPa", 1},
        {NUMBER_NANO, "mm[Hg]", 133322388, "kPa", -1},
        {INT64_MAX, "kg/L", INT64_MIN, "ng/L", 1},
        {INT64_MIN, "mm[Hg]", INT64_MAX, "kPa", -1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct unit *one = unit(cases[i].unit), *other = unit(cases[i].other);

        assert_true(unit_converts(one, other));
        assert_int_equal(unit_compare(cases[i].nano, one, cases[i].other_nano, other),
                         cases[i].order);
        assert_int_equal(unit_compare(cases[i].other_nano, other, cases[i].nano, one),
                         -cases[i].order);
    }
}

static void test_another_dimension_does_not_convert(void **state)
{
    static const char *const pairs[][2] = {{"mmol/L", "mg/dL"}, {"mmol/mol", "%"},
                                           {"U/L", "[IU]/L"},   {"d", "mo"},
                                           {"1", "{score}"},    {"mL/min", "mL/min/{1.73_m2}"}};

    (void)state;
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
        assert_false(unit_converts(unit(pairs[i][0]), unit(pairs[i][1])));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_name_is_found_and_is_one),
        cmocka_unit_test(test_what_people_type_is_read),
        cmocka_unit_test(test_equal_is_equal_to_the_last_digit),
        cmocka_unit_test(test_another_dimension_does_not_convert),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
