#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The coordinator's decisions, as a pure state machine: an event in, actions out.
 *
 * coord_step() has no threads, no sockets, no clock and no files; two drivers feed it, the real one
 * (service.h, over the links) and the simulator of its test. What it promises, for every order of
 * events: each region of a question has one state; an answer is counted once, and only when it is
 * signed by that region and fits the question; a question completes at the latest at its deadline
 * and then never changes, so that an answer which comes later is kept but not counted; the newest
 * link of a node wins, and open questions are asked again on it.
 *
 * A sum is counted whole or not at all: every participant's vector of one session, whose masks
 * cancel, before the deadline and in at most two attempts (coord_sum.c).
 *
 * The machine owns the plans and answers it was given. Times are milliseconds on one monotonic
 * clock, which only has to be consistent between events. One thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "coordinator/report/answer.h"
#include "coordinator/report/plan.h"
#include "coordinator/report/sum.h"

struct coord_limits {
    size_t questions_max;        /* open ones and those kept for late answers */
    size_t open_max;             /* open at once */
    size_t open_per_analyst_max; /* of these, by one analyst */
    int64_t attend_ms;           /* how long a sum waits for attestations */
    int64_t grace_ms;            /* how long a region without a link may still come back */
    int64_t keep_ms;             /* how long a completed question awaits late answers */
};

extern const struct coord_limits coord_limits_default;

struct coord_region {
    struct answer_region is; /* its node is the plan's; waiting until it is decided; no name */
    uint64_t asked_on;       /* the link it was last asked on; 0: not asked */
    /* of a sum's attempt, until it is whole */
    struct attendance *attendance;
    struct answer *vector;
};

struct coord_question {
    struct plan *plan;
    uint64_t serial; /* the correlation on every link; never used twice in one run */
    bool open;
    int64_t asked_ms;
    int64_t deadline_ms;
    int64_t done_ms;
    struct {
        uint32_t attempt;      /* 1 or 2; 0: not a sum */
        int64_t due_ms;        /* when this round is not waited for any longer */
        struct sum_list *list; /* NULL in round one; stays with a sum that is complete */
    } round;
    size_t n_regions;
    struct coord_region region[REGIONS_MAX];
};

enum event_kind {
    EVENT_QUESTION,  /* .plan (taken), .deadline_ms */
    EVENT_CANCEL,    /* .id: the asker has gone */
    EVENT_LINK_UP,   /* .link, .node: authenticated */
    EVENT_LINK_DOWN, /* .link */
    EVENT_UNSENT,    /* .link, .serial: ask or list did not fit into the link's queue */
    EVENT_ANSWER, /* .link, .node: whose link it is, .serial, .answer (taken); NULL: what came was
                     not validly signed by that node */
    EVENT_ATTEST, /* as EVENT_ANSWER with .attendance */
    EVENT_TIMER,
};

struct event {
    enum event_kind kind;
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

enum action_kind {
    ACTION_REFUSE,      /* the question was not taken: .code; its plan is freed */
    ACTION_KNOWN,       /* the same question is here already */
    ACTION_SAVE,        /* write the question */
    ACTION_SEND,        /* ask .region of .question on .link */
    ACTION_SEND_LIST,   /* .question's list to .region on .link */
    ACTION_SEND_CANCEL, /* on .link, for .serial */
    ACTION_END_LINK,    /* a newer link of the same node is up */
    ACTION_SAVE_ANSWER, /* write .answer of .question, .late or counted */
    ACTION_DONE,        /* the question is complete: write that, and wake who waits */
    ACTION_TIMER,       /* wake me at .at_ms: replaces the timer before */
};

/* Pointers in an action are valid until the next step. */
struct action {
    enum action_kind kind;
    uint64_t link;
    uint64_t serial;
    const struct coord_question *question;
    size_t region;
    const struct answer *answer;
    bool late;
    const char *code; /* a literal */
    int64_t at_ms;
};

struct actions {
    size_t n;
    size_t room;
    struct action *action;
};

struct coord;

const struct coord_limits *coord_limits_of(const struct coord *coord);
/* NULL when memory is out. now_ms: nodes may take grace_ms from here to come back. */
struct coord *coord_new(const struct coord_limits *limits, int64_t now_ms);
void coord_free(struct coord *coord); /* accepts NULL */

/* Room for what one step can ask for; NULL when memory is out. */
struct actions *actions_new(const struct coord_limits *limits);
void actions_free(struct actions *actions); /* accepts NULL */

/* Decide. actions is emptied first. */
void coord_step(struct coord *coord, const struct event *event, struct actions *actions);

/* The question of this id, or NULL; valid until the next step. */
const struct coord_question *coord_find(const struct coord *coord,
                                        const uint8_t id[static QUESTION_ID_BYTES]);
size_t coord_open_count(const struct coord *coord);
/* The link of this node, 0 when it has none. */
uint64_t coord_link_of(const struct coord *coord, const char *node);
