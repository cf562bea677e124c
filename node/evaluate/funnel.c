/* SPDX-License-Identifier: Apache-2.0 */
#include "node/evaluate/funnel.h"

#include <assert.h>
#include <stdlib.h>

#include "node/evaluate/criterion.h"
#include "proto/query/ast.h"

struct funnel_step {
    struct ast_node node; /* the criterion of this step, which borrows the question's operands */
    struct criterion *criterion;
    struct set last;
    struct set undecided;
    struct set gained;
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

/* Of everybody: whether they lack one step or more, and whether more than one. */
static void add_lacked(struct set *lack, struct set *lack_more, const struct set *lacked)
{
    struct set again = *lack;

    set_and(&again, lacked);
    set_or(lack_more, &again);
    set_or(lack, lacked);
}

bool funnel_run(struct funnel *funnel, size_t segment, struct err *err)
{
    assert(funnel);
    struct set certain = *population_of(funnel->of->population, segment);
    struct set possible = certain; /* not ruled out so far */
    struct set lack, lack_more;    /* who does not meet one of the steps so far, or more than one */

    set_clear(&lack);
    set_clear(&lack_more);
    for (uint32_t i = 0; i < funnel->n_steps; i++) {
        struct funnel_step *step = &funnel->step[i];
        struct set before = possible;
        struct kleene who;

        if (!criterion_run(step->criterion, segment, &who, err))
            return false;
        step->gained = *population_of(funnel->of->population, segment);
        set_minus(&step->gained, &who.yes); /* so far: who does not meet this one for certain */
        add_lacked(&lack, &lack_more, &step->gained);
        step->undecided = certain; /* so far: by the steps until this one */
        set_and(&step->undecided, &who.cannot_tell);
        set_and(&certain, &who.yes);
        set_or(&who.yes, &who.cannot_tell);
        set_and(&possible, &who.yes);
        set_minus(&before, &possible);
        if (i > 0)
            funnel->step[i - 1].last = before;
    }
    funnel->step[funnel->n_steps - 1].last = certain;
    set_minus(&lack, &lack_more);
    for (uint32_t i = 0; i < funnel->n_steps; i++)
        set_and(&funnel->step[i].gained, &lack);
    for (uint32_t i = 0; i < funnel->n_steps; i++)
        set_and(&funnel->step[i].undecided, &possible);
    return true;
}

const struct set *funnel_last(const struct funnel *funnel, uint32_t step)
{
    assert(funnel && step < funnel->n_steps);
    return &funnel->step[step].last;
}

const struct set *funnel_gained(const struct funnel *funnel, uint32_t step)
{
    assert(funnel && step < funnel->n_steps);
    return &funnel->step[step].gained;
}

const struct set *funnel_undecided(const struct funnel *funnel, uint32_t step)
{
    assert(funnel && step < funnel->n_steps);
    return &funnel->step[step].undecided;
}
