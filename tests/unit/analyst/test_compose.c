/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The composer's promises: what it signs passes the very check that coordinator and nodes make; two
 * questions never have one id, and two blind ones never one key; nobody is asked who is not in the
 * roster, nor where the question's region leaves nobody; what cannot be asked is refused before
 * anything is signed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "coordinator/analyst/blind.h"
#include "coordinator/analyst/compose.h"
#include "coordinator/analyst/session.h"
#include "proto/base/clock.h"
#include "proto/query/audience.h"
#include "proto/query/protocol.h"
#include "tests/unit/ask/country.h"
#include "tests/unit/refused.h"

struct bench {
    struct country c;
    struct roster *roster;
    struct session session;
    struct compose_options options;
    struct err err;
};

static void bench_up(struct bench *b)
{
    country_up(&b->c, 3);
    assert_true(
        roster_read(country_path(&b->c, "roster"), &b->c.roots, NULL, 0, &b->roster, &b->err));
    b->session = (struct session){.arena = b->c.arena, .purpose = "research"};
    b->options = (struct compose_options){.text = "sex = female and age >= 18",
                                          .measure = MEASURE_COUNT,
                                          .mode = MODE_REGIONS,
                                          .sigma = 5,
                                          .permit = "",
                                          .life_s = 60};
}

static void bench_calendar(struct bench *b, Rikstal__V1__RosterRelease **releases, size_t n)
{
    b->c.releases = releases;
    b->c.n_releases = n;
    country_roster(&b->c, 3);
    roster_free(b->roster);
    assert_true(
        roster_read(country_path(&b->c, "roster"), &b->c.roots, NULL, 0, &b->roster, &b->err));
}

static void bench_down(struct bench *b)
{
    roster_free(b->roster);
    country_down(&b->c);
}

static bool run(struct bench *b, struct composed *out)
{
    return compose(&b->session, &b->options, b->roster, b->c.analyst, out, &b->err);
}

static void test_a_composed_question_is_checked_and_planned(void **state)
{
    struct composed first, second;
    struct bench b;

    (void)state;
    bench_up(&b);
    assert_true(run(&b, &first));
    assert_true(run(&b, &second));
    assert_int_equal(first.plan->n_regions, 3);
    assert_string_equal(first.plan->analyst, "anna");
    assert_string_equal(first.plan->role, "national-analyst");
    assert_memory_not_equal(first.plan->id, second.plan->id, QUESTION_ID_BYTES);
    plan_free(first.plan);
    plan_free(second.plan);
    bench_down(&b);
}

static void test_nodes_are_named_by_id_sorted_and_once(void **state)
{
    struct composed composed;
    struct bench b;

    (void)state;
    bench_up(&b);
    b.options.nodes = "03,01,03,";
    assert_true(run(&b, &composed));
    assert_int_equal(composed.plan->n_regions, 2);
    assert_string_equal(composed.plan->region[0], "01");
    assert_string_equal(composed.plan->region[1], "03");
    plan_free(composed.plan);
    b.options.nodes = "Stockholm"; /* its code is 01 */
    assert_true(run(&b, &composed));
    assert_string_equal(composed.plan->region[0], "01");
    plan_free(composed.plan);
    b.options.nodes = "99";
    assert_refused(run(&b, &composed), &b.err, ERR_INVALID);
    assert_non_null(strstr(b.err.text, "99"));
    b.options.nodes = ",";
    assert_refused(run(&b, &composed), &b.err, ERR_INVALID);
    bench_down(&b);
}

static void test_a_release_is_the_newest_unless_another_is_said(void **state)
{
    Rikstal__V1__RosterRelease release[2], *list[2] = {&release[0], &release[1]};
    static char name[2][8] = {"2026-01", "2026-02"};
    struct composed composed;
    struct bench b;

    (void)state;
    bench_up(&b);
    b.options.release = "2026-02";
    assert_refused(run(&b, &composed), &b.err, ERR_DENIED);
    assert_non_null(strstr(b.err.text, "no calendar"));
    b.options.release = NULL;
    assert_true(run(&b, &composed));
    assert_string_equal(composed.release, "");
    plan_free(composed.plan);
    for (int i = 0; i < 2; i++) {
        rikstal__v1__roster_release__init(&release[i]);
        release[i].name = name[i];
        release[i].opens = clock_wall_s() - 1000 + i;
        release[i].closes = clock_wall_s() + 1000;
    }
    bench_calendar(&b, list, 2);
    assert_true(run(&b, &composed));
    assert_string_equal(composed.release, "2026-02");
    plan_free(composed.plan);
    b.options.release = "2026-01";
    assert_true(run(&b, &composed));
    assert_string_equal(composed.release, "2026-01");
    plan_free(composed.plan);
    b.options.release = "2026-03";
    assert_refused(run(&b, &composed), &b.err, ERR_DENIED);
    assert_non_null(strstr(b.err.text, "ask about release 2026-02"));
    bench_down(&b);
}

static void test_who_may_not_ask_is_told_before_signing(void **state)
{
    struct composed composed;
    struct bench b;

    (void)state;
    bench_up(&b);
    b.session.role = "sponsor";
    assert_refused(run(&b, &composed), &b.err, ERR_DENIED);
    b.session.role = NULL;
    b.session.analyst = "berit";
    assert_refused(run(&b, &composed), &b.err, ERR_DENIED);
    b.session.analyst = NULL;
    assert_refused(compose(&b.session, &b.options, b.roster, b.c.stranger, &composed, &b.err),
                   &b.err, ERR_DENIED);
    bench_down(&b);
}

static void test_what_cannot_be_asked_is_refused(void **state)
{
    struct composed composed;
    struct bench b;

    (void)state;
    bench_up(&b);
    b.options.sigma = 7;
    assert_refused(run(&b, &composed), &b.err, ERR_INVALID);
    b.options.sigma = 5;
    b.options.mode = MODE_SUM;
    b.options.nodes = "01,02"; /* a sum needs three */
    assert_refused(run(&b, &composed), &b.err, ERR_INVALID);
    b.options.nodes = NULL;
    b.options.mode = MODE_REGIONS;
    b.options.measure = MEASURE_FREQUENCY;
    assert_refused(run(&b, &composed), &b.err, ERR_INVALID);
    b.options.measure = MEASURE_COUNT;
    b.options.text = "genee = BRCA1";
    assert_refused(run(&b, &composed), &b.err, ERR_INVALID);
    bench_down(&b);
}

static void test_nobody_is_asked_where_the_region_leaves_nobody(void **state)
{
    struct composed composed;
    struct bench b;

    (void)state;
    bench_up(&b);
    b.options.text = "sex = female and region in (01, 03)";
    assert_true(run(&b, &composed));
    assert_int_equal(composed.plan->n_regions, 2);
    assert_string_equal(composed.plan->region[0], "01");
    assert_string_equal(composed.plan->region[1], "03");
    plan_free(composed.plan);
    b.options.nodes = "02,03";
    assert_true(run(&b, &composed));
    assert_int_equal(composed.plan->n_regions, 1);
    plan_free(composed.plan);
    b.options.nodes = "02";
    assert_refused(run(&b, &composed), &b.err, ERR_INVALID);
    assert_non_null(strstr(b.err.text, "none of the nodes"));
    b.options.nodes = NULL;
    b.options.mode = MODE_SUM;
    assert_refused(run(&b, &composed), &b.err, ERR_INVALID);
    assert_non_null(strstr(b.err.text, "region is not asked about in mode sum"));
    b.options.text = "sex = female or not region = 03";
    assert_refused(run(&b, &composed), &b.err, ERR_INVALID);
    bench_down(&b);
}

static void test_region_is_no_criterion_of_a_protocol(void **state)
{
    static const char text[] = "I1 adult: age >= 18\nE1 north: region = 03\n";
    struct composed composed;
    struct diagnostics found;
    struct protocol protocol;
    struct bench b;

    (void)state;
    bench_up(&b);
    assert_true(protocol_read(text, strlen(text), NULL, b.c.arena, &protocol, &found));
    b.options.text = protocol.question;
    b.options.protocol = &protocol;
    b.options.measure = MEASURE_FUNNEL;
    assert_refused(run(&b, &composed), &b.err, ERR_INVALID);
    assert_string_equal(b.err.text, AUDIENCE_REGION_IN_STEPS);
    b.options.measure = MEASURE_COUNT; /* a count of all criteria has no steps */
    assert_true(run(&b, &composed));
    assert_int_equal(composed.plan->n_regions, 2);
    plan_free(composed.plan);
    bench_down(&b);
}

static void test_a_blind_question_carries_a_key_of_its_own(void **state)
{
    struct composed first, second;
    struct bench b;

    (void)state;
    bench_up(&b);
    b.options.blind = true;
    assert_refused(run(&b, &first), &b.err, ERR_INVALID); /* of mode regions */
    assert_string_equal(b.err.text, "--blind is for mode sum: in mode regions the regions' own "
                                    "figures are the answer");
    assert_null(first.blind);
    b.options.mode = MODE_SUM;
    assert_true(run(&b, &first));
    assert_true(run(&b, &second));
    assert_true(first.plan->blind);
    assert_memory_equal(first.plan->blind_key, blind_public_key(first.blind), KEYSTREAM_KEY_BYTES);
    assert_memory_not_equal(first.plan->blind_key, second.plan->blind_key, KEYSTREAM_KEY_BYTES);
    blind_free(first.blind);
    blind_free(second.blind);
    plan_free(first.plan);
    plan_free(second.plan);
    b.options.blind = false;
    assert_true(run(&b, &first));
    assert_false(first.plan->blind);
    assert_null(first.blind);
    plan_free(first.plan);
    bench_down(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_composed_question_is_checked_and_planned),
        cmocka_unit_test(test_nodes_are_named_by_id_sorted_and_once),
        cmocka_unit_test(test_a_release_is_the_newest_unless_another_is_said),
        cmocka_unit_test(test_who_may_not_ask_is_told_before_signing),
        cmocka_unit_test(test_what_cannot_be_asked_is_refused),
        cmocka_unit_test(test_nobody_is_asked_where_the_region_leaves_nobody),
        cmocka_unit_test(test_region_is_no_criterion_of_a_protocol),
        cmocka_unit_test(test_a_blind_question_carries_a_key_of_its_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
