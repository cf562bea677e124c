/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tree is walked once to prepare it and once for each segment to run it. Every set is limited
 * to the population at the leaves, so that no complement, undetermined set or result ever has a
 * person outside it.
 *
 * Inside "and" the cheap parts come first: when nobody is left who could meet it, the variants are
 * not looked at in this segment. The result is the same, because in Kleene's logic "and" with a
 * "no" is always "no". An evaluation of fixed work (asked_of.h) must not do that: it would tell, by
 * its time, whether anybody meets the cheap parts.
 */
#include "node/evaluate/criterion.h"

#include <assert.h>
#include <stdlib.h>

#include "node/evaluate/event_criterion.h"
#include "node/evaluate/person_criterion.h"
#include "node/evaluate/variant_criterion.h"
#include "node/snapshot/snapshot.h"
#include "proto/base/arena.h"
#include "proto/query/ast.h"
#include "proto/query/two_hits.h"
#include "proto/query/vocabulary.h"

#define CRITERION_BYTES_MAX (64u << 20)

struct criterion_node {
    enum ast_kind kind;
    const struct ast_node *from;
    uint32_t at_least;
    uint32_t n_children;
    struct criterion_node **children; /* of an "and": those without variants first */
    struct person_criterion *person;
    struct variant_criterion *variant;
    struct event_criterion *event;
    struct criterion_node *next_event;   /* likewise, of events */
    struct criterion_node *next_variant; /* list of all nodes with a variant test, for clearing */
    bool looks_at_variants;
    struct kleene result; /* in the current segment */
    struct set left;      /* "and": persons for whom it is not yet no */
};

struct criterion {
    struct asked_of of;
    struct arena *arena;
    struct criterion_node *root;
    struct criterion_node *variants;
    struct criterion_node *events;
    struct tally tally; /* one is enough: children are evaluated before it is used */
};

static struct criterion_node *make(struct criterion *criterion, const struct ast_node *from,
                                   struct err *err);

static bool make_leaf(struct criterion *criterion, const struct ast_node *from,
                      struct criterion_node *node, struct err *err)
{
    if (from->kind == AST_TEST)
        return person_criterion_new(criterion->of.snapshot, criterion->of.region, from,
                                    criterion->arena, &node->person, err);
    if (event_criterion_is(from)) {
        if (!event_criterion_new(criterion->of.snapshot, from, criterion->arena, &node->event, err))
            return false;
        node->looks_at_variants = event_criterion_has_variant(node->event);
        node->next_event = criterion->events;
        criterion->events = node;
        return true;
    }
    node->looks_at_variants = true;
    if (!variant_criterion_new(criterion->of.snapshot, from, criterion->arena, &node->variant, err))
        return false;
    node->next_variant = criterion->variants;
    criterion->variants = node;
    return true;
}

static bool make_children(struct criterion *criterion, const struct ast_node *from,
                          struct criterion_node *node, struct err *err)
{
    uint32_t front = 0;
    uint32_t back = from->n_children;

    node->children =
        arena_array(criterion->arena, from->n_children, sizeof(struct criterion_node *));
    if (!node->children)
        return err_memory(err);
    for (uint32_t i = 0; i < from->n_children; i++) {
        struct criterion_node *child = make(criterion, from->children[i], err);

        if (!child)
            return false;
        node->looks_at_variants |= child->looks_at_variants;
        node->children[child->looks_at_variants ? --back : front++] = child;
    }
    node->n_children = from->n_children;
    return true;
}

/* A copy of a node, with children of its own. */
static struct ast_node *copy(const struct ast_node *from, struct arena *arena)
{
    struct ast_node *made = arena_alloc(arena, sizeof(*made));

    if (!made)
        return NULL;
    *made = *from;
    made->children = arena_array(arena, from->n_children + 1, sizeof(struct ast_node *));
    if (!made->children)
        return NULL;
    for (uint32_t i = 0; i < from->n_children; i++)
        made->children[i] = from->children[i];
    return made;
}

/* The two hits( ) of one of its genes. */
static struct ast_node *of_one_gene(const struct ast_node *from, uint32_t which,
                                    struct arena *arena)
{
    const struct ast_node *gene = two_hits_gene(from), *inside = from->children[0];
    struct ast_node *one = copy(gene, arena), *made = copy(from, arena), *inner = one;

    if (one && inside != gene)
        inner = copy(inside, arena);
    if (!one || !made || !inner)
        return NULL;
    one->values += which;
    one->n_values = 1;
    for (uint32_t i = 0; inner != one && i < inner->n_children; i++)
        if (inner->children[i] == gene)
            inner->children[i] = one;
    made->children[0] = inner;
    return made;
}

/* Both hits lie in the same gene, so that of several genes it is an `or` of one two hits( ) each.
 */
static bool make_genes(struct criterion *criterion, const struct ast_node *from,
                       struct criterion_node *node, struct err *err)
{
    struct ast_node *either = arena_alloc(criterion->arena, sizeof(*either));

    if (!either)
        return err_memory(err);
    either->kind = node->kind = AST_OR;
    either->children =
        arena_array(criterion->arena, two_hits_gene(from)->n_values, sizeof(struct ast_node *));
    if (!either->children)
        return err_memory(err);
    for (; either->n_children < two_hits_gene(from)->n_values; either->n_children++) {
        struct ast_node *one = of_one_gene(from, either->n_children, criterion->arena);

        if (!one)
            return err_memory(err);
        either->children[either->n_children] = one;
    }
    return make_children(criterion, either, node, err);
}

/* The recursion is at most AST_DEPTH_MAX deep. */
static struct criterion_node *make(struct criterion *criterion, const struct ast_node *from,
                                   struct err *err)
{
    struct criterion_node *node = arena_alloc(criterion->arena, sizeof(*node));
    bool ok;

    if (from->kind == AST_SET) /* its name is for people */
        return make(criterion, from->children[0], err);
    if (!node) {
        (void)err_memory(err);
        return NULL;
    }
    node->kind = from->kind;
    node->from = from;
    node->at_least = from->at_least;
    if (two_hits_is(from) && two_hits_gene(from)->n_values > 1)
        ok = make_genes(criterion, from, node, err);
    else if (from->kind == AST_TEST || from->kind == AST_VARIANT || event_criterion_is(from))
        ok = make_leaf(criterion, from, node, err);
    else
        ok = from->kind == AST_ALL || make_children(criterion, from, node, err);
    return ok ? node : NULL;
}

bool criterion_new(const struct asked_of *of, const struct ast *ast, struct criterion **out,
                   struct err *err)
{
    struct criterion *criterion = calloc(1, sizeof(*criterion));

    assert(of->population && of->limits);
    assert(population_segments(of->population) == snapshot_info(of->snapshot)->n_segments);
    if (!criterion)
        return err_memory(err);
    criterion->of = *of;
    criterion->arena = arena_new(CRITERION_BYTES_MAX);
    if (!criterion->arena)
        (void)err_memory(err);
    else
        criterion->root = make(criterion, ast->root, err);
    if (!criterion->root) {
        criterion_free(criterion);
        return false;
    }
    *out = criterion;
    return true;
}

void criterion_free(struct criterion *criterion)
{
    if (!criterion)
        return;
    for (struct criterion_node *node = criterion->variants; node; node = node->next_variant)
        variant_criterion_clear(node->variant);
    for (struct criterion_node *node = criterion->events; node; node = node->next_event)
        event_criterion_clear(node->event);
    arena_free(criterion->arena);
    free(criterion);
}

/* One segment, and the persons of it in a part of the population. */
struct where {
    size_t segment;
    const struct set *within;
};

static bool run(struct criterion *criterion, struct criterion_node *node, struct where where,
                struct err *err);

static bool run_and(struct criterion *criterion, struct criterion_node *node, struct where where,
                    struct err *err)
{
    bool fixed = criterion->of.fixed_work;
    struct where left = {where.segment, fixed ? where.within : &node->left};

    node->left = *where.within;
    kleene_all(&node->result, where.within);
    for (uint32_t i = 0; i < node->n_children && (fixed || !set_is_empty(&node->left)); i++) {
        struct criterion_node *child = node->children[i];

        if (!run(criterion, child, left, err))
            return false;
        kleene_and(&node->result, &child->result);
        node->left = node->result.yes;
        set_or(&node->left, &node->result.cannot_tell);
    }
    return true;
}

static bool run_counted(struct criterion *criterion, struct criterion_node *node,
                        struct where where, struct err *err)
{
    for (uint32_t i = 0; i < node->n_children; i++)
        if (!run(criterion, node->children[i], where, err))
            return false;
    if (node->kind == AST_OR) {
        node->result = node->children[0]->result;
        for (uint32_t i = 1; i < node->n_children; i++)
            kleene_or(&node->result, &node->children[i]->result);
        return true;
    }
    tally_clear(&criterion->tally);
    for (uint32_t i = 0; i < node->n_children; i++)
        tally_add(&criterion->tally, &node->children[i]->result);
    tally_at_least(&criterion->tally, node->at_least, &node->result);
    return true;
}

/* Where the variants are that a variant( ) asks for: NULL where nobody has a sample of any. */
static struct segment *segment_of(const struct criterion *criterion, const struct ast_node *variant,
                                  struct where where, bool somatic)
{
    struct segment *segment = snapshot_segment(criterion->of.snapshot, where.segment);

    if (somatic)
        segment = segment_tumour(segment);
    if (segment && vocabulary_structural(variant->children[0]))
        segment = segment_structural(segment);
    return segment;
}

/* Who carries such a variant of the germline, or of tumours (somatic). */
static bool run_origin(struct criterion *criterion, struct criterion_node *node, struct where where,
                       bool somatic, struct kleene *out, struct err *err)
{
    struct segment *segment = segment_of(criterion, node->from, where, somatic);

    if (segment)
        return variant_criterion_run(node->variant, segment, where.within, &criterion->of, out,
                                     err);
    kleene_none(out); /* nobody has such a sample, so nobody was tested */
    out->cannot_tell = *where.within;
    return true;
}

/* Adds who has a sample of the germline, or of a tumour, of what a variant( ) asks for. */
static void add_sampled(struct criterion *criterion, const struct ast_node *variant,
                        struct where where, bool somatic, struct set *out)
{
    struct segment *segment = segment_of(criterion, variant, where, somatic);
    const uint64_t *sampled;

    if (!segment)
        return;
    sampled = segment_sampled(segment);
    for (size_t w = 0; w < segment_persons(segment)->n_words; w++)
        out->words[w] |= sampled[w];
}

/* Where somebody of the segment has a sample of a tumour; tumours are asked of who has one. */
static bool run_either(struct criterion *criterion, struct criterion_node *node, struct where where,
                       struct err *err)
{
    struct kleene somatic;
    struct set sampled;

    if (!run_origin(criterion, node, where, true, &somatic, err) ||
        !run_origin(criterion, node, where, false, &node->result, err))
        return false;
    set_clear(&sampled);
    add_sampled(criterion, node->from, where, true, &sampled);
    set_and(&somatic.cannot_tell, &sampled);
    kleene_or(&node->result, &somatic);
    return true;
}

/*
 * Without a word of origin a call of either counts. The germline is asked of everybody, and tumours
 * of who has a sample of one (decisions/002-origin.md).
 */
static bool run_variant(struct criterion *criterion, struct criterion_node *node,
                        struct where where, struct err *err)
{
    enum origin origin = node->from->origin;

    if (origin != ORIGIN_ANY)
        return run_origin(criterion, node, where, origin == ORIGIN_SOMATIC, &node->result, err);
    if (segment_tumour(snapshot_segment(criterion->of.snapshot, where.segment)))
        return run_either(criterion, node, where, err);
    return run_origin(criterion, node, where, false, &node->result, err);
}

static bool run_leaf(struct criterion *criterion, struct criterion_node *node, struct where where,
                     struct err *err)
{
    struct segment *segment = snapshot_segment(criterion->of.snapshot, where.segment);

    if (node->event) {
        if (!event_criterion_run(node->event, segment, &criterion->of, where.within, &node->result,
                                 err))
            return false;
    } else if (node->variant ? !run_variant(criterion, node, where, err)
                             : !person_criterion_run(node->person, segment, &node->result, err))
        return false;
    kleene_within(&node->result, where.within);
    return true;
}

/* The variant( ) inside tested( ), perhaps by the name of a set. */
static const struct ast_node *variant_inside(const struct ast_node *node)
{
    while (node->kind != AST_VARIANT)
        node = node->children[0];
    return node;
}

/*
 * Yes where the child is told; no for who has no sample of the origin at all, as nothing that gets
 * known about samples makes one; else it cannot be told, because what was lost may have been what
 * judged it.
 */
static bool run_tested(struct criterion *criterion, struct criterion_node *node, struct where where,
                       struct err *err)
{
    const struct ast_node *variant = variant_inside(node->from->children[0]);
    struct set sampled;

    if (!run(criterion, node->children[0], where, err))
        return false;
    set_clear(&sampled);
    if (variant->origin != ORIGIN_SOMATIC)
        add_sampled(criterion, variant, where, false, &sampled);
    if (variant->origin != ORIGIN_GERMLINE)
        add_sampled(criterion, variant, where, true, &sampled);
    node->result.yes = *where.within;
    node->result.cannot_tell = node->children[0]->result.cannot_tell;
    set_minus(&node->result.yes, &node->result.cannot_tell);
    set_and(&node->result.cannot_tell, &sampled);
    return true;
}

static bool run(struct criterion *criterion, struct criterion_node *node, struct where where,
                struct err *err)
{
    switch (node->kind) {
    case AST_ALL:
        kleene_all(&node->result, where.within);
        return true;
    case AST_AND:
        return run_and(criterion, node, where, err);
    case AST_OR:
    case AST_AT_LEAST:
        return run_counted(criterion, node, where, err);
    case AST_NOT:
        if (!run(criterion, node->children[0], where, err))
            return false;
        node->result = node->children[0]->result;
        kleene_not(&node->result, where.within);
        return true;
    case AST_TESTED:
        return run_tested(criterion, node, where, err);
    default:
        return run_leaf(criterion, node, where, err);
    }
}

bool criterion_run(struct criterion *criterion, size_t segment, struct kleene *out, struct err *err)
{
    assert(criterion);
    struct where where = {segment, population_of(criterion->of.population, segment)};

    if (!limits_check(criterion->of.limits, err) || !run(criterion, criterion->root, where, err))
        return false;
    *out = criterion->root->result;
    return true;
}

/* Recursion is bounded by AST_DEPTH_MAX. */
static bool visit(const struct criterion_node *node, criterion_leaf *visitor, void *of)
{
    if (node->person || node->variant || node->event)
        return visitor(of, node->from, node->variant, &node->result);
    for (uint32_t i = 0; i < node->n_children; i++)
        if (!visit(node->children[i], visitor, of))
            return false;
    return true;
}

bool criterion_leaves(const struct criterion *criterion, criterion_leaf *visitor, void *of)
{
    assert(criterion);
    return visit(criterion->root, visitor, of);
}
