#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Evaluates a question on a snapshot into true cells, sealed: the keeper computes them and cannot
 * read them.
 *
 * Each measure says of each cell that proto/query/measure.h declares for it who is in it, so that a
 * figure is the number of a set of persons; a person is in at most one cell of a part, once. The
 * caller makes exactly that many cells, zeroed. After a failure they hold incomplete counts and may
 * only be freed with cells_free(). The caller must give a population; there is no default. It fails
 * only by time, cancellation or broken storage, never because of what the data say. One thread.
 */
#include <stddef.h>

#include "node/evaluate/asked_of.h"
#include "node/privacy/cells.h"
#include "proto/base/err.h"
#include "proto/query/shape.h"

struct ast;

/*
 * The cells of each part follow each other in the order of the measure's declaration, the parts in
 * that of the shape.
 */
bool evaluate(const struct asked_of *of, const struct ast *ast, const struct shape *shape,
              struct cells *cells, struct err *err) MUST_CHECK;
