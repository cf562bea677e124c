#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two rounds of a sum inside the state machine, for coord.c alone. Pure, as all of it.
 */
#include "coordinator/ask/coord.h"

/* Round one begins. */
void coord_sum_begin(const struct coord *coord, struct coord_question *question, int64_t now_ms);
/* What is due is done; returns when something will be, INT64_MAX once the question is complete. */
int64_t coord_sum_settle(struct coord *coord, struct coord_question *question, int64_t now_ms,
                         struct actions *actions);
/* True when the region keeps it. */
bool coord_sum_on_attendance(struct coord_question *question, struct coord_region *region,
                             struct attendance *attendance);
/* An answer with a session: true when the region keeps it; *lost: it says that it sends none. */
bool coord_sum_on_vector(struct coord_question *question, struct coord_region *region,
                         struct answer *answer, bool *lost);
/* What the question holds of its rounds. */
void coord_sum_clear(struct coord_question *question);
