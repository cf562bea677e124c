#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a missing record means: of whom a code that was not found is "no", and of whom it cannot be
 * told.
 *
 * It is "no" where the region declares that it delivers the kind and system in full
 * (snapshot_delivers()), or where the sources state them in full of this one person; and in neither
 * case of whom something of the kind and system was lost, nor, where codes below or above another
 * are asked for, of whom a code is recorded that the release lacks (traces: node/store/person.h). A
 * declaration is the operator's and traces are the person's own, so nobody's records move another.
 * Made once a test, run once a segment. Lives in the arena. One thread.
 */
#include "node/evaluate/set.h"
#include "proto/base/err.h"

struct arena;
struct ast_node;
struct segment;
struct silence;
struct snapshot;

/* Of the code systems of the test's values. kind: enum event_kind, or CONCEPT_ANY_KIND. */
bool silence_new(const struct snapshot *snapshot, unsigned kind, const struct ast_node *node,
                 struct arena *arena, struct silence **out, struct err *err) MUST_CHECK;
/* OR into out the persons of whom "not found" cannot be taken for "no". */
bool silence_run(const struct silence *silence, struct segment *segment, struct set *out,
                 struct err *err) MUST_CHECK;
