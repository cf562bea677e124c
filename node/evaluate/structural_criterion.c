/* SPDX-License-Identifier: Apache-2.0 */
#include "node/evaluate/structural_criterion.h"

#include <assert.h>

#include "node/evaluate/copies.h"
#include "node/evaluate/expression.h"
#include "node/evaluate/limits.h"
#include "node/evaluate/target.h"
#include "node/snapshot/snapshot.h"
#include "node/store/structural.h"
#include "proto/base/number.h"
#include "proto/base/unzeroed.h"
#include "proto/query/ast.h"
#include "proto/query/sv_type.h"
#include "proto/query/vocabulary.h"

/* Bits of classes of carriers: SITE_HET to SITE_CARRIER. */
#define CLASSES SITE_CARRIERS

/* Of which classes of carriers it is true, and of which it may be. */
struct truth {
    unsigned yes;
    unsigned possible;
};

static const struct truth truth_yes = {CLASSES, CLASSES};
static const struct truth truth_no = {0, 0};
static const struct truth truth_unknown = {0, CLASSES};

/* Does the variant meet the stretch, wherever in its intervals it begins and ends? */
static struct truth meets(const struct structural *is, const struct tested_place *place)
{
    if (is->start_first > place->end || is->end_last < place->start)
        return truth_no;
    return is->start_last <= place->end && is->end_first >= place->start ? truth_yes
                                                                         : truth_unknown;
}

static struct truth either(struct truth a, struct truth b)
{
    return (struct truth){a.yes | b.yes, a.possible | b.possible};
}

/* On another assembly, nothing can be said. */
static struct truth target_truth(const struct target *target,
                                 const struct segment_structural *variant)
{
    struct truth truth = truth_no;

    if (!target_reaches(target, variant->vid))
        return truth_unknown;
    for (size_t i = 0; i < target->n_ranges; i++) {
        struct tested_place place = target_place(&target->ranges[i]);

        if (place.assembly == vid_assembly(variant->vid) &&
            place.chromosome == vid_chromosome(variant->vid))
            truth = either(truth, meets(&variant->is, &place));
    }
    return truth;
}

static struct truth places_truth(const struct expression *leaf,
                                 const struct segment_structural *variant)
{
    struct truth truth = truth_no;

    for (size_t i = 0; i < leaf->n_targets; i++)
        truth = either(truth, target_truth(&leaf->targets[i], variant));
    return truth;
}

/* A number of which least and most are known. */
static struct truth range_truth(const struct ast_node *test, uint32_t least, uint32_t most)
{
    int64_t low = least * NUMBER_NANO, high = most * NUMBER_NANO;

    if (high < test->low_nano || low > test->high_nano)
        return truth_no;
    return low >= test->low_nano && high <= test->high_nano ? truth_yes : truth_unknown;
}

static struct truth zygosity_truth(uint64_t mask)
{
    unsigned classes = 0;

    if (mask >> ZYGOSITY_HET & 1)
        classes |= SITE_BIT(SITE_HET);
    if (mask >> ZYGOSITY_HOM & 1)
        classes |= SITE_BIT(SITE_HOM);
    if (mask >> ZYGOSITY_HEMI & 1)
        classes |= SITE_BIT(SITE_HEMI);
    return (struct truth){classes, classes | SITE_BIT(SITE_CARRIER)};
}

static struct truth type_truth(const struct expression *leaf, unsigned type)
{
    switch (sv_type_fits((enum sv_type)type, (unsigned)leaf->mask)) {
    case SV_YES:
        return truth_yes;
    case SV_PERHAPS:
        return truth_unknown;
    case SV_NO:
        break;
    }
    return truth_no;
}

static struct truth leaf_truth(const struct expression *leaf,
                               const struct segment_structural *variant)
{
    const struct structural *is = &variant->is;

    if (!leaf->test)
        return truth_yes;
    switch (leaf->test->field) {
    case FIELD_GENE:
    case FIELD_LOCUS:
        return places_truth(leaf, variant);
    case FIELD_SVTYPE:
        return type_truth(leaf, is->type);
    case FIELD_LENGTH:
        return range_truth(leaf->test, is->length_least, is->length_most);
    case FIELD_COPIES:
        return is->copies == STRUCTURAL_COPIES_UNKNOWN
                   ? truth_unknown
                   : range_truth(leaf->test, is->copies, is->copies);
    case FIELD_ZYGOSITY:
        return zygosity_truth(leaf->mask);
    default: /* not known of structural variants */
        return truth_unknown;
    }
}

/* What is known of a variant of a type alone. */
static struct truth leaf_of_type(const struct expression *leaf, unsigned type)
{
    if (!leaf->test)
        return truth_yes;
    return leaf->test->field == FIELD_SVTYPE ? type_truth(leaf, type) : truth_unknown;
}

/* variant NULL: any of the type. Recursion is bounded by AST_DEPTH_MAX. */
static struct truth truth_of(const struct expression *node,
                             const struct segment_structural *variant, unsigned type)
{
    uint32_t yes[SITE_CARRIER + 1] = {0}, possible[SITE_CARRIER + 1] = {0};
    struct truth all = truth_no;

    if (node->n_children == 0) {
        struct truth truth = variant ? leaf_truth(node, variant) : leaf_of_type(node, type);

        return node->negated ? (struct truth){CLASSES & ~truth.possible, CLASSES & ~truth.yes}
                             : truth;
    }
    for (uint32_t i = 0; i < node->n_children; i++) {
        struct truth truth = truth_of(node->children[i], variant, type);

        for (unsigned class = SITE_HET; class <= SITE_CARRIER; class ++) {
            yes[class] += truth.yes >> class & 1;
            possible[class] += truth.possible >> class & 1;
        }
    }
    for (unsigned class = SITE_HET; class <= SITE_CARRIER; class ++) {
        all.yes |= (unsigned)(yes[class] >= node->at_least) << class;
        all.possible |= (unsigned)(possible[class] >= node->at_least) << class;
    }
    return all;
}

/* The types that a variant of which the expression is true can have. */
static unsigned types_of(const struct expression *root)
{
    unsigned types = 0;

    for (unsigned type = SV_DEL; type < SV_CNV; type++)
        if (truth_of(root, NULL, type).possible)
            types |= SV_BIT(type);
    return types;
}

/* How many copies the persons have, by kind of place: PLOIDY_TWO and after. */
struct by_ploidy {
    struct copies copies[PLOIDY_ONE + 1];
};

/* Adds the carriers whose call means one of these classes in them. */
static void add_carriers(const struct segment *segment, const struct site *site, unsigned classes,
                         const struct copies *copies, struct set *into)
{
    for (int number = 0; number < COPIES_NUMBERS; number++) {
        unsigned calls = copies_calls((enum copies_number)number, classes);
        UNZEROED struct set who;

        set_clear(&who);
        site_or(segment, site, calls, who.words);
        set_and(&who, &copies->who[number]);
        set_or(into, &who);
    }
}

static bool take_all(const struct structural_criterion *of, struct segment *segment,
                     const struct by_ploidy *by, struct kleene *out, struct err *err)
{
    const struct segment_structural *variants;
    struct sites sites;
    struct site site;
    size_t n, i = 0;

    if (!segment_structurals(segment, &variants, &n, err))
        return false;
    sites_start(&sites, segment, 0, UINT64_MAX);
    while (sites_next(&sites, &site, err)) {
        const struct copies *copies = &by->copies[copies_ploidy(site.vid)];
        struct truth truth;

        if (i == n || variants[i].vid != site.vid)
            return err_set(err, ERR_INTERNAL, "the structural variants of a segment are damaged");
        if (!limits_row(of->limits, err))
            return false;
        truth = truth_of(of->root, &variants[i], variants[i].is.type);
        i++;
        add_carriers(segment, &site, truth.yes, copies, &out->yes);
        add_carriers(segment, &site, truth.possible & ~truth.yes, copies, &out->cannot_tell);
    }
    return !sites.failed;
}

bool structural_criterion_run(const struct structural_criterion *of, struct segment *segment,
                              struct kleene *out, struct err *err)
{
    assert(of && segment && out);
    const struct segment_structural *ignored;
    UNZEROED struct by_ploidy by;
    size_t n;

    kleene_none(out);
    for (int ploidy = PLOIDY_TWO; ploidy <= PLOIDY_ONE; ploidy++)
        copies_of(segment_persons(segment), of->population, (enum ploidy)ploidy,
                  &by.copies[ploidy]);
    if (!segment_structurals(segment, &ignored, &n, err) ||
        !segment_judge(segment, types_of(of->root), err) ||
        !expression_look(of->root, of->snapshot, segment, err) ||
        !take_all(of, segment, &by, out, err))
        return false;
    expression_untested(of->root, of->population, out);
    return true;
}
