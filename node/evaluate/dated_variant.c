/* SPDX-License-Identifier: Apache-2.0 */
#include "node/evaluate/dated_variant.h"

#include <assert.h>

#include "node/evaluate/variant_criterion.h"
#include "node/snapshot/snapshot.h"
#include "node/store/person.h"
#include "proto/base/arena.h"
#include "proto/query/ast.h"

struct dated_variant {
    struct variant_criterion *variant;
    struct kleene found; /* on the day in hand */
};

bool dated_variant_new(struct snapshot *snapshot, const struct ast_node *node, struct arena *arena,
                       struct dated_variant **out, struct err *err)
{
    assert(node && node->kind == AST_VARIANT && node->origin == ORIGIN_SOMATIC && out);
    struct dated_variant *made = arena_alloc(arena, sizeof(*made));

    if (!made)
        return err_memory(err);
    *out = made;
    return variant_criterion_new(snapshot, node, arena, &made->variant, err);
}

static bool give(const struct dated_variant *variant, const struct segment *of_day,
                 const struct dated_taker *to, struct err *err)
{
    const struct segment_persons *persons = segment_persons(of_day);
    const int32_t *taken = segment_taken(of_day);

    for (uint32_t p = 0; p < persons->n; p++) {
        enum dated_said said = set_has(&variant->found.yes, p)           ? DATED_FOUND
                               : set_has(&variant->found.cannot_tell, p) ? DATED_MAY_BE
                                                                         : DATED_ABSENT;

        if (taken[p] != PERSON_NO_DATE && !to->take(to->owner, p, taken[p], said, err))
            return false;
    }
    return true;
}

bool dated_variant_run(struct dated_variant *variant, struct segment *segment,
                       const struct asked_of *of, const struct set *within,
                       const struct dated_taker *to, struct err *err)
{
    assert(variant && segment && of && within && to);
    for (size_t nth = 0; nth < SEGMENT_TAKEN_MAX; nth++) {
        struct segment *of_day = segment_of_day(segment, nth);

        if (of_day &&
            (!limits_rows(of->limits, segment_persons(segment)->n, err) ||
             !variant_criterion_run(variant->variant, of_day, within, of, &variant->found, err) ||
             !give(variant, of_day, to, err)))
            return false;
    }
    return true;
}

void dated_variant_undated(const struct segment *segment, struct set *out)
{
    assert(segment && out);
    const struct segment *tumour = segment_tumour(segment);

    if (tumour)
        segment_undated(tumour, out->words);
}

void dated_variant_clear(struct dated_variant *variant)
{
    if (variant)
        variant_criterion_clear(variant->variant);
}
