#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two rounds of a sum in the state machine. Only coord.c uses it. Pure, like all of coord.
 */
#include "coordinator/ask/coord.h"

/* Starts round one. */
void coord_sum_begin(const struct coord *coord, struct coord_question *question, int64_t now_ms);
/* Does what is due. Returns when the next step is due, INT64_MAX once the question is complete. */
int64_t coord_sum_settle(struct coord *coord, struct coord_question *question, int64_t now_ms,
                         struct coord_actions *actions);
/* Takes an attendance. True when the region keeps it. */
bool coord_sum_on_attendance(struct coord_question *question, struct coord_region *region,
                             struct attendance *attendance);
/*
 * Takes an answer with a session. True when the region keeps it. *lost: the answer says that the
 * node will send no vector.
 */
bool coord_sum_on_vector(struct coord_question *question, struct coord_region *region,
                         struct answer *answer, bool *lost);
/* Frees what the question holds of its rounds. */
void coord_sum_clear(struct coord_question *question);
