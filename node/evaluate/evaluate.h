#pragma once
/*
 * A question and a snapshot become true cells, sealed: what the keeper computes and cannot read.
 *
 * Each measure fills the cells that proto/query/measure.h declares for it; one person changes at
 * most one part of them by one. The caller makes the cells, with exactly that many, zeroed. After a
 * failure they hold a part of the truth and are good for cells_free() only. The population has no
 * default and cannot be left out. Fails only by time, cancellation or broken storage: never because
 * of what the data say. One thread.
 */
#include <stddef.h>

#include "node/evaluate/asked_of.h"
#include "node/privacy/cells.h"
#include "proto/base/err.h"

struct ast;
struct ast_value;
struct breakdown;

/* 2 cells: matched, undetermined. */
bool evaluate_count(const struct asked_of *of, const struct ast *ast, struct cells *cells,
                    struct err *err) MUST_CHECK;
/* 2 cells a part, in order of parts: matched, undetermined. */
bool evaluate_breakdown(const struct asked_of *of, const struct ast *ast,
                        const struct breakdown *breakdown, struct cells *cells,
                        struct err *err) MUST_CHECK;
/* 6 cells a change, as enum genotype_cell of proto/query/measure.h has them. */
bool evaluate_frequency(const struct asked_of *of, const struct ast *ast,
                        const struct ast_value *changes, size_t n_changes, struct cells *cells,
                        struct err *err) MUST_CHECK;
