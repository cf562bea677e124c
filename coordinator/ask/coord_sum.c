/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Round one collects attestations, round two vectors. When a vector does not come, both rounds
 * begin again with the same participants, which costs nobody anything: each node gives the share
 * that it has recorded, under new masks. A participant that misses too often, that says that it has
 * no vector, or that does not come back, is left out; the others are then another set, which all of
 * them pay for, and there is never a third (decisions/001-dropped-vectors.md). Vectors are stored
 * beside the regions until all of them are there; then all are counted at once, or none. Messages
 * of another session are dropped whenever they come.
 */
#include <assert.h>
#include <string.h>

#include "coordinator/ask/coord_inside.h"
#include "coordinator/ask/coord_sum.h"

#define LEAVE_MS 500 /* time that a try must leave for another one, at least */

/* Frees everything that belongs to the attempt. */
static void attempt_clear(struct coord_question *question)
{
    for (size_t i = 0; i < question->n_regions; i++) {
        struct coord_region *region = &question->region[i];

        attendance_free(region->attendance);
        answer_free(region->vector);
        region->attendance = NULL;
        region->vector = NULL;
    }
    sum_list_free(question->round.list);
    question->round.list = NULL;
}

void coord_sum_clear(struct coord_question *question)
{
    attempt_clear(question);
}

void coord_sum_begin(const struct coord *coord, struct coord_question *question, int64_t now_ms)
{
    assert(question->open && question->round.attempt == 0);
    question->round.attempt = 1;
    question->round.due_ms = now_ms + coord_limits_of(coord)->attend_ms;
}

static bool takes_part(const struct coord_question *question, const struct coord_region *region)
{
    return question->round.list && sum_list_has(question->round.list, region->is.node);
}

/* True when the region's present link is the one on which it was asked. */
static bool is_there(const struct coord *coord, const struct coord_region *region)
{
    return region->asked_on != 0 && coord_link_of(coord, region->is.node) == region->asked_on;
}

/* There is no total: the regions that would have taken part did not fail, but the sum did. */
static int64_t give_up(struct coord *coord, struct coord_question *question, const char *code,
                       int64_t now_ms, struct coord_actions *actions)
{
    for (size_t i = 0; i < question->n_regions; i++) {
        struct coord_region *region = &question->region[i];

        if (region->is.state != REGION_WAITING)
            continue;
        coord_cancel_region(coord, question, i, actions);
        if (!is_there(coord, region))
            continue;
        region->is.state = REGION_FAILED;
        region->is.code = code;
    }
    attempt_clear(question);
    coord_complete(coord, question, now_ms, actions);
    return INT64_MAX;
}

/* ---- round one: who takes part ----------------------------------------------------------------
 */

/* When the list is made if no further event comes. */
static int64_t attend_due_ms(struct coord *coord, const struct coord_question *question)
{
    int64_t due = 0;

    for (size_t i = 0; i < question->n_regions; i++) {
        const struct coord_region *region = &question->region[i];

        if (region->is.state == REGION_WAITING &&
            !(region->attendance && is_there(coord, region))) {
            int64_t until = coord_given_up_ms(coord, region);

            due = until > due ? until : due;
        }
    }
    return due < question->round.due_ms ? due : question->round.due_ms;
}

/* A region that has not attested by now takes no part in this sum. */
static size_t leave_behind(struct coord *coord, struct coord_question *question,
                           const struct attendance **present, struct coord_actions *actions)
{
    size_t n = 0;

    for (size_t i = 0; i < question->n_regions; i++) {
        struct coord_region *region = &question->region[i];
        bool here = coord_link_of(coord, region->is.node) != 0;

        if (region->is.state != REGION_WAITING)
            continue;
        if (region->attendance && is_there(coord, region)) {
            present[n++] = region->attendance;
            continue;
        }
        coord_cancel_region(coord, question, i, actions);
        region->is.state = here ? REGION_TIMED_OUT : REGION_OFFLINE;
        region->is.code = here ? "no-attestation" : "no-link";
    }
    return n;
}

/*
 * A region whose budget does not cover a sum of these participants takes no part, before anybody is
 * charged: if it refused in the second round, the others would pay for this attempt and the next.
 */
static size_t leave_out(struct coord *coord, struct coord_question *question,
                        const struct attendance **present, size_t n, struct coord_actions *actions)
{
    size_t paying = attendance_that_pay(present, n);

    for (size_t i = 0; i < question->n_regions; i++) {
        struct coord_region *region = &question->region[i];
        bool pays = false;

        for (size_t k = 0; k < paying && !pays; k++)
            pays = present[k] == region->attendance;
        if (region->is.state != REGION_WAITING || pays)
            continue;
        coord_cancel_region(coord, question, i, actions);
        region->is.state = REGION_FAILED;
        region->is.code = region->attendance->n_only > 0 ? "cannot-pay" : "not-repeated";
    }
    return paying;
}

/* A try must end early enough for another one, unless it is the last. */
static int64_t half_of_what_is_left(const struct coord *coord,
                                    const struct coord_question *question, int64_t now_ms)
{
    int64_t left_ms = question->deadline_ms - now_ms;
    bool last = coord_limits_of(coord)->misses_max == 0 &&
                question->round.sets >= PARTICIPANTS_ATTEMPTS_MAX;

    return last || left_ms < 2 * LEAVE_MS ? question->deadline_ms : now_ms + left_ms / 2;
}

/* Takes note of who takes part, with which data. False when that would be one set too many. */
static bool note_set(struct coord_question *question, const struct attendance *const *present,
                     size_t n)
{
    struct participants_of of[REGIONS_MAX];
    uint8_t set[PARTICIPANTS_SET_BYTES];

    for (size_t i = 0; i < n; i++)
        of[i] = (struct participants_of){present[i]->node, present[i]->population};
    participants_set_id(of, n, set);
    if (question->round.sets > 0 && memcmp(set, question->round.set, sizeof(set)) == 0)
        return true;
    if (question->round.sets >= PARTICIPANTS_ATTEMPTS_MAX)
        return false;
    question->round.sets++;
    memcpy(question->round.set, set, sizeof(set));
    return true;
}

static int64_t call_roll(struct coord *coord, struct coord_question *question, int64_t now_ms,
                         struct coord_actions *actions)
{
    const struct attendance *present[REGIONS_MAX];
    size_t n = leave_behind(coord, question, present, actions);
    struct err err;

    n = leave_out(coord, question, present, n, actions);

    if (n < question->plan->participants_min)
        return give_up(coord, question, "too-few", now_ms, actions);
    if (!note_set(question, present, n))
        return give_up(coord, question, "aborted", now_ms, actions);
    if (!sum_list_new(question->plan, question->round.attempt, present, n, &question->round.list,
                      &err))
        return give_up(coord, question, "no-memory", now_ms, actions);
    question->round.due_ms = half_of_what_is_left(coord, question, now_ms);
    for (size_t i = 0; i < question->n_regions; i++) {
        struct coord_region *region = &question->region[i];
        struct coord_action *action;

        if (region->is.state != REGION_WAITING)
            continue;
        action = coord_act(actions, ACTION_SEND_LIST);
        action->link = region->asked_on;
        action->serial = question->serial;
        action->question = question;
        action->region = i;
    }
    return question->round.due_ms;
}

/* ---- round two: their vectors -----------------------------------------------------------------
 */

/*
 * All vectors are there and the masks cancel. For a blind sum only its asker can check the latter.
 */
static int64_t count_all(struct coord *coord, struct coord_question *question, int64_t now_ms,
                         struct coord_actions *actions)
{
    const struct answer *vector[REGIONS_MAX];
    int64_t total[ANSWER_CELLS_MAX];
    size_t n = 0;

    for (size_t i = 0; i < question->n_regions; i++)
        if (question->region[i].vector)
            vector[n++] = question->region[i].vector;
    if (!question->plan->blind && !sum_cells(vector, n, NULL, question->plan->n_cells, total))
        return give_up(coord, question, "not-cancelled", now_ms, actions);
    for (size_t i = 0; i < question->n_regions; i++) {
        struct coord_region *region = &question->region[i];
        struct coord_action *action;

        if (!region->vector)
            continue;
        region->is.answer = region->vector;
        region->vector = NULL;
        region->is.state = REGION_VALUE;
        action = coord_act(actions, ACTION_SAVE_ANSWER);
        action->question = question;
        action->region = i;
        action->answer = region->is.answer;
    }
    coord_complete(coord, question, now_ms, actions);
    return INT64_MAX;
}

/*
 * A region whose vector did not come. It may try again if it has not missed too often; to be late
 * costs so much time that it may happen once.
 */
static void miss(struct coord *coord, struct coord_region *region, bool late)
{
    uint32_t most = coord_limits_of(coord)->misses_max;

    late = late && is_there(coord, region);
    region->misses += late && most > 0 ? most : 1;
    if (region->misses <= most)
        return;
    region->is.state = late ? REGION_TIMED_OUT : REGION_OFFLINE;
    region->is.code = late ? "no-vector" : "link-lost";
}

/*
 * Looks who sent nothing. True when there are any; *fewer: some of them do not take part any more.
 */
static bool lose(struct coord *coord, struct coord_question *question, bool late, bool *fewer)
{
    bool any = false;

    *fewer = false;
    for (size_t i = 0; i < question->n_regions; i++) {
        struct coord_region *region = &question->region[i];

        if (!takes_part(question, region) || region->vector)
            continue;
        if (region->is.state == REGION_WAITING && is_there(coord, region) && !late)
            continue;
        any = true;
        if (region->is.state == REGION_WAITING)
            miss(coord, region, late);
        *fewer = *fewer || region->is.state != REGION_WAITING;
    }
    return any;
}

static bool all_there(const struct coord_question *question)
{
    for (size_t i = 0; i < question->n_regions; i++)
        if (takes_part(question, &question->region[i]) && !question->region[i].vector)
            return false;
    return true;
}

/* Those that had to come back may take their grace for it. */
static void wait_for_return(const struct coord *coord, struct coord_question *question,
                            int64_t now_ms)
{
    const struct coord_limits *limits = coord_limits_of(coord);
    int64_t wait_ms = limits->attend_ms;
    int64_t half = half_of_what_is_left(coord, question, now_ms);

    if (limits->misses_max > 0 && limits->grace_ms > wait_ms)
        wait_ms = limits->grace_ms;
    question->round.due_ms = now_ms + wait_ms < half ? now_ms + wait_ms : half;
}

/*
 * Ends this try, whose vectors are of no use, and begins round one again with all regions that are
 * not decided. fewer: some are, since the list was made.
 */
static int64_t begin_again(struct coord *coord, struct coord_question *question, bool fewer,
                           int64_t now_ms, struct coord_actions *actions)
{
    size_t n = 0;
    int64_t due;

    for (size_t i = 0; i < question->n_regions; i++)
        n += question->region[i].is.state == REGION_WAITING;
    if (fewer && question->round.sets >= PARTICIPANTS_ATTEMPTS_MAX)
        return give_up(coord, question, "aborted", now_ms, actions);
    if (n < question->plan->participants_min)
        return give_up(coord, question, "too-few", now_ms, actions);
    attempt_clear(question);
    if (fewer)
        question->round.attempt = PARTICIPANTS_ATTEMPTS_MAX;
    wait_for_return(coord, question, now_ms);
    for (size_t i = 0; i < question->n_regions; i++) {
        const struct coord_region *region = &question->region[i];
        uint64_t link = coord_link_of(coord, region->is.node);

        if (region->is.state == REGION_WAITING && link)
            coord_ask_region(question, i, link, actions);
    }
    due = attend_due_ms(coord, question);
    return due < question->deadline_ms ? due : question->deadline_ms;
}

static bool nobody_waits(const struct coord_question *question)
{
    for (size_t i = 0; i < question->n_regions; i++)
        if (question->region[i].is.state == REGION_WAITING)
            return false;
    return true;
}

int64_t coord_sum_settle(struct coord *coord, struct coord_question *question, int64_t now_ms,
                         struct coord_actions *actions)
{
    assert(question->open);
    bool fewer;
    int64_t due;

    if (nobody_waits(question))
        return give_up(coord, question, "aborted", now_ms, actions);
    if (question->round.list && all_there(question))
        return count_all(coord, question, now_ms, actions);
    if (now_ms >= question->deadline_ms)
        return give_up(coord, question, "deadline", now_ms, actions);
    if (question->round.list) {
        if (lose(coord, question, now_ms >= question->round.due_ms, &fewer))
            return begin_again(coord, question, fewer, now_ms, actions);
        due = question->round.due_ms;
    } else {
        due = attend_due_ms(coord, question);
        if (now_ms >= due)
            return call_roll(coord, question, now_ms, actions);
    }
    return due < question->deadline_ms ? due : question->deadline_ms;
}

/* ---- what comes -------------------------------------------------------------------------------
 */

bool coord_sum_on_attendance(struct coord_question *question, struct coord_region *region,
                             struct attendance *attendance)
{
    assert(question && region && attendance);
    if (!question->open || question->round.list || region->is.state != REGION_WAITING ||
        region->attendance || attendance->attempt != question->round.attempt ||
        memcmp(attendance->question_hash, question->plan->hash, QUESTION_HASH_BYTES) != 0)
        return false;
    region->attendance = attendance;
    return true;
}

bool coord_sum_on_vector(struct coord_question *question, struct coord_region *region,
                         struct answer *answer, bool *lost)
{
    assert(question && region && answer && answer->has_session && lost);
    *lost = false;
    if (!question->open || !takes_part(question, region) || region->is.state != REGION_WAITING ||
        region->vector ||
        memcmp(answer->session, question->round.list->session, sizeof(answer->session)) != 0)
        return false;
    *lost = answer->state != REGION_VALUE;
    if (*lost)
        return false;
    region->vector = answer;
    return true;
}
