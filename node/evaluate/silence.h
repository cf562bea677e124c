#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a missing record means: for whom a code that was not found is "no", and for whom it cannot
 * be told.
 *
 * It is "no" where the region declares that it delivers the kind and system completely
 * (snapshot_delivers()), or where the sources say so for this one person. It cannot be told, in
 * both cases, when something of the kind and system was lost for the person; nor, in questions
 * about codes below or above another, when the person has a code that the release lacks (traces:
 * node/store/person.h). A declaration is the operator's and traces belong to one person, so one
 * person's records never change the result for another. Prepared once for each test, run once for
 * each segment. Lives in the arena. One thread.
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
/* ORs into out the persons for whom "not found" does not mean "no". */
bool silence_run(const struct silence *silence, struct segment *segment, struct set *out,
                 struct err *err) MUST_CHECK;
