#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests of a variant that stand outside variant( ), put inside one. Private to proto/query.
 *
 * `gene = BRCA1 and consequence in (lof)` means one variant with both properties: read as two
 * variants it would silently match the wrong persons. The rule:
 * - all bare variant tests that are operands of one `and` go into one variant( ), wherever among
 *   the operands they stand, so the order of operands never changes the meaning;
 * - a bare test elsewhere (alone, under `or`, `not` or `at least`) gets its own variant( );
 * - what could be read in two ways is refused, never guessed: bare tests beside an operand that
 *   holds bare tests under `or` or `not` (Q022), a bare != without a positive test beside it (Q023:
 *   "no such variant" or "some other variant"?), a field twice in one `and` (Q027: one variant or
 *   two?). Writing variant( ) settles each.
 */
#include "proto/query/ast.h"

struct parser;

/* The tree with every variant test inside a variant( ); NULL when refused, which is reported. */
struct ast_node *bare_wrap(struct parser *parser, struct ast_node *root);
