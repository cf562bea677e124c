#pragma once
/*
 * The inside of the state machine, shared by coord.c (questions, links, regions) and coord_sum.c
 * (the two rounds of a sum), and by nobody else.
 */
#include "coordinator/ask/coord.h"

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

/* ---- coord_sum.c ---- */

/* Round one begins. */
void sum_begin(const struct coord *coord, struct coord_question *question, int64_t now_ms);
/* What is due is done; returns when something will be, INT64_MAX once the question is complete. */
int64_t sum_settle(struct coord *coord, struct coord_question *question, int64_t now_ms,
                   struct actions *actions);
/* True when the region keeps it. */
bool sum_on_attendance(struct coord_question *question, struct coord_region *region,
                       struct attendance *attendance);
/* An answer with a session: true when the region keeps it; *lost: it says that it sends none. */
bool sum_on_vector(struct coord_question *question, struct coord_region *region,
                   struct answer *answer, bool *lost);
/* What the question holds of its rounds. */
void sum_clear(struct coord_question *question);
