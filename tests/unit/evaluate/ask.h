#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A question about a hand-made world, and its answer as a word: one letter a person, in order: Y
 * yes, N no, ? cannot tell, - not in the snapshot. Valid until the next call. One thread.
 */
#include "tests/unit/evaluate/world.h"

const char *ask(struct world *world, const char *question);
