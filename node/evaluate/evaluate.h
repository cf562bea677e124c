#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A question and a snapshot become true cells, sealed: what the keeper computes and cannot read.
 *
 * Each measure fills the cells that proto/query/measure.h declares for it; one person changes at
 * most one cell of a part by one. The caller makes the cells, with exactly that many, zeroed. After
 * a failure they hold a part of the truth and are good for cells_free() only. The population has no
 * default and cannot be left out. Fails only by time, cancellation or broken storage: never because
 * of what the data say. One thread.
 */
#include <stddef.h>

#include "node/evaluate/asked_of.h"
#include "node/privacy/cells.h"
#include "proto/base/err.h"
#include "proto/query/shape.h"

struct ast;

/* Part by part in the order of the shape, cell by cell in that of the measure's declaration. */
bool evaluate(const struct asked_of *of, const struct ast *ast, const struct shape *shape,
              struct cells *cells, struct err *err) MUST_CHECK;
