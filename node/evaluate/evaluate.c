/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One function for each measure: a loop over segments or parts that says who is in which sealed
 * cell. Nothing is counted here.
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

static void enter(struct cells *cells, size_t i, size_t segment, const struct set *who)
{
    cells_enter(cells, i, &(struct cells_who){segment, who->words, SET_WORDS});
}

/* A count, or a share, which also has who is certainly not like this. */
static bool evaluate_count(const struct asked_of *of, const struct ast *ast,
                           const struct shape *shape, struct cells *cells, struct err *err)
{
    struct criterion *criterion;
    struct set unmatched;
    struct kleene who;
    bool ok = true;

    if (!criterion_new(of, ast, &criterion, err))
        return false;
    for (size_t i = 0; ok && i < population_segments(of->population); i++) {
        ok = criterion_run(criterion, i, &who, err);
        if (!ok)
            break;
        enter(cells, CELL_MATCHED, i, &who.yes);
        enter(cells, CELL_UNDETERMINED, i, &who.cannot_tell);
        if (shape->measure.kind != MEASURE_SHARE)
            continue;
        unmatched = *population_of(of->population, i);
        set_minus(&unmatched, &who.yes);
        set_minus(&unmatched, &who.cannot_tell);
        enter(cells, SHARE_UNMATCHED, i, &unmatched);
    }
    criterion_free(criterion);
    return ok;
}

static void seal_in(struct cells *cells, size_t part, const struct breakdown_person *is)
{
    const struct cells_person person = {is->segment, is->person};

    cells_enter_one(cells, COUNT_CELLS * part + CELL_MATCHED, &person, is->matched);
    cells_enter_one(cells, COUNT_CELLS * part + CELL_UNDETERMINED, &person, is->cannot_tell);
}

static void seal(void *cells, const struct breakdown_person *is)
{
    seal_in(cells, is->part, is);
}

/* A table whose total is released too, in the cells of one more part. */
struct totalled {
    struct cells *cells;
    uint32_t total;
};

static void seal_with_total(void *into, const struct breakdown_person *is)
{
    const struct totalled *totalled = into;

    seal_in(totalled->cells, is->part, is);
    seal_in(totalled->cells, totalled->total, is);
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

/* The cells of one change. */
struct genotype_cells {
    struct cells *cells;
    size_t at;
};

static void seal_genotypes(void *into, size_t segment, const struct genotype_persons *are)
{
    const struct genotype_cells *of = into;
    struct set not_covered = are->not_assessed;

    set_or(&not_covered, &are->carrier);
    enter(of->cells, of->at + GENOTYPE_REF, segment, &are->ref);
    enter(of->cells, of->at + GENOTYPE_HET, segment, &are->het);
    enter(of->cells, of->at + GENOTYPE_HOM, segment, &are->hom);
    enter(of->cells, of->at + GENOTYPE_HEMI, segment, &are->hemi);
    enter(of->cells, of->at + GENOTYPE_REF_HAPLOID, segment, &are->ref_haploid);
    enter(of->cells, of->at + GENOTYPE_NOT_COVERED, segment, &not_covered);
}

static bool evaluate_frequency(const struct asked_of *of, const struct ast *ast,
                               const struct shape *shape, struct cells *cells, struct err *err)
{
    struct frequency *frequency;
    bool ok = true;

    if (!frequency_new(of, ast, &frequency, err))
        return false;
    for (size_t i = 0; ok && i < shape->n_parts; i++) {
        struct genotype_cells into = {cells, MEASURE_GENOTYPE_CELLS * i};

        ok = frequency_persons(frequency, &shape->changes[i], seal_genotypes, &into, err);
    }
    frequency_free(frequency);
    return ok;
}

static void seal_funnel(struct cells *cells, const struct funnel *funnel, size_t segment,
                        uint32_t step)
{
    size_t at = (size_t)MEASURE_FUNNEL_CELLS * step;

    enter(cells, at + FUNNEL_LAST, segment, funnel_last(funnel, step));
    enter(cells, at + FUNNEL_UNDECIDED, segment, funnel_undecided(funnel, step));
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
                seal_funnel(cells, funnel, i, step);
            else
                enter(cells, step, i, funnel_gained(funnel, step));
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
static struct set among_them(const struct set *told, const struct set *a, bool in_a,
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
    return left;
}

static bool sides_run(const struct sides *sides, const struct set *population, size_t segment,
                      struct cells *cells, struct err *err)
{
    struct kleene exposure, outcome, among;
    struct set told, untold;

    kleene_all(&among, population);
    if (!criterion_run(sides->criterion[0], segment, &exposure, err) ||
        !criterion_run(sides->criterion[1], segment, &outcome, err) ||
        (sides->criterion[2] && !criterion_run(sides->criterion[2], segment, &among, err)))
        return false;
    told = among.yes;
    set_minus(&told, &exposure.cannot_tell);
    set_minus(&told, &outcome.cannot_tell);
    untold = among.yes;
    set_or(&untold, &among.cannot_tell);
    set_minus(&untold, &told);
    for (int i = 0; i < ASSOCIATION_UNTOLD; i++) {
        struct set who =
            among_them(&told, &exposure.yes, i < ASSOCIATION_UNEXPOSED_WITH, &outcome.yes,
                       i == ASSOCIATION_EXPOSED_WITH || i == ASSOCIATION_UNEXPOSED_WITH);

        enter(cells, (size_t)i, segment, &who);
    }
    enter(cells, ASSOCIATION_UNTOLD, segment, &untold);
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
