#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A question prepared for one snapshot. It gives, for each segment, the persons of the population
 * who meet it and those for whom it cannot be told.
 *
 * The results are true and unprotected: only this folder and programs that may see true numbers
 * include this header (tests/tidy). A criterion borrows tree, snapshot and population. Run it for
 * the segments in any order, one at a time. One thread.
 */
#include <stddef.h>

#include "node/evaluate/asked_of.h"
#include "node/evaluate/set.h"
#include "proto/base/err.h"

struct ast;
struct ast_node;
struct criterion;
struct variant_criterion;

bool criterion_new(const struct asked_of *of, const struct ast *ast, struct criterion **out,
                   struct err *err) MUST_CHECK;
/* Accepts NULL. */
void criterion_free(struct criterion *criterion);
/* out has only persons of the population of this segment. */
bool criterion_run(struct criterion *criterion, size_t segment, struct kleene *out,
                   struct err *err) MUST_CHECK;

/* A test on a person or on events (variant is NULL) or variant( ... ), with what it said in the
 * last run. */
typedef bool criterion_leaf(void *of, const struct ast_node *node,
                            const struct variant_criterion *variant, const struct kleene *result);
/* Every leaf, after a run with fixed work; false as soon as one is. */
bool criterion_leaves(const struct criterion *criterion, criterion_leaf *visitor,
                      void *of) MUST_CHECK;
