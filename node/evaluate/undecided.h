#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Candidates of which sets decide and not classes: kept, each with the genes that its notes name,
 * until the baskets are emptied. Zeroed but for named_words, it is empty; undecided_clear() frees
 * it. One thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "node/evaluate/expression.h"
#include "proto/base/err.h"

struct undecided {
    struct candidate *candidates;
    uint64_t *named;    /* named_words each */
    size_t named_words; /* of the genes that the question asks for */
    size_t n;
    size_t room;
};

bool undecided_add(struct undecided *undecided, const struct candidate *candidate,
                   struct err *err) MUST_CHECK;
/* Number i; its genes are the list's own. */
const struct candidate *undecided_at(struct undecided *undecided, size_t i);
void undecided_clear(struct undecided *undecided);
