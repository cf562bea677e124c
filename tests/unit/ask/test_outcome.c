/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An outcome's promise: it is a copy, whole and its reader's own.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "coordinator/ask/outcome.h"

static void test_an_outcome_outlives_what_it_was_copied_from(void **state)
{
    struct answer *answer = answer_new(2, 3);
    struct plan plan = {.measure = MEASURE_COUNT, .mode = MODE_REGIONS, .sigma = 5, .n_cells = 2};
    struct coord_question question = {.plan = &plan, .open = true, .n_regions = 2};
    struct outcome *outcome;

    (void)state;
    assert_non_null(answer);
    answer->cell[1] = 77;
    memcpy(answer->envelope, "abc", 3);
    plan.id[0] = 4;
    question.region[0].is.state = REGION_VALUE;
    question.region[0].is.answer = answer;
    question.region[1].is.state = REGION_FAILED;
    question.region[1].is.code = "link-full";
    outcome = outcome_new(&question, 1234);
    answer_free(answer);
    assert_non_null(outcome);
    assert_int_equal(outcome->id[0], 4);
    assert_int_equal(outcome->asked_s, 1234);
    assert_true(outcome->open);
    assert_int_equal(outcome->region[0].answer->cell[1], 77);
    assert_memory_equal(outcome->region[0].answer->envelope, "abc", 3);
    assert_string_equal(outcome->region[0].code, "");
    assert_string_equal(outcome->region[1].code, "link-full");
    outcome_free(outcome);
    outcome_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_outcome_outlives_what_it_was_copied_from),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
