/* SPDX-License-Identifier: Apache-2.0 */
#include "node/evaluate/copies.h"

#include <assert.h>

static const enum site_class means[COPIES_NUMBERS][4] = {
    [COPIES_TWO] = {SITE_HET, SITE_HOM, SITE_HEMI, SITE_CARRIER},
    [COPIES_ONE] = {SITE_CARRIER, SITE_HEMI, SITE_HEMI, SITE_CARRIER},
    [COPIES_ONE_OF_MT] = {SITE_HEMI, SITE_HEMI, SITE_HEMI, SITE_HEMI},
    [COPIES_NONE] = {SITE_CARRIER, SITE_CARRIER, SITE_CARRIER, SITE_CARRIER},
    [COPIES_UNKNOWN] = {SITE_CARRIER, SITE_CARRIER, SITE_HEMI, SITE_CARRIER},
};

enum ploidy copies_ploidy(uint64_t vid)
{
    if (vid_chromosome(vid) == CHROMOSOME_NONE)
        return PLOIDY_TWO;
    return ploidy_at((enum ast_assembly)vid_assembly(vid), vid_chromosome(vid), vid_position(vid));
}

enum copies_number copies_number(unsigned sex, enum ploidy ploidy)
{
    if (ploidy == PLOIDY_TWO || ploidy == PLOIDY_ONE)
        return ploidy == PLOIDY_TWO ? COPIES_TWO : COPIES_ONE_OF_MT;
    if (sex == PERSON_MALE)
        return COPIES_ONE;
    if (sex != PERSON_FEMALE)
        return COPIES_UNKNOWN;
    return ploidy == PLOIDY_X ? COPIES_TWO : COPIES_NONE;
}

void copies_of(const struct segment_persons *persons, const struct set *set, enum ploidy ploidy,
               struct copies *copies)
{
    assert(persons && set && copies);
    for (int number = 0; number < COPIES_NUMBERS; number++)
        set_clear(&copies->who[number]);
    if (ploidy == PLOIDY_TWO || ploidy == PLOIDY_ONE) {
        copies->who[copies_number(PERSON_SEX_UNKNOWN, ploidy)] = *set;
        return;
    }
    for (uint32_t p = 0; p < persons->n; p++)
        if (set_has(set, p))
            set_put(&copies->who[copies_number(persons->sex[p], ploidy)], p);
}

enum site_class copies_class(enum copies_number number, enum site_class called)
{
    assert(called <= SITE_CARRIER);
    return means[number][called];
}

unsigned copies_calls(enum copies_number number, unsigned classes)
{
    unsigned calls = 0;

    for (unsigned call = SITE_HET; call <= SITE_CARRIER; call++)
        if (classes & SITE_BIT(copies_class(number, call)))
            calls |= SITE_BIT(call);
    return calls;
}
