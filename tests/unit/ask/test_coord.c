/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The machine's promises, one small dialogue each: every region ends in its own state, the newest
 * link wins and is asked again, a late answer is kept and not counted, an id is one question, a
 * liar costs its own region only, and limits hold at the limit and one past it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "coordinator/ask/coord.h"
#include "node/keeper/outbox.h"
#include "node/keeper/turns.h"

struct bench {
    struct coord *coord;
    struct coord_actions *actions;
    int64_t now_ms;
};

static void bench_up(struct bench *b, const struct coord_limits *limits)
{
    b->now_ms = 1000000;
    b->coord = coord_new(limits, 0);
    b->actions = coord_actions_new(limits);
    assert_true(b->coord && b->actions);
}

static void bench_down(struct bench *b)
{
    coord_free(b->coord);
    coord_actions_free(b->actions);
}

static struct plan *plan_of(uint8_t id, size_t n_regions)
{
    struct plan *plan = calloc(1, sizeof(*plan));

    assert_non_null(plan);
    plan->id[0] = plan->hash[0] = id;
    snprintf(plan->analyst, sizeof(plan->analyst), "anna");
    plan->mode = MODE_REGIONS;
    plan->sigma = 5;
    plan->n_cells = COUNT_CELLS;
    plan->n_regions = n_regions;
    for (size_t i = 0; i < n_regions; i++)
        snprintf(plan->region[i], NODE_BYTES, "%02zu", i + 1);
    return plan;
}

static struct answer *answer_of(uint8_t id, const char *node, int64_t matched)
{
    struct answer *answer = answer_new(COUNT_CELLS, 0);

    assert_non_null(answer);
    snprintf(answer->node, sizeof(answer->node), "%s", node);
    answer->state = REGION_VALUE;
    answer->question_hash[0] = id;
    answer->mode = MODE_REGIONS;
    answer->sigma = 5;
    answer->cell[0] = matched;
    return answer;
}

static void step(struct bench *b, struct coord_event event)
{
    event.now_ms = b->now_ms;
    coord_step(b->coord, &event, b->actions);
}

static const struct coord_action *action_of(struct bench *b, enum coord_action_kind kind)
{
    for (size_t i = 0; i < b->actions->n; i++)
        if (b->actions->action[i].kind == kind)
            return &b->actions->action[i];
    return NULL;
}

static void link_up(struct bench *b, uint64_t link, const char *node)
{
    step(b, (struct coord_event){.kind = COORD_LINK_UP, .link = link, .node = node});
}

static void ask(struct bench *b, uint8_t id, size_t n_regions)
{
    step(b, (struct coord_event){.kind = COORD_QUESTION,
                                 .plan = plan_of(id, n_regions),
                                 .deadline_ms = b->now_ms + 30000});
}

static void answer(struct bench *b, uint64_t link, const char *node, struct answer *with)
{
    step(b, (struct coord_event){
                .kind = COORD_ANSWER, .link = link, .node = node, .serial = 1, .answer = with});
}

static const struct coord_question *question(struct bench *b, uint8_t id)
{
    uint8_t bytes[QUESTION_ID_BYTES] = {id};

    return coord_find(b->coord, bytes);
}

static void test_every_region_ends_in_its_own_state(void **state)
{
    struct bench b;
    struct answer *declined = answer_of(1, "03", 0);

    (void)state;
    bench_up(&b, &coord_limits_default);
    link_up(&b, 1, "01");
    link_up(&b, 3, "03");
    link_up(&b, 4, "04");
    link_up(&b, 5, "05");
    ask(&b, 1, 5); /* 02 has never been seen */
    assert_int_equal(b.actions->n, 1 + 4 + 1);
    answer(&b, 1, "01", answer_of(1, "01", 17));
    declined->n_cells = 0;
    declined->state = REGION_DECLINED;
    answer(&b, 3, "03", declined);
    answer(&b, 5, "05", NULL);
    assert_true(question(&b, 1)->open);
    b.now_ms += 30000;
    step(&b, (struct coord_event){.kind = COORD_TIMER});
    assert_non_null(action_of(&b, ACTION_DONE));
    assert_false(question(&b, 1)->open);
    assert_int_equal(question(&b, 1)->region[0].is.state, REGION_VALUE);
    assert_int_equal(question(&b, 1)->region[1].is.state, REGION_OFFLINE);
    assert_int_equal(question(&b, 1)->region[2].is.state, REGION_DECLINED);
    assert_int_equal(question(&b, 1)->region[3].is.state, REGION_TIMED_OUT);
    assert_int_equal(question(&b, 1)->region[4].is.state, REGION_FAILED);
    assert_string_equal(question(&b, 1)->region[4].is.code, "bad-signature");
    bench_down(&b);
}

static void test_an_attestation_that_is_not_signed_fails_its_region_alone(void **state)
{
    struct plan *plan = plan_of(1, 5);
    struct bench b;
    char name[NODE_BYTES];

    (void)state;
    bench_up(&b, &coord_limits_default);
    for (uint64_t link = 1; link <= 5; link++) {
        snprintf(name, sizeof(name), "%02llu", (unsigned long long)link);
        link_up(&b, link, name);
    }
    plan->mode = MODE_SUM;
    step(&b, (struct coord_event){
                 .kind = COORD_QUESTION, .plan = plan, .deadline_ms = b.now_ms + 30000});
    step(&b, (struct coord_event){
                 .kind = COORD_ATTEST, .link = 3, .node = "03", .serial = question(&b, 1)->serial});
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(question(&b, 1)->region[i].is.state == REGION_FAILED, i == 2);
    assert_string_equal(question(&b, 1)->region[2].is.code, "bad-signature");
    bench_down(&b);
}

static void test_a_question_does_not_wait_for_a_region_that_is_long_gone(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b, &coord_limits_default);
    link_up(&b, 1, "01");
    ask(&b, 1, 2);
    answer(&b, 1, "01", answer_of(1, "01", 17));
    assert_non_null(action_of(&b, ACTION_DONE));
    bench_down(&b);
}

static void test_a_region_that_was_just_lost_has_its_grace(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b, &coord_limits_default);
    link_up(&b, 1, "01");
    ask(&b, 1, 1);
    step(&b, (struct coord_event){.kind = COORD_LINK_DOWN, .link = 1});
    assert_true(question(&b, 1)->open);
    assert_int_equal(action_of(&b, ACTION_TIMER)->at_ms, b.now_ms + coord_limits_default.grace_ms);
    b.now_ms += coord_limits_default.grace_ms - 1;
    link_up(&b, 2, "01");
    assert_int_equal(action_of(&b, ACTION_SEND)->link, 2);
    answer(&b, 2, "01", answer_of(1, "01", 17));
    assert_int_equal(question(&b, 1)->region[0].is.state, REGION_VALUE);
    bench_down(&b);
}

static void test_the_newest_link_wins_and_is_asked_again(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b, &coord_limits_default);
    link_up(&b, 1, "01");
    ask(&b, 1, 1);
    link_up(&b, 2, "01");
    assert_int_equal(action_of(&b, ACTION_END_LINK)->link, 1);
    assert_int_equal(action_of(&b, ACTION_SEND)->link, 2);
    step(&b,
         (struct coord_event){.kind = COORD_LINK_DOWN, .link = 1}); /* noticed late: no matter */
    assert_int_equal(coord_link_of(b.coord, "01"), 2);
    bench_down(&b);
}

static void test_a_late_answer_is_kept_and_not_counted(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b, &coord_limits_default);
    link_up(&b, 1, "01");
    ask(&b, 1, 1);
    b.now_ms += 30000; /* to the millisecond */
    answer(&b, 1, "01", answer_of(1, "01", 17));
    assert_true(action_of(&b, ACTION_SAVE_ANSWER)->late);
    assert_int_equal(question(&b, 1)->region[0].is.state, REGION_TIMED_OUT);
    assert_null(question(&b, 1)->region[0].is.answer);
    bench_down(&b);
}

static void test_an_answer_is_counted_once(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b, &coord_limits_default);
    link_up(&b, 1, "01");
    link_up(&b, 2, "02");
    ask(&b, 1, 2);
    answer(&b, 1, "01", answer_of(1, "01", 17));
    answer(&b, 1, "01", answer_of(1, "01", 99));
    assert_null(action_of(&b, ACTION_SAVE_ANSWER));
    assert_int_equal(question(&b, 1)->region[0].is.answer->cell[0], 17);
    bench_down(&b);
}

static void test_an_id_is_one_question(void **state)
{
    struct bench b;
    struct plan *other = plan_of(1, 1);

    (void)state;
    bench_up(&b, &coord_limits_default);
    ask(&b, 1, 1);
    ask(&b, 1, 1);
    assert_non_null(action_of(&b, ACTION_KNOWN));
    other->hash[0] = 9;
    step(&b, (struct coord_event){
                 .kind = COORD_QUESTION, .plan = other, .deadline_ms = b.now_ms + 30000});
    assert_string_equal(action_of(&b, ACTION_REFUSE)->code, "id-taken");
    bench_down(&b);
}

static void test_a_liar_costs_its_own_region_only(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b, &coord_limits_default);
    link_up(&b, 1, "01");
    link_up(&b, 2, "02");
    ask(&b, 1, 2);
    answer(&b, 1, "01", answer_of(1, "02", 17)); /* in another's name */
    assert_int_equal(question(&b, 1)->region[0].is.state, REGION_FAILED);
    assert_int_equal(question(&b, 1)->region[1].is.state, REGION_WAITING);
    answer(&b, 2, "02", answer_of(7, "02", 17)); /* to another question */
    assert_string_equal(question(&b, 1)->region[1].is.code, "wrong-answer");
    bench_down(&b);
}

static void test_a_cancelled_question_completes_and_tells_the_nodes(void **state)
{
    struct bench b;
    uint8_t id[QUESTION_ID_BYTES] = {1};

    (void)state;
    bench_up(&b, &coord_limits_default);
    link_up(&b, 1, "01");
    ask(&b, 1, 1);
    step(&b, (struct coord_event){.kind = COORD_CANCEL, .id = id});
    assert_int_equal(action_of(&b, ACTION_SEND_CANCEL)->link, 1);
    assert_non_null(action_of(&b, ACTION_DONE));
    assert_string_equal(question(&b, 1)->region[0].is.code, "cancelled");
    bench_down(&b);
}

static void test_a_full_link_fails_its_region_at_once(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b, &coord_limits_default);
    link_up(&b, 1, "01");
    ask(&b, 1, 1);
    step(&b, (struct coord_event){.kind = COORD_UNSENT, .link = 1, .serial = 1});
    assert_string_equal(question(&b, 1)->region[0].is.code, "link-full");
    assert_false(question(&b, 1)->open);
    bench_down(&b);
}

static void test_one_organisation_leaves_room_for_others(void **state)
{
    struct coord_limits limits = coord_limits_default;
    struct bench b;

    (void)state;
    limits.open_per_organisation_max = 2;
    bench_up(&b, &limits);
    link_up(&b, 1, "01");
    ask(&b, 1, 1);
    ask(&b, 2, 1);
    assert_null(action_of(&b, ACTION_REFUSE));
    ask(&b, 3, 1);
    assert_string_equal(action_of(&b, ACTION_REFUSE)->code, "too-many-open");
    bench_down(&b);
}

static void test_limits_hold_at_the_limit_and_one_past(void **state)
{
    struct coord_limits limits = coord_limits_default;
    struct bench b;

    (void)state;
    limits.open_per_analyst_max = 2;
    limits.questions_max = 3;
    bench_up(&b, &limits);
    link_up(&b, 1, "01");
    ask(&b, 1, 1);
    ask(&b, 2, 1);
    assert_null(action_of(&b, ACTION_REFUSE));
    ask(&b, 3, 1);
    assert_string_equal(action_of(&b, ACTION_REFUSE)->code, "too-many-open");
    b.now_ms += 30000;
    ask(&b, 4, 1); /* the first two have timed out; the table is now full */
    ask(&b, 5, 1); /* the oldest completed one makes room */
    assert_null(action_of(&b, ACTION_REFUSE));
    assert_null(question(&b, 1));
    assert_non_null(question(&b, 2));
    bench_down(&b);
}

static void test_more_nodes_than_there_is_room_for_are_sent_away(void **state)
{
    struct bench b;
    char name[NODE_BYTES];

    (void)state;
    bench_up(&b, &coord_limits_default);
    for (uint64_t i = 1; i <= REGIONS_MAX; i++) {
        snprintf(name, sizeof(name), "n%llu", (unsigned long long)i);
        link_up(&b, i, name);
        assert_null(action_of(&b, ACTION_END_LINK));
    }
    link_up(&b, REGIONS_MAX + 1, "one-more");
    assert_int_equal(action_of(&b, ACTION_END_LINK)->link, REGIONS_MAX + 1);
    bench_down(&b);
}

/* A node refuses none for want of room that this coordinator has passed on. */
static void test_the_coordinator_sheds_before_the_nodes_do(void **state)
{
    const struct coord_limits *limits = &coord_limits_default;

    (void)state;
    assert_true(limits->open_per_organisation_max <= TURNS_OF_ONE_MAX);
    assert_true(limits->open_max <= TURNS_MAX && limits->open_max <= OUTBOX_MAX);
    assert_true(limits->open_per_analyst_max <= limits->open_per_organisation_max);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_region_ends_in_its_own_state),
        cmocka_unit_test(test_an_attestation_that_is_not_signed_fails_its_region_alone),
        cmocka_unit_test(test_a_question_does_not_wait_for_a_region_that_is_long_gone),
        cmocka_unit_test(test_a_region_that_was_just_lost_has_its_grace),
        cmocka_unit_test(test_the_newest_link_wins_and_is_asked_again),
        cmocka_unit_test(test_a_late_answer_is_kept_and_not_counted),
        cmocka_unit_test(test_an_answer_is_counted_once),
        cmocka_unit_test(test_an_id_is_one_question),
        cmocka_unit_test(test_a_liar_costs_its_own_region_only),
        cmocka_unit_test(test_a_cancelled_question_completes_and_tells_the_nodes),
        cmocka_unit_test(test_a_full_link_fails_its_region_at_once),
        cmocka_unit_test(test_one_organisation_leaves_room_for_others),
        cmocka_unit_test(test_limits_hold_at_the_limit_and_one_past),
        cmocka_unit_test(test_more_nodes_than_there_is_room_for_are_sent_away),
        cmocka_unit_test(test_the_coordinator_sheds_before_the_nodes_do),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
