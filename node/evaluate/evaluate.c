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

bool evaluate_frequency(const struct asked_of *of, const struct ast *ast,
                        const struct ast_value *changes, size_t n_changes, struct cells *cells,
                        struct err *err)
{
    struct frequency *frequency;
    bool ok = true;

    assert(cells_count(cells) == 5 * n_changes);
    if (!frequency_new(of, ast, &frequency, err))
        return false;
    for (size_t i = 0; ok && i < n_changes; i++) {
        struct genotypes genotypes;

        ok = frequency_change(frequency, &changes[i], &genotypes, err);
        if (!ok)
            break;
        cells_add(cells, 5 * i, (int64_t)genotypes.ref);
        cells_add(cells, 5 * i + 1, (int64_t)genotypes.het);
        cells_add(cells, 5 * i + 2, (int64_t)genotypes.hom);
        cells_add(cells, 5 * i + 3, (int64_t)genotypes.hemi);
        cells_add(cells, 5 * i + 4, (int64_t)genotypes.not_assessed);
    }
    frequency_free(frequency);
    return ok;
}
