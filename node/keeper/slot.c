/* SPDX-License-Identifier: Apache-2.0 */
#include "node/keeper/slot.h"

#include <assert.h>
#include <stdio.h>

#include "node/snapshot/snapshot.h"
#include "proto/query/ast.h"
#include "proto/query/refusal.h"
#include "proto/query/shape.h"

_Static_assert(WORK_SAMPLE_DAYS == SEGMENT_TAKEN_MAX, "of so many days tumours have segments");

#define CLASS_C_NODES 24 /* a question with more tests and operators is of class C */

struct work_sizes slot_sizes(const struct sizes *sizes, uint64_t segments)
{
    assert(sizes);
    return (struct work_sizes){.segments = segments,
                               .persons = sizes_bound(sizes->persons),
                               .sites = sizes_bound(sizes->sites),
                               .gene = sizes_bound(sizes->gene),
                               .events = sizes_bound(sizes->events),
                               .structural = sizes_bound(sizes->structural),
                               .kinds = sizes->kinds ? sizes_bound(sizes->kinds) : 0};
}

/*
 * By the question's shape alone: a table or a list of changes takes longer than one count, whatever
 * the data.
 */
static enum slot_class least(const struct ast *ast, const struct shape *shape)
{
    if (measure_declaration(shape->measure.kind)->parts != MEASURE_ONE_PART)
        return SLOT_D;
    return ast->n_nodes > CLASS_C_NODES ? SLOT_C : SLOT_B;
}

struct slot slot_of(const struct ast *ast, const struct shape *shape, uint32_t sigma,
                    const struct work_sizes *sizes)
{
    assert(ast && shape && sizes);
    struct slot slot = {.work = work_of(ast, shape, sigma, sizes)};

    slot.fits = outbox_slot_for(slot.work.ns, least(ast, shape), &slot.class);
    return slot;
}

void slot_reason(const struct slot *slot, char reason[static SLOT_REASON_BYTES])
{
    assert(slot && !slot->fits);
    if (slot->work.walks > 0)
        snprintf(reason, SLOT_REASON_BYTES,
                 "it would take longer than the longest answer here may: %u of its variant( ) "
                 "look at every site; name a gene, place or change in them, use frequencies such "
                 "as 0.1%%, 1%%, 5%% or 60%%, or use fewer",
                 slot->work.walks);
    else
        snprintf(reason, SLOT_REASON_BYTES, "%s", refusal_text(REFUSAL_WORK));
}
