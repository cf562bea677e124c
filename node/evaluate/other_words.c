/* SPDX-License-Identifier: Apache-2.0 */
#include "node/evaluate/other_words.h"

#include <assert.h>
#include <string.h>

#include "node/evaluate/candidate.h"
#include "node/evaluate/expression.h"
#include "node/evaluate/question_genes.h"
#include "node/snapshot/snapshot.h"
#include "node/store/variant.h"
#include "proto/base/unzeroed.h"

/* Who of the doubted may carry a candidate of which the expression is true, by whatever call. */
static void decide(const struct other_words *of, const struct candidate *candidate,
                   const struct set *doubted)
{
    struct verdict truth = expression_truth(of->root, candidate);
    UNZEROED struct kleene sets;

    if (truth.possible == 0)
        return;
    if (!truth.elsewhere) {
        set_or(of->cannot_tell, doubted);
        return;
    }
    for (unsigned class = SITE_HET; class <= SITE_CARRIER; class ++) {
        expression_sets(of->root, candidate, class, &sets);
        kleene_within(&sets, doubted);
        set_or(of->cannot_tell, &sets.yes);
        set_or(of->cannot_tell, &sets.cannot_tell);
    }
}

/* In each gene of the question whose span it meets, and in none. */
static bool add_change(const struct other_words *of, const struct target *change)
{
    struct candidate seen, candidate = {.gene = GENE_OTHER,
                                        .end = change->end,
                                        .open = true,
                                        .named = of->named,
                                        .af_nano = SITE_AF_UNKNOWN,
                                        .asked = change};
    UNZEROED struct set doubted;
    size_t gene = 0;

    candidate.vid = variant_floor(change->assembly, change->chromosome, change->position);
    memset(of->named, 0, (of->genes->n / 64 + 1) * sizeof(*of->named));
    set_clear(&doubted);
    if (!target_doubted(change, of->segment, &doubted, of->err))
        return false;
    while (candidate_in_span(&candidate, of->genes, of->named, &gene, &seen))
        decide(of, &seen, &doubted);
    decide(of, &candidate, &doubted);
    return true;
}

/*
 * counts: whoever is tested for the whole expression was tested at this part of it, so that nobody
 * else's word stands for it. Recursion is bounded by AST_DEPTH_MAX.
 */
static bool visit(const struct other_words *of, const struct expression *node, bool counts)
{
    uint32_t n_bounded = 0;

    if (node->n_children == 0)
        return counts || node->negated || node->n_targets == 0 ||
               node->targets->kind != TARGET_CHANGE || add_change(of, node->targets);
    for (uint32_t i = 0; i < node->n_children; i++)
        n_bounded += node->children[i]->bounded;
    counts &= n_bounded <= node->n_children - node->at_least + 1;
    for (uint32_t i = 0; i < node->n_children; i++)
        if (!visit(of, node->children[i], counts && node->children[i]->bounded))
            return false;
    return true;
}

bool other_words_run(const struct other_words *of)
{
    assert(of && of->root && of->cannot_tell);
    return visit(of, of->root, true);
}
