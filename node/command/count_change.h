#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The changes of the region's own question that its reference spells otherwise than was typed: what
 * was counted, said beside the answer. One thread.
 */
#include <stdbool.h>

#include <cJSON.h>

#include "proto/base/err.h"

struct arena;
struct ast_node;
struct snapshot;

/*
 * *out: an array of {"asked", "spelled"}, of which the caller becomes the owner; NULL where there
 * is no such change. ERR_INVALID for a change that the reference refuses.
 */
bool count_change_spelled(struct snapshot *snapshot, const struct ast_node *node,
                          struct arena *arena, cJSON **out, struct err *err) MUST_CHECK;
/* Prints a line for each; accepts NULL. */
void count_change_print(const cJSON *spelled);
