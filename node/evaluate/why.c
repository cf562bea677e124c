/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The question is evaluated as it is; then each of its tests says of whom it could not tell, and
 * why. A reason is looked for among those alone who are undetermined in the end.
 */
#include "node/evaluate/why.h"

#include <assert.h>
#include <string.h>

#include "node/evaluate/criterion.h"
#include "node/evaluate/expression.h"
#include "node/evaluate/variant_criterion.h"
#include "node/snapshot/snapshot.h"
#include "node/snapshot/tested.h"
#include "proto/query/ast.h"
#include "proto/query/place.h"
#include "proto/query/vocabulary.h"

#define CHROMOSOMES 25

static const char *const names[WHY_REASONS] = {[WHY_NOT_COVERED] = "not covered",
                                               [WHY_NO_SAMPLE] = "no sample",
                                               [WHY_VARIANT] = "variant not known",
                                               [WHY_NOT_RECORDED] = "not recorded",
                                               [WHY_NOT_DELIVERED] = "not delivered"};

const char *why_name(enum why_reason reason)
{
    if ((unsigned)reason < GAP_REASONS)
        return gap_reason_name((enum gap_reason)reason);
    return (unsigned)reason < WHY_REASONS ? names[reason] : NULL;
}

/* One segment: who is undetermined, and who has which reason. */
struct reasons {
    struct segment *segment; /* of a somatic variant( ) the tumours'; NULL: there are none */
    struct set undetermined;
    struct set who[WHY_REASONS];
    struct err *err;
};

/* Those of whom a test could not tell, and who are undetermined in the end. */
static struct set doubted(const struct reasons *reasons, const struct kleene *result)
{
    struct set who = result->cannot_tell;

    set_and(&who, &reasons->undetermined);
    return who;
}

static void add(struct reasons *reasons, unsigned reason, const struct set *who,
                const struct set *among)
{
    struct set both = *who;

    set_and(&both, among);
    set_or(&reasons->who[reason], &both);
}

/* ---- variants -----------------------------------------------------------------------------------
 */

static bool add_uncalled(struct reasons *reasons, const struct tested_place *place,
                         const struct set *among)
{
    struct set uncalled;
    struct sites sites;
    struct site site;

    set_clear(&uncalled);
    sites_start(&sites, reasons->segment,
                variant_floor(place->assembly, place->chromosome, place->start),
                variant_floor(place->assembly, place->chromosome, place->end + 1));
    while (sites_next(&sites, &site, reasons->err))
        site_or(reasons->segment, &site, SITE_BIT(SITE_NO_CALL), uncalled.words);
    add(reasons, GAP_NOT_CALLED, &uncalled, among);
    return !sites.failed;
}

static bool add_place(struct reasons *reasons, const struct tested_place *place,
                      const struct set *among)
{
    for (unsigned reason = 0; reason < GAP_REASONS; reason++) {
        struct set who;

        set_clear(&who);
        if (!tested_gap_reason(reasons->segment, place, (enum gap_reason)reason, who.words,
                               reasons->err))
            return false;
        add(reasons, reason, &who, among);
    }
    return add_uncalled(reasons, place, among);
}

static bool add_genome(struct reasons *reasons, const struct set *among)
{
    for (uint8_t assembly = VARIANT_GRCH37; assembly <= VARIANT_GRCH38; assembly++)
        for (uint8_t chromosome = 1; chromosome <= CHROMOSOMES; chromosome++) {
            uint32_t end = place_chromosome_length((enum ast_assembly)assembly, chromosome);
            struct tested_place whole = {assembly, chromosome, 1, end};

            if (!add_place(reasons, &whole, among))
                return false;
        }
    return true;
}

static bool add_target(struct reasons *reasons, const struct target *target,
                       const struct set *among)
{
    struct tested_place place = {target->assembly, target->chromosome, target->position,
                                 target->end};

    if (target->kind == TARGET_CHANGE)
        return add_place(reasons, &place, among);
    for (size_t i = 0; i < target->n_ranges; i++) {
        place = target_place(&target->ranges[i]);
        if (!add_place(reasons, &place, among))
            return false;
    }
    return true;
}

/* The places that a test names, wherever it stands; one that names none looks at the genome. */
static bool add_places(struct reasons *reasons, const struct expression *expression, bool *any,
                       const struct set *among)
{
    for (size_t i = 0; i < expression->n_targets; i++) {
        *any = true;
        if (!add_target(reasons, &expression->targets[i], among))
            return false;
    }
    for (uint32_t i = 0; i < expression->n_children; i++)
        if (!add_places(reasons, expression->children[i], any, among))
            return false;
    return true;
}

static bool add_variant(struct reasons *reasons, const struct variant_criterion *test,
                        const struct kleene *result)
{
    const struct expression *root = variant_criterion_root(test);
    const uint64_t *sampled;
    struct set among = doubted(reasons, result), without, untested;
    bool any = false;

    if (set_is_empty(&among))
        return true;
    if (!reasons->segment) { /* nobody has a tumour's sample */
        set_or(&reasons->who[WHY_NO_SAMPLE], &among);
        return true;
    }
    sampled = segment_sampled(reasons->segment);
    if (!add_places(reasons, root, &any, &among) ||
        ((!any || !root->bounded) && !add_genome(reasons, &among)))
        return false;
    untested = without = among;
    set_minus(&untested, root->tested);
    for (size_t w = 0; sampled && w < segment_persons(reasons->segment)->n_words; w++)
        without.words[w] &= ~sampled[w];
    set_or(&reasons->who[WHY_NO_SAMPLE], &without);
    set_minus(&untested, &without);
    set_or(&reasons->who[WHY_NOT_COVERED], &untested);
    set_minus(&among, &untested);
    set_minus(&among, &without);
    set_or(&reasons->who[WHY_VARIANT], &among);
    return true;
}

/* ---- a question ---------------------------------------------------------------------------------
 */

static bool is_code(const struct ast_node *test)
{
    return test->n_values > 0 &&
           (test->values[0].kind == VALUE_CODE || test->values[0].kind == VALUE_CODES);
}

static bool add_leaf(void *of, const struct ast_node *node, const struct variant_criterion *variant,
                     const struct kleene *result)
{
    struct reasons *reasons = of;
    struct segment *persons = reasons->segment;
    struct set among;
    bool ok;

    if (variant) {
        if (node->origin == ORIGIN_SOMATIC)
            reasons->segment = segment_tumour(persons);
        if (reasons->segment && vocabulary_structural(node->children[0]))
            reasons->segment = segment_structural(reasons->segment);
        ok = add_variant(reasons, variant, result);
        reasons->segment = persons;
        return ok;
    }
    among = doubted(reasons, result);
    set_or(&reasons->who[is_code(node) ? WHY_NOT_DELIVERED : WHY_NOT_RECORDED], &among);
    return true;
}

/*
 * A person counts once, by the first reason. Bases that were not looked at do not by themselves
 * explain who is tested all the same: such a reason stands only for who is not covered enough.
 */
static void settle(struct reasons *reasons, struct why *why)
{
    struct set left = reasons->undetermined;

    for (unsigned reason = 0; reason < WHY_REASONS; reason++) {
        struct set who = reasons->who[reason];

        set_and(&who, &left);
        if (reason < GAP_REASONS && !gap_is_loss((enum gap_reason)reason))
            set_and(&who, &reasons->who[WHY_NOT_COVERED]);
        why->persons[reason] += set_count(&who);
        set_minus(&left, &who);
    }
    why->persons[WHY_VARIANT] += set_count(&left);
}

bool why_count(const struct asked_of *of, const struct ast *ast, struct why *out, struct err *err)
{
    assert(of);
    struct asked_of whole = *of;
    struct criterion *criterion;
    struct why why = {0};
    bool ok = true;

    whole.fixed_work = true; /* every test says of everybody what it says */
    if (!criterion_new(&whole, ast, &criterion, err))
        return false;
    for (size_t i = 0; ok && i < population_segments(of->population); i++) {
        struct reasons reasons = {.segment = snapshot_segment(of->snapshot, i), .err = err};
        struct kleene who;

        ok = criterion_run(criterion, i, &who, err);
        reasons.undetermined = who.cannot_tell;
        ok = ok && criterion_leaves(criterion, add_leaf, &reasons);
        if (ok)
            settle(&reasons, &why);
    }
    criterion_free(criterion);
    if (ok)
        *out = why;
    return ok;
}
