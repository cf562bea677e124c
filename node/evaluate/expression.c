/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a tree of the question becomes an expression: every "not" is carried down to the tests (the
 * complement of "at least n of k" is "at least k - n + 1 of k" of the complements), and tests of a
 * place with several values become one leaf a value.
 *
 * Who is tested: for a test of a target, who was tested at that target. For "at least n of k": a
 * person is safe when no n of the parts could all be true of a variant that nobody looked for. With
 * r parts that name targets and u = k - r that do not, that is: at least min(r, k - n + 1) of the r
 * are tested, and, when n parts can be met without naming any target, the whole genome is tested.
 */
#include "node/evaluate/expression.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "node/evaluate/question_genes.h"
#include "node/snapshot/snapshot.h"
#include "node/terms/gene_names.h"
#include "proto/base/arena.h"
#include "proto/base/unzeroed.h"
#include "proto/query/ast.h"
#include "proto/query/vocabulary.h"

#define ASSEMBLIES (1u << VARIANT_GRCH37 | 1u << VARIANT_GRCH38)

/* What is needed to make the expressions of one variant( ). */
struct maker {
    struct snapshot *snapshot;
    struct arena *arena;
    struct question_genes *genes;
    struct err *err;
};

static struct expression *make_node(struct maker *maker)
{
    struct expression *node = arena_alloc(maker->arena, sizeof(*node));

    if (node)
        node->tested = arena_alloc(maker->arena, sizeof(*node->tested));
    if (!node || !node->tested) {
        (void)err_memory(maker->err);
        return NULL;
    }
    return node;
}

static struct expression *make_inner(struct maker *maker, uint32_t at_least, uint32_t n_children)
{
    struct expression *node = make_node(maker);

    if (!node)
        return NULL;
    node->at_least = at_least;
    node->n_children = n_children;
    node->children = arena_array(maker->arena, n_children, sizeof(struct expression *));
    if (!node->children) {
        (void)err_memory(maker->err);
        return NULL;
    }
    return node;
}

/* Every way of meeting it needs one of the bounded children. */
static void settle_bounds(struct expression *node)
{
    uint32_t n_bounded = 0;
    bool gene_only = true;
    bool gene_only_child = false;

    for (uint32_t i = 0; i < node->n_children; i++) {
        if (!node->children[i]->bounded)
            continue;
        n_bounded++;
        gene_only &= node->children[i]->gene_only;
        gene_only_child |= node->children[i]->gene_only;
    }
    node->bounded = n_bounded > 0 && node->n_children - n_bounded < node->at_least;
    if (node->at_least == node->n_children)
        gene_only = gene_only_child; /* of an "and", one child that bounds it is enough */
    node->gene_only = node->bounded && gene_only;
    node->genes_span = ASSEMBLIES;
    for (uint32_t i = 0; i < node->n_children; i++) {
        node->spans |= node->children[i]->spans;
        node->genes_span &= node->children[i]->genes_span;
    }
}

static unsigned assemblies_of(const struct target *target)
{
    unsigned bits = 0;

    for (size_t i = 0; i < target->n_ranges; i++)
        bits |= 1u << vid_assembly(target->ranges[i].lo);
    return bits;
}

/* The targets are known. */
static void settle_leaf(struct expression *leaf)
{
    leaf->bounded = !leaf->negated;
    leaf->genes_span = ASSEMBLIES;
    for (size_t i = 0; i < leaf->n_targets; i++) {
        leaf->spans |= assemblies_of(&leaf->targets[i]);
        if (leaf->genes)
            leaf->genes_span &= assemblies_of(&leaf->targets[i]);
    }
    leaf->gene_only = leaf->bounded && leaf->genes;
}

static struct expression *make_gene_leaf(struct maker *maker, const struct ast_node *test,
                                         bool negated)
{
    struct expression *leaf = make_node(maker);

    if (!leaf)
        return NULL;
    leaf->test = test;
    leaf->negated = negated;
    leaf->genes = arena_array(maker->arena, (maker->genes->n + 63) / 64, sizeof(uint64_t));
    leaf->targets = arena_array(maker->arena, test->n_values, sizeof(struct target));
    leaf->target_genes = arena_array(maker->arena, test->n_values, sizeof(uint32_t));
    if (!leaf->genes || !leaf->targets || !leaf->target_genes) {
        (void)err_memory(maker->err);
        return NULL;
    }
    for (uint32_t i = 0; i < test->n_values; i++) {
        struct gene_name name;
        int gene;

        if (!snapshot_gene_name(maker->snapshot, test->values[i].text, &name, maker->err))
            return NULL;
        gene = question_genes_find(maker->genes, name.key);
        leaf->genes[gene / 64] |= UINT64_C(1) << (gene % 64);
        leaf->target_genes[leaf->n_targets] = (uint32_t)gene;
        leaf->targets[leaf->n_targets++] = maker->genes->targets[gene];
    }
    settle_leaf(leaf);
    return leaf;
}

static struct expression *make_place_leaf(struct maker *maker, const struct ast_node *test,
                                          uint32_t value, bool negated)
{
    struct expression *leaf = make_node(maker);

    if (!leaf)
        return NULL;
    leaf->test = test;
    leaf->negated = negated;
    leaf->targets = arena_alloc(maker->arena, sizeof(struct target));
    if (!leaf->targets) {
        (void)err_memory(maker->err);
        return NULL;
    }
    if (!target_of_value(maker->snapshot, &test->values[value], maker->arena, leaf->targets,
                         maker->err))
        return NULL;
    leaf->n_targets = 1;
    if (negated && leaf->targets->kind == TARGET_CHANGE &&
        (leaf->targets->ref[1] || leaf->targets->alt[1])) {
        leaf->doubted = arena_alloc(maker->arena, sizeof(*leaf->doubted));
        if (!leaf->doubted) {
            (void)err_memory(maker->err);
            return NULL;
        }
    }
    settle_leaf(leaf);
    return leaf;
}

static struct expression *make_test(struct maker *maker, const struct ast_node *test, bool negated)
{
    struct expression *node;

    if (test->field == FIELD_GENE)
        return make_gene_leaf(maker, test, negated);
    if ((test->field == FIELD_LOCUS || test->field == FIELD_CHANGE) && test->n_values > 1) {
        node = make_inner(maker, negated ? test->n_values : 1, test->n_values);
        for (uint32_t i = 0; node && i < test->n_values; i++) {
            node->children[i] = make_place_leaf(maker, test, i, negated);
            if (!node->children[i])
                return NULL;
        }
        if (node)
            settle_bounds(node);
        return node;
    }
    if (test->field == FIELD_LOCUS || test->field == FIELD_CHANGE)
        return make_place_leaf(maker, test, 0, negated);
    if (test->field != FIELD_AF && test->field != FIELD_VAF && test->field != FIELD_ZYGOSITY &&
        test->field != FIELD_CONSEQUENCE && test->field != FIELD_CLINVAR &&
        !vocabulary_field_is_structural(test->field)) {
        (void)err_set(maker->err, ERR_INTERNAL, "a test on a person stands inside variant( )");
        return NULL;
    }
    node = make_node(maker);
    if (!node)
        return NULL;
    node->test = test;
    node->negated = negated;
    node->genes_span = ASSEMBLIES;
    if (vocabulary_fields[test->field].form == FORM_WORD)
        node->mask = vocabulary_test_mask(test);
    return node;
}

/* Recursion is bounded by AST_DEPTH_MAX. */
static struct expression *make(struct maker *maker, const struct ast_node *from, bool negated)
{
    struct expression *node;
    uint32_t n = from->n_children;
    uint32_t at_least;

    switch (from->kind) {
    case AST_TEST:
        return make_test(maker, from, negated);
    case AST_NOT:
        return make(maker, from->children[0], !negated);
    case AST_ALL:
        node = make_node(maker);
        if (node) {
            node->negated = negated;
            node->genes_span = ASSEMBLIES;
        }
        return node;
    case AST_AND:
    case AST_OR:
    case AST_AT_LEAST:
        at_least = from->kind == AST_AND ? n : from->kind == AST_OR ? 1 : from->at_least;
        assert(at_least >= 1 && at_least <= n);
        node = make_inner(maker, negated ? n - at_least + 1 : at_least, n);
        for (uint32_t i = 0; node && i < n; i++) {
            node->children[i] = make(maker, from->children[i], negated);
            if (!node->children[i])
                return NULL;
        }
        if (node)
            settle_bounds(node);
        return node;
    default:
        (void)err_set(maker->err, ERR_INTERNAL, "variant( ) stands inside variant( )");
        return NULL;
    }
}

bool expression_new(struct snapshot *snapshot, const struct ast_node *inner, struct arena *arena,
                    struct question_genes *genes, struct expression **out, struct err *err)
{
    struct maker maker = {snapshot, arena, genes, err};

    if (!question_genes_gather(snapshot, inner, arena, genes, err))
        return false;
    *out = make(&maker, inner, false);
    return *out != NULL;
}

bool expression_reads_notes(const struct expression *expression)
{
    if (expression->test)
        return expression->test->field == FIELD_GENE ||
               expression->test->field == FIELD_CONSEQUENCE ||
               expression->test->field == FIELD_CLINVAR;
    for (uint32_t i = 0; i < expression->n_children; i++)
        if (expression_reads_notes(expression->children[i]))
            return true;
    return false;
}

bool expression_reads_fractions(const struct expression *expression)
{
    if (expression->test)
        return expression->test->field == FIELD_VAF;
    for (uint32_t i = 0; i < expression->n_children; i++)
        if (expression_reads_fractions(expression->children[i]))
            return true;
    return false;
}

bool expression_reads_places(const struct expression *expression)
{
    if (expression->n_targets > 0)
        return true;
    for (uint32_t i = 0; i < expression->n_children; i++)
        if (expression_reads_places(expression->children[i]))
            return true;
    return false;
}

static const struct verdict truth_yes = {CLASSES_ALL, CLASSES_ALL, false};
static const struct verdict truth_unknown = {0, CLASSES_ALL, false};
static const struct verdict truth_elsewhere = {0, CLASSES_ALL, true};
static const struct verdict truth_no = {0, 0, false};

static bool has_bit(const uint64_t *bits, uint32_t i)
{
    return bits && bits[i / 64] >> (i % 64) & 1;
}

/*
 * In a gene as the candidate says. An open one lies in no gene whose span does not meet it, where
 * the span is known; and it is seen in those that are named, or met, as other candidates: in one of
 * them again, with another transcript, or not, which cannot be told of "not in such a one".
 */
static struct verdict gene_truth(const struct expression *leaf, const struct candidate *candidate)
{
    bool unreached = false, named = false;

    if (candidate->gene >= 0 && has_bit(leaf->genes, (uint32_t)candidate->gene))
        return truth_yes;
    if (!candidate->open)
        return truth_no;
    for (size_t i = 0; i < leaf->n_targets; i++) {
        if (has_bit(candidate->named, leaf->target_genes[i])) {
            named = true; /* it is seen in this gene as another candidate */
            continue;
        }
        assert(!target_holds(&leaf->targets[i], candidate->vid, candidate->end));
        unreached |= !target_reaches(&leaf->targets[i], candidate->vid);
    }
    if (unreached)
        return truth_elsewhere;
    return named && leaf->negated ? truth_unknown : truth_no;
}

static struct verdict place_truth(const struct expression *leaf, const struct candidate *candidate)
{
    if (candidate_at(candidate, leaf->targets))
        return truth_yes;
    return target_reaches(leaf->targets, candidate->vid) ? truth_no : truth_elsewhere;
}

static struct verdict af_truth(const struct expression *leaf, const struct candidate *candidate)
{
    if (candidate->af_nano == SITE_AF_UNKNOWN)
        return truth_unknown;
    return candidate->af_nano >= leaf->test->low_nano && candidate->af_nano <= leaf->test->high_nano
               ? truth_yes
               : truth_no;
}

static struct verdict consequence_truth(uint64_t asked, uint64_t said)
{
    if (said & asked)
        return truth_yes;
    return !said || said & CONSEQUENCE_UNREAD ? truth_unknown : truth_no;
}

static struct verdict leaf_truth(const struct expression *leaf, const struct candidate *candidate)
{
    if (!leaf->test)
        return truth_yes;
    switch (leaf->test->field) {
    case FIELD_GENE:
        return gene_truth(leaf, candidate);
    case FIELD_LOCUS:
    case FIELD_CHANGE:
        return place_truth(leaf, candidate);
    case FIELD_AF:
        return af_truth(leaf, candidate);
    case FIELD_VAF:
        return verdict_of_share(candidate->fraction, leaf->test->low_nano, leaf->test->high_nano);
    case FIELD_ZYGOSITY:
        return verdict_of_zygosity(leaf->mask);
    case FIELD_CONSEQUENCE:
        return consequence_truth(leaf->mask, candidate->consequences);
    case FIELD_CLINVAR:
        if (candidate->clinvar & leaf->mask)
            return truth_yes;
        return candidate->clinvar & CLINVAR_READ ? truth_no : truth_unknown;
    default:
        assert(false); /* a test on a person stands inside variant( ): make_test() lets none in */
        return truth_no;
    }
}

static struct verdict truth_not(struct verdict truth)
{
    /* Whoever was tested at a target may still carry the variant elsewhere: no dismissal here. */
    return (struct verdict){CLASSES_ALL & ~truth.possible, CLASSES_ALL & ~truth.yes, false};
}

/*
 * Beside a change of more than a base that is not meant, a variant may be a part of it in whoever
 * may have it in other words: leaf_sets() says who.
 */
static bool may_be_part(const struct expression *leaf, const struct candidate *candidate)
{
    return leaf->doubted && !candidate->asked && !candidate_at(candidate, leaf->targets) &&
           target_is_beside(leaf->targets, candidate->vid, candidate->end);
}

static struct verdict leaf_verdict(const struct expression *leaf, const struct candidate *candidate)
{
    if (may_be_part(leaf, candidate))
        return truth_elsewhere;
    return leaf->negated ? truth_not(leaf_truth(leaf, candidate)) : leaf_truth(leaf, candidate);
}

/* The classes that are in at least n of the masks counted in n_in. */
static unsigned reached(const uint32_t n_in[static 4], uint32_t n)
{
    unsigned classes = 0;

    for (unsigned class = 0; class < 4; class ++)
        classes |= (n_in[class] >= n) << class;
    return classes;
}

struct verdict expression_truth(const struct expression *expression,
                                const struct candidate *candidate)
{
    uint32_t yes[4] = {0};
    uint32_t possible[4] = {0};
    struct verdict all = truth_yes;
    struct verdict any = truth_no;
    bool elsewhere = false;

    if (expression->n_children == 0)
        return leaf_verdict(expression, candidate);
    for (uint32_t i = 0; i < expression->n_children; i++) {
        struct verdict truth = expression_truth(expression->children[i], candidate);

        elsewhere |= truth.elsewhere;
        all.yes &= truth.yes;
        all.possible &= truth.possible;
        any.yes |= truth.yes;
        any.possible |= truth.possible;
        for (unsigned class = 0; class < 4; class ++) {
            yes[class] += truth.yes >> class & 1;
            possible[class] += truth.possible >> class & 1;
        }
        if (all.possible == 0 && expression->at_least == expression->n_children)
            return truth_no;
    }
    all.elsewhere = any.elsewhere = elsewhere;
    if (expression->at_least == expression->n_children)
        return all;
    if (expression->at_least == 1)
        return any;
    return (struct verdict){reached(yes, expression->at_least),
                            reached(possible, expression->at_least), elsewhere};
}

/* Who is tested at at least n of the bounded children, of which there are n_bounded. */
static void count_tested(struct expression *node, uint32_t n, uint32_t n_bounded)
{
    UNZEROED struct tally tally;
    UNZEROED struct kleene out;

    if (n == 1 || n == n_bounded) { /* an "or" or an "and" of sets */
        bool first = true;

        for (uint32_t i = 0; i < node->n_children; i++) {
            if (!node->children[i]->bounded)
                continue;
            if (first)
                *node->tested = *node->children[i]->tested;
            else if (n == 1)
                set_or(node->tested, node->children[i]->tested);
            else
                set_and(node->tested, node->children[i]->tested);
            first = false;
        }
        return;
    }
    tally_clear(&tally);
    for (uint32_t i = 0; i < node->n_children; i++)
        if (node->children[i]->bounded) {
            kleene_all(&out, node->children[i]->tested);
            tally_add(&tally, &out);
        }
    tally_at_least(&tally, n, &out);
    *node->tested = out.yes;
}

static bool look_inner(struct expression *node, struct snapshot *snapshot, struct segment *segment,
                       struct err *err)
{
    uint32_t n_bounded = 0;
    uint32_t needed = node->n_children - node->at_least + 1;
    UNZEROED struct set anywhere;

    for (uint32_t i = 0; i < node->n_children; i++) {
        struct expression *child = node->children[i];
        bool counts = child->bounded || child->doubted || child->n_children > 0; /* or nobody's */

        if (counts && !expression_look(child, snapshot, segment, err))
            return false;
        n_bounded += child->bounded;
    }
    if (n_bounded > 0)
        count_tested(node, needed < n_bounded ? needed : n_bounded, n_bounded);
    if (node->bounded)
        return true;
    set_clear(&anywhere);
    target_anywhere_tested(snapshot, segment, &anywhere);
    if (n_bounded > 0)
        set_and(node->tested, &anywhere);
    else
        *node->tested = anywhere;
    return true;
}

bool expression_look(struct expression *expression, struct snapshot *snapshot,
                     struct segment *segment, struct err *err)
{
    UNZEROED struct set one;

    if (expression->n_children > 0)
        return look_inner(expression, snapshot, segment, err);
    set_clear(expression->tested);
    if (expression->doubted) {
        set_clear(expression->doubted);
        if (!target_other_words(expression->targets, segment, expression->doubted, err))
            return false;
    }
    if (!expression->bounded) {
        target_anywhere_tested(snapshot, segment, expression->tested);
        return true;
    }
    for (size_t i = 0; i < expression->n_targets; i++) {
        set_clear(&one);
        if (!target_tested(&expression->targets[i], segment, i == 0 ? expression->tested : &one,
                           err))
            return false;
        if (i > 0)
            set_and(expression->tested, &one);
    }
    return true;
}

void expression_untested(const struct expression *expression, const struct set *population,
                         struct kleene *out)
{
    assert(expression && population && out);
    struct set untested = *population;

    set_minus(&untested, expression->tested);
    set_or(&out->cannot_tell, &untested);
    set_minus(&out->cannot_tell, &out->yes);
}

static void leaf_sets(const struct expression *leaf, const struct candidate *candidate,
                      unsigned class, struct kleene *out)
{
    struct verdict truth = leaf_verdict(leaf, candidate);
    struct set everybody;

    set_first(&everybody, SET_PERSONS_MAX);
    kleene_none(out);
    if (truth.yes >> class & 1)
        out->yes = everybody;
    else if (truth.possible >> class & 1)
        out->cannot_tell = everybody;
    if (truth.elsewhere && leaf->doubted) {
        out->yes = everybody;
        set_minus(&out->yes, leaf->doubted);
        out->cannot_tell = *leaf->doubted;
    } else if (truth.elsewhere)
        set_minus(&out->cannot_tell, leaf->tested);
}

void expression_sets(const struct expression *expression, const struct candidate *candidate,
                     unsigned class, struct kleene *out)
{
    struct tally tally;
    struct kleene child;

    if (expression->n_children == 0) {
        leaf_sets(expression, candidate, class, out);
        return;
    }
    tally_clear(&tally);
    for (uint32_t i = 0; i < expression->n_children; i++) {
        expression_sets(expression->children[i], candidate, class, &child);
        tally_add(&tally, &child);
    }
    tally_at_least(&tally, expression->at_least, out);
}
