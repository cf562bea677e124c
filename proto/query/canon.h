#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Canonical bytes: all spellings of one question have the same bytes, and two different questions
 * never do. The hash of these bytes is the identity of a question. A repeat of an identity returns
 * the same answer at no cost, so a rewrite that changed the meaning would leak (privacy.md 4.3).
 * These are all the rewrites:
 *
 * - operands of `and` and of `or` are flattened, sorted by their bytes and freed of duplicates; a
 * single operand replaces its operator. Kleene's `and` is the minimum and `or` the maximum over no
 * < cannot tell < yes: both are associative, commutative and idempotent, so that no person's result
 * changes;
 * - not not x becomes x: Kleene's `not` exchanges yes and no and keeps cannot tell;
 * - operands of `at least n of` are sorted, because only the numbers of yes and of cannot tell
 * matter. Duplicates count, so they stay;
 * - inside event( ) the same holds of `and` and `or`; events of a relation or a sequence keep their
 * places, because their order is what is asked;
 * - values of one test are sorted and freed of duplicates: the test is an `or` over its values;
 * - ranges are closed, ages in weeks are in days, and in months where both ends are whole years in
 * years; words, codes and places have one spelling: the parser made them so.
 *
 * A named set is its name, version and hash, and never opened: the same values without the name are
 * another question. Rewrites that need "x or not x", distribution or a terminology are not among
 * them. Any thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"
#include "proto/query/ast.h"

struct bins;
struct bytes;
struct shape_step;

/* Raise it when the bytes of any question change. */
#define CANON_VERSION 1
#define CANON_IDENTITY_BYTES 32

/*
 * What is asked of the cohort. It determines which cells exist and their order, so the order of
 * dimensions, changes and steps is kept.
 */
struct canon_measure {
    uint32_t measure;              /* enum Measure of rikstal.proto */
    const char *const *dimensions; /* breakdown */
    size_t n_dimensions;
    const struct ast_value *changes; /* frequency */
    size_t n_changes;
    const struct shape_step *steps; /* funnel; their names are left out: they change no cell */
    size_t n_steps;
    const struct bins *bins; /* timeline, histogram; else NULL */
};

/* Appends the bytes of the criterion alone. False only when memory is out. */
bool canon_criterion(const struct ast *ast, struct bytes *out, struct err *err) MUST_CHECK;
/* Appends version, vocabulary version, measure and criterion. */
bool canon_question(const struct ast *ast, const struct canon_measure *measure, struct bytes *out,
                    struct err *err) MUST_CHECK;
/* BLAKE2b-256 of canon_question(). */
bool canon_identity(const struct ast *ast, const struct canon_measure *measure,
                    uint8_t identity[CANON_IDENTITY_BYTES], struct err *err) MUST_CHECK;
