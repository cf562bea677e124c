/* SPDX-License-Identifier: Apache-2.0 */
/* two hits( ): every pair of calls of a person, in each gene by itself. */
#include <assert.h>
#include <string.h>

#include "proto/query/ast.h"
#include "proto/query/two_hits.h"
#include "tests/unit/evaluate/naive.h"

#define INSIDE_MAX 16

/* What stands inside, with one gene alone. */
struct one_gene {
    struct ast_node gene;
    struct ast_node inside;
    struct ast_node *children[INSIDE_MAX];
};

static const struct ast_node *of_one_gene(const struct ast_node *node, uint32_t which,
                                          struct one_gene *one)
{
    const struct ast_node *gene = two_hits_gene(node);

    one->gene = *gene;
    one->gene.values = &gene->values[which];
    one->gene.n_values = 1;
    one->inside = *node->children[0];
    if (node->children[0] == gene)
        return &one->gene;
    assert(one->inside.n_children <= INSIDE_MAX);
    for (uint32_t i = 0; i < one->inside.n_children; i++)
        one->children[i] =
            node->children[0]->children[i] == gene ? &one->gene : node->children[0]->children[i];
    one->inside.children = one->children;
    return &one->inside;
}

static bool is_one_copy(const struct world_person *p, int variant)
{
    return p->genotype[variant] == GENO_HET || p->genotype[variant] == GENO_HEMI;
}

/* Two bases in place of the same one. */
static bool are_in_trans(const struct variant *a, const struct variant *b)
{
    return a->assembly == b->assembly && a->chromosome == b->chromosome &&
           a->chromosome != CHROMOSOME_NONE && a->position == b->position && strlen(a->ref) == 1 &&
           strlen(b->ref) == 1 && strlen(a->alt) == 1 && strlen(b->alt) == 1;
}

static enum value of_pair(const struct world *world, const struct world_person *p,
                          const enum value *hit, int a, int b)
{
    bool het = p->genotype[a] == GENO_HET && p->genotype[b] == GENO_HET;

    if (hit[a] == YES && hit[b] == YES && het &&
        are_in_trans(&world->variants[a].name, &world->variants[b].name))
        return YES;
    return is_one_copy(p, a) && is_one_copy(p, b) ? CANNOT_TELL : NO;
}

static enum value in_gene(const struct world *world, size_t person, const struct ast_node *inside)
{
    const struct world_person *p = &world->persons[person];
    enum value hit[WORLD_VARIANTS] = {NO}, value = NO, one;

    for (int v = 0; v < WORLD_VARIANTS; v++) {
        bool carries = naive_carries(world, person, v);

        if (carries)
            hit[v] = naive_call(world, person, v, inside);
        if (!carries && naive_not_called(world, person, v) &&
            naive_may_call(world, person, v, inside))
            value = value == YES ? YES : CANNOT_TELL;
        if (hit[v] == NO)
            continue;
        one = p->genotype[v] == GENO_HOM ? hit[v] : is_one_copy(p, v) ? NO : CANNOT_TELL;
        for (int other = 0; other < v; other++) {
            enum value pair = hit[other] == NO ? NO : of_pair(world, p, hit, other, v);

            one = one > pair ? one : pair;
        }
        value = value > one ? value : one;
    }
    return value == NO && !naive_question_tested(world, person, inside, false) ? CANNOT_TELL
                                                                               : value;
}

enum value naive_hits(const struct world *world, size_t person, const struct ast_node *node)
{
    enum value value = NO;

    for (uint32_t i = 0; i < two_hits_gene(node)->n_values; i++) {
        struct one_gene one;
        enum value is = in_gene(world, person, of_one_gene(node, i, &one));

        value = value > is ? value : is;
    }
    return value;
}
