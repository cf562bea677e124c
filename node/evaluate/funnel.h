#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A funnel: the criteria of a question one after the other, and after which of them each person is
 * left.
 *
 * A person is ruled out by the first step that is certainly not met, whatever could not be told of
 * steps before it. Whom no step rules out meets all of them for certain, or is undecided because of
 * the first step that cannot be told. So everybody is in at most one cell (enum funnel_cell). Every
 * step is asked of the whole population, so the work is that of its criteria, whoever is in the
 * data. What this gives is true and unprotected; criterion.h says who may include it. A funnel
 * borrows tree, shape, snapshot and population. One thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "node/evaluate/asked_of.h"
#include "node/evaluate/set.h"
#include "proto/base/err.h"
#include "proto/query/shape.h"

struct ast;
struct funnel;

/* `shape` is that of a funnel over this very tree. */
bool funnel_new(const struct asked_of *of, const struct ast *ast, const struct shape *shape,
                struct funnel **out, struct err *err) MUST_CHECK;
/* Accepts NULL. */
void funnel_free(struct funnel *funnel);
/* Asks one segment; the functions below give its persons until the next run. */
bool funnel_run(struct funnel *funnel, size_t segment, struct err *err) MUST_CHECK;
/* Persons for whom this step, from 0, is the last before they are ruled out, or met with all. */
const struct set *funnel_last(const struct funnel *funnel, uint32_t step);
/* Persons who meet all steps for certain but this one, which they do not, or nobody can tell. */
const struct set *funnel_gained(const struct funnel *funnel, uint32_t step);
/* Persons whom nothing rules out, and of whom this step is the first that cannot be told. */
const struct set *funnel_undecided(const struct funnel *funnel, uint32_t step);
