/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of dimensions:
 * - every value, known or not, is in exactly one class, and bounds fall where the names say;
 * - a table's parts are all combinations of classes, each once, the last dimension fastest;
 * - names that do not exist, double names, none and too many are refused; the largest table is
 *   within what a breakdown may have.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "proto/query/dimension.h"
#include "proto/query/measure.h"
#include "tests/unit/refused.h"

static const char *class_name(const char *dimension, uint32_t class)
{
    const struct dimension *d = dimension_by_name(dimension);

    assert_non_null(d);
    assert_true(class < d->n_classes);
    return d->classes[class];
}

static void test_ages_fall_into_bands_of_ten_years(void **state)
{
    (void)state;
    assert_string_equal(class_name("age_band", dimension_of_age(0)), "0-9");
    assert_string_equal(class_name("age_band", dimension_of_age(9)), "0-9");
    assert_string_equal(class_name("age_band", dimension_of_age(10)), "10-19");
    assert_string_equal(class_name("age_band", dimension_of_age(89)), "80-89");
    assert_string_equal(class_name("age_band", dimension_of_age(90)), "90+");
    assert_string_equal(class_name("age_band", dimension_of_age(130)), "90+");
    assert_string_equal(class_name("age_band", dimension_of_age(-1)), "unknown");
}

static void test_birth_years_fall_into_decades(void **state)
{
    (void)state;
    assert_string_equal(class_name("birth_decade", dimension_of_birth_year(1850)), "before 1910");
    assert_string_equal(class_name("birth_decade", dimension_of_birth_year(1909)), "before 1910");
    assert_string_equal(class_name("birth_decade", dimension_of_birth_year(1910)), "1910s");
    assert_string_equal(class_name("birth_decade", dimension_of_birth_year(1999)), "1990s");
    assert_string_equal(class_name("birth_decade", dimension_of_birth_year(2000)), "2000s");
    assert_string_equal(class_name("birth_decade", dimension_of_birth_year(2029)), "2020s");
    assert_string_equal(class_name("birth_decade", dimension_of_birth_year(2077)), "2030s");
    assert_string_equal(class_name("birth_decade", dimension_of_birth_year(0)), "unknown");
}

static void test_assays_are_classed_by_what_they_look_at(void **state)
{
    (void)state;
    assert_string_equal(class_name("assay", dimension_of_assay(0)), "none");
    assert_string_equal(class_name("assay", dimension_of_assay(1)), "panel");
    assert_string_equal(class_name("assay", dimension_of_assay(35000000)), "exome");
    assert_string_equal(class_name("assay", dimension_of_assay(UINT64_MAX)), "genome");
}

static void test_a_table_has_every_combination_once(void **state)
{
    const char *const names[] = {"sex", "age_band", "assay"};
    struct dimension_table breakdown;
    struct err err;

    (void)state;
    assert_true(dimension_table_of(names, 3, &breakdown, &err));
    assert_int_equal(breakdown.n_parts, 4 * 11 * 4);
    for (uint32_t part = 0; part < breakdown.n_parts; part++) {
        uint32_t classes[DIMENSIONS_MAX] = {0};

        dimension_table_classes(&breakdown, part, classes);
        assert_int_equal((classes[0] * 11 + classes[1]) * 4 + classes[2], part);
        assert_true(classes[0] < 4 && classes[1] < 11 && classes[2] < 4);
    }
}

static void test_what_makes_no_table_is_refused(void **state)
{
    const char *const unknown[] = {"sex", "shoe size"};
    const char *const twice[] = {"sex", "age_band", "sex"};
    const char *const five[] = {"sex", "age_band", "birth_decade", "assay", "sex"};
    struct dimension_table breakdown;
    struct err err;

    (void)state;
    assert_refused(dimension_table_of(unknown, 2, &breakdown, &err), &err, ERR_INVALID);
    assert_non_null(strstr(err.text, "number 2")); /* and not the word: it could be anything */
    assert_refused(dimension_table_of(twice, 3, &breakdown, &err), &err, ERR_INVALID);
    assert_refused(dimension_table_of(five, 5, &breakdown, &err), &err, ERR_INVALID);
    assert_refused(dimension_table_of(five, 0, &breakdown, &err), &err, ERR_INVALID);
    assert_true(dimension_table_of(five, 4, &breakdown, &err));
    assert_true(breakdown.n_parts <= MEASURE_TABLE_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ages_fall_into_bands_of_ten_years),
        cmocka_unit_test(test_birth_years_fall_into_decades),
        cmocka_unit_test(test_assays_are_classed_by_what_they_look_at),
        cmocka_unit_test(test_a_table_has_every_combination_once),
        cmocka_unit_test(test_what_makes_no_table_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
