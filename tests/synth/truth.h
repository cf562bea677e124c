#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is true of the synthetic country, for a handful of questions, computed from the people
 * themselves: it shares no code with the node, so it is an oracle from end to end.
 */
#include "tests/synth/country.h"

#define TRUTHS 8

struct truth {
    uint32_t matched;
    uint32_t undetermined;
};

/* The question's text in rikstal's language. */
const char *truth_question(int q);
/* Add these people to the tally. */
void truth_tally(const struct plan *plan, const struct person *people, uint32_t n,
                 struct truth tally[TRUTHS]);
