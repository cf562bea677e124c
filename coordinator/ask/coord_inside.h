#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inside of the state machine: what coord_region.c does for one region of one question.
 * coord_sum.c (the two rounds of a sum) stands on it, coord.c (questions, links) on both.
 */
#include "coordinator/ask/coord.h"

struct coord_node {
    char id[NODE_BYTES];
    uint64_t link;   /* 0: none */
    int64_t down_ms; /* since when there is none */
};

struct coord {
    struct coord_limits limits;
    int64_t started_ms;
    uint64_t serial;
    int64_t timer_ms;     /* as last asked for; INT64_MAX: none */
    struct answer *spent; /* an answer that is not kept, until the next step */
    struct attendance *spent_attendance;
    size_t n_nodes;
    struct coord_node node[REGIONS_MAX];
    size_t n_questions;
    struct coord_question **question; /* in the order of their serials */
};

/* NULL when it was never seen. */
struct coord_node *coord_node_find(struct coord *coord, const char *id);
struct action *coord_act(struct actions *actions, enum action_kind kind);
/* A region that waits is asked, on this link. */
void coord_ask_region(struct coord_question *question, size_t region, uint64_t link,
                      struct actions *actions);
void coord_cancel_region(struct coord *coord, struct coord_question *question, size_t region,
                         struct actions *actions);
/* When this region may be given up, were nothing else to happen; INT64_MAX: not before the end. */
int64_t coord_given_up_ms(struct coord *coord, const struct coord_region *region);
/* Regions that still wait become offline or timed out; the question is done. */
void coord_complete(struct coord *coord, struct coord_question *question, int64_t now_ms,
                    struct actions *actions);
