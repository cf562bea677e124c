#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The coordinator's decisions, as a pure state machine: it takes an event and gives actions.
 *
 * coord_step() uses no threads, sockets, clock or files. Two drivers call it: the service
 * (service.h, over the links) and the simulator in its test. It promises, for every order of
 * events: each region of a question has exactly one state; an answer is counted once, and only when
 * that region signed it and it fits the question; a question completes at its deadline at the
 * latest and then never changes, so a later answer is kept but not counted; the newest link of a
 * node replaces older ones, and open questions are asked again on it.
 *
 * A sum is counted completely or not at all: it needs the vectors of all participants of one
 * session, whose masks cancel, before the deadline. What is lost on the way is asked again of the
 * same participants, and nodes are asked for at most two sets of participants (coord_sum.c).
 *
 * The machine owns the plans and answers that it was given. Times are milliseconds of one monotonic
 * clock, whose origin does not matter. One thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "coordinator/report/answer.h"
#include "coordinator/report/plan.h"
#include "coordinator/report/sum.h"

struct coord_limits {
    size_t questions_max;        /* open questions, and completed ones that are kept for late
                                  * answers */
    size_t open_max;             /* open questions */
    size_t open_per_analyst_max; /* open questions of one analyst */
    size_t open_per_organisation_max;
    int64_t attend_ms;   /* how long a sum waits for attestations */
    int64_t grace_ms;    /* how long a region without a link may take to reconnect */
    uint32_t misses_max; /* how often a participant of a sum may lose its vector and try again */
    int64_t keep_ms;     /* how long a completed question is kept for late answers */
};

extern const struct coord_limits coord_limits_default;

struct coord_region {
    struct answer_region is; /* its node is the plan's, its state is waiting until decided, its name
                              * is not set */
    uint64_t asked_on;       /* the link on which it was asked last; 0: not asked */
    uint32_t misses;         /* of a sum: how often its vector did not come */
    /* below: of an attempt at a sum, until the sum is complete */
    struct attendance *attendance;
    struct answer *vector;
};

struct coord_question {
    struct plan *plan;
    uint64_t serial; /* correlation number on every link; unique in one run */
    bool open;
    int64_t asked_ms;
    int64_t deadline_ms;
    int64_t done_ms;
    struct {
        uint32_t attempt; /* 1 or 2, as nodes attest it; 0 when the question is not a sum */
        uint32_t sets;    /* how many sets of participants had a list */
        uint8_t set[PARTICIPANTS_SET_BYTES]; /* the last of them */
        int64_t due_ms;                      /* the end of this round */
        struct sum_list *list;               /* NULL in round one; kept when a sum is complete */
    } round;
    size_t n_regions;
    struct coord_region region[REGIONS_MAX];
};

enum coord_event_kind {
    COORD_QUESTION,  /* .plan (taken), .deadline_ms */
    COORD_CANCEL,    /* .id: the asker has left */
    COORD_LINK_UP,   /* .link, .node: authenticated */
    COORD_LINK_DOWN, /* .link */
    COORD_UNSENT,    /* .link, .serial: the link's queue had no room for the question or the list */
    COORD_ANSWER, /* .link, .node (the link's node), .serial, .answer (taken; NULL when the message
                   * was not validly signed by that node) */
    COORD_ATTEST, /* like COORD_ANSWER, but with .attendance */
    COORD_TIMER,
};

struct coord_event {
    enum coord_event_kind kind;
    int64_t now_ms;
    const uint8_t *id;
    struct plan *plan;
    int64_t deadline_ms;
    uint64_t link;
    const char *node;
    uint64_t serial;
    struct answer *answer;
    struct attendance *attendance;
};

enum coord_action_kind {
    ACTION_REFUSE,      /* the question was not accepted: .code; its plan is freed */
    ACTION_KNOWN,       /* the same question is already known */
    ACTION_SAVE,        /* write the question to disk */
    ACTION_SEND,        /* send .question to .region on .link */
    ACTION_SEND_LIST,   /* send .question's list to .region on .link */
    ACTION_SEND_CANCEL, /* on .link, for .serial */
    ACTION_END_LINK,    /* end .link, because the same node has a newer one */
    ACTION_SAVE_ANSWER, /* write .answer of .question, which is .late or counted */
    ACTION_DONE,        /* the question is complete: write that, then wake the threads that wait for
                         * it */
    ACTION_TIMER,       /* call again at .at_ms; replaces the previous timer */
};

/* Pointers in an action are valid until the next step. */
struct coord_action {
    enum coord_action_kind kind;
    uint64_t link;
    uint64_t serial;
    const struct coord_question *question;
    size_t region;
    const struct answer *answer;
    bool late;
    const char *code; /* a string literal */
    int64_t at_ms;
};

struct coord_actions {
    size_t n;
    size_t room;
    struct coord_action *action;
};

struct coord;

const struct coord_limits *coord_limits_of(const struct coord *coord);
/* NULL when memory is out. Nodes may take grace_ms from now_ms to reconnect. */
struct coord *coord_new(const struct coord_limits *limits, int64_t now_ms);
void coord_free(struct coord *coord); /* accepts NULL */

/* Makes room for all actions of one step. NULL when memory is out. */
struct coord_actions *coord_actions_new(const struct coord_limits *limits);
void coord_actions_free(struct coord_actions *actions); /* accepts NULL */

/* Takes one event and fills actions, which is emptied first. */
void coord_step(struct coord *coord, const struct coord_event *event,
                struct coord_actions *actions);

/* The question with this id, or NULL. Valid until the next step. */
const struct coord_question *coord_find(const struct coord *coord,
                                        const uint8_t id[static QUESTION_ID_BYTES]);
size_t coord_open_count(const struct coord *coord);
/* The link of this node; 0 when it has none. */
uint64_t coord_link_of(const struct coord *coord, const char *node);
