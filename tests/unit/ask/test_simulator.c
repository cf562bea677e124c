/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The state machine under a hostile network, from a seed: thousands of bad days in seconds.
 *
 * Faults, each seed a random subset: frames lost, doubled, delayed and reordered, links that break
 * or that only one side notices, partitions, nodes that crash and come back, slow nodes, nodes that
 * lie (bad signature, another question, an impossible figure, another's name, two answers), a
 * coordinator that is killed and resumes from what it had saved.
 *
 * Checked after each step: a decided region never changes; a counted answer is one that this node
 * signed for this question, before its completion; a question completes once, at the latest at its
 * deadline; nothing goes to a link that is not its node's newest one, nor to a region that has
 * answered. At each node: one charge for a question, however often it is asked. After the faults
 * have stopped, everything completes and a fresh question is answered by every honest node. Each
 * seed runs twice with equal trace hash.
 *
 * Every other question is a sum: attestations, lists and vectors go through the same network, and
 * nodes mask for the session that they were shown. A sum is the exact total of its participants'
 * shares, all of one session and of at least the minimum of nodes, or no region has a value; and no
 * node masks for more than two sets of participants, unless the coordinator was killed meanwhile.
 *
 * RIKSTAL_SIM_SEEDS=n sets the number of seeds, RIKSTAL_SIM_SEED=s runs one of them.
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
#include "tests/unit/ask/agenda.h"
#include "tests/unit/ask/said.h"

#define LINKS_MAX 400
#define FAULTS_STOP_MS 60000
#define END_MS 200000
#define DEADLINE_MS 8000
#define SEEDS 10000

enum fault {
    FAULT_LOSS = 1,
    FAULT_DOUBLE = 2,
    FAULT_DELAY = 4,
    FAULT_BREAK = 8,
    FAULT_PARTITION = 16,
    FAULT_CRASH = 32,
    FAULT_SLOW = 64,
    FAULT_LIES = 128,
    FAULT_COORD_CRASH = 256,
    FAULT_CANCEL = 512,
    FAULT_FULL = 1024,
};

struct sim_question {
    bool asked;
    int64_t deadline_ms;
    size_t done; /* how often it completed */
    bool cancelled;
    enum region_state decided[NODES];
    bool saved[NODES]; /* an answer is in the coordinator's store */
    bool done_saved;
    unsigned began; /* how often the coordinator began with it */
};

struct world {
    uint64_t random;
    unsigned faults;
    int64_t now_ms;
    struct agenda agenda;
    struct coord *coord;
    struct coord_actions *actions;
    struct sim_node node[NODES];
    size_t n_questions;
    struct sim_question question[QUESTIONS_MAX];
    uint64_t n_links;
    size_t link_node[LINKS_MAX];
    uint64_t newest[NODES]; /* as the coordinator was told */
    uint64_t timer_ms;
    uint64_t trace;
    size_t steps;
    size_t values; /* of the last question that was no sum */
    bool summed;   /* the last sum came about */
};

/* ---- chance, time, trace -------------------------------------------------------------------- */

static uint64_t draw(struct world *w)
{
    uint64_t z = (w->random += UINT64_C(0x9e3779b97f4a7c15)); /* splitmix64 */

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static int64_t below(struct world *w, int64_t n)
{
    return (int64_t)(draw(w) % (uint64_t)n);
}

static bool happens(struct world *w, enum fault fault, int64_t percent)
{
    int64_t participants = below(w, 100); /* always drawn, so that seeds stay comparable */

    return (w->faults & fault) != 0 && w->now_ms < FAULTS_STOP_MS && participants < percent;
}

static void note(struct world *w, uint64_t value)
{
    w->trace = (w->trace ^ value) * UINT64_C(1099511628211);
}

static void plan_moment(struct world *w, int64_t in_ms, struct moment moment)
{
    moment.at_ms = w->now_ms + in_ms;
    assert_true(agenda_put(&w->agenda, moment));
}

static int64_t delay_ms(struct world *w)
{
    return 1 + below(w, (w->faults & FAULT_DELAY) && w->now_ms < FAULTS_STOP_MS ? 3000 : 20);
}

/* ---- invariants ------------------------------------------------------------------------------ */

static void check_send(struct world *w, const struct coord_action *action)
{
    size_t node = w->link_node[action->link];

    assert_int_equal(action->link, w->newest[node]);
    assert_int_equal(action->question->region[action->region].is.state, REGION_WAITING);
    assert_string_equal(action->question->region[action->region].is.node,
                        action->question->plan->region[node]);
    assert_true(action->question->open);
}

static void check_question(struct world *w, size_t index)
{
    struct sim_question *sim = &w->question[index];
    uint8_t id[QUESTION_ID_BYTES] = {(uint8_t)(index + 1)};
    const struct coord_question *question = coord_find(w->coord, id);

    if (!question)
        return;
    assert_true(!question->open || w->now_ms <= sim->deadline_ms);
    for (size_t i = 0; i < NODES; i++) {
        const struct coord_region *region = &question->region[i];

        if (sim->decided[i] != REGION_WAITING)
            assert_int_equal(region->is.state, sim->decided[i]);
        sim->decided[i] = region->is.state;
        assert_true(question->open || region->is.state != REGION_WAITING);
        assert_int_equal(region->is.state == REGION_VALUE, region->is.answer != NULL);
        if (region->is.answer && !is_sum(index))
            assert_int_equal(region->is.answer->cell[0] % 500000, figure(i, index));
        if (region->is.answer && !is_sum(index) && w->node[i].lie != LIE_TWICE)
            assert_int_equal(region->is.answer->cell[0], figure(i, index));
    }
}

static uint64_t total_sums; /* of all seeds: they do come about */

static void check_done(struct world *w, const struct coord_action *action)
{
    size_t index = action->question->plan->id[0] - 1U;

    assert_int_equal(++w->question[index].done, 1);
    w->question[index].done_saved = true;
    if (is_sum(index)) {
        w->summed = check_sum(action->question, index);
        total_sums += w->summed;
        return;
    }
    w->values = 0;
    for (size_t i = 0; i < NODES; i++)
        w->values += action->question->region[i].is.state == REGION_VALUE;
}

/* ---- the network as the machine's driver ----------------------------------------------------- */

static void send_ask(struct world *w, const struct coord_action *action)
{
    struct moment moment = {.kind = MOMENT_TO_NODE,
                            .link = action->link,
                            .serial = action->serial,
                            .question = action->question->plan->id[0] - 1U,
                            .attempt = action->question->round.attempt};

    if (action->kind == ACTION_SEND_LIST) {
        moment.kind = MOMENT_LIST;
        list_read(action->question, &moment);
    }
    if (happens(w, FAULT_LOSS, 20))
        return;
    plan_moment(w, delay_ms(w), moment);
    if (happens(w, FAULT_DOUBLE, 20))
        plan_moment(w, delay_ms(w), moment);
}

static void end_link(struct world *w, uint64_t link)
{
    struct sim_node *node = &w->node[w->link_node[link]];

    if (node->link == link)
        node->link = 0;
    plan_moment(w, 1 + below(w, 50), (struct moment){.kind = MOMENT_DOWN_SEEN, .link = link});
}

static void perform(struct world *w, const struct coord_action *action, struct coord_event *unsent)
{
    note(w, (uint64_t)action->kind << 40 | action->link << 20 | action->serial);
    switch (action->kind) {
    case ACTION_SEND:
    case ACTION_SEND_LIST:
        check_send(w, action);
        if (!happens(w, FAULT_FULL, 5))
            send_ask(w, action);
        else if (unsent->kind != COORD_UNSENT)
            *unsent = (struct coord_event){
                .kind = COORD_UNSENT, .link = action->link, .serial = action->serial};
        break;
    case ACTION_END_LINK:
        end_link(w, action->link);
        break;
    case ACTION_SAVE_ANSWER:
        if (!action->late)
            w->question[action->question->plan->id[0] - 1].saved[action->region] = true;
        break;
    case ACTION_DONE:
        check_done(w, action);
        break;
    case ACTION_TIMER:
        w->timer_ms = (uint64_t)action->at_ms;
        if (action->at_ms != INT64_MAX)
            plan_moment(w, action->at_ms - w->now_ms,
                        (struct moment){.kind = MOMENT_TIMER, .serial = (uint64_t)action->at_ms});
        break;
    default:
        break;
    }
}

static void step(struct world *w, struct coord_event event)
{
    struct coord_event unsent = {.kind = COORD_TIMER};

    event.now_ms = w->now_ms;
    note(w, (uint64_t)event.kind << 50 | event.link << 24 | (uint64_t)w->now_ms);
    w->steps++;
    coord_step(w->coord, &event, w->actions);
    for (size_t i = 0; i < w->actions->n; i++)
        perform(w, &w->actions->action[i], &unsent);
    for (size_t i = 0; i < w->n_questions; i++)
        check_question(w, i);
    if (unsent.kind == COORD_UNSENT)
        step(w, unsent);
}

static void dial(struct world *w, size_t index)
{
    struct sim_node *node = &w->node[index];
    char name[NODE_BYTES];

    if (!node->alive || w->n_links + 1 >= LINKS_MAX)
        return;
    if (node->cut) {
        plan_moment(w, 500, (struct moment){.kind = MOMENT_DIAL, .node = index});
        return;
    }
    node_name(index, name);
    node->link = ++w->n_links;
    w->link_node[node->link] = index;
    w->newest[index] = node->link;
    step(w, (struct coord_event){.kind = COORD_LINK_UP, .link = node->link, .node = name});
}

static void break_link(struct world *w, size_t index)
{
    struct sim_node *node = &w->node[index];

    if (node->link)
        plan_moment(w, 1 + below(w, 4000), /* keepalive takes its time */
                    (struct moment){.kind = MOMENT_DOWN_SEEN, .link = node->link});
    node->link = 0;
    if (node->alive)
        plan_moment(w, 200 + below(w, 2000), (struct moment){.kind = MOMENT_DIAL, .node = index});
}

static void reach_in_sum(struct world *w, size_t index, struct moment back)
{
    struct sim_node *node = &w->node[index];

    back.node = index;
    back.lie = node->lie == LIE_TWICE ? LIE_NONE : node->lie;
    if (!takes_round(node, &back) || happens(w, FAULT_LOSS, 20))
        return;
    plan_moment(w, delay_ms(w) + (happens(w, FAULT_SLOW, 30) ? 20000 : 0), back);
    if (happens(w, FAULT_DOUBLE, 20))
        plan_moment(w, delay_ms(w), back);
}

static void reach_node(struct world *w, const struct moment *moment)
{
    size_t index = w->link_node[moment->link];
    struct sim_node *node = &w->node[index];
    struct moment back = *moment;

    if (!node->alive || node->cut || node->link != moment->link)
        return;
    if (is_sum(moment->question)) {
        reach_in_sum(w, index, *moment);
        return;
    }
    if (!node->charged[moment->question]) { /* the keeper's ledger decides, not the link */
        node->charged[moment->question] = true;
        node->charges[moment->question]++;
    }
    back.kind = MOMENT_TO_COORD;
    back.node = index;
    back.lie = node->lie;
    if (happens(w, FAULT_LOSS, 20))
        return;
    plan_moment(w, delay_ms(w) + (happens(w, FAULT_SLOW, 30) ? 20000 : 0), back);
    if (node->lie == LIE_TWICE) {
        back.lie = LIE_NONE;
        plan_moment(w, delay_ms(w), back);
    }
    if (happens(w, FAULT_DOUBLE, 20))
        plan_moment(w, delay_ms(w), back);
}

static void reach_coord(struct world *w, const struct moment *moment)
{
    char name[NODE_BYTES];
    struct coord_event event = {
        .kind = COORD_ANSWER, .link = moment->link, .node = name, .serial = moment->serial};

    node_name(moment->node, name);
    if (w->node[moment->node].cut)
        return;
    if (moment->kind == MOMENT_ATTEST)
        event.kind = COORD_ATTEST;
    if (moment->lie != LIE_SIGNATURE && moment->kind == MOMENT_ATTEST)
        event.attendance = attendance_of(moment);
    else if (moment->lie != LIE_SIGNATURE && is_sum(moment->question))
        event.answer = vector_of(moment);
    else if (moment->lie != LIE_SIGNATURE)
        event.answer = answer_of(moment->node, moment->question, moment->lie);
    step(w, event);
}

static void ask(struct world *w)
{
    struct sim_question *question = &w->question[w->n_questions];

    if (w->n_questions == QUESTIONS_MAX)
        return;
    question->deadline_ms = w->now_ms + DEADLINE_MS;
    question->began = 1;
    w->n_questions++;
    step(w, (struct coord_event){.kind = COORD_QUESTION,
                                 .plan = plan_of(w->n_questions - 1),
                                 .deadline_ms = question->deadline_ms});
}

/* Killed: what was saved is asked again, what was counted is counted again. */
static void coord_crash(struct world *w)
{
    coord_free(w->coord);
    w->coord = coord_new(&coord_limits_default, w->now_ms);
    assert_non_null(w->coord);
    for (size_t i = 0; i < NODES; i++) {
        w->newest[i] = 0;
        break_link(w, i);
    }
    for (size_t q = 0; q < w->n_questions; q++) {
        struct sim_question *question = &w->question[q];
        uint8_t id[QUESTION_ID_BYTES] = {(uint8_t)(q + 1)};

        if (question->done_saved)
            continue;
        memset(question->decided, 0, sizeof(question->decided)); /* failures are not saved */
        if (question->deadline_ms < w->now_ms + 3000) /* time to come back, as the driver gives */
            question->deadline_ms = w->now_ms + 3000;
        question->began++;
        step(w, (struct coord_event){.kind = COORD_QUESTION,
                                     .plan = plan_of(q),
                                     .deadline_ms = question->deadline_ms});
        for (size_t i = 0; i < NODES && !is_sum(q); i++)
            if (question->saved[i])
                step(w, (struct coord_event){.kind = COORD_ANSWER,
                                             .node = coord_find(w->coord, id)->plan->region[i],
                                             .serial = coord_find(w->coord, id)->serial,
                                             .answer = answer_of(i, q, LIE_NONE)});
        for (size_t i = 0; i < NODES; i++) /* what was counted before the crash is counted */
            if (question->saved[i] && !is_sum(q))
                assert_int_equal(coord_find(w->coord, id)->region[i].is.state, REGION_VALUE);
    }
}

static void occur(struct world *w, const struct moment *moment)
{
    uint8_t id[QUESTION_ID_BYTES] = {(uint8_t)(moment->question + 1)};

    switch (moment->kind) {
    case MOMENT_ASK:
        ask(w);
        break;
    case MOMENT_CANCEL:
        step(w, (struct coord_event){.kind = COORD_CANCEL, .id = id});
        break;
    case MOMENT_DIAL:
        dial(w, moment->node);
        break;
    case MOMENT_BREAK:
        break_link(w, moment->node);
        break;
    case MOMENT_DOWN_SEEN:
        if (w->newest[w->link_node[moment->link]] == moment->link)
            w->newest[w->link_node[moment->link]] = 0;
        step(w, (struct coord_event){.kind = COORD_LINK_DOWN, .link = moment->link});
        break;
    case MOMENT_TO_NODE:
    case MOMENT_LIST:
        reach_node(w, moment);
        break;
    case MOMENT_TO_COORD:
    case MOMENT_ATTEST:
        reach_coord(w, moment);
        break;
    case MOMENT_TIMER:
        if (w->timer_ms == moment->serial)
            step(w, (struct coord_event){.kind = COORD_TIMER});
        break;
    case MOMENT_CRASH:
        w->node[moment->node].alive = false;
        memset(w->node[moment->node].attempt, 0, sizeof(w->node[moment->node].attempt));
        break_link(w, moment->node);
        break;
    case MOMENT_RESTART:
        w->node[moment->node].alive = true;
        w->node[moment->node].cut = false;
        if (!w->node[moment->node].link)
            dial(w, moment->node);
        break;
    case MOMENT_COORD_CRASH:
        coord_crash(w);
        break;
    }
}

/* ---- a day ------------------------------------------------------------------------------------
 */

static void plan_faults(struct world *w)
{
    for (int i = 0; i < 12; i++) {
        size_t node = (size_t)below(w, NODES);
        int64_t at = below(w, FAULTS_STOP_MS);
        int64_t participants = below(w, 3);

        if ((w->faults & FAULT_BREAK) && participants == 0)
            plan_moment(w, at, (struct moment){.kind = MOMENT_BREAK, .node = node});
        if ((w->faults & FAULT_CRASH) && participants == 1)
            plan_moment(w, at, (struct moment){.kind = MOMENT_CRASH, .node = node});
        if ((w->faults & FAULT_CANCEL) && participants == 2)
            plan_moment(w, at,
                        (struct moment){.kind = MOMENT_CANCEL, .question = (size_t)below(w, 6)});
    }
    if (w->faults & FAULT_COORD_CRASH)
        for (int i = 0; i < 3; i++)
            plan_moment(w, below(w, FAULTS_STOP_MS), (struct moment){.kind = MOMENT_COORD_CRASH});
    for (size_t i = 0; i < NODES; i++) {
        bool liar = (w->faults & FAULT_LIES) && below(w, 3) == 0;

        w->node[i].lie = liar ? (enum lie)(1 + below(w, LIES - 1)) : LIE_NONE;
        w->node[i].cut = (w->faults & FAULT_PARTITION) && below(w, 3) == 0;
        plan_moment(w, FAULTS_STOP_MS, (struct moment){.kind = MOMENT_RESTART, .node = i});
    }
}

static void check_end(struct world *w)
{
    size_t honest = 0;

    for (size_t i = 0; i < NODES; i++)
        honest += w->node[i].lie == LIE_NONE || w->node[i].lie == LIE_TWICE;
    assert_int_equal(coord_open_count(w->coord), 0);
    for (size_t q = 0; q < w->n_questions; q++) {
        assert_int_equal(w->question[q].done, 1);
        for (size_t i = 0; i < NODES; i++)
            assert_true(w->node[i].charges[q] <= 1 &&
                        w->node[i].n_sets[q] <= PARTICIPANTS_ATTEMPTS_MAX * w->question[q].began);
    }
    assert_int_equal(w->values, honest); /* of the question after the faults */
    if (honest == NODES)                 /* and the sum after them came about */
        assert_true(w->summed);
}

static uint64_t running; /* the seed, for the message when a check fails */

static int name_the_seed(void **state)
{
    (void)state;
    if (running)
        print_message("failed at RIKSTAL_SIM_SEED=%llu\n", (unsigned long long)running);
    return 0;
}

static uint64_t run(uint64_t seed)
{
    struct world *w = calloc(1, sizeof(*w));
    uint64_t trace;

    assert_non_null(w);
    running = w->random = seed;
    w->trace = UINT64_C(1469598103934665603);
    w->faults = (unsigned)draw(w) & 2047;
    w->coord = coord_new(&coord_limits_default, 0);
    w->actions = coord_actions_new(&coord_limits_default);
    assert_true(w->coord && w->actions);
    for (size_t i = 0; i < NODES; i++) {
        w->node[i].alive = true;
        plan_moment(w, below(w, 1000), (struct moment){.kind = MOMENT_DIAL, .node = i});
    }
    plan_faults(w);
    for (int i = 0; i < 6; i++)
        plan_moment(w, below(w, FAULTS_STOP_MS), (struct moment){.kind = MOMENT_ASK});
    plan_moment(w, FAULTS_STOP_MS + 60000, (struct moment){.kind = MOMENT_ASK});
    plan_moment(w, FAULTS_STOP_MS + 80000, (struct moment){.kind = MOMENT_ASK});
    while (w->agenda.n && w->now_ms < END_MS) {
        struct moment moment = agenda_next(&w->agenda);

        w->now_ms = moment.at_ms;
        occur(w, &moment);
    }
    check_end(w);
    trace = w->trace;
    coord_free(w->coord);
    coord_actions_free(w->actions);
    free(w);
    return trace;
}

static void test_no_seed_breaks_a_promise_and_each_runs_the_same_twice(void **state)
{
    const char *one = getenv("RIKSTAL_SIM_SEED");
    const char *many = getenv("RIKSTAL_SIM_SEEDS");
    uint64_t from = one ? strtoull(one, NULL, 10) : 1;
    uint64_t to = one ? from : (many ? strtoull(many, NULL, 10) : SEEDS);

    (void)state;
    for (uint64_t seed = from; seed <= to; seed++) {
        uint64_t trace = run(seed);

        if (run(seed) != trace)
            fail_msg("seed %llu ran differently the second time", (unsigned long long)seed);
    }
    running = 0;
    print_message("%llu seeds, twice each; %llu sums came about\n",
                  (unsigned long long)(to - from + 1), (unsigned long long)total_sums);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_no_seed_breaks_a_promise_and_each_runs_the_same_twice,
                                  name_the_seed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
