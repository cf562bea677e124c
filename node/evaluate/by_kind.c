/* SPDX-License-Identifier: Apache-2.0 */
#include "node/evaluate/by_kind.h"

#include <assert.h>

#include "node/evaluate/candidate.h"
#include "node/evaluate/copies.h"
#include "node/snapshot/snapshot.h"

#define PLACES (PLOIDY_ONE + 1)

/* Among persons who have this number of copies. */
static void add_among(const struct segment *segment, const struct segment_kind *kind,
                      unsigned calls, const struct set *among, struct set *into)
{
    struct set found;

    set_clear(&found);
    segment_kind_or(segment, kind, calls, found.words);
    set_and(&found, among);
    set_or(into, &found);
}

static void add_by_copies(const struct segment *segment, const struct segment_kind *kind,
                          const struct verdict *truth, const struct copies *copies,
                          struct kleene *out)
{
    for (int number = 0; number < COPIES_NUMBERS; number++) {
        unsigned sure = copies_calls((enum copies_number)number, truth->yes);
        unsigned maybe = copies_calls((enum copies_number)number, truth->possible);
        const struct set *who = &copies->who[number];

        add_among(segment, kind, sure, who, &out->yes);
        add_among(segment, kind, maybe ? maybe | SITE_BIT(SITE_NO_CALL) : 0, who,
                  &out->cannot_tell);
    }
}

bool by_kind_run(const struct by_kind *of, struct segment *segment, struct kleene *out,
                 struct err *err)
{
    assert(of && segment_has_kinds(segment));
    struct copies copies[PLACES];
    const struct segment_kind *kinds;
    size_t n;

    if (!segment_kinds(segment, &kinds, &n, err) || !limits_rows(of->limits, n, err))
        return false;
    for (int place = PLOIDY_X; place < PLACES; place++)
        copies_of(segment_persons(segment), of->population, (enum ploidy)place, &copies[place]);
    for (size_t i = 0; i < n; i++) {
        const struct segment_kind *kind = &kinds[i];
        const struct candidate candidate = {.gene = GENE_OTHER,
                                            .open = true,
                                            .consequences = kind->consequences,
                                            .clinvar = kind->clinvar,
                                            .af_nano = kind->af_nano};
        struct verdict truth;

        if (kind->noted != of->reads_notes)
            continue;
        truth = expression_truth(of->root, &candidate);
        if (kind->place != PLOIDY_TWO && verdict_by_class(&truth)) {
            add_by_copies(segment, kind, &truth, &copies[kind->place], out);
            continue;
        }
        segment_kind_or(segment, kind, truth.yes, out->yes.words);
        if (truth.possible)
            segment_kind_or(segment, kind, (truth.possible & ~truth.yes) | SITE_BIT(SITE_NO_CALL),
                            out->cannot_tell.words);
    }
    return true;
}
