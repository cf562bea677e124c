#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When the first event of each person of a segment was that meets event( ), or `deceased = yes`:
 * the day of death, which is known of whose birth is known to the day.
 *
 * It lies between the first possible event and the first sure one; where there is no sure one, it
 * cannot be told. Where records are open (event_order.h), one is possible on any day. Every event
 * of every person is looked at.
 * Prepared once, run for each segment. Lives in the arena; one thread.
 */
#include <stdint.h>

#include "node/evaluate/limits.h"
#include "proto/base/err.h"

struct arena;
struct ast_node;
struct first_event;
struct segment;
struct snapshot;

enum first_event_said { FIRST_EVENT_NONE, FIRST_EVENT_CANNOT_TELL, FIRST_EVENT_AT };

bool first_event_new(struct snapshot *snapshot, const struct ast_node *node, struct arena *arena,
                     struct first_event **out, struct err *err) MUST_CHECK;
bool first_event_run(struct first_event *first, struct segment *segment, struct limits *limits,
                     struct err *err) MUST_CHECK;
/* The days between which it lies, both included; least is INT32_MIN where it may be any day. */
struct first_event_days {
    int32_t least;
    int32_t most;
};
/* Of a person of the segment that was run: the first on this day or later. */
enum first_event_said first_event_of(const struct first_event *first, uint32_t person,
                                     int32_t from_day, struct first_event_days *out);
/* Frees what does not live in the arena. */
void first_event_clear(struct first_event *first);
