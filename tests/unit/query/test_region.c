/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promise of regions: 21 of them, each found by code, letters and name in any spelling, and
 * none by anything else.
 */
#include "proto/query/region.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void test_every_region_is_found_by_each_of_its_names(void **state)
{
    (void)state;
    for (size_t i = 0; i < REGION_COUNT; i++) {
        const struct region *one = &regions[i];
        char iso[8];

        snprintf(iso, sizeof(iso), "SE-%s", one->iso);
        assert_ptr_equal(region_by_text(one->code), one);
        assert_ptr_equal(region_by_code(one->code), one);
        assert_ptr_equal(region_by_text(one->iso), one);
        assert_ptr_equal(region_by_text(iso), one);
        assert_ptr_equal(region_by_text(one->name), one);
        assert_ptr_equal(region_by_text(one->word), one);
        if (i)
            assert_true(strcmp(regions[i - 1].code, one->code) < 0);
    }
}

static void test_spellings_without_dots_rings_and_capitals_are_found(void **state)
{
    static const struct {
        const char *text;
        const char *code;
    } names[] = {
        {"skane", "12"},
        {"SK\xC3\x85NE", "12"},
        {"Ska\xCC\x8Ane", "12"},
        {"m", "12"},
        {"vastra-gotaland", "14"},
        {"VGR", "14"},
        {"Region Jonkoping", "06"},
        {"Kalmar", "08"},
        {"kalmar l\xC3\xA4n", "08"},
        {"\xC3\x96rebro", "18"},
        {"O\xCC\x88rebro", "18"},
        {"J\xC3\xA4mtland", "23"},
        {"jamtland_harjedalen", "23"},
        {"se-ab", "01"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        const struct region *found = region_by_text(names[i].text);

        if (!found)
            fail_msg("not found: %s", names[i].text);
        assert_string_equal(found->code, names[i].code);
    }
}

static void test_anything_else_is_no_region(void **state)
{
    static const char *const texts[] = {
        "",
        "3",
        "02",
        "11",
        "15",
        "16",
        "003",
        "Sweden",
        "B",
        "SE-",
        "\xC3",
        "Sk\xC3",
        "Sk\xC3\xBCne",
        "skane and a great many more letters than any of the regions of Sweden has in its name",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
        assert_null(region_by_text(texts[i]));
    assert_null(region_by_code("M"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_region_is_found_by_each_of_its_names),
        cmocka_unit_test(test_spellings_without_dots_rings_and_capitals_are_found),
        cmocka_unit_test(test_anything_else_is_no_region),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
