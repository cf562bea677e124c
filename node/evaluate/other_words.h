#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A change that a question names beside other places, in persons who may have it in other words.
 *
 * Of an "and" one tested place is enough to say that nothing in it was overlooked. But a change
 * that a person has in other words was not overlooked: it is seen, as other variants, of which
 * "this change" is not true. So in whoever may have it so, the change itself is seen as a
 * candidate of which nothing else is known, and where the expression may be true of it, it cannot
 * be told. The work is fixed. One thread.
 */
#include <stdint.h>

#include "node/evaluate/set.h"
#include "proto/base/err.h"

struct expression;
struct question_genes;
struct segment;

struct other_words {
    const struct expression *root; /* expression_look() was called for the segment */
    const struct question_genes *genes;
    uint64_t *named; /* room for a bit a gene, used up */
    struct segment *segment;
    struct set *cannot_tell; /* added to */
    struct err *err;
};

bool other_words_run(const struct other_words *of) MUST_CHECK;
