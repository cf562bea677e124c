/* SPDX-License-Identifier: Apache-2.0 */
#include "node/evaluate/by_person.h"

#include <assert.h>

#include "node/evaluate/copies.h"
#include "node/evaluate/expression.h"
#include "node/store/fraction.h"
#include "proto/base/unzeroed.h"

/* Carriers whose call is of one class, by how many copies they have. */
static void decide_class(const struct by_person *of, const struct candidate *candidate,
                         unsigned class, const struct set *carriers, struct kleene *out)
{
    struct copies copies;
    UNZEROED struct kleene truth;

    copies_of(segment_persons(of->segment), carriers, copies_ploidy(candidate->vid), &copies);
    for (int number = 0; number < COPIES_NUMBERS; number++) {
        if (set_is_empty(&copies.who[number]))
            continue;
        expression_sets(of->root, candidate, copies_class(number, class), &truth);
        kleene_within(&truth, &copies.who[number]);
        set_or(&out->yes, &truth.yes);
        set_or(&out->cannot_tell, &truth.cannot_tell);
    }
}

/* A person who was not called at the site may carry the variant with any number of copies. */
static bool decide_uncalled(const struct by_person *of, const struct candidate *candidate)
{
    UNZEROED struct set uncalled;
    UNZEROED struct kleene any;

    set_clear(&uncalled);
    if (!segment_carriers(
            of->segment, &(struct segment_sought){&candidate->vid, 1, SITE_BIT(SITE_NO_CALL), NULL},
            uncalled.words, of->err))
        return false;
    if (set_is_empty(&uncalled))
        return true;
    kleene_none(&any);
    for (unsigned class = SITE_HET; class <= SITE_CARRIER; class ++)
        decide_class(of, candidate, class, &uncalled, &any);
    set_or(&of->out->cannot_tell, &any.yes);
    set_or(&of->out->cannot_tell, &any.cannot_tell);
    return true;
}

bool by_person_classes(const struct by_person *of, const struct candidate *candidate)
{
    assert(of && candidate);
    UNZEROED struct set carriers;

    for (unsigned class = SITE_HET; class <= SITE_CARRIER; class ++) {
        set_clear(&carriers);
        if (!segment_carriers(of->segment,
                              &(struct segment_sought){&candidate->vid, 1, SITE_BIT(class), NULL},
                              carriers.words, of->err))
            return false;
        if (!set_is_empty(&carriers))
            decide_class(of, candidate, class, &carriers, of->out);
    }
    return decide_uncalled(of, candidate);
}

/* A call whose truth depends on where its person was tested. */
static void decide_one(const struct by_person *of, const struct candidate *candidate,
                       const struct site_fraction *call)
{
    UNZEROED struct set carrier;

    set_clear(&carrier);
    set_put(&carrier, call->person);
    decide_class(of, candidate, call->class, &carrier, of->out);
}

bool by_person_calls(const struct by_person *of, struct candidate *candidate,
                     const struct site *site)
{
    assert(of && candidate && site);
    const struct segment_persons *persons = segment_persons(of->segment);
    enum ploidy ploidy = copies_ploidy(candidate->vid);

    for (size_t i = 0; i < site->n_fractions; i++) {
        struct site_fraction call = site_fraction(site, i);
        struct verdict truth;
        unsigned class;

        if (call.person >= persons->n || call.code > FRACTION_ALL)
            continue;
        candidate->fraction = call.code;
        truth = expression_truth(of->root, candidate);
        if (truth.elsewhere) {
            decide_one(of, candidate, &call);
            continue;
        }
        class = copies_class(copies_number(persons->sex[call.person], ploidy), call.class);
        if (truth.yes >> class & 1)
            set_put(&of->out->yes, call.person);
        else if (truth.possible >> class & 1)
            set_put(&of->out->cannot_tell, call.person);
    }
    candidate->fraction = FRACTION_UNKNOWN;
    return decide_uncalled(of, candidate);
}
