#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lines and the JSON member of `rikstal-node count --why`. One thread.
 */
#include <cjson/cJSON.h>

#include "node/evaluate/why.h"

/* A line a reason that applies to anybody. */
void count_why_print(const struct why *why);
/* Member "why": an object of reasons and persons, those of nobody left out. */
void count_why_put(const struct why *why, cJSON *object, bool *ok);
