/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The service's promises, over real links with mutual TLS: each region ends in its own state and
 * the service does not wait longer than it must; what was answered survives a restart and what was
 * open is asked again; a stranger, an unsigned, altered, expired or replayed question gets nowhere;
 * a newer roster reaches the nodes, and whoever asks for it gets it or hears that there is none;
 * the newest link wins. (service_link.c, service_step.c and service_board.c are parts of the same
 * thing.)
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "coordinator/ask/roster_cache.h"
#include "coordinator/ask/service.h"
#include "coordinator/report/plan.h"
#include "proto/base/clock.h"
#include "proto/base/log.h"
#include "tests/unit/ask/node.h"
#include "tests/unit/refused.h"

#define NODES 3
#define PATIENCE_MS 40000 /* a machine may be busy with others for seconds */

struct bench {
    struct country c;
    struct roster_cache *roster_cache;
    struct service *service;
    struct test_node node[NODES + 1];
    struct err err;
};

static uint32_t rate_per_minute; /* 0 but in one test */
static int64_t grace_ms = 300;   /* longer where a region must be back before it counts as away */

static void service_start(struct bench *b)
{
    struct service_options options = {
        .state_path = country_path(&b->c, "state.db"),
        .listen = "127.0.0.1:0",
        .tls = {.key = country_path(&b->c, "coordinator.key"),
                .cert = country_path(&b->c, "coordinator.crt"),
                .ca = country_path(&b->c, "ca.crt")},
        .limits = coord_limits_default,
        .rate_per_minute = rate_per_minute,
    };

    options.limits.grace_ms = grace_ms;
    options.roster_cache = b->roster_cache;
    assert_true(service_open(&options, &b->service, &b->err));
}

static void bench_up(struct bench *b)
{
    country_up(&b->c, NODES);
    assert_true(roster_cache_open(b->c.dir, NULL, &b->roster_cache, &b->err));
    service_start(b);
}

static void bench_down(struct bench *b)
{
    service_close(b->service, 1000);
    roster_cache_close(b->roster_cache);
    country_down(&b->c);
}

static void wait_connected(struct bench *b, size_t n)
{
    struct service_counts counts = {0};

    for (int i = 0; i < PATIENCE_MS / 10 && counts.connected != n; i++) {
        clock_sleep_ms(10);
        service_count(b->service, &counts);
    }
    assert_int_equal(counts.connected, n);
}

static bool hand_in(struct bench *b, const struct country_question *q, int64_t wish_ms,
                    struct service_reply *reply)
{
    const uint8_t *data;
    size_t size;

    country_ask(&b->c, q, &data, &size);
    memset(reply, 0, sizeof(*reply));
    return service_ask(b->service, data, size, wish_ms, reply, &b->err);
}

static struct outcome *outcome_of(struct bench *b, uint8_t id, int64_t wait_ms)
{
    uint8_t bytes[QUESTION_ID_BYTES] = {id};
    struct outcome *outcome = NULL;

    assert_true(service_outcome(b->service, bytes, wait_ms, &outcome, &b->err));
    assert_non_null(outcome);
    return outcome;
}

static void test_each_region_ends_in_its_own_state(void **state)
{
    struct service_reply reply;
    struct outcome *outcome;
    int64_t from_ms;
    struct bench b;

    (void)state;
    bench_up(&b);
    node_up(&b.node[0], &b.c, 0, service_port(b.service), NODE_ANSWERS);
    node_up(&b.node[1], &b.c, 1, service_port(b.service), NODE_DECLINES);
    node_up(&b.node[2], &b.c, 2, service_port(b.service), NODE_FORGES);
    wait_connected(&b, 3);
    from_ms = clock_mono_ms();
    assert_true(hand_in(&b, &(struct country_question){.id = 1}, 0, &reply));
    outcome = outcome_of(&b, 1, PATIENCE_MS);
    assert_true(clock_mono_ms() - from_ms < PLAN_DEADLINE_MS);
    assert_false(outcome->open);
    assert_int_equal(outcome->region[0].state, REGION_VALUE);
    assert_int_equal(outcome->region[0].answer->cell[0], 100);
    assert_int_equal(outcome->region[1].state, REGION_DECLINED);
    assert_string_equal(outcome->region[1].answer->code, "policy");
    assert_int_equal(outcome->region[2].state, REGION_FAILED);
    assert_string_equal(outcome->region[2].code, "bad-signature");
    outcome_free(outcome);
    for (size_t i = 0; i < 3; i++)
        node_down(&b.node[i]);
    bench_down(&b);
}

static void test_the_silent_time_out_and_the_absent_are_offline(void **state)
{
    struct service_reply reply;
    struct outcome *outcome;
    struct bench b;

    (void)state;
    bench_up(&b);
    node_up(&b.node[0], &b.c, 0, service_port(b.service), NODE_SILENT);
    wait_connected(&b, 1);
    assert_true(hand_in(&b, &(struct country_question){.id = 1}, 600, &reply));
    outcome = outcome_of(&b, 1, PATIENCE_MS);
    assert_int_equal(outcome->region[0].state, REGION_TIMED_OUT);
    assert_int_equal(outcome->region[1].state, REGION_OFFLINE);
    assert_int_equal(outcome->region[2].state, REGION_OFFLINE);
    outcome_free(outcome);
    node_down(&b.node[0]);
    bench_down(&b);
}

static void test_a_question_that_is_not_right_gets_nowhere(void **state)
{
    struct service_reply reply;
    struct bench b;
    uint8_t *copy;
    const uint8_t *data;
    size_t size;

    (void)state;
    bench_up(&b);
    node_up(&b.node[0], &b.c, 0, service_port(b.service), NODE_ANSWERS);
    wait_connected(&b, 1);
    assert_false(hand_in(&b, &(struct country_question){.id = 1, .key = b.c.stranger}, 0, &reply));
    assert_string_equal(reply.code, "signature");
    assert_false(hand_in(&b, &(struct country_question){.id = 1, .late_s = 4000}, 0, &reply));
    assert_string_equal(reply.code, "time");
    assert_false(hand_in(&b, &(struct country_question){.id = 1, .extra = "99"}, 0, &reply));
    assert_string_equal(reply.code, "not-served");
    b.c.version = 2;
    assert_false(hand_in(&b, &(struct country_question){.id = 1}, 0, &reply));
    assert_string_equal(reply.code, "roster");
    b.c.version = 1;
    country_ask(&b.c, &(struct country_question){.id = 1}, &data, &size);
    copy = malloc(size);
    assert_non_null(copy);
    for (size_t i = 0; i < size; i++) {
        memcpy(copy, data, size);
        copy[i] ^= 0x20;
        assert_refused_either(service_ask(b.service, copy, size, 0, &reply, &b.err), &b.err,
                              ERR_INVALID, ERR_DENIED);
    }
    free(copy);
    assert_int_equal(node_asked(&b.node[0]), 0);
    node_down(&b.node[0]);
    bench_down(&b);
}

static void test_the_same_question_again_is_known_and_another_with_its_id_refused(void **state)
{
    struct service_reply reply;
    const uint8_t *data;
    struct bench b;
    size_t size;

    (void)state;
    bench_up(&b);
    node_up(&b.node[0], &b.c, 0, service_port(b.service), NODE_ANSWERS);
    wait_connected(&b, 1);
    country_ask(&b.c, &(struct country_question){.id = 1}, &data, &size);
    assert_true(service_ask(b.service, data, size, 0, &reply, &b.err));
    outcome_free(outcome_of(&b, 1, PATIENCE_MS));
    memset(&reply, 0, sizeof(reply));
    assert_true(service_ask(b.service, data, size, 0, &reply, &b.err));
    assert_true(reply.known);
    assert_int_equal(node_asked(&b.node[0]), 1);
    assert_false(hand_in(&b, &(struct country_question){.id = 1, .sigma = 10}, 0, &reply));
    assert_string_equal(reply.code, "id-taken");
    node_down(&b.node[0]);
    bench_down(&b);
}

/* One region answers, one is silent until the deadline: the first in time, on a busy machine too.
 */
static uint8_t half_answered(struct bench *b)
{
    struct service_reply reply;
    bool in_time = false;
    uint8_t id = 100;

    for (int64_t wish_ms = 400; !in_time && wish_ms < PATIENCE_MS; wish_ms *= 2) {
        struct outcome *outcome;

        assert_true(hand_in(b, &(struct country_question){.id = ++id}, wish_ms, &reply));
        outcome = outcome_of(b, id, 2 * PATIENCE_MS);
        in_time = outcome->region[0].state == REGION_VALUE;
        outcome_free(outcome);
    }
    assert_true(in_time);
    return id;
}

static void test_after_a_restart_answers_are_there_and_what_was_open_is_asked_again(void **state)
{
    struct service_reply reply;
    struct outcome *outcome;
    struct bench b;
    uint8_t complete;

    (void)state;
    bench_up(&b);
    node_up(&b.node[0], &b.c, 0, service_port(b.service), NODE_ANSWERS);
    node_up(&b.node[1], &b.c, 1, service_port(b.service), NODE_SILENT);
    wait_connected(&b, 2);
    complete = half_answered(&b);
    assert_true(hand_in(&b, &(struct country_question){.id = 2}, 50000, &reply));
    for (int i = 0; i < PATIENCE_MS / 10; i++) { /* until the first region has answered */
        outcome = outcome_of(&b, 2, 0);
        if (outcome->region[0].answer)
            i = PATIENCE_MS;
        else
            clock_sleep_ms(10);
        outcome_free(outcome);
    }
    service_close(b.service, 500);
    node_down(&b.node[0]);
    node_down(&b.node[1]);
    grace_ms = 5000;
    service_start(&b);
    grace_ms = 300;
    outcome = outcome_of(&b, complete, 0);
    assert_false(outcome->open);
    assert_int_equal(outcome->region[0].state, REGION_VALUE);
    assert_int_equal(outcome->region[1].state, REGION_TIMED_OUT);
    outcome_free(outcome);
    node_up(&b.node[1], &b.c, 1, service_port(b.service), NODE_ANSWERS);
    outcome = outcome_of(&b, 2, PATIENCE_MS);
    assert_false(outcome->open);
    assert_non_null(outcome->region[0].answer);
    assert_non_null(outcome->region[1].answer);
    assert_int_equal(outcome->region[0].answer->cell[0], 100); /* counted before, counted now */
    assert_int_equal(outcome->region[1].answer->cell[0], 200);
    assert_int_equal(outcome->region[2].state, REGION_OFFLINE);
    outcome_free(outcome);
    assert_int_equal(node_brought(&b.node[1]), 0); /* it had answered nothing */
    node_up(&b.node[0], &b.c, 0, service_port(b.service), NODE_ANSWERS);
    for (int i = 0; i < 4000 && node_brought(&b.node[0]) == 0; i++)
        clock_sleep_ms(10);
    assert_int_equal(node_brought(&b.node[0]), 1); /* its newest answer */
    node_down(&b.node[0]);
    node_down(&b.node[1]);
    bench_down(&b);
}

static void test_every_attempt_of_an_organisation_counts(void **state)
{
    struct service_reply reply;
    struct bench b;

    (void)state;
    rate_per_minute = 2;
    bench_up(&b);
    rate_per_minute = 0;
    assert_true(hand_in(&b, &(struct country_question){.id = 1}, 0, &reply));
    assert_true(hand_in(&b, &(struct country_question){.id = 1}, 0, &reply)); /* the same again */
    assert_refused(hand_in(&b, &(struct country_question){.id = 2}, 0, &reply), &b.err,
                   ERR_EXHAUSTED);
    assert_string_equal(reply.code, "rate");
    bench_down(&b);
}

static void test_what_every_region_refuses_costs_more(void **state)
{
    struct service_reply reply;
    struct outcome *outcome;
    struct bench b;

    (void)state;
    rate_per_minute = 60;
    bench_up(&b);
    rate_per_minute = 0;
    for (size_t i = 0; i < NODES; i++)
        node_up(&b.node[i], &b.c, i, service_port(b.service), NODE_DECLINES);
    wait_connected(&b, NODES);
    for (uint8_t id = 1; id <= 3; id++) { /* 20 tokens each */
        assert_true(hand_in(&b, &(struct country_question){.id = id}, 0, &reply));
        assert_true(service_outcome(b.service, reply.id, PATIENCE_MS, &outcome, &b.err));
        assert_int_equal(outcome->region[0].state, REGION_DECLINED);
        outcome_free(outcome);
    }
    assert_refused(hand_in(&b, &(struct country_question){.id = 4}, 0, &reply), &b.err,
                   ERR_EXHAUSTED);
    assert_string_equal(reply.code, "rate");
    for (size_t i = 0; i < NODES; i++)
        node_down(&b.node[i]);
    bench_down(&b);
}

/* Regions that are away have not refused. */
static void test_what_one_region_refuses_while_others_are_away_costs_as_ever(void **state)
{
    struct service_reply reply;
    struct outcome *outcome;
    struct bench b;

    (void)state;
    rate_per_minute = 60;
    bench_up(&b);
    rate_per_minute = 0;
    node_up(&b.node[0], &b.c, 0, service_port(b.service), NODE_DECLINES);
    wait_connected(&b, 1);
    for (uint8_t id = 1; id <= 4; id++) {
        assert_true(hand_in(&b, &(struct country_question){.id = id}, 0, &reply));
        assert_true(service_outcome(b.service, reply.id, PATIENCE_MS, &outcome, &b.err));
        assert_int_equal(outcome->region[0].state, REGION_DECLINED);
        outcome_free(outcome);
    }
    node_down(&b.node[0]);
    bench_down(&b);
}

static void test_a_stranger_behind_a_right_certificate_is_refused(void **state)
{
    struct service_counts counts;
    struct bench b;

    (void)state;
    bench_up(&b);
    node_up(&b.node[0], &b.c, 0, service_port(b.service), NODE_ANSWERS);
    wait_connected(&b, 1);
    node_up(&b.node[3], &b.c, 0, service_port(b.service),
            NODE_STRANGER); /* claims the same region */
    for (int i = 0; i < PATIENCE_MS / 10; i++) {
        service_count(b.service, &counts);
        if (counts.links_refused)
            break;
        clock_sleep_ms(10);
    }
    assert_int_equal(counts.links_refused, 1);
    node_down(&b.node[3]);
    assert_true(node_refused(&b.node[3]));
    wait_connected(&b, 1); /* the right one is still there */
    assert_false(node_refused(&b.node[0]));
    node_down(&b.node[0]);
    bench_down(&b);
}

static void test_the_newest_link_of_a_node_is_asked(void **state)
{
    struct service_reply reply;
    struct outcome *outcome;
    struct bench b;

    (void)state;
    bench_up(&b);
    node_up(&b.node[0], &b.c, 0, service_port(b.service), NODE_SILENT);
    wait_connected(&b, 1);
    assert_true(hand_in(&b, &(struct country_question){.id = 1}, 50000, &reply));
    node_up(&b.node[3], &b.c, 0, service_port(b.service), NODE_ANSWERS); /* is back on a new link */
    outcome = outcome_of(&b, 1, PATIENCE_MS);
    assert_int_equal(outcome->region[0].state, REGION_VALUE);
    outcome_free(outcome);
    node_down(&b.node[0]);
    node_down(&b.node[3]);
    bench_down(&b);
}

static void test_a_cancelled_question_completes_and_the_node_is_told(void **state)
{
    uint8_t id[QUESTION_ID_BYTES] = {1};
    struct service_reply reply;
    struct outcome *outcome;
    struct bench b;

    (void)state;
    bench_up(&b);
    node_up(&b.node[0], &b.c, 0, service_port(b.service), NODE_SILENT);
    wait_connected(&b, 1);
    assert_true(hand_in(&b, &(struct country_question){.id = 1}, 50000, &reply));
    service_cancel(b.service, id);
    outcome = outcome_of(&b, 1, PATIENCE_MS);
    assert_false(outcome->open);
    assert_string_equal(outcome->region[0].code, "cancelled");
    outcome_free(outcome);
    for (int i = 0; i < PATIENCE_MS / 10 && node_cancelled(&b.node[0]) == 0; i++)
        clock_sleep_ms(10);
    assert_int_equal(node_cancelled(&b.node[0]), 1);
    node_down(&b.node[0]);
    bench_down(&b);
}

static void test_a_newer_roster_reaches_the_nodes_and_one_taken_off_is_not_asked(void **state)
{
    struct service_reply reply;
    struct service_node node[4];
    struct bench b;
    bool newer;

    (void)state;
    bench_up(&b);
    node_up(&b.node[0], &b.c, 0, service_port(b.service), NODE_ANSWERS);
    wait_connected(&b, 1);
    b.c.version = 2;
    country_roster(&b.c, 2); /* 03 is gone */
    assert_true(roster_cache_reload(b.roster_cache, &newer, &b.err));
    assert_true(newer);
    service_roster_changed(b.service);
    for (int i = 0; i < PATIENCE_MS / 10 && node_roster(&b.node[0]) == 0; i++)
        clock_sleep_ms(10);
    assert_int_equal(node_roster(&b.node[0]), 1);
    assert_int_equal(service_nodes(b.service, node, 4), 2);
    assert_true(node[0].connected);
    assert_string_equal(node[0].info.software, "test");
    assert_false(node[1].connected);
    assert_false(hand_in(&b, &(struct country_question){.id = 1}, 0, &reply));
    assert_string_equal(reply.code, "not-served");
    node_down(&b.node[0]);
    bench_down(&b);
}

static void test_a_node_that_asks_gets_the_newer_roster_or_hears_that_there_is_none(void **state)
{
    struct bench b;
    bool newer;

    (void)state;
    bench_up(&b);
    node_up(&b.node[0], &b.c, 0, service_port(b.service), NODE_PULLS);
    for (int i = 0; i < PATIENCE_MS / 10 && node_newest(&b.node[0]) == 0; i++)
        clock_sleep_ms(10);
    assert_int_equal(node_newest(&b.node[0]), 1);
    assert_int_equal(node_roster(&b.node[0]), 0);
    b.c.version = 2;
    country_roster(&b.c, NODES);
    assert_true(roster_cache_reload(b.roster_cache, &newer, &b.err)); /* and no push */
    node_up(&b.node[1], &b.c, 1, service_port(b.service), NODE_PULLS);
    for (int i = 0; i < PATIENCE_MS / 10 && node_roster(&b.node[1]) < 2; i++)
        clock_sleep_ms(10);
    assert_int_equal(node_roster(&b.node[1]), 2); /* with the welcome, and asked for */
    assert_int_equal(node_newest(&b.node[1]), 0);
    node_down(&b.node[0]);
    node_down(&b.node[1]);
    bench_down(&b);
}

static void test_a_round_trip_counts_every_keeper(void **state)
{
    struct service_ping ping;
    struct bench b;

    (void)state;
    bench_up(&b);
    node_up(&b.node[0], &b.c, 0, service_port(b.service), NODE_ANSWERS);
    node_up(&b.node[1], &b.c, 1, service_port(b.service), NODE_ANSWERS);
    wait_connected(&b, 2);
    assert_true(service_ping(b.service, PATIENCE_MS, &ping, &b.err));
    assert_int_equal(ping.sent, 2);
    assert_int_equal(ping.echoed, 2);
    assert_true(ping.last_us > 0);
    node_down(&b.node[0]);
    node_down(&b.node[1]);
    bench_down(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_region_ends_in_its_own_state),
        cmocka_unit_test(test_the_silent_time_out_and_the_absent_are_offline),
        cmocka_unit_test(test_a_question_that_is_not_right_gets_nowhere),
        cmocka_unit_test(test_the_same_question_again_is_known_and_another_with_its_id_refused),
        cmocka_unit_test(test_after_a_restart_answers_are_there_and_what_was_open_is_asked_again),
        cmocka_unit_test(test_every_attempt_of_an_organisation_counts),
        cmocka_unit_test(test_what_every_region_refuses_costs_more),
        cmocka_unit_test(test_what_one_region_refuses_while_others_are_away_costs_as_ever),
        cmocka_unit_test(test_a_stranger_behind_a_right_certificate_is_refused),
        cmocka_unit_test(test_the_newest_link_of_a_node_is_asked),
        cmocka_unit_test(test_a_cancelled_question_completes_and_the_node_is_told),
        cmocka_unit_test(test_a_node_that_asks_gets_the_newer_roster_or_hears_that_there_is_none),
        cmocka_unit_test(test_a_newer_roster_reaches_the_nodes_and_one_taken_off_is_not_asked),
        cmocka_unit_test(test_a_round_trip_counts_every_keeper),
    };
    struct err err;
    int failed;

    log_level_set(LOG_ERROR_LEVEL);
    if (!tls_start(&err))
        return 1;
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    tls_stop();
    return failed;
}
