#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text to tree: the one parser. What it accepts is complete and checked against the vocabulary;
 * what it does not accept it names, with the place and what to write instead.
 *
 * A mistake in a value does not stop it, so one reading finds several; a mistake in the grammar
 * does. The tree lives in the arena and is in the parser's form:
 * - an `and` never stands directly in an `and`, nor an `or` in an `or`;
 * - bare variant tests have been put into variant( ) (bare.h), so a variant field stands nowhere
 *   else;
 * - the canonical text of the tree (print.h) is itself a question of at most AST_TEXT_MAX bytes,
 *   and parses to an equal tree.
 * Any thread, one arena a thread.
 */
#include <stddef.h>

#include "proto/base/err.h"
#include "proto/query/ast.h"
#include "proto/query/diagnostic.h"

struct arena;

/* On failure found lists what is wrong; found borrows the text. */
bool parse(const char *text, size_t length, struct arena *arena, struct ast *ast,
           struct diagnostics *found) MUST_CHECK;
/* The same, with the first mistake as the error ("error[Q012]: unknown field ..."). */
bool parse_text(const char *text, struct arena *arena, struct ast *ast, struct err *err) MUST_CHECK;
