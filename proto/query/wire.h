#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tree on the wire: a postfix list of Op (rikstal.proto), decoded without recursion. A leaf is
 * pushed on the stack, an inner node takes its operands from it. The empty list is the base
 * population.
 *
 * Decoding trusts no list. It rebuilds a tree, prints it, parses the text, and requires that the
 * parsed tree encodes to the same list. So the parser alone decides what a valid question is, and a
 * list never gives a tree that no text could give. Messages live in the arena. Any thread.
 */
#include <stddef.h>

#include "proto/base/err.h"
#include "proto/query/ast.h"
#include "proto/wire/rikstal.pb-c.h"

struct arena;

struct wire_list {
    size_t n;
    Rikstal__V1__Op **ops; /* the array and its length n are those of Question.criterion and
                            * Question.n_criterion */
};

bool wire_encode(const struct ast *ast, struct arena *arena, struct wire_list *list,
                 struct err *err) MUST_CHECK;
bool wire_decode(Rikstal__V1__Op *const *ops, size_t n, struct arena *arena, struct ast *ast,
                 struct err *err) MUST_CHECK;

/* The changes of a frequency question (Question.changes). Decoding parses their text again. */
Rikstal__V1__Value *wire_encode_value(const struct ast_value *value, struct arena *arena);
bool wire_decode_change(const Rikstal__V1__Value *message, struct arena *arena,
                        struct ast_value *value, struct err *err) MUST_CHECK;
