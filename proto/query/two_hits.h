#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * two hits( ) of a question: an AST_VARIANT that asks for both copies of one gene.
 *
 * Its tests are those of variant( ), each of the two hits meets them all. One of them, joined to
 * the others by `and`, names the genes; both hits lie in the same one. Who has them is said in
 * node/evaluate/both_copies.h. Values; any thread.
 */
#include <stdbool.h>

struct ast_node;
struct diagnostics;

#define TWO_HITS 2             /* ast_node.at_least */
#define TWO_HITS_GENES_MAX 100 /* that one two hits( ) may name */

bool two_hits_is(const struct ast_node *node);
/* The test of a two hits( ) that names the genes. */
const struct ast_node *two_hits_gene(const struct ast_node *node);
/* False: a two hits( ) has a test that it cannot have, or names no gene; found says which. */
bool two_hits_stand(struct diagnostics *found, const struct ast_node *root);
