/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises of units: each is found by its name and by what people type, in capitals as UCUM has
 * them, and nothing else is.
 */
#include "proto/query/unit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct unit *unit(const char *text)
{
    const struct unit *found = unit_find(text);

    assert_non_null(found);
    return found;
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_people_type_is_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
