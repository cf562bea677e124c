/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of roles: events and those among whom they are asked become one question, with a
 * step for each; what is no event is refused, and so are events of a measure that has none.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "coordinator/analyst/roles.h"
#include "proto/base/arena.h"
#include "proto/query/protocol.h"
#include "tests/unit/refused.h"

static void test_events_become_one_question(void **state)
{
    static const struct {
        struct roles roles;
        uint32_t n_steps;
        uint32_t last; /* operands of the last */
        const char *question;
    } cases[] = {
        {{.from = "diagnosis under icd10:C50", .among = ""},
         1,
         1,
         "event(diagnosis under icd10:C50)"},
        {{.from = "event(diagnosis under icd10:C50)", .to = "deceased = yes"},
         2,
         1,
         "event(diagnosis under icd10:C50) and deceased = yes"},
        {{.from = "diagnosis under icd10:C50 or diagnosis under icd10:C34",
          .among = "sex = female and age >= 18"},
         2,
         2,
         "event(diagnosis under icd10:C50 or diagnosis under icd10:C34) and sex = female and "
         "age >= 18"},
        {{.among = "sex = female or age >= 18"}, 0, 1, "sex = female or age >= 18"},
        {{.among = ""}, 0, 0, ""},
    };
    struct arena *arena = arena_new(1 << 22);
    struct protocol protocol;
    struct err err;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_true(roles_compose(&cases[i].roles, arena, &protocol, &err));
        assert_string_equal(protocol.question, cases[i].question);
        assert_int_equal(protocol.n_steps, cases[i].n_steps);
        if (cases[i].n_steps) {
            assert_string_equal(protocol.step[0].name, SHAPE_FROM);
            assert_int_equal(protocol.step[cases[i].n_steps - 1].operands, cases[i].last);
        }
    }
    arena_free(arena);
}

static void test_exposure_and_outcome_may_be_any_criteria(void **state)
{
    const struct roles roles = {.exposure = "age >= 18 and sex = female",
                                .outcome = "diagnosis under icd10:C50",
                                .among = "birth_year > 1950 and age < 90"};
    struct arena *arena = arena_new(1 << 22);
    struct protocol protocol;
    struct err err;

    (void)state;
    assert_true(roles_compose(&roles, arena, &protocol, &err));
    assert_int_equal(protocol.n_steps, 3);
    assert_string_equal(protocol.step[0].name, SHAPE_EXPOSURE);
    assert_int_equal(protocol.step[0].operands, 2);
    assert_string_equal(protocol.step[1].name, SHAPE_OUTCOME);
    assert_int_equal(protocol.step[1].operands, 1);
    assert_int_equal(protocol.step[2].operands, 2);
    arena_free(arena);
}

static void test_what_is_no_event_is_refused(void **state)
{
    static const struct roles wrong[] = {
        {.from = "age >= 18"},
        {.from = ""},
        {.from = "diagnosis under icd10:C50", .to = "sex = female"},
        {.from = "diagnosis under icd10:C50", .among = "age >= "}};
    struct arena *arena = arena_new(1 << 22);
    struct protocol protocol;
    struct err err;

    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        assert_refused(roles_compose(&wrong[i], arena, &protocol, &err), &err, ERR_INVALID);
    arena_free(arena);
}

static void test_events_suit_measures_by_bins_alone(void **state)
{
    const struct roles none = {.among = "age >= 18"}, from = {.from = "diagnosis exists"};
    const struct roles half = {.exposure = "age >= 18"},
                       sides = {.exposure = "gene = A", .outcome = "age >= 18"};
    struct err err;

    (void)state;
    assert_true(roles_suit(&none, MEASURE_COUNT, &err));
    assert_true(roles_suit(&from, MEASURE_TIMELINE, &err));
    assert_refused(roles_suit(&from, MEASURE_COUNT, &err), &err, ERR_INVALID);
    assert_refused(roles_suit(&sides, MEASURE_TIMELINE, &err), &err, ERR_INVALID);
    assert_refused(roles_suit(&half, MEASURE_ASSOCIATION, &err), &err, ERR_INVALID);
    assert_refused(roles_suit(&none, MEASURE_ASSOCIATION, &err), &err, ERR_INVALID);
    assert_true(roles_suit(&sides, MEASURE_ASSOCIATION, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_events_become_one_question),
        cmocka_unit_test(test_exposure_and_outcome_may_be_any_criteria),
        cmocka_unit_test(test_what_is_no_event_is_refused),
        cmocka_unit_test(test_events_suit_measures_by_bins_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
