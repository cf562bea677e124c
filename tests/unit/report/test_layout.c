/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: every measure that is declared has a layout that fits its parts: one with many parts
 * says how they are merged and printed, one with a single part is told by its cells; and only a
 * layout with a sum tells a region by its table.
 */
#include "coordinator/report/layout.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_every_measure_has_a_layout_that_fits(void **state)
{
    (void)state;
    for (size_t i = 0; measure_word(i); i++) {
        enum measure_kind kind;
        const struct layout *layout;
        bool one_part;
        struct err err;

        assert_true(measure_read(measure_word(i), &kind, &err));
        layout = layout_of(kind);
        one_part = measure_declaration(kind)->parts == MEASURE_ONE_PART;
        assert_true(one_part == (layout->headline == LAYOUT_CELLS));
        assert_true(one_part || layout->merge);
        assert_true((layout->merge == NULL) == (layout->render == NULL));
        assert_true(!layout->alleles || measure_declaration(kind)->parts == MEASURE_BY_CHANGES);
        assert_true((layout->merge == NULL) == (strlen(layout->note) == 0));
        assert_true(!layout->share || one_part);
    }
}

/* The sums of a table are of matched and undetermined persons. */
static void test_only_counted_parts_have_a_sum(void **state)
{
    (void)state;
    assert_int_equal(layout_of(MEASURE_BREAKDOWN)->headline, LAYOUT_SUM);
    assert_int_equal(layout_of(MEASURE_FREQUENCY)->headline, LAYOUT_NONE);
    for (size_t i = 0; measure_word(i); i++) {
        enum measure_kind kind;
        struct err err;

        assert_true(measure_read(measure_word(i), &kind, &err));
        if (layout_of(kind)->headline != LAYOUT_NONE)
            assert_true(measure_part_cells(kind) >= COUNT_CELLS);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_measure_has_a_layout_that_fits),
                                       cmocka_unit_test(test_only_counted_parts_have_a_sum)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
