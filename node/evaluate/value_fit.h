#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Does what an event measured, or was answered, meet a test? It may where the test is on a number
 * and the event has none, or one whose unit is another dimension, unknown, or not said while the
 * test has one, or the other way round; and where the test is on an answer and the event has none,
 * or one that differs from it only by capitals or by a system before its code.
 *
 * Lives in the arena; one thread.
 */
#include <stdbool.h>
#include <stdint.h>

#include "node/snapshot/value_rows.h"
#include "proto/base/err.h"

struct arena;
struct ast_node;
struct unit;
struct value_fit;

enum value_fits { VALUE_OUT, VALUE_MAY_BE, VALUE_IN };

#define VALUE_MEMO_SLOTS 8u

/* The words of one code, as they were understood last. Zeroed: none. */
struct value_memo {
    struct {
        bool known;
        uint16_t word;
        enum value_fits answers; /* is it one of the answers that count? */
        const struct unit *unit; /* NULL: none that is known */
    } slots[VALUE_MEMO_SLOTS];
};

/* node: OP_MEASURED or OP_ANSWERED; borrowed. */
bool value_fit_new(const struct ast_node *node, struct arena *arena, struct value_fit **out,
                   struct err *err) MUST_CHECK;
/* Of rows[i]; one memo for the rows of one code. */
enum value_fits value_fit_row(const struct value_fit *fit, const struct value_rows *values,
                              size_t i, struct value_memo *memo);
