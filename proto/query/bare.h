#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Puts tests of a variant that stand outside variant( ) into one. Private to proto/query.
 *
 * `gene = BRCA1 and consequence in (lof)` means one variant with both properties: read as two
 * variants, it would silently match the wrong persons. The rules:
 * - all bare variant tests that are operands of one `and` go into one variant( ). Their places
 * among the operands do not matter, so the order of operands never changes the meaning;
 * - a bare test elsewhere (alone, under `or`, `not` or `at least`) gets its own variant( );
 * - a question with two possible meanings is refused, never guessed: bare tests beside an operand
 * that has bare tests under `or` or `not` (Q022), a bare != without a positive test beside it
 * (Q023: "no such variant" or "some other variant"?), a field twice in one `and` (Q027: one variant
 * or two?). Writing variant( ) makes each of them clear.
 */
#include "proto/query/ast.h"

struct parser;

/*
 * The tree with every variant test inside a variant( ). NULL when it is refused, which was
 * reported.
 */
struct ast_node *bare_wrap(struct parser *parser, struct ast_node *root);
/*
 * Of a tree with every variant test inside a variant( ): does each ask about small variants alone,
 * or about structural ones alone? Otherwise it is reported (Q035).
 */
bool bare_is_of_one_kind(struct parser *parser, const struct ast_node *root);
