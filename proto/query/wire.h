#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tree as it travels: a postfix list of Op (rikstal.proto), without recursion. A leaf pushes,
 * an inner node takes its operands from the stack; the empty list is the base population.
 *
 * Decoding trusts nothing: the list is rebuilt, printed and read by the parser, and what the parser
 * makes of it must give the same list again. So there is one judge of what a question may be, and a
 * list never yields a tree that no text could have given. Messages live in the arena. Any thread.
 */
#include <stddef.h>

#include "proto/base/err.h"
#include "proto/query/ast.h"
#include "proto/wire/rikstal.pb-c.h"

struct arena;

struct wire_list {
    size_t n;
    Rikstal__V1__Op **ops; /* as Question.n_criterion and Question.criterion want them */
};

bool wire_encode(const struct ast *ast, struct arena *arena, struct wire_list *list,
                 struct err *err) MUST_CHECK;
bool wire_decode(Rikstal__V1__Op *const *ops, size_t n, struct arena *arena, struct ast *ast,
                 struct err *err) MUST_CHECK;

/* Changes of a frequency question: Question.changes. Decoding parses the text again. */
Rikstal__V1__Value *wire_encode_value(const struct ast_value *value, struct arena *arena);
bool wire_decode_change(const Rikstal__V1__Value *message, struct arena *arena,
                        struct ast_value *value, struct err *err) MUST_CHECK;
