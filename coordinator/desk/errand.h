#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Questions on their way: each has a thread that hands it in, looks until it is complete, verifies
 * every document, and keeps answer and receipt in the history. What can be wrong before anything is
 * sent (mistakes, unknown codes, a role, a permit) is said at once, by errand_begin().
 *
 * A region's state counts as verify_report.h says: nothing that a coordinator claims is a figure.
 * Any thread.
 */
#include <cjson/cJSON.h>

#include "coordinator/desk/desk_inside.h"
#include "proto/trust/question.h"

#define ERRANDS_MAX 16 /* open at once */

bool errand_board_open(struct desk *desk, struct errand_board **out, struct err *err) MUST_CHECK;
/* Wakes all that wait, and ends running calls; questions are left, and cost nothing again. */
void errand_board_stop(struct errand_board *board);
void errand_board_close(struct errand_board *board); /* stops; accepts NULL */

/* Checks, signs, and starts the thread. False when the response says what is wrong. */
bool errand_begin(struct errand_board *board, const cJSON *form,
                  uint8_t id[static QUESTION_ID_BYTES],
                  struct exchange_response *response) MUST_CHECK;

/*
 * Appends the State (schemas/desk.json) as JSON, once its seq is above `since` or wait_ms have
 * passed; *seq is 0 for a question that is not known here, *open when more will come.
 */
struct errand_look {
    int64_t since;
    int64_t wait_ms;
    int64_t seq;
    bool open;
};
bool errand_state(struct errand_board *board, const uint8_t *id, struct errand_look *look,
                  struct bytes *out, struct err *err) MUST_CHECK;
/* Appends what has been verified so far of a question that is open; *known: it is open here. */
void errand_partial(struct errand_board *board, const uint8_t *id, struct bytes *out, bool *known);
/* Regions are told that the asker has left. False when it is not open. */
bool errand_withdraw(struct errand_board *board, const uint8_t *id) MUST_CHECK;
