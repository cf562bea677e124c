/*
 * Each function is a loop over segments that adds to sealed cells. Nothing is kept beside them.
 */
#include "node/evaluate/evaluate.h"

#include <assert.h>
#include <stdlib.h>

#include "node/evaluate/breakdown.h"
#include "node/evaluate/criterion.h"
#include "node/evaluate/frequency.h"
#include "node/snapshot/snapshot.h"
#include "proto/query/ast.h"
#include "proto/query/measure.h"

bool evaluate_count(const struct asked_of *of, const struct ast *ast, struct cells *cells,
                    struct err *err)
{
    struct criterion *criterion;
    struct kleene who;
    bool ok = true;

    assert(cells_count(cells) == 2);
    if (!criterion_new(of, ast, &criterion, err))
        return false;
    for (size_t i = 0; ok && i < population_segments(of->population); i++) {
        ok = criterion_run(criterion, i, &who, err);
        if (ok) {
            cells_add(cells, 0, set_count(&who.yes));
            cells_add(cells, 1, set_count(&who.cannot_tell));
        }
    }
    criterion_free(criterion);
    return ok;
}

static void seal(void *cells, uint32_t part, bool matched)
{
    cells_add(cells, 2 * (size_t)part + !matched, 1);
}

bool evaluate_breakdown(const struct asked_of *of, const struct ast *ast,
                        const struct breakdown *breakdown, struct cells *cells, struct err *err)
{
    assert(cells_count(cells) == 2 * (size_t)breakdown->n_parts);
    return breakdown_walk(of, ast, breakdown, seal, cells, err);
}

static void seal_genotypes(struct cells *cells, size_t at, const struct genotypes *is)
{
    cells_add(cells, at + GENOTYPE_REF, (int64_t)is->ref);
    cells_add(cells, at + GENOTYPE_HET, (int64_t)is->het);
    cells_add(cells, at + GENOTYPE_HOM, (int64_t)is->hom);
    cells_add(cells, at + GENOTYPE_HEMI, (int64_t)is->hemi);
    cells_add(cells, at + GENOTYPE_REF_HAPLOID, (int64_t)is->ref_haploid);
    cells_add(cells, at + GENOTYPE_NOT_COVERED, (int64_t)is->not_assessed);
}

bool evaluate_frequency(const struct asked_of *of, const struct ast *ast,
                        const struct ast_value *changes, size_t n_changes, struct cells *cells,
                        struct err *err)
{
    struct frequency *frequency;
    bool ok = true;

    assert(cells_count(cells) == MEASURE_GENOTYPE_CELLS * n_changes);
    if (!frequency_new(of, ast, &frequency, err))
        return false;
    for (size_t i = 0; ok && i < n_changes; i++) {
        struct genotypes genotypes;

        ok = frequency_change(frequency, &changes[i], &genotypes, err);
        if (!ok)
            break;
        seal_genotypes(cells, MEASURE_GENOTYPE_CELLS * i, &genotypes);
    }
    frequency_free(frequency);
    return ok;
}
