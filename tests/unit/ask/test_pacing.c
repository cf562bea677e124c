/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of pacing: an organisation may hand in a minute's questions at once, then one each
 * interval, and is told when; what one does takes nothing from another; no limit is no limit.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "coordinator/ask/pacing.h"

#define NOW INT64_C(1000000)

static void test_a_minute_s_questions_at_once_then_evenly(void **state)
{
    struct pacing *pacing = pacing_new(60);

    (void)state;
    for (int i = 0; i < 60; i++)
        assert_int_equal(pacing_take(pacing, "north", NOW), 0);
    assert_int_equal(pacing_take(pacing, "north", NOW), 1);
    assert_int_equal(pacing_take(pacing, "north", NOW + 500), 1);
    assert_int_equal(pacing_take(pacing, "north", NOW + 1000), 0);
    assert_int_equal(pacing_take(pacing, "north", NOW + 1000), 1);
    assert_int_equal(pacing_take(pacing, "north", NOW + 61000), 0); /* full again */
    pacing_free(pacing);
}

static void test_what_one_does_takes_nothing_from_another(void **state)
{
    struct pacing *pacing = pacing_new(1);
    char name[16];

    (void)state;
    for (int i = 0; i < 10; i++) {
        snprintf(name, sizeof(name), "org-%d", i);
        assert_int_equal(pacing_take(pacing, name, NOW), 0);
    }
    assert_int_equal(pacing_take(pacing, "org-0", NOW), 60);
    assert_int_equal(pacing_take(pacing, "org-9", NOW), 60);
    pacing_free(pacing);
}

static void test_as_many_organisations_as_there_are_places_and_one_more(void **state)
{
    struct pacing *pacing = pacing_new(1);
    char name[16];

    (void)state;
    for (int i = 0; i < PACING_ORGANISATIONS_MAX; i++) {
        snprintf(name, sizeof(name), "org-%d", i);
        assert_int_equal(pacing_take(pacing, name, NOW + i), 0);
    }
    assert_int_not_equal(pacing_take(pacing, "org-1", NOW + 5000), 0); /* all are remembered */
    assert_int_equal(pacing_take(pacing, "one more", NOW + 5000), 0);
    assert_int_not_equal(pacing_take(pacing, "org-1", NOW + 5000), 0);
    assert_int_equal(pacing_take(pacing, "org-0", NOW + 5000), 0); /* it was seen longest ago */
    pacing_free(pacing);
}

static void test_what_every_region_refused_costs_more(void **state)
{
    struct pacing *pacing = pacing_new(600);
    int asked = 0;

    (void)state;
    while (pacing_take(pacing, "north", NOW) == 0) {
        pacing_refused(pacing, "north", NOW);
        asked++;
    }
    assert_int_equal(asked, 600 / PACING_REFUSED_TOKENS);
    assert_int_equal(pacing_take(pacing, "north", NOW), 1);
    assert_int_equal(pacing_take(pacing, "south", NOW), 0);
    pacing_free(pacing);
}

static void test_no_limit_is_no_limit(void **state)
{
    struct pacing *pacing = pacing_new(0);

    (void)state;
    for (int i = 0; i < 100000; i++) {
        assert_int_equal(pacing_take(pacing, "north", NOW), 0);
        pacing_refused(pacing, "north", NOW);
    }
    pacing_free(pacing);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_minute_s_questions_at_once_then_evenly),
        cmocka_unit_test(test_what_one_does_takes_nothing_from_another),
        cmocka_unit_test(test_as_many_organisations_as_there_are_places_and_one_more),
        cmocka_unit_test(test_what_every_region_refused_costs_more),
        cmocka_unit_test(test_no_limit_is_no_limit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
