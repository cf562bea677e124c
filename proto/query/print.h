#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tree to text: the canonical text, which parses to an equal tree. Numbers are shown as decimals,
 * closed ranges as = <= >= between, and every variant test stands inside variant( ). Any thread.
 */
#include <stdbool.h>

#include "proto/query/ast.h"

struct bytes;

/* Appends; the text has no line end and no NUL. The empty question has no text. */
void print(const struct ast *ast, struct bytes *out);

/* The same question in the same order: what is only for printing and for the echo (negated, bare,
 * from, to) does not count. */
bool ast_equal(const struct ast_node *a, const struct ast_node *b);
