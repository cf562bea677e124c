#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text to tree: the one parser. A tree that it returns is complete and was checked against the
 * vocabulary. For a text that it refuses it reports the place and what to write instead.
 *
 * Parsing continues after a mistake in a value, so one call finds several; it stops at a mistake in
 * the grammar. The tree lives in the arena and has these properties:
 * - an `and` is never a direct operand of an `and`, nor an `or` of an `or`;
 * - bare variant tests were put into variant( ) (bare.h), so a variant field is nowhere else;
 * - the canonical text of the tree (print.h) is itself a question of at most AST_TEXT_MAX bytes,
 *   and parses to an equal tree.
 * Any thread, one arena a thread.
 */
#include <stddef.h>

#include "proto/base/err.h"
#include "proto/query/ast.h"
#include "proto/query/diagnostic.h"

struct arena;
struct named_sets;

/* On failure `found` lists the mistakes; it borrows the text. */
bool parse(const char *text, size_t length, struct arena *arena, struct ast *ast,
           struct diagnostics *found) MUST_CHECK;
/* The same; named sets are found in `sets`. Without it, a question that names one is refused. */
bool parse_with_sets(const char *text, size_t length, const struct named_sets *sets,
                     struct arena *arena, struct ast *ast, struct diagnostics *found) MUST_CHECK;
/* The same, but err gets the first mistake ("error[Q012]: unknown field ..."). */
bool parse_text(const char *text, struct arena *arena, struct ast *ast, struct err *err) MUST_CHECK;
