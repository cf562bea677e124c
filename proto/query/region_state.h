#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The state of a region in an answer. Every cell has one, and a failure is never shown as zero.
 *
 * This is the one table of the names, for wire, reports and schemas. Constants; any thread.
 */
#include <stddef.h>

#include "proto/base/err.h"

/* The numbers are those of State in proto/rikstal.proto; waiting and took-part are never sent. */
enum region_state {
    REGION_WAITING = 0, /* the question is still open */
    REGION_VALUE = 1,
    REGION_SUPPRESSED = 2, /* a released value below the threshold; also for zero */
    REGION_DECLINED = 3,
    REGION_UNSUPPORTED = 4,
    REGION_OFFLINE = 5,
    REGION_TIMED_OUT = 6,
    REGION_FAILED = 7,
    REGION_STALE = 8,     /* the node lacks the newest roster or the word of its witnesses */
    REGION_TOOK_PART = 9, /* sum: included in the total, without a figure of its own */
};

/* "value", "timed-out", "took-part". Asserts that the state is in the list. */
const char *region_state_name(enum region_state state);
/* The names as a closed list (proto/base/words.h); word i is the name of state i. */
const char *region_state_word(size_t i);
bool region_state_read(const char *name, enum region_state *state) MUST_CHECK;
