#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tree to text: the canonical text, which parses to an equal tree. Numbers are written as decimals,
 * closed ranges as = <= >= between, and every variant test stands inside variant( ). Any thread.
 */
#include <stdbool.h>

#include "proto/query/ast.h"

struct bytes;

/* Appends the text without line end and NUL. The text of the empty question is empty. */
void print(const struct ast *ast, struct bytes *out);

/* Appends n values of a test, with commas between them. */
void print_values(const struct ast_node *test, uint32_t first, uint32_t n, struct bytes *out);

/*
 * True when both trees are the same question with operands in the same order. Members that only
 * serve printing and the echo (negated, bare, from, to) are ignored.
 */
bool print_same(const struct ast_node *a, const struct ast_node *b);
