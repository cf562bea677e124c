#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Canonical bytes: two spellings of one question have the same bytes, two different questions
 * never. The identity is their hash; a repeat of an identity returns the same answer and costs
 * nothing, so a rewrite that is not sound would be a leak (privacy.md 4.3). These are all there
 * are:
 *
 * - operands of `and` and of `or` are flattened, sorted by their bytes and freed of duplicates; one
 *   that is left alone stands for itself. Kleene's `and` is the minimum and `or` the maximum over
 *   no < cannot tell < yes: associative, commutative and idempotent, so yes and cannot tell both
 *   stay as they were;
 * - not not x is x: Kleene's `not` exchanges yes and no and keeps cannot tell;
 * - operands of `at least n of` are sorted, since only the number of yes and of cannot tell counts.
 *   Duplicates count and stay;
 * - values of one test are sorted and freed of duplicates: the test is the `or` over its values;
 * - ranges are closed, words, codes and places have one spelling: the parser has seen to both.
 *
 * Not among them: anything that needs "x or not x", distribution, or knowledge of a terminology.
 * Any thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"
#include "proto/query/ast.h"

struct bytes;

/* Raised when the bytes of any question change. */
#define CANON_VERSION 1
#define CANON_IDENTITY_BYTES 32

/* What is asked of the cohort: it decides which cells there are and in which order, so the order of
 * dimensions and changes is kept. */
struct canon_measure {
    uint32_t measure;              /* enum Measure of rikstal.proto */
    const char *const *dimensions; /* breakdown */
    size_t n_dimensions;
    const struct ast_value *changes; /* frequency */
    size_t n_changes;
};

/* Appends the bytes of the criterion alone. False only when memory is out. */
bool canon_criterion(const struct ast *ast, struct bytes *out, struct err *err) MUST_CHECK;
/* Appends version, vocabulary version, measure and criterion. */
bool canon_question(const struct ast *ast, const struct canon_measure *measure, struct bytes *out,
                    struct err *err) MUST_CHECK;
/* BLAKE2b-256 of canon_question(). */
bool canon_identity(const struct ast *ast, const struct canon_measure *measure,
                    uint8_t identity[CANON_IDENTITY_BYTES], struct err *err) MUST_CHECK;
