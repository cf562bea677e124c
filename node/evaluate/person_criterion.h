#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tests on a person: age, birth year, sex, region, and coded events, each as a three-valued set
 * of one segment.
 *
 * A fact that is not recorded (sex, birth year, age) cannot be told. Coded events are closed-world:
 * a person without a record of a code does not have it. They cannot be told only where the node
 * does not know what lies under a code, because that system's terms are not loaded or lack the
 * code. The result may hold persons outside the population. One thread.
 */
#include "node/evaluate/set.h"
#include "proto/base/err.h"

struct ast_node;
struct segment;
struct snapshot;

/* One test of a question, made ready once for all segments. */
struct person_criterion;

struct arena;

/* region: this node's county code. The test borrows the node of the tree. */
bool person_criterion_new(struct snapshot *snapshot, const char *region,
                          const struct ast_node *node, struct arena *arena,
                          struct person_criterion **out, struct err *err) MUST_CHECK;
bool person_criterion_run(const struct person_criterion *test, struct segment *segment,
                          struct kleene *out, struct err *err) MUST_CHECK;
