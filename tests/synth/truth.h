#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is true of the synthetic country, for a handful of questions and one of each measure that
 * the demo shows, computed from the people themselves: it shares no code with the node, so it is an
 * oracle from end to end.
 */
#include "tests/synth/country.h"
#include "tests/synth/truth_course.h"

#define TRUTHS_OF_STATE 8                  /* of what people are */
#define TRUTHS (TRUTHS_OF_STATE + COURSES) /* and of what becomes of them */

/* The question's text in rikstal's language. */
const char *truth_question(int q);
/* Add these people to the tally. */
void truth_tally(const struct plan *plan, const struct person *people, uint32_t n,
                 struct truth tally[TRUTHS]);
