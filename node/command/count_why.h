#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lines and the JSON member of `rikstal-node count --why`. One thread.
 */
#include <cjson/cJSON.h>

#include "node/evaluate/why.h"

/* Prints a line for each reason that applies to somebody. */
void count_why_print(const struct why *why);
/* Adds the member "why": for each reason the number of persons; reasons that apply to nobody are
 * left out. */
void count_why_put(const struct why *why, cJSON *object, bool *ok);
