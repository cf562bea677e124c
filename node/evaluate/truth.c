/* SPDX-License-Identifier: Apache-2.0 */
#include "node/evaluate/truth.h"

#include <assert.h>

#include "node/evaluate/criterion.h"

bool truth_count(const struct asked_of *of, const struct ast *ast, struct true_count *out,
                 struct err *err)
{
    assert(of);
    struct true_count sum = {0};
    struct criterion *criterion;
    struct kleene who;
    bool ok = true;

    if (!criterion_new(of, ast, &criterion, err))
        return false;
    for (size_t i = 0; ok && i < population_segments(of->population); i++) {
        ok = criterion_run(criterion, i, &who, err);
        if (!ok)
            break;
        sum.matched += set_count(&who.yes);
        sum.undetermined += set_count(&who.cannot_tell);
        sum.persons += set_count(population_of(of->population, i));
    }
    criterion_free(criterion);
    if (ok)
        *out = sum;
    return ok;
}
