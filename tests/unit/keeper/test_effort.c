/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises about the node's time: every attempt of an organisation counts; a question has so many
 * criteria and not one more; an organisation's work of a minute has an end, and repeats none; what
 * missed its slot is refused on that snapshot, over a restart too. Nothing of it is charged.
 */
#include "node/keeper/effort.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "node/privacy/policy.h"
#include "tests/unit/keeper/fake.h"
#include "tests/unit/keeper/world.h"

/* With these rates in place of the default's. */
static void up(struct world *w, const char *rate)
{
    const char *policy;

    fake = (struct fake){.matched = 1234, .undetermined = 56, .release = "2026-06-01"};
    world_up(w);
    policy = world_policy(w->people.arena); /* without rates */
    policy = arena_printf(w->people.arena, "{%s%s", rate, policy + 1);
    assert_non_null(policy);
    world_write(w, "policy.json", policy, strlen(policy));
    world_start(w);
}

static void down(struct world *w, uint64_t charges)
{
    world_stop(w);
    assert_int_equal(world_books(w).charges, charges);
    world_down(w);
}

static void refused(const Rikstal__V1__Answer *answer, const char *code, const char *reason)
{
    assert_string_equal(answer->code, code);
    assert_int_equal(answer->state, RIKSTAL__V1__STATE__STATE_DECLINED);
    assert_int_equal(answer->n_cells, 0);
    if (!strstr(answer->reason, reason))
        fail_msg("%s", answer->reason);
}

static void test_every_attempt_counts(void **state)
{
    struct world w;

    (void)state;
    up(&w, "\"rate\": {\"per_minute\": 1000, \"per_day\": 1000, \"organisation_attempts\": 4},");
    assert_string_equal(world_ask_text(&w, "age >= 18")->code, "");
    assert_string_equal(world_ask_text(&w, "age >= 18")->code, ""); /* a repeat */
    for (int i = 0; i < 2; i++)                                     /* refused */
        assert_string_equal(world_ask_text(&w, "region = 14")->code, "not_for_us");
    refused(world_ask_text(&w, "age >= 19"), "rate", "4 times a minute here");
    refused(world_ask_text(&w, "age >= 18"), "rate", "refused questions too");
    down(&w, 1);
}

/* "age >= 1 or age >= 2 or ..." */
static const char *many(struct world *w, int n)
{
    const char *text = "age >= 1";

    for (int i = 2; i <= n; i++)
        text = arena_printf(w->people.arena, "%s or age >= %d", text, i);
    assert_non_null(text);
    return text;
}

static void test_thirty_two_criteria_and_not_one_more(void **state)
{
    struct world w;

    (void)state;
    up(&w, "");
    assert_string_equal(world_ask_text(&w, many(&w, 32))->code, "");
    refused(world_ask_text(&w, many(&w, 33)), "work", "33 criteria, and one may have 32 here");
    down(&w, 1);
}

static void test_an_organisation_s_work_of_a_minute_has_an_end(void **state)
{
    struct world w;

    (void)state;
    /* less than one count takes, so each needs a full bucket */
    up(&w, "\"rate\": {\"per_minute\": 1000, \"per_day\": 1000, \"organisation_work_ms\": 1},");
    assert_string_equal(world_ask_text(&w, "age >= 18")->code, "");
    refused(world_ask_text(&w, "age >= 20"), "rate", "0.001 s of work done a minute here");
    assert_string_equal(world_ask_text(&w, "age >= 18")->code, ""); /* a repeat */
    down(&w, 1);
}

/* A count of this world has a price below a tick, and keeps the node busy for one: 2 ms. */
static void test_what_is_taken_is_the_length_and_not_the_price(void **state)
{
    struct world w;

    (void)state;
    up(&w, "\"rate\": {\"per_minute\": 1000, \"per_day\": 1000, \"organisation_work_ms\": 7},");
    for (int i = 0; i < 3; i++)
        assert_string_equal(world_ask_text(&w, i == 0   ? "age >= 30"
                                               : i == 1 ? "age >= 31"
                                                        : "age >= 32")
                                ->code,
                            "");
    refused(world_ask_text(&w, "age >= 33"), "rate", "0.007 s of work done a minute here");
    down(&w, 3);
}

static void test_what_was_late_is_refused_until_another_snapshot(void **state)
{
    Rikstal__V1__Question q;
    struct world w;

    (void)state;
    up(&w, "");
    world_question(&w, "age >= 18", &q);
    fake.out_of_time = true;
    assert_string_equal(world_open(&w, world_ask_late(&w, people_ask(&w.people, &q)))->code,
                        "timed_out");
    fake.out_of_time = false;
    fake.evaluations = 0;
    for (int restart = 0; restart < 2; restart++) {
        refused(world_ask_text(&w, "age >= 18"), "work", "until the region publishes anew");
        world_question(&w, "age >= 18", &q);
        q.sigma = 10; /* the same work */
        refused(world_ask(&w, &q), "work", "not ready in time here before");
        world_stop(&w);
        world_start(&w);
    }
    assert_int_equal(fake.evaluations, 0);
    assert_string_equal(world_ask_text(&w, "age >= 19")->code, "");
    world_publish(&w, "second");
    assert_string_equal(world_ask_text(&w, "age >= 18")->code, "");
    down(&w, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_attempt_counts),
        cmocka_unit_test(test_thirty_two_criteria_and_not_one_more),
        cmocka_unit_test(test_an_organisation_s_work_of_a_minute_has_an_end),
        cmocka_unit_test(test_what_is_taken_is_the_length_and_not_the_price),
        cmocka_unit_test(test_what_was_late_is_refused_until_another_snapshot),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
