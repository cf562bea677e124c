/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One function for each measure: a loop over segments or parts that adds to sealed cells. No other
 * copy of the counts is kept.
 */
#include "node/evaluate/evaluate.h"

#include <assert.h>
#include <stdlib.h>

#include "node/evaluate/binned.h"
#include "node/evaluate/breakdown.h"
#include "node/evaluate/criterion.h"
#include "node/evaluate/frequency.h"
#include "node/evaluate/funnel.h"
#include "node/snapshot/snapshot.h"
#include "proto/query/ast.h"

typedef bool evaluate_function(const struct asked_of *of, const struct ast *ast,
                               const struct shape *shape, struct cells *cells, struct err *err);

/* A count, or a share, which also has who is certainly not like this. */
static bool evaluate_count(const struct asked_of *of, const struct ast *ast,
                           const struct shape *shape, struct cells *cells, struct err *err)
{
    struct criterion *criterion;
    struct kleene who;
    bool ok = true;

    if (!criterion_new(of, ast, &criterion, err))
        return false;
    for (size_t i = 0; ok && i < population_segments(of->population); i++) {
        ok = criterion_run(criterion, i, &who, err);
        if (!ok)
            break;
        cells_add(cells, CELL_MATCHED, set_count(&who.yes));
        cells_add(cells, CELL_UNDETERMINED, set_count(&who.cannot_tell));
        if (shape->measure.kind == MEASURE_SHARE)
            cells_add(cells, SHARE_UNMATCHED,
                      (int64_t)set_count(population_of(of->population, i)) - set_count(&who.yes) -
                          set_count(&who.cannot_tell));
    }
    criterion_free(criterion);
    return ok;
}

static void seal(void *cells, uint32_t part, bool matched, bool cannot_tell)
{
    cells_add(cells, COUNT_CELLS * (size_t)part + CELL_MATCHED, matched);
    cells_add(cells, COUNT_CELLS * (size_t)part + CELL_UNDETERMINED, cannot_tell);
}

/* A table whose total is released too, in the cells of one more part. */
struct totalled {
    struct cells *cells;
    uint32_t total;
};

static void seal_with_total(void *into, uint32_t part, bool matched, bool cannot_tell)
{
    const struct totalled *totalled = into;

    seal(totalled->cells, part, matched, cannot_tell);
    seal(totalled->cells, totalled->total, matched, cannot_tell);
}

static bool evaluate_breakdown(const struct asked_of *of, const struct ast *ast,
                               const struct shape *shape, struct cells *cells, struct err *err)
{
    struct totalled totalled = {cells, shape->n_parts};

    if (shape->measure.sigma_total)
        return breakdown_walk(of, ast, &shape->breakdown, seal_with_total, &totalled, err);
    return breakdown_walk(of, ast, &shape->breakdown, seal, cells, err);
}

/* A timeline, a histogram or a curve. */
static bool evaluate_binned(const struct asked_of *of, const struct ast *ast,
                            const struct shape *shape, struct cells *cells, struct err *err)
{
    return binned_walk(of, ast, shape, seal, cells, err);
}

static void seal_genotypes(struct cells *cells, size_t at, const struct genotype_counts *is)
{
    cells_add(cells, at + GENOTYPE_REF, (int64_t)is->ref);
    cells_add(cells, at + GENOTYPE_HET, (int64_t)is->het);
    cells_add(cells, at + GENOTYPE_HOM, (int64_t)is->hom);
    cells_add(cells, at + GENOTYPE_HEMI, (int64_t)is->hemi);
    cells_add(cells, at + GENOTYPE_REF_HAPLOID, (int64_t)is->ref_haploid);
    cells_add(cells, at + GENOTYPE_NOT_COVERED, (int64_t)(is->not_assessed + is->carrier));
}

static bool evaluate_frequency(const struct asked_of *of, const struct ast *ast,
                               const struct shape *shape, struct cells *cells, struct err *err)
{
    struct frequency *frequency;
    bool ok = true;

    if (!frequency_new(of, ast, &frequency, err))
        return false;
    for (size_t i = 0; ok && i < shape->n_parts; i++) {
        struct genotype_counts genotypes;

        ok = frequency_change(frequency, &shape->changes[i], &genotypes, err);
        if (!ok)
            break;
        seal_genotypes(cells, MEASURE_GENOTYPE_CELLS * i, &genotypes);
    }
    frequency_free(frequency);
    return ok;
}

static void seal_funnel(struct cells *cells, const struct funnel *funnel, uint32_t step)
{
    size_t at = (size_t)MEASURE_FUNNEL_CELLS * step;

    cells_add(cells, at + FUNNEL_LAST, funnel_last(funnel, step));
    cells_add(cells, at + FUNNEL_UNDECIDED, funnel_undecided(funnel, step));
}

/* A funnel, and leave_one_out over the same steps. */
static bool evaluate_funnel(const struct asked_of *of, const struct ast *ast,
                            const struct shape *shape, struct cells *cells, struct err *err)
{
    bool is_funnel = shape->measure.kind == MEASURE_FUNNEL;
    struct funnel *funnel;
    bool ok = true;

    if (!funnel_new(of, ast, shape, &funnel, err))
        return false;
    for (size_t i = 0; ok && i < population_segments(of->population); i++) {
        ok = funnel_run(funnel, i, err);
        for (uint32_t step = 0; ok && step < shape->n_parts; step++) {
            if (is_funnel)
                seal_funnel(cells, funnel, step);
            else
                cells_add(cells, step, funnel_gained(funnel, step));
        }
    }
    funnel_free(funnel);
    return ok;
}

/* The criteria of the roles: each borrows its node. */
struct sides {
    struct ast_node node[3];
    struct criterion *criterion[3];
};

static bool sides_new(const struct asked_of *of, const struct ast *ast, const struct shape *shape,
                      struct sides *sides, struct err *err)
{
    uint32_t at = 0;

    for (uint32_t i = 0; i < shape->n_roles; i++) {
        struct ast part = {.root = &sides->node[i], .n_nodes = ast->n_nodes};

        sides->node[i] = shape_step_node(ast->root, at, shape->roles[i].operands);
        if (!criterion_new(of, &part, &sides->criterion[i], err))
            return false;
        at += shape->roles[i].operands;
    }
    return true;
}

/* Persons of `told` who are, or are not, in each of two sets. */
static uint32_t count_of(const struct set *told, const struct set *a, bool in_a,
                         const struct set *b, bool in_b)
{
    struct set left = *told;

    if (in_a)
        set_and(&left, a);
    else
        set_minus(&left, a);
    if (in_b)
        set_and(&left, b);
    else
        set_minus(&left, b);
    return set_count(&left);
}

static bool sides_run(const struct sides *sides, const struct set *population, size_t segment,
                      struct cells *cells, struct err *err)
{
    struct kleene exposure, outcome, among;
    struct set told;
    uint32_t asked;

    kleene_all(&among, population);
    if (!criterion_run(sides->criterion[0], segment, &exposure, err) ||
        !criterion_run(sides->criterion[1], segment, &outcome, err) ||
        (sides->criterion[2] && !criterion_run(sides->criterion[2], segment, &among, err)))
        return false;
    asked = set_count(&among.yes) + set_count(&among.cannot_tell);
    told = among.yes;
    set_minus(&told, &exposure.cannot_tell);
    set_minus(&told, &outcome.cannot_tell);
    for (int i = 0; i < ASSOCIATION_UNTOLD; i++)
        cells_add(cells, (size_t)i,
                  count_of(&told, &exposure.yes, i < ASSOCIATION_UNEXPOSED_WITH, &outcome.yes,
                           i == ASSOCIATION_EXPOSED_WITH || i == ASSOCIATION_UNEXPOSED_WITH));
    cells_add(cells, ASSOCIATION_UNTOLD, (int64_t)asked - set_count(&told));
    return true;
}

static bool evaluate_association(const struct asked_of *of, const struct ast *ast,
                                 const struct shape *shape, struct cells *cells, struct err *err)
{
    struct sides sides = {0};
    bool ok = sides_new(of, ast, shape, &sides, err);

    for (size_t i = 0; ok && i < population_segments(of->population); i++)
        ok = sides_run(&sides, population_of(of->population, i), i, cells, err);
    for (int i = 0; i < 3; i++)
        criterion_free(sides.criterion[i]);
    return ok;
}

static evaluate_function *const functions[] = {
    [MEASURE_COUNT] = evaluate_count,         [MEASURE_BREAKDOWN] = evaluate_breakdown,
    [MEASURE_FREQUENCY] = evaluate_frequency, [MEASURE_FUNNEL] = evaluate_funnel,
    [MEASURE_SHARE] = evaluate_count,         [MEASURE_LEAVE_ONE_OUT] = evaluate_funnel,
    [MEASURE_TIMELINE] = evaluate_binned,     [MEASURE_HISTOGRAM] = evaluate_binned,
    [MEASURE_SURVIVAL] = evaluate_binned,     [MEASURE_ASSOCIATION] = evaluate_association,
};

bool evaluate(const struct asked_of *of, const struct ast *ast, const struct shape *shape,
              struct cells *cells, struct err *err)
{
    size_t kind = shape->measure.kind;

    assert(measure_is_declared(&shape->measure));
    assert(cells_count(cells) == shape->measure.n_cells);
    assert(shape->measure.n_cells ==
           (shape->n_parts + (shape->measure.sigma_total > 0)) * shape->part_cells);
    if (kind >= sizeof(functions) / sizeof(functions[0]) || !functions[kind])
        return err_set(err, ERR_INTERNAL, "the measure %s has no evaluation",
                       measure_name(shape->measure.kind));
    return functions[kind](of, ast, shape, cells, err);
}
