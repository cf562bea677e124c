/* SPDX-License-Identifier: Apache-2.0 */
#include "node/evaluate/funnel.h"

#include <assert.h>
#include <stdlib.h>

#include "node/evaluate/criterion.h"
#include "proto/query/ast.h"

struct funnel_step {
    struct ast_node node; /* the criterion of this step, which borrows the question's operands */
    struct criterion *criterion;
    struct set unclear; /* all steps before are met for certain, and this cannot be told */
    uint32_t last;
    uint32_t undecided;
};

struct funnel {
    const struct asked_of *of;
    uint32_t n_steps;
    struct funnel_step step[];
};

bool funnel_new(const struct asked_of *of, const struct ast *ast, const struct shape *shape,
                struct funnel **out, struct err *err)
{
    assert(of && ast && ast->root && shape && shape->steps && shape->n_parts > 0 && out);
    size_t bytes = sizeof(struct funnel) + shape->n_parts * sizeof(struct funnel_step);
    struct funnel *funnel = calloc(1, bytes);
    uint32_t at = 0;

    if (!funnel)
        return err_memory(err);
    funnel->of = of;
    for (uint32_t i = 0; i < shape->n_parts; i++) {
        struct funnel_step *step = &funnel->step[i];
        struct ast part = {.root = &step->node, .n_nodes = ast->n_nodes};

        step->node = shape_step_node(ast->root, at, shape->steps[i].operands);
        if (!criterion_new(of, &part, &step->criterion, err)) {
            funnel_free(funnel);
            return false;
        }
        funnel->n_steps++;
        at += shape->steps[i].operands;
    }
    *out = funnel;
    return true;
}

void funnel_free(struct funnel *funnel)
{
    if (!funnel)
        return;
    for (uint32_t i = 0; i < funnel->n_steps; i++)
        criterion_free(funnel->step[i].criterion);
    free(funnel);
}

bool funnel_run(struct funnel *funnel, size_t segment, struct err *err)
{
    assert(funnel);
    struct set certain = *population_of(funnel->of->population, segment);
    struct set possible = certain; /* not ruled out so far */

    for (uint32_t i = 0; i < funnel->n_steps; i++) {
        struct funnel_step *step = &funnel->step[i];
        uint32_t before = set_count(&possible);
        struct kleene who;

        if (!criterion_run(step->criterion, segment, &who, err))
            return false;
        step->unclear = certain;
        set_and(&step->unclear, &who.cannot_tell);
        set_and(&certain, &who.yes);
        set_or(&who.yes, &who.cannot_tell);
        set_and(&possible, &who.yes);
        if (i > 0)
            funnel->step[i - 1].last = before - set_count(&possible);
    }
    funnel->step[funnel->n_steps - 1].last = set_count(&certain);
    for (uint32_t i = 0; i < funnel->n_steps; i++)
        funnel->step[i].undecided = set_count_and(&funnel->step[i].unclear, &possible);
    return true;
}

uint32_t funnel_last(const struct funnel *funnel, uint32_t step)
{
    assert(funnel && step < funnel->n_steps);
    return funnel->step[step].last;
}

uint32_t funnel_undecided(const struct funnel *funnel, uint32_t step)
{
    assert(funnel && step < funnel->n_steps);
    return funnel->step[step].undecided;
}
