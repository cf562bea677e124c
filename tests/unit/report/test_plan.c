/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The plan's promises: it holds the audience in order, asks no region that the roster does not
 * have, refuses what is not served, and its deadline is never past the question's own end.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "coordinator/report/plan.h"
#include "proto/base/clock.h"
#include "proto/query/mode.h"
#include "tests/unit/ask/country.h"
#include "tests/unit/refused.h"

static bool plan_for(struct country *c, const struct country_question *q, struct plan **plan,
                     struct err *err)
{
    Rikstal__V1__Envelope *envelope;
    struct question question;
    struct roster *roster;
    const uint8_t *data;
    size_t size;
    bool ok;

    country_ask(c, q, &data, &size);
    assert_true(roster_read(country_path(c, "roster"), &c->roots, NULL, 0, &roster, err));
    assert_true(envelope_parse(data, size, c->arena, &envelope, err));
    ok = question_check(envelope, (struct roster_view){roster, NULL, clock_wall_s()}, c->arena,
                        &question, err) &&
         plan_new(&question, roster, data, size, plan, err);
    roster_free(roster);
    return ok;
}

static void test_a_plan_holds_what_was_signed(void **state)
{
    struct country_question q = {.id = 9, .sigma = 20};
    struct country c;
    struct plan *plan;
    struct err err;

    (void)state;
    country_up(&c, 3);
    assert_true(plan_for(&c, &q, &plan, &err));
    assert_int_equal(plan->id[0], 9);
    assert_int_equal(plan->n_regions, 3);
    assert_string_equal(plan->region[2], "03");
    assert_int_equal(plan->sigma, 20);
    assert_int_equal(plan->n_cells, 2);
    assert_string_equal(plan->organisation, "gms");
    plan_free(plan);
    country_down(&c);
}

static void test_a_region_outside_the_roster_is_named(void **state)
{
    struct country_question q = {.id = 1, .extra = "99"};
    struct country c;
    struct plan *plan;
    struct err err;

    (void)state;
    country_up(&c, 2);
    assert_refused(plan_for(&c, &q, &plan, &err), &err, ERR_INVALID);
    assert_non_null(strstr(err.text, "99"));
    country_down(&c);
}

static void test_what_is_not_served_has_no_plan(void **state)
{
    const struct country_question cases[] = {
        {.id = 1, .sigma = 6},
        {.id = 1, .measure = RIKSTAL__V1__MEASURE__MEASURE_BREAKDOWN},
        {.id = 1, .mode = RIKSTAL__V1__MODE__MODE_SUM}, /* of one region */
    };
    struct country c;
    struct plan *plan;
    struct err err;

    (void)state;
    country_up(&c, 1);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_refused(plan_for(&c, &cases[i], &plan, &err), &err, ERR_INVALID);
    country_down(&c);
}

static void test_mode_distinct_is_refused_with_its_reason(void **state)
{
    const struct country_question q = {.id = 1, .mode = (Rikstal__V1__Mode)MODE_DISTINCT_NUMBER};
    struct country c;
    struct plan *plan;
    struct err err;

    (void)state;
    country_up(&c, 1);
    assert_refused(plan_for(&c, &q, &plan, &err), &err, ERR_INVALID);
    assert_string_equal(err.text, MODE_DISTINCT_REFUSED);
    country_down(&c);
}

static void test_the_deadline_is_within_the_question_s_life(void **state)
{
    struct plan plan = {.expires = 1060};

    (void)state;
    assert_int_equal(plan_deadline_ms(&plan, 0, 1000), PLAN_DEADLINE_MS);
    assert_int_equal(plan_deadline_ms(&plan, 5000, 1000), 5000);
    assert_int_equal(plan_deadline_ms(&plan, 90000, 1000), 60000);
    assert_int_equal(plan_deadline_ms(&plan, 90000, 1060), 0);
    assert_int_equal(plan_deadline_ms(&plan, 90000, 2000), 0);
    plan.expires = INT64_MAX / 2000;
    assert_int_equal(plan_deadline_ms(&plan, INT64_MAX, 0), PLAN_DEADLINE_MAX_MS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_plan_holds_what_was_signed),
        cmocka_unit_test(test_a_region_outside_the_roster_is_named),
        cmocka_unit_test(test_what_is_not_served_has_no_plan),
        cmocka_unit_test(test_mode_distinct_is_refused_with_its_reason),
        cmocka_unit_test(test_the_deadline_is_within_the_question_s_life),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
