/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/query/two_hits.h"

#include <assert.h>
#include <stddef.h>

#include "proto/query/ast.h"
#include "proto/query/diagnostic.h"
#include "proto/query/vocabulary.h"

bool two_hits_is(const struct ast_node *node)
{
    assert(node);
    return node->kind == AST_VARIANT && node->at_least == TWO_HITS;
}

static bool is_gene(const struct ast_node *node)
{
    return node->kind == AST_TEST && node->field == FIELD_GENE;
}

/* NULL: no test of genes stands alone inside, or is joined to the others by `and`. */
static const struct ast_node *gene_test(const struct ast_node *inside)
{
    if (is_gene(inside))
        return inside;
    for (uint32_t i = 0; inside->kind == AST_AND && i < inside->n_children; i++)
        if (is_gene(inside->children[i]))
            return inside->children[i];
    return NULL;
}

const struct ast_node *two_hits_gene(const struct ast_node *node)
{
    const struct ast_node *gene;

    assert(node && two_hits_is(node));
    gene = gene_test(node->children[0]);
    assert(gene);
    return gene;
}

/* The first test that is not one of a small variant in this gene. */
static const struct ast_node *misfit(const struct ast_node *node, const struct ast_node *gene)
{
    const struct ast_node *found = NULL;

    if (node->kind == AST_TEST)
        return node == gene || node->field == FIELD_CONSEQUENCE || node->field == FIELD_CLINVAR ||
                       node->field == FIELD_AF || node->field == FIELD_ZYGOSITY
                   ? NULL
                   : node;
    for (uint32_t i = 0; i < node->n_children && !found; i++)
        found = misfit(node->children[i], gene);
    return found;
}

/* Of the tests of one two hits( ). */
static bool stands(struct diagnostics *found, const struct ast_node *node)
{
    const struct ast_node *inside = node->children[0], *gene = gene_test(inside), *other;

    if (!gene) {
        diagnostic_expect(diagnostic_add(found, FAULT_TWO_HITS, node->from, node->to,
                                         "two hits( ) does not name the gene that both lie in"),
                          "two hits(gene = ATM and ...), joined to the other tests by and");
        return false;
    }
    if (gene->n_values > TWO_HITS_GENES_MAX) {
        diagnostic_add(found, FAULT_TWO_HITS, gene->from, gene->to,
                       "two hits( ) names at most %d genes, this one has %u", TWO_HITS_GENES_MAX,
                       gene->n_values);
        return false;
    }
    other = misfit(inside, gene);
    if (!other)
        return true;
    diagnostic_expect(diagnostic_add(found, FAULT_TWO_HITS, other->from, other->to,
                                     "two hits( ) cannot have this test of %s",
                                     vocabulary_fields[other->field].name),
                      "one test of genes, and tests of consequence, clinvar, af and zygosity");
    return false;
}

bool two_hits_stand(struct diagnostics *found, const struct ast_node *root)
{
    assert(found && root);
    if (two_hits_is(root) && !stands(found, root))
        return false;
    for (uint32_t i = 0; i < root->n_children; i++)
        if (!two_hits_stand(found, root->children[i]))
            return false;
    return true;
}
