#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inner header of the state machine, and the functions of coord_region.c, which handles one
 * region of one question. coord_sum.c (the two rounds of a sum) uses it, and coord.c (questions,
 * links) uses both.
 */
#include "coordinator/ask/coord.h"

struct coord_node {
    char id[NODE_BYTES];
    uint64_t link;   /* 0 when the node has no link */
    int64_t down_ms; /* since when the node has no link */
};

struct coord {
    struct coord_limits limits;
    int64_t started_ms;
    uint64_t serial;
    int64_t timer_ms;     /* time of the last ACTION_TIMER; INT64_MAX: none */
    struct answer *spent; /* an answer that is not kept; freed at the next step */
    struct attendance *spent_attendance;
    size_t n_nodes;
    struct coord_node node[REGIONS_MAX];
    size_t n_questions;
    struct coord_question **question; /* sorted by serial */
};

/* NULL when the node is not known. */
struct coord_node *coord_node_find(struct coord *coord, const char *id);
struct coord_action *coord_act(struct coord_actions *actions, enum coord_action_kind kind);
/* Asks a waiting region on this link. */
void coord_ask_region(struct coord_question *question, size_t region, uint64_t link,
                      struct coord_actions *actions);
void coord_cancel_region(struct coord *coord, struct coord_question *question, size_t region,
                         struct coord_actions *actions);
/*
 * When this region may be given up if no further event comes. INT64_MAX: not before the question's
 * end.
 */
int64_t coord_given_up_ms(struct coord *coord, const struct coord_region *region);
/* Completes the question: regions that still wait become offline or timed out. */
void coord_complete(struct coord *coord, struct coord_question *question, int64_t now_ms,
                    struct coord_actions *actions);
