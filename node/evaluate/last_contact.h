#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The last day on which a region knows of each person of a segment: the day of death where it is
 * known, else that of the last dated record of whatever kind that is in the snapshot. A curve takes
 * who had no event until then as censored there; a record that was lost makes that earlier and
 * never later.
 *
 * Every dated record of every person is read. Prepared once, run for each segment. Lives in the
 * arena; one thread.
 */
#include <stdint.h>

#include "node/evaluate/limits.h"
#include "proto/base/err.h"

struct arena;
struct last_contact;
struct segment;
struct snapshot;

bool last_contact_new(struct snapshot *snapshot, struct arena *arena, struct last_contact **out,
                      struct err *err) MUST_CHECK;
bool last_contact_run(struct last_contact *last, struct segment *segment, struct limits *limits,
                      struct err *err) MUST_CHECK;
/* Of a person of the segment that was run; not before this day. */
int32_t last_contact_of(const struct last_contact *last, uint32_t person, int32_t from_day);
/* Frees what does not live in the arena. */
void last_contact_clear(struct last_contact *last);
