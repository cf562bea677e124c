/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises of the steps before data: every question that may not be answered gets its own code of
 * the closed list, nothing is evaluated and nothing charged; an analyst's refused question leaves a
 * leaf, a stranger's does not; a budget is spent to its end and not beyond, and so is a permit's,
 * the smaller of its own and the policy's.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base/arena.h"
#include "proto/base/clock.h"
#include "proto/base/random.h"
#include "proto/query/vocabulary.h"
#include "tests/unit/keeper/fake.h"
#include "tests/unit/keeper/world.h"

#define FIRST_LEAVES 2 /* policy, snapshot */

static void up_without_keeper(struct world *w)
{
    fake = (struct fake){.matched = 1234, .undetermined = 56, .release = "2026-06-01"};
    world_up(w);
}

static void up(struct world *w)
{
    up_without_keeper(w);
    world_start(w);
}

/* Nothing was computed or charged; so many refusals are in the log. */
static void down(struct world *w, uint64_t refusals)
{
    struct world_books journal;

    world_stop(w);
    journal = world_books(w);
    assert_int_equal(journal.charges, 0);
    assert_int_equal(journal.leaves, FIRST_LEAVES + refusals);
    assert_int_equal(fake.evaluations, 0);
    world_down(w);
}

static void refused(struct world *w, const Rikstal__V1__Question *q, const char *code)
{
    Rikstal__V1__Answer *answer = world_ask(w, q);

    assert_string_equal(answer->code, code);
    assert_int_not_equal(answer->state, RIKSTAL__V1__STATE__STATE_VALUE);
    assert_int_equal(answer->n_cells, 0);
    assert_true(answer->reason[0] != 0);
}

static void test_a_question_that_nobody_signed_is_not_authorised(void **state)
{
    Rikstal__V1__Envelope *envelope;
    Rikstal__V1__Question q;
    struct world w;

    (void)state;
    up(&w);
    world_question(&w, "age >= 18", &q);
    for (int bend = 0; bend < 4; bend++) {
        envelope = people_ask(&w.people, &q);
        if (bend == 0)
            envelope->signature.data[5] ^= 1;
        else if (bend == 1)
            envelope->payload.data[envelope->payload.len - 1] ^= 1;
        else if (bend == 2)
            envelope->key_id.data[0] ^= 1;
        else
            envelope->domain = DOMAIN_HELLO;
        assert_string_equal(world_open(&w, world_ask_envelope(&w, envelope, 20000))->code,
                            bend == 3 ? "malformed" : "not_authorised");
    }
    down(&w, 0);
}

static void test_another_s_role_or_name_is_not_authorised(void **state)
{
    Rikstal__V1__Question q;
    struct world w;

    (void)state;
    up(&w);
    world_question(&w, "age >= 18", &q);
    q.role = "sponsor";
    refused(&w, &q, "not_authorised");
    world_question(&w, "age >= 18", &q);
    q.organisation = "other";
    refused(&w, &q, "not_authorised");
    world_question(&w, "age >= 18", &q);
    q.analyst = "bertil";
    refused(&w, &q, "not_authorised");
    down(&w, 0);
}

static void test_a_region_that_leaves_nobody_here_is_for_others(void **state)
{
    static const char *const elsewhere[] = {"region = 01", "sex = male and region in (01, 13)",
                                            "not region = 12"};
    Rikstal__V1__Question q;
    struct world w;

    (void)state;
    up(&w);
    for (size_t i = 0; i < 3; i++) {
        world_question(&w, elsewhere[i], &q);
        refused(&w, &q, "not_for_us");
    }
    down(&w, 3);
}

static void test_time_audience_network_and_roster_have_their_codes(void **state)
{
    static char *elsewhere[] = {"01"};
    Rikstal__V1__Question q;
    struct world w;

    (void)state;
    up(&w);
    world_question(&w, "age >= 18", &q);
    q.not_before -= 1000;
    q.expires = q.not_before + 600;
    refused(&w, &q, "not_current");
    world_question(&w, "age >= 18", &q);
    q.not_before += 1000;
    q.expires = q.not_before + 600;
    refused(&w, &q, "not_current");
    world_question(&w, "age >= 18", &q);
    q.audience = elsewhere;
    q.n_audience = 1;
    refused(&w, &q, "not_for_us");
    world_question(&w, "age >= 18", &q);
    q.network = "other";
    refused(&w, &q, "not_for_us");
    world_question(&w, "age >= 18", &q);
    q.roster_version = 6;
    refused(&w, &q, "roster");
    q.roster_version = 8;
    refused(&w, &q, "roster");
    down(&w, 6);
}

static void test_a_change_with_another_ref_is_refused_before_it_is_charged(void **state)
{
    Rikstal__V1__Answer *answer;
    struct world w;

    (void)state;
    up(&w);
    fake.bad_change = true;
    answer = world_ask_text(&w, "variant(change = GRCh38:1-1000-A-C)");
    assert_string_equal(answer->code, "malformed");
    assert_string_equal(answer->reason, "GRCh38:1:1000 is G there");
    assert_false(answer->charged);
    down(&w, 1);
}

static void test_forms_that_make_no_sense_are_malformed(void **state)
{
    static char *sex[] = {"sex"}, *nonsense[] = {"hat size"};
    Rikstal__V1__Question q;
    struct world w;

    (void)state;
    up(&w);
    world_question(&w, "age >= 18", &q);
    q.sigma = 7;
    refused(&w, &q, "malformed");
    q.sigma = 5;
    q.dimensions = sex; /* of a count */
    q.n_dimensions = 1;
    refused(&w, &q, "malformed");
    q.measure = RIKSTAL__V1__MEASURE__MEASURE_BREAKDOWN;
    q.dimensions = nonsense;
    refused(&w, &q, "malformed");
    q.n_dimensions = 0;
    refused(&w, &q, "malformed");
    q.measure = RIKSTAL__V1__MEASURE__MEASURE_COUNT;
    q.version = 2;
    refused(&w, &q, "malformed");
    q.version = 1;
    q.criterion[0]->field = 99;
    refused(&w, &q, "malformed");
    q.vocabulary = 0; /* of a program that does not say it: the words are not even read */
    refused(&w, &q, "vocabulary");
    q.vocabulary = VOCABULARY_VERSION + 1;
    refused(&w, &q, "vocabulary");
    down(&w, 7); /* another version is refused before the speaker is known */
}

static void test_a_disease_has_one_spelling_and_is_for_research(void **state)
{
    static char *const others[] = {"C50",      "icd10:C501", "ORPHA:558", "atc:L01",
                                   "icd10:C5", "nonsense",   " ",         "icd10:C50 or age >= 0"};
    Rikstal__V1__Answer *answer;
    Rikstal__V1__Question q;
    struct world w;

    (void)state;
    up(&w);
    world_question(&w, "age >= 18", &q);
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        q.disease = others[i];
        refused(&w, &q, "malformed");
    }
    q.disease = "icd10:C50";
    q.purpose = "statistics";
    answer = world_ask(&w, &q);
    assert_string_equal(answer->code, "unsupported");
    assert_non_null(strstr(answer->reason, "purpose statistics has no use of it"));
    down(&w, 9);
}

static void test_region_is_no_step(void **state)
{
    Rikstal__V1__Step step[2], *steps[] = {&step[0], &step[1]};
    Rikstal__V1__Answer *answer;
    Rikstal__V1__Question q;
    struct world w;

    (void)state;
    up(&w);
    world_question(&w, "age >= 18 and region = 01", &q);
    for (size_t i = 0; i < 2; i++) {
        rikstal__v1__step__init(&step[i]);
        step[i].name = "a step";
        step[i].operands = 1;
    }
    q.measure = RIKSTAL__V1__MEASURE__MEASURE_FUNNEL;
    q.steps = steps;
    q.n_steps = 2;
    answer = world_ask(&w, &q);
    assert_string_equal(answer->code, "unsupported");
    assert_non_null(strstr(answer->reason, "region is no criterion of a protocol"));
    down(&w, 1);
}

/* The same question on no disease, on one and on another is of three populations. */
static void test_research_on_another_disease_is_another_question(void **state)
{
    static char *const diseases[] = {"", "icd10:C50", "icd10:C34", "icd10:C50"};
    Rikstal__V1__Answer *answer;
    Rikstal__V1__Question q;
    struct world_books journal;
    struct world w;
    int64_t cells[4];

    (void)state;
    up(&w);
    for (size_t i = 0; i < 4; i++) {
        world_question(&w, "age >= 18", &q);
        q.disease = diseases[i];
        answer = world_ask(&w, &q);
        assert_int_equal(answer->state, RIKSTAL__V1__STATE__STATE_VALUE);
        assert_int_equal(answer->charged, i < 3);
        cells[i] = answer->cells[0];
        if (i == 1)
            assert_string_equal(fake.who.disease.code, "C50");
    }
    assert_int_equal(cells[1], cells[3]); /* a repeat */
    assert_int_equal(fake.evaluations, 3);
    world_stop(&w);
    journal = world_books(&w);
    assert_int_equal(journal.charges, 3);
    world_down(&w);
}

static void test_policy_says_what_it_does_not_allow(void **state)
{
    Rikstal__V1__Answer *answer;
    Rikstal__V1__Question q;
    struct world w;

    (void)state;
    up(&w);
    world_question(&w, "age >= 18", &q);
    q.purpose = "curiosity";
    answer = world_ask(&w, &q);
    assert_string_equal(answer->code, "policy");
    assert_non_null(strstr(answer->reason, "curiosity"));
    assert_int_equal(answer->state, RIKSTAL__V1__STATE__STATE_DECLINED);
    q.purpose = "research";
    q.dataset = "other";
    refused(&w, &q, "policy");
    q.dataset = "main";
    q.mode = RIKSTAL__V1__MODE__MODE_SUM;
    answer = world_ask(&w, &q);
    assert_string_equal(answer->code, "unsupported");
    assert_int_equal(answer->state, RIKSTAL__V1__STATE__STATE_UNSUPPORTED);
    down(&w, 3);
}

static void test_without_a_snapshot_or_time_nothing_is_charged(void **state)
{
    Rikstal__V1__Answer *answer;
    Rikstal__V1__Question q;
    struct world w;

    (void)state;
    up(&w);
    world_question(&w, "age >= 18", &q);
    answer = world_open(&w, world_ask_envelope(&w, people_ask(&w.people, &q), 0));
    assert_string_equal(answer->code, "timed_out");
    world_publish(&w, "");
    refused(&w, &q, "no_data");
    world_stop(&w);
    assert_int_equal(world_books(&w).charges, 0);
    world_down(&w);
}

/* Nothing is charged for a release that is unknown, and what is pinned answers. */
static void test_a_release_is_asked_about_where_there_is_a_calendar(void **state)
{
    Rikstal__V1__RosterRelease release = RIKSTAL__V1__ROSTER_RELEASE__INIT, *list[] = {&release};
    Rikstal__V1__Question q;
    struct world w;

    (void)state;
    up(&w);
    world_question(&w, "age >= 18", &q);
    q.release = "2026-11";
    refused(&w, &q, "no_release"); /* there is no calendar */
    world_stop(&w);
    release.name = "2026-11";
    release.opens = clock_wall_s() - 10;
    release.closes = release.opens + 1000;
    w.people.roster.releases = list;
    w.people.roster.n_releases = 1;
    world_write_roster(&w);
    world_publish(&w, "");
    world_start(&w);
    world_question(&w, "age >= 18", &q);
    refused(&w, &q, "no_release"); /* it names none */
    world_question(&w, "age >= 18", &q);
    q.release = "2026-11";
    refused(&w, &q, "no_release"); /* nothing was published, so nothing is pinned */
    world_publish(&w, "late");
    world_question(&w, "age >= 18", &q);
    q.release = "2026-11";
    assert_string_equal(world_ask(&w, &q)->code, "");
    world_stop(&w);
    assert_int_equal(world_books(&w).charges, 1);
    world_down(&w);
}

/* By the public size of the snapshot, before anything is paid, and with what to narrow. */
static void test_what_no_slot_is_long_enough_for_is_not_charged(void **state)
{
    const struct sizes was = fake.sizes;
    Rikstal__V1__Answer *answer;
    struct world w;

    (void)state;
    up(&w);
    fake.sizes.sites = 15; /* a thousand million */
    world_publish(&w, "large");
    answer = world_ask_text(&w, "age >= 18 and variant(zygosity = hom and af >= 60%)");
    assert_string_equal(answer->code, "work");
    assert_int_equal(answer->state, RIKSTAL__V1__STATE__STATE_DECLINED);
    assert_non_null(strstr(answer->reason, "1 of its variant( )"));
    answer = world_ask_text(&w, "age >= 18 and variant(change = GRCh38:1-1000-A-C)");
    assert_int_equal(answer->state, RIKSTAL__V1__STATE__STATE_VALUE);
    fake.sizes = was;
    world_stop(&w);
    assert_int_equal(world_books(&w).charges, 1);
    world_down(&w);
}

static void test_an_id_used_for_other_bytes_is_a_replay(void **state)
{
    Rikstal__V1__Question q;
    struct world w;

    (void)state;
    up(&w);
    world_question(&w, "age >= 18", &q);
    assert_int_equal(world_ask(&w, &q)->state, RIKSTAL__V1__STATE__STATE_VALUE);
    q.sigma = 10;
    refused(&w, &q, "replayed");
    world_stop(&w);
    assert_int_equal(world_books(&w).charges, 1);
    world_down(&w);
}

static void test_a_budget_is_spent_to_its_end_and_says_public_numbers(void **state)
{
    Rikstal__V1__Answer *answer;
    struct world w;
    char text[32];

    (void)state;
    up(&w);
    for (int i = 0; i < 25; i++) { /* 25 counts of 20 points are a year of 500 */
        snprintf(text, sizeof(text), "age >= %d", 20 + i);
        answer = world_ask_text(&w, text);
        assert_int_equal(answer->state, RIKSTAL__V1__STATE__STATE_VALUE);
        assert_int_equal(answer->budget_left_nrho, 480000000 - i * INT64_C(20000000));
    }
    answer = world_ask_text(&w, "age >= 60");
    assert_string_equal(answer->code, "budget");
    assert_string_equal(answer->reason,
                        "the question costs 20.000 points, your organisation has 0.000 left of "
                        "500.000 in budget year 2026; the next year opens with a new policy of the "
                        "region, not by the calendar");
    assert_non_null(answer->balance);
    assert_string_equal(answer->balance->window, "2026");
    assert_int_equal(answer->balance->year_left_nrho, 0);
    assert_int_equal(answer->balance->year_cap_nrho, 500000000);
    assert_int_equal(answer->balance->lifetime_left_nrho, 1500000000);
    assert_int_equal(world_ask_text(&w, "age >= 20")->state, RIKSTAL__V1__STATE__STATE_VALUE);
    world_stop(&w);
    assert_int_equal(world_books(&w).spent_nrho, 500000000);
    assert_int_equal(fake.evaluations, 25);
    world_down(&w);
}

static void test_a_lifetime_is_spent_to_its_end_and_says_who_renews_it(void **state)
{
    Rikstal__V1__Answer *answer;
    const char *policy, *at;
    struct world w;

    (void)state;
    up(&w);
    world_stop(&w);
    policy = world_policy(w.people.arena); /* gms: a year of 500 points, a lifetime of 40 */
    at = strstr(policy, "\"organisations\": {}");
    assert_non_null(at);
    policy =
        arena_printf(w.people.arena,
                     "%.*s\"organisations\": {\"gms\": {\"organisation_year_nrho\": 500000000, "
                     "\"organisation_lifetime_nrho\": 40000000}}}",
                     (int)(at - policy), policy);
    at = strstr(policy, "\"version\": 1");
    assert_non_null(at);
    policy = arena_printf(w.people.arena, "%.*s\"version\": 2%s", (int)(at - policy), policy,
                          at + strlen("\"version\": 1"));
    world_write(&w, "policy.json", policy, strlen(policy));
    world_start(&w);
    assert_string_equal(world_ask_text(&w, "age >= 20")->code, "");
    assert_int_equal(world_ask_text(&w, "age >= 21")->balance->lifetime_left_nrho, 0);
    answer = world_ask_text(&w, "age >= 22");
    assert_string_equal(answer->code, "budget");
    assert_string_equal(answer->reason,
                        "the question costs 20.000 points, your organisation has 0.000 left of "
                        "40.000 in its lifetime; no new year opens it, the region's "
                        "data-protection officer may renew it");
    world_stop(&w);
    assert_int_equal(world_books(&w).charges, 2);
    world_down(&w);
}

static void test_a_permit_that_is_not_the_asker_s_or_not_of_now_is_declined(void **state)
{
    static char *const permits[] = {"2026-2", "2026-3", "nonsense", "2026-4"};
    Rikstal__V1__Answer *answer;
    Rikstal__V1__Question q;
    struct world w;
    int64_t now_s = clock_wall_s();

    (void)state;
    up_without_keeper(&w);
    people_permit(&w.people, "2026-2", "gms", now_s - 100000); /* ended */
    people_permit(&w.people, "2026-3", "gms", now_s + 100000);
    people_permit(&w.people, "2026-4", "north", now_s);
    world_write_roster(&w);
    world_start(&w);
    world_question(&w, "age >= 18", &q);
    for (size_t i = 0; i < sizeof(permits) / sizeof(permits[0]); i++) {
        q.permit = permits[i];
        answer = world_ask(&w, &q);
        assert_string_equal(answer->code, "permit");
        assert_int_equal(answer->state, RIKSTAL__V1__STATE__STATE_DECLINED);
        assert_non_null(strstr(answer->reason, i == 0 ? "2026-2 ended"
                                               : i == 1
                                                   ? "2026-3 holds from"
                                                   : "your organisation has no permit of this id"));
    }
    down(&w, 4);
}

static void test_a_permit_s_cap_is_the_smaller_of_its_own_and_the_policy_s(void **state)
{
    static char *const permits[] = {"2026-1", "2026-2"};
    Rikstal__V1__Answer *answer;
    Rikstal__V1__Question q;
    struct world w;
    char text[32];

    (void)state;
    up_without_keeper(&w);
    people_permit(&w.people, "2026-1", "gms", clock_wall_s())->nrho = 40000000; /* two counts */
    people_permit(&w.people, "2026-2", "gms", clock_wall_s());
    world_write_roster(&w);
    world_start(&w);
    for (int i = 0; i < 6; i++) {
        snprintf(text, sizeof(text), "age >= %d", 20 + i);
        world_question(&w, text, &q);
        q.permit = permits[i / 3];
        answer = world_ask(&w, &q);
        assert_string_equal(answer->code, i == 2 ? "budget" : "");
        if (i == 2)
            assert_non_null(strstr(answer->reason, "than its permit has left of 40.000 here"));
    }
    world_stop(&w);
    assert_int_equal(world_books(&w).charges, 5);
    world_down(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_question_that_nobody_signed_is_not_authorised),
        cmocka_unit_test(test_another_s_role_or_name_is_not_authorised),
        cmocka_unit_test(test_a_region_that_leaves_nobody_here_is_for_others),
        cmocka_unit_test(test_time_audience_network_and_roster_have_their_codes),
        cmocka_unit_test(test_a_change_with_another_ref_is_refused_before_it_is_charged),
        cmocka_unit_test(test_forms_that_make_no_sense_are_malformed),
        cmocka_unit_test(test_a_disease_has_one_spelling_and_is_for_research),
        cmocka_unit_test(test_region_is_no_step),
        cmocka_unit_test(test_research_on_another_disease_is_another_question),
        cmocka_unit_test(test_policy_says_what_it_does_not_allow),
        cmocka_unit_test(test_without_a_snapshot_or_time_nothing_is_charged),
        cmocka_unit_test(test_a_release_is_asked_about_where_there_is_a_calendar),
        cmocka_unit_test(test_what_no_slot_is_long_enough_for_is_not_charged),
        cmocka_unit_test(test_an_id_used_for_other_bytes_is_a_replay),
        cmocka_unit_test(test_a_budget_is_spent_to_its_end_and_says_public_numbers),
        cmocka_unit_test(test_a_lifetime_is_spent_to_its_end_and_says_who_renews_it),
        cmocka_unit_test(test_a_permit_that_is_not_the_asker_s_or_not_of_now_is_declined),
        cmocka_unit_test(test_a_permit_s_cap_is_the_smaller_of_its_own_and_the_policy_s),
    };

    return random_start() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
