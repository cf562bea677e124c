#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tests on coded events, and on what they measured or were answered: who has such an event, and
 * of whom it cannot be told.
 *
 * A missing record is "no" only where silence.h says so. An event whose number is in another unit
 * that does not convert, or in none, or that has no value, leaves it open what it measured.
 * Prepared once, run for each segment; lives in the arena. One thread.
 */
#include "node/evaluate/set.h"
#include "proto/base/err.h"

struct arena;
struct ast_node;
struct code_lookup;
struct days;
struct segment;
struct snapshot;

/* The test borrows the node of the tree. */
bool code_lookup_new(struct snapshot *snapshot, const struct ast_node *node, struct arena *arena,
                     struct code_lookup **out, struct err *err) MUST_CHECK;
/* ORs into out, which holds nobody before. */
bool code_lookup_run(const struct code_lookup *test, struct segment *segment, struct kleene *out,
                     struct err *err) MUST_CHECK;
/*
 * Appends the days of the events that meet the test (segment_days()), those of which it is open
 * with a doubt; ORs into open who may have more: without a day, refused, lost or not delivered.
 */
bool code_lookup_days(const struct code_lookup *test, struct segment *segment, struct days *days,
                      struct set *open, struct err *err) MUST_CHECK;
