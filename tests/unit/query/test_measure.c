/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: each measure declares its cells and sensitivity here, limits are exact, an unknown
 * measure has none, every cell has a name, and a price is rounded up and never down.
 */
#include "proto/query/measure.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/refused.h"

#define NONE 200 /* no measure has this number */

static void test_declarations_are_those_of_the_specification(void **state)
{
    static const struct {
        enum measure_kind kind;
        uint32_t parts, cells, sensitivity_squared;
    } row[] = {{MEASURE_COUNT, 1, 2, 1},
               {MEASURE_BREAKDOWN, 1, 2, 1},
               {MEASURE_BREAKDOWN, MEASURE_TABLE_MAX, 2 * MEASURE_TABLE_MAX, 1},
               {MEASURE_FREQUENCY, 1, 6, 1},
               {MEASURE_FREQUENCY, 100, 600, 100},
               {MEASURE_FUNNEL, 1, 2, 1},
               {MEASURE_FUNNEL, MEASURE_STEPS_MAX, 2 * MEASURE_STEPS_MAX, 1},
               {MEASURE_SHARE, 1, 3, 1},
               {MEASURE_LEAVE_ONE_OUT, MEASURE_STEPS_MAX, MEASURE_STEPS_MAX, 1}};
    struct measure measure;
    struct err err;

    (void)state;
    for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
        assert_true(measure_declare(row[i].kind, row[i].parts, &measure, &err));
        assert_int_equal(measure.kind, row[i].kind);
        assert_int_equal(measure.n_cells, row[i].cells);
        assert_int_equal(measure.sensitivity_squared, row[i].sensitivity_squared);
    }
}

static void test_a_graded_measure_has_a_sigma_for_each_cell(void **state)
{
    struct measure measure, graded;
    struct err err;

    (void)state;
    assert_true(measure_declare(MEASURE_BREAKDOWN, 3, &measure, &err));
    graded = measure;
    assert_true(measure_grade(&graded, 200, 10, &err));
    assert_int_equal(graded.n_cells, 8);
    assert_int_equal(graded.sensitivity_squared, 2);
    assert_true(measure_is_declared(&graded));
    for (uint32_t i = 0; i < graded.n_cells; i++)
        assert_int_equal(measure_cell_grade(&graded, i), i % 2   ? MEASURE_UNDETERMINED
                                                         : i < 6 ? MEASURE_ASKED
                                                                 : MEASURE_TOTAL);
    assert_int_equal(measure_sigma(&graded, 5, MEASURE_ASKED), 5);
    assert_int_equal(measure_sigma(&graded, 5, MEASURE_UNDETERMINED), 200);
    assert_int_equal(measure_sigma(&graded, 5, MEASURE_TOTAL), 10);
    graded = measure;
    assert_true(measure_grade(&graded, 0, 10, &err));
    assert_int_equal(measure_cell_grade(&graded, 1), MEASURE_ASKED);
    assert_int_equal(measure_cell_grade(&graded, 7), MEASURE_TOTAL);
    assert_int_equal(measure_sigma(&graded, 5, MEASURE_UNDETERMINED), 5);
    graded = measure;
    assert_true(measure_grade(&graded, 0, 0, &err));
    assert_memory_equal(&graded, &measure, sizeof(measure));
}

static void test_what_a_measure_has_not_gets_no_sigma(void **state)
{
    static const struct {
        enum measure_kind kind;
        uint32_t parts, undetermined, total;
    } row[] = {{MEASURE_FREQUENCY, 2, 200, 0}, {MEASURE_FUNNEL, 2, 200, 0},
               {MEASURE_SHARE, 1, 200, 0},     {MEASURE_LEAVE_ONE_OUT, 2, 200, 0},
               {MEASURE_SURVIVAL, 3, 200, 0},  {MEASURE_COUNT, 1, 0, 10},
               {MEASURE_TIMELINE, 3, 0, 10},   {MEASURE_HISTOGRAM, 3, 0, 10},
               {MEASURE_FUNNEL, 2, 0, 10},     {MEASURE_BREAKDOWN, MEASURE_TABLE_MAX, 0, 10}};
    struct measure measure;
    struct err err;

    (void)state;
    for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
        assert_true(measure_declare(row[i].kind, row[i].parts, &measure, &err));
        assert_refused(measure_grade(&measure, row[i].undetermined, row[i].total, &err), &err,
                       ERR_INVALID);
        assert_int_equal(measure.sigma_undetermined, 0); /* untouched */
        assert_int_equal(measure.sigma_total, 0);
    }
    assert_true(measure_declare(MEASURE_BREAKDOWN, MEASURE_TABLE_MAX - 1, &measure, &err));
    assert_true(measure_grade(&measure, 200, 10, &err)); /* the total is the last part */
    assert_int_equal(measure.n_cells, 2 * MEASURE_TABLE_MAX);
}

static void test_the_widest_figure_is_a_sum_of_so_many_cells(void **state)
{
    static const struct {
        enum measure_kind kind;
        uint32_t parts, cells;
    } row[] = {{MEASURE_COUNT, 1, 1},        {MEASURE_BREAKDOWN, 44, 1}, {MEASURE_FREQUENCY, 2, 1},
               {MEASURE_FUNNEL, 1, 1},       {MEASURE_FUNNEL, 5, 9},     {MEASURE_SHARE, 1, 3},
               {MEASURE_LEAVE_ONE_OUT, 5, 1}};
    struct measure measure;
    struct err err;

    (void)state;
    for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
        assert_true(measure_declare(row[i].kind, row[i].parts, &measure, &err));
        assert_int_equal(measure_widest_sum(&measure), row[i].cells);
    }
}

static void test_one_past_each_limit_and_none_at_all_are_refused(void **state)
{
    struct measure measure = {0};
    struct err err;

    (void)state;
    assert_refused(measure_declare(MEASURE_COUNT, 0, &measure, &err), &err, ERR_INVALID);
    assert_refused(measure_declare(MEASURE_COUNT, 2, &measure, &err), &err, ERR_INVALID);
    assert_refused(measure_declare(MEASURE_BREAKDOWN, 0, &measure, &err), &err, ERR_INVALID);
    assert_refused(measure_declare(MEASURE_BREAKDOWN, MEASURE_TABLE_MAX + 1, &measure, &err), &err,
                   ERR_INVALID);
    assert_refused(measure_declare(MEASURE_FREQUENCY, 0, &measure, &err), &err, ERR_INVALID);
    assert_refused(measure_declare(MEASURE_FREQUENCY, MEASURE_CHANGES_MAX + 1, &measure, &err),
                   &err, ERR_INVALID);
    assert_refused(measure_declare(MEASURE_FUNNEL, 0, &measure, &err), &err, ERR_INVALID);
    assert_refused(measure_declare(MEASURE_FUNNEL, MEASURE_STEPS_MAX + 1, &measure, &err), &err,
                   ERR_INVALID);
    assert_refused(measure_declare((enum measure_kind)NONE, 1, &measure, &err), &err, ERR_INVALID);
    assert_int_equal(measure.n_cells, 0); /* untouched */
}

static void test_every_measure_has_a_name_and_names_for_its_cells(void **state)
{
    enum measure_kind kind;
    struct err err;

    (void)state;
    for (int i = 1; measure_word((size_t)i - 1); i++) {
        struct measure measure;

        assert_true(measure_read(measure_name((enum measure_kind)i), &kind, &err));
        assert_int_equal(kind, i);
        assert_true(measure_declare(kind, 1, &measure, &err));
        assert_int_equal(measure.n_cells, measure_part_cells(kind));
        for (uint32_t c = 0; c < measure.n_cells; c++)
            assert_true(measure_cell_name(kind, c)[0] != 0);
    }
    assert_string_equal(measure_name((enum measure_kind)NONE), "unknown");
    assert_int_equal(measure_part_cells((enum measure_kind)NONE), 0);
    assert_refused(measure_read("unknown", &kind, &err), &err, ERR_INVALID);
    assert_ptr_equal(strstr(err.text, "no measure \"unknown\"; there are count, breakdown"),
                     err.text);
    assert_refused(measure_read("", &kind, &err), &err, ERR_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_declarations_are_those_of_the_specification),
        cmocka_unit_test(test_a_graded_measure_has_a_sigma_for_each_cell),
        cmocka_unit_test(test_what_a_measure_has_not_gets_no_sigma),
        cmocka_unit_test(test_every_measure_has_a_name_and_names_for_its_cells),
        cmocka_unit_test(test_the_widest_figure_is_a_sum_of_so_many_cells),
        cmocka_unit_test(test_one_past_each_limit_and_none_at_all_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
