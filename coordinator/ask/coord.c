/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A question is open from its event until its completion. Meanwhile each region is either decided
 * (it has answered or failed) or waiting, and a decision is final. Whether a waiting region counts
 * as offline or timed out is decided once, at completion.
 */
#include "coordinator/ask/coord.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "coordinator/ask/coord_inside.h"
#include "coordinator/ask/coord_sum.h"

const struct coord_limits coord_limits_default = {
    .questions_max = 256,
    .open_max = 128,
    .open_per_analyst_max = 10,
    .open_per_organisation_max = 30,
    .attend_ms = 2000,
    .grace_ms = 5000,
    .misses_max = 4,
    .keep_ms = 600000,
};

struct coord *coord_new(const struct coord_limits *limits, int64_t now_ms)
{
    assert(limits);
    struct coord *coord = calloc(1, sizeof(*coord));

    if (!coord)
        return NULL;
    coord->limits = *limits;
    coord->started_ms = now_ms;
    coord->timer_ms = INT64_MAX;
    coord->question = calloc(limits->questions_max, sizeof(struct coord_question *));
    if (!coord->question) {
        free(coord);
        return NULL;
    }
    return coord;
}

static void question_drop(struct coord_question *question)
{
    for (size_t i = 0; i < question->n_regions; i++)
        answer_free(question->region[i].is.answer);
    coord_sum_clear(question);
    plan_free(question->plan);
    free(question);
}

void coord_free(struct coord *coord)
{
    if (!coord)
        return;
    for (size_t i = 0; i < coord->n_questions; i++)
        question_drop(coord->question[i]);
    answer_free(coord->spent);
    attendance_free(coord->spent_attendance);
    free(coord->question);
    free(coord);
}

struct coord_actions *coord_actions_new(const struct coord_limits *limits)
{
    assert(limits);
    struct coord_actions *actions = calloc(1, sizeof(*actions));

    if (!actions)
        return NULL;
    /* The steps with the most actions: a timer completes every question; a link gets every open
     * question; a question goes to every region; every open sum sends each region its list,
     * withdraws it or saves it, once before the event and once after it. */
    actions->room =
        limits->questions_max + limits->open_max * (4 * REGIONS_MAX + 1) + REGIONS_MAX + 8;
    actions->action = calloc(actions->room, sizeof(struct coord_action));
    if (!actions->action) {
        free(actions);
        return NULL;
    }
    return actions;
}

void coord_actions_free(struct coord_actions *actions)
{
    if (actions)
        free(actions->action);
    free(actions);
}

/* ---- nodes ---------------------------------------------------------------------------------- */

/* Finds the node, or adds it when it is new. NULL when there is no room for another node. */
static struct coord_node *node_meet(struct coord *coord, const char *id)
{
    struct coord_node *node = coord_node_find(coord, id);
    size_t length = strlen(id);

    if (node)
        return node;
    if (coord->n_nodes == REGIONS_MAX || length >= NODE_BYTES)
        return NULL;
    node = &coord->node[coord->n_nodes++];
    memcpy(node->id, id, length + 1);
    node->link = 0;
    node->down_ms = coord->started_ms;
    return node;
}

static struct coord_node *node_of_link(struct coord *coord, uint64_t link)
{
    for (size_t i = 0; i < coord->n_nodes; i++)
        if (link != 0 && coord->node[i].link == link)
            return &coord->node[i];
    return NULL;
}

/* ---- questions ------------------------------------------------------------------------------ */

const struct coord_question *coord_find(const struct coord *coord,
                                        const uint8_t id[static QUESTION_ID_BYTES])
{
    for (size_t i = coord->n_questions; i > 0; i--)
        if (memcmp(coord->question[i - 1]->plan->id, id, QUESTION_ID_BYTES) == 0)
            return coord->question[i - 1];
    return NULL;
}

size_t coord_open_count(const struct coord *coord)
{
    size_t n = 0;

    for (size_t i = 0; i < coord->n_questions; i++)
        n += coord->question[i]->open;
    return n;
}

/* Open questions of this organisation, or of this analyst alone. */
static size_t open_by(const struct coord *coord, const struct plan *plan, bool analyst_alone)
{
    size_t n = 0;

    for (size_t i = 0; i < coord->n_questions; i++) {
        const struct plan *other = coord->question[i]->plan;

        n += coord->question[i]->open && strcmp(other->organisation, plan->organisation) == 0 &&
             (!analyst_alone || strcmp(other->analyst, plan->analyst) == 0);
    }
    return n;
}

static struct coord_question *by_serial(struct coord *coord, uint64_t serial)
{
    for (size_t i = coord->n_questions; i > 0; i--)
        if (coord->question[i - 1]->serial == serial)
            return coord->question[i - 1];
    return NULL;
}

static struct coord_region *region_of(struct coord_question *question, const char *node)
{
    for (size_t i = 0; i < question->n_regions; i++)
        if (strcmp(question->region[i].is.node, node) == 0)
            return &question->region[i];
    return NULL;
}

/*
 * Forgets completed questions: those whose time is over, and the oldest ones when the table is
 * full.
 */
static void forget_old(struct coord *coord, int64_t now_ms)
{
    size_t kept = 0;
    bool full = coord->n_questions == coord->limits.questions_max;

    for (size_t i = 0; i < coord->n_questions; i++) {
        struct coord_question *question = coord->question[i];
        bool old = !question->open && now_ms - question->done_ms >= coord->limits.keep_ms;

        if (!question->open && (old || full)) {
            full = false;
            question_drop(question);
        } else {
            coord->question[kept++] = question;
        }
    }
    coord->n_questions = kept;
}

/* The time at which this open question becomes complete if no further event comes. */
static int64_t due_ms(struct coord *coord, const struct coord_question *question)
{
    int64_t due = question->asked_ms;

    for (size_t i = 0; i < question->n_regions; i++)
        if (question->region[i].is.state == REGION_WAITING) {
            int64_t until = coord_given_up_ms(coord, &question->region[i]);

            due = until > due ? until : due;
        }
    return due < question->deadline_ms ? due : question->deadline_ms;
}

/* Completes all questions that are due, and returns when the next one will be. */
static int64_t settle(struct coord *coord, int64_t now_ms, struct coord_actions *actions)
{
    int64_t next = INT64_MAX;

    for (size_t i = 0; i < coord->n_questions; i++) {
        struct coord_question *question = coord->question[i];
        int64_t due;

        if (!question->open)
            continue;
        due = question->round.attempt ? coord_sum_settle(coord, question, now_ms, actions)
                                      : due_ms(coord, question);
        if (due <= now_ms && question->round.attempt == 0)
            coord_complete(coord, question, now_ms, actions);
        else if (due < next)
            next = due;
    }
    return next;
}

static void timer_set(struct coord *coord, int64_t next, struct coord_actions *actions)
{
    if (next != coord->timer_ms)
        coord_act(actions, ACTION_TIMER)->at_ms = next;
    coord->timer_ms = next;
}

/* ---- events --------------------------------------------------------------------------------- */

static const char *refusal(struct coord *coord, const struct plan *plan)
{
    if (coord->n_questions == coord->limits.questions_max ||
        coord_open_count(coord) >= coord->limits.open_max)
        return "busy";
    if (open_by(coord, plan, true) >= coord->limits.open_per_analyst_max ||
        open_by(coord, plan, false) >= coord->limits.open_per_organisation_max)
        return "too-many-open";
    return NULL;
}

static void refuse(struct plan *plan, const char *code, struct coord_actions *actions)
{
    coord_act(actions, ACTION_REFUSE)->code = code;
    plan_free(plan);
}

static void on_question(struct coord *coord, const struct coord_event *event,
                        struct coord_actions *actions)
{
    const struct coord_question *known = coord_find(coord, event->plan->id);
    struct coord_question *question;
    const char *code;

    if (known) { /* the id is known; an id never stands for two questions */
        bool same = memcmp(known->plan->hash, event->plan->hash, QUESTION_HASH_BYTES) == 0;

        if (!same) {
            refuse(event->plan, "id-taken", actions);
            return;
        }
        coord_act(actions, ACTION_KNOWN)->question = known;
        plan_free(event->plan);
        return;
    }
    forget_old(coord, event->now_ms);
    code = refusal(coord, event->plan);
    question = code ? NULL : calloc(1, sizeof(*question));
    if (!question) {
        refuse(event->plan, code ? code : "no-memory", actions);
        return;
    }
    question->plan = event->plan;
    question->serial = ++coord->serial;
    question->open = true;
    question->asked_ms = event->now_ms;
    question->deadline_ms = event->deadline_ms;
    question->n_regions = event->plan->n_regions;
    if (event->plan->mode == MODE_SUM)
        coord_sum_begin(coord, question, event->now_ms);
    coord->question[coord->n_questions++] = question;
    coord_act(actions, ACTION_SAVE)->question = question;
    for (size_t i = 0; i < question->n_regions; i++) {
        struct coord_region *region = &question->region[i];
        uint64_t link;

        region->is.node = event->plan->region[i];
        link = coord_link_of(coord, region->is.node);
        if (link && event->now_ms < event->deadline_ms)
            coord_ask_region(question, i, link, actions);
    }
}

static void on_cancel(struct coord *coord, const struct coord_event *event,
                      struct coord_actions *actions)
{
    const struct coord_question *found = coord_find(coord, event->id);
    struct coord_question *question = found ? by_serial(coord, found->serial) : NULL;

    if (!question || !question->open)
        return;
    for (size_t i = 0; i < question->n_regions; i++) {
        struct coord_region *region = &question->region[i];

        if (region->is.state != REGION_WAITING)
            continue;
        region->is.state = REGION_FAILED;
        region->is.code = "cancelled";
        coord_cancel_region(coord, question, i, actions);
    }
}

static void on_link_up(struct coord *coord, const struct coord_event *event,
                       struct coord_actions *actions)
{
    struct coord_node *node = node_meet(coord, event->node);

    if (!node || node->link == event->link) {
        if (!node)
            coord_act(actions, ACTION_END_LINK)->link = event->link;
        return;
    }
    if (node->link)
        coord_act(actions, ACTION_END_LINK)->link = node->link;
    node->link = event->link;
    for (size_t i = 0; i < coord->n_questions; i++) {
        struct coord_question *question = coord->question[i];
        struct coord_region *region = region_of(question, node->id);

        if (!question->open || !region || region->is.state != REGION_WAITING)
            continue;
        attendance_free(region->attendance); /* a new link attests again, because the node has made
                                              * a new key */
        region->attendance = NULL;
        if (!question->round.list) /* in round two the node's key was lost with the link */
            coord_ask_region(question, (size_t)(region - question->region), node->link, actions);
    }
}

static void on_link_down(struct coord *coord, const struct coord_event *event)
{
    struct coord_node *node = node_of_link(coord, event->link);

    if (!node) /* the link is an older one of a node that has a newer one */
        return;
    node->link = 0;
    node->down_ms = event->now_ms;
}

static void fail_region(struct coord *coord, const struct coord_event *event, const char *code)
{
    const struct coord_node *node = node_of_link(coord, event->link);
    struct coord_question *question = by_serial(coord, event->serial);
    struct coord_region *region = node && question ? region_of(question, node->id) : NULL;

    if (!region || !question->open || region->is.state != REGION_WAITING ||
        region->asked_on != event->link)
        return;
    region->is.state = REGION_FAILED;
    region->is.code = code;
}

/*
 * Finds the question and region of a node's message. NULL when there is none or it is not the
 * node's own.
 */
static struct coord_region *addressed(struct coord *coord, const struct coord_event *event,
                                      const char *node, struct coord_question **question)
{
    *question = by_serial(coord, event->serial);
    return *question && strcmp(event->node, node) == 0 ? region_of(*question, node) : NULL;
}

static void on_attest(struct coord *coord, const struct coord_event *event)
{
    struct coord_question *question;
    struct coord_region *region = addressed(coord, event, event->attendance->node, &question);

    coord->spent_attendance = event->attendance;
    if (region && region->asked_on == event->link &&
        coord_sum_on_attendance(question, region, event->attendance))
        coord->spent_attendance = NULL;
}

/* An answer with a value is counted or late; a refusal decides its region, in a sum too. */
static void keep_answer(struct coord *coord, struct coord_question *question,
                        struct coord_region *region, struct answer *answer,
                        struct coord_actions *actions)
{
    struct coord_action *action = coord_act(actions, ACTION_SAVE_ANSWER);

    action->question = question;
    action->region = (size_t)(region - question->region);
    action->answer = answer;
    action->late = !question->open || region->is.state != REGION_WAITING;
    if (action->late)
        return;
    coord->spent = NULL;
    region->is.answer = answer;
    region->is.state = answer->state;
}

static void on_answer(struct coord *coord, const struct coord_event *event,
                      struct coord_actions *actions)
{
    struct answer *answer = event->answer;
    struct coord_question *question;
    struct coord_region *region = addressed(coord, event, answer->node, &question);
    bool foreign = strcmp(event->node, answer->node) != 0, lost = false;
    struct err err;

    coord->spent = answer; /* freed at the next step unless it is kept */
    if (!region || !answer_fits(answer, question->plan, &err)) {
        fail_region(coord, event, foreign ? "wrong-node" : "wrong-answer");
        return;
    }
    if (region->is.answer) /* it already has one: a duplicate or a second answer never replaces the
                            * first */
        return;
    if (answer->has_session) {
        if (coord_sum_on_vector(question, region, answer, &lost))
            coord->spent = NULL;
        if (!lost) /* it was kept, or it belongs to another attempt */
            return;
    }
    keep_answer(coord, question, region, answer, actions);
}

void coord_step(struct coord *coord, const struct coord_event *event, struct coord_actions *actions)
{
    assert(coord && event && actions);
    actions->n = 0;
    answer_free(coord->spent);
    attendance_free(coord->spent_attendance);
    coord->spent = NULL;
    coord->spent_attendance = NULL;
    settle(coord, event->now_ms, actions); /* first handle what was due before the event */
    switch (event->kind) {
    case COORD_QUESTION:
        on_question(coord, event, actions);
        break;
    case COORD_CANCEL:
        on_cancel(coord, event, actions);
        break;
    case COORD_LINK_UP:
        on_link_up(coord, event, actions);
        break;
    case COORD_LINK_DOWN:
        on_link_down(coord, event);
        break;
    case COORD_UNSENT:
        fail_region(coord, event, "link-full");
        break;
    case COORD_ANSWER:
        if (event->answer)
            on_answer(coord, event, actions);
        else
            fail_region(coord, event, "bad-signature");
        break;
    case COORD_ATTEST:
        if (event->attendance)
            on_attest(coord, event);
        else
            fail_region(coord, event, "bad-signature");
        break;
    case COORD_TIMER:
        break;
    }
    timer_set(coord, settle(coord, event->now_ms, actions), actions);
}
