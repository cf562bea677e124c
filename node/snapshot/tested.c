/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A gap that meets a stretch begins at most one gap length before it. On level 0 that is
 * GAP_SHORT_MAX bases; on level 1 it is at the start of the chunk at the earliest, because gaps are
 * cut there.
 */
#include "node/snapshot/tested.h"

#include <assert.h>
#include <string.h>

#include "node/snapshot/bits.h"
#include "node/snapshot/snapshot_inside.h"

typedef bool gap_visitor(void *of, const struct gap_run *run, const struct gap *gap,
                         const struct site *site, struct err *err);

static unsigned classes_that_count(const struct segment *segment)
{
    return segment->snapshot->by_assays ? SITE_BIT(SITE_CARRIER)
                                        : SITE_BIT(SITE_CARRIER) | SITE_BIT(SITE_NO_CALL);
}

static uint64_t first_vid(const struct tested_place *place, int level)
{
    uint32_t from = place->start & ~(GAP_LENGTH_MAX - 1);

    if (level == 0)
        from = place->start > GAP_SHORT_MAX ? place->start - GAP_SHORT_MAX : 0;
    return variant_floor(place->assembly, place->chromosome, from);
}

/* The last block of the run whose first vid is at most vid, else the first block. */
static size_t first_block(const struct segment *segment, const struct gap_run *run, uint64_t vid)
{
    size_t from = run->from, to = run->from + run->n;

    while (from < to) {
        size_t middle = (from + to) / 2;

        if (segment->block_first[middle] <= vid)
            from = middle + 1;
        else
            to = middle;
    }
    return from > run->from ? from - 1 : run->from;
}

static bool visit_run(struct segment *segment, const struct gap_run *run,
                      const struct tested_place *place, gap_visitor *visitor, void *of,
                      struct err *err)
{
    uint64_t lo = first_vid(place, run->level);
    uint64_t hi = variant_floor(place->assembly, place->chromosome, place->end + 1);

    for (size_t i = first_block(segment, run, lo); i < run->from + run->n; i++) {
        const struct block *block;

        if (segment->block_first[i] >= hi)
            break;
        block = block_cache_get(segment, i, err);
        if (!block)
            return false;
        for (uint32_t at = block_find(block, lo); at < block_sites(block); at++) {
            struct gap gap;
            struct site site;

            if (block_vids(block)[at] >= hi)
                return true;
            block_site_at(block, at, &site);
            gap = gap_of_vid(site.vid);
            if (gap.end >= place->start && !visitor(of, run, &gap, &site, err))
                return false;
        }
    }
    return true;
}

/*
 * Goes through the gaps that meet the place, for samples of one assay, or of all assays
 * (EVERY_ASSAY).
 */
#define EVERY_ASSAY SIZE_MAX
static bool visit(struct segment *segment, const struct tested_place *place, size_t assay,
                  gap_visitor *visitor, void *of, struct err *err)
{
    if (!segment_need_index(segment, err))
        return false;
    for (size_t i = 0; i < segment->n_gap_runs; i++)
        if ((assay == EVERY_ASSAY || segment->gap_runs[i].assay == assay) &&
            !visit_run(segment, &segment->gap_runs[i], place, visitor, of, err))
            return false;
    return true;
}

/* ---- who ----------------------------------------------------------------------------------------
 */

struct collect {
    const struct segment *segment;
    uint64_t *lost;   /* NULL: not wanted */
    uint64_t *missed; /* as lost, for one assay; NULL: not wanted */
};

static bool collect(void *of, const struct gap_run *run, const struct gap *gap,
                    const struct site *site, struct err *err)
{
    const struct collect *collect = of;
    uint64_t *words = gap_is_loss(gap->reason) ? collect->lost : collect->missed;

    (void)run;
    (void)err;
    if (words)
        site_or(collect->segment, site, classes_that_count(collect->segment), words);
    return true;
}

bool tested_has_gaps(const struct segment *segment)
{
    assert(segment);
    return segment->n_gap_runs > 0;
}

bool tested_lost(struct segment *segment, const struct tested_place *place, uint64_t *words,
                 struct err *err)
{
    struct collect of = {.segment = segment, .lost = words};

    return visit(segment, place, EVERY_ASSAY, collect, &of, err);
}

static bool collect_indel(void *of, const struct gap_run *run, const struct gap *gap,
                          const struct site *site, struct err *err)
{
    return !gap_may_be_indel(gap) || collect(of, run, gap, site, err);
}

bool tested_lost_indel(struct segment *segment, const struct tested_place *place, uint64_t *words,
                       struct err *err)
{
    struct collect of = {.segment = segment, .lost = words};

    return visit(segment, place, EVERY_ASSAY, collect_indel, &of, err);
}

struct uncalled {
    const struct segment *segment;
    uint64_t *words;
};

static bool add_uncalled(void *to, struct site *site, struct err *err)
{
    struct uncalled *of = to;

    (void)err;
    site_or(of->segment, site, SITE_BIT(SITE_NO_CALL), of->words);
    return true;
}

/* ORs into words the persons who were not called at a variant, of whatever ALT, that meets the
 * place.
 */
static bool or_uncalled(struct segment *segment, const struct tested_place *place, uint64_t *words,
                        struct err *err)
{
    uint64_t lo = variant_floor(place->assembly, place->chromosome, place->start);
    struct uncalled of = {segment, words};
    struct sites sites;
    struct site site;

    sites_start(&sites, segment, lo,
                variant_floor(place->assembly, place->chromosome, place->end + 1));
    while (sites_next(&sites, &site, err))
        site_or(segment, &site, SITE_BIT(SITE_NO_CALL), words);
    return !sites.failed && segment_reached(segment, lo, add_uncalled, &of, err);
}

/*
 * ORs into tested the persons of whom an assay covers the start of the place, has no gap there, and
 * who were called wherever a variant meets it; and into lost the persons who have a loss there.
 */
static bool by_assays(struct segment *segment, const struct tested_place *place, uint64_t *tested,
                      uint64_t *lost, struct err *err)
{
    const struct snapshot *snapshot = segment->snapshot;
    uint64_t covered[SEGMENT_WORDS_MAX] = {0}, uncalled[SEGMENT_WORDS_MAX] = {0};
    size_t n_words = segment->persons.n_words;

    for (size_t i = 0; i < snapshot->info.n_assays; i++) {
        uint64_t missed[SEGMENT_WORDS_MAX];
        struct collect of = {.segment = segment, .missed = missed};

        if (!segment->assay_members[i] ||
            !snapshot_assay_covers(snapshot, i, place->assembly, place->chromosome, place->start))
            continue;
        memset(missed, 0, n_words * sizeof(*missed));
        if (!visit(segment, place, i, collect, &of, err))
            return false;
        for (size_t w = 0; w < n_words; w++)
            covered[w] |= segment->assay_members[i][w] & ~missed[w];
    }
    if (!or_uncalled(segment, place, uncalled, err))
        return false;
    for (size_t w = 0; w < n_words; w++)
        tested[w] |= covered[w] & ~uncalled[w];
    return tested_lost(segment, place, lost, err);
}

bool tested_at_place(struct segment *segment, const struct tested_place *place, uint64_t *words,
                     struct err *err)
{
    assert(segment);
    uint64_t tested[SEGMENT_WORDS_MAX] = {0}, lost[SEGMENT_WORDS_MAX] = {0};

    if (!by_assays(segment, place, tested, lost, err))
        return false;
    for (size_t w = 0; w < segment->persons.n_words; w++)
        words[w] |= tested[w] & ~lost[w];
    return true;
}

/* Uses the files that list the site: adds their members. */
static void judge_by_files(const struct segment *segment, const struct site *site, uint64_t *tested)
{
    for (uint16_t i = 0; i < site->n_callsets; i++) {
        const uint64_t *members = segment->callset_members[site->callsets[i]];

        if (members)
            bits_or(tested, (const uint8_t *)members, segment->persons.n_words);
    }
    site_or(segment, site, SITE_BIT(SITE_REF), tested);
}

static bool judge(struct segment *segment, struct site *site, bool assays, uint64_t *words,
                  struct err *err)
{
    uint64_t tested[SEGMENT_WORDS_MAX] = {0}, lost[SEGMENT_WORDS_MAX] = {0};
    uint64_t carriers[SEGMENT_WORDS_MAX] = {0}, drops = segment->snapshot->cache.drops;
    struct tested_place place = {vid_assembly(site->vid), vid_chromosome(site->vid),
                                 vid_position(site->vid), 0};
    bool found = true;

    if (!segment->snapshot->by_assays)
        judge_by_files(segment, site, tested);
    site_or(segment, site, SITE_BIT(SITE_NO_CALL), lost);
    site_or(segment, site, SITE_CARRIERS, carriers);
    if (!segment_vid_end(segment, site->vid, &place.end, err) ||
        !(assays ? by_assays(segment, &place, tested, lost, err)
                 : tested_lost(segment, &place, lost, err)))
        return false;
    for (size_t w = 0; w < segment->persons.n_words; w++)
        words[w] |= (tested[w] & ~lost[w]) | carriers[w];
    /* reading gaps may have dropped the site's block from the cache */
    return drops == segment->snapshot->cache.drops ||
           segment_site(segment, site->vid, &found, site, err);
}

bool tested_at_site(struct segment *segment, struct site *site, uint64_t *words, struct err *err)
{
    return judge(segment, site, true, words, err);
}

bool tested_at_spelling(struct segment *segment, struct site *site, uint64_t *words,
                        struct err *err)
{
    return judge(segment, site, false, words, err);
}

/* ---- how much -----------------------------------------------------------------------------------
 */

struct tested_count {
    const struct segment *segment;
    const struct tested_place *place;
    size_t assay;
    uint32_t *bases;
    bool *any;
};

static bool count(void *of, const struct gap_run *run, const struct gap *gap,
                  const struct site *site, struct err *err)
{
    const struct tested_count *count = of;
    uint64_t who[SEGMENT_WORDS_MAX] = {0};
    struct snapshot_interval both = {gap->start > count->place->start ? gap->start
                                                                      : count->place->start,
                                     gap->end < count->place->end ? gap->end : count->place->end};
    uint32_t bases;

    (void)run;
    (void)err;
    if (gap_is_loss(gap->reason))
        return true;
    bases = (uint32_t)snapshot_assay_bases(count->segment->snapshot, count->assay, gap->assembly,
                                           gap->chromosome, both);
    if (!bases)
        return true;
    *count->any = true;
    site_or(count->segment, site, classes_that_count(count->segment), who);
    for (size_t w = 0; w < count->segment->persons.n_words; w++)
        for (uint64_t left = who[w]; left; left &= left - 1)
            count->bases[w * 64 + (size_t)__builtin_ctzll(left)] += bases;
    return true;
}

bool tested_missed(struct segment *segment, const struct tested_place *place, size_t assay,
                   uint32_t *bases, bool *any, struct err *err)
{
    struct tested_count of = {segment, place, assay, bases, any};

    return visit(segment, place, assay, count, &of, err);
}

static void clear_words(const struct segment *segment, const uint64_t *members, uint64_t *words)
{
    if (members)
        bits_clear(words, (const uint8_t *)members, segment->persons.n_words);
}

void tested_less_whole(const struct segment *segment, size_t assay, uint64_t *words)
{
    assert(segment);
    bool own = segment->snapshot->by_assays;
    uint64_t **lost = segment->gap_whole[own ? GAP_WHOLE_LOSS_OWN : GAP_WHOLE_LOSS];
    uint64_t **missed = segment->gap_whole[own ? GAP_WHOLE_SHARE_OWN : GAP_WHOLE_SHARE];

    for (size_t i = 0; i <= segment->snapshot->info.n_assays; i++)
        clear_words(segment, lost[i], words);
    clear_words(segment, missed[assay], words);
}

/* ---- why ----------------------------------------------------------------------------------------
 */

struct ask {
    const struct segment *segment;
    enum gap_reason reason;
    uint64_t *words;
};

static bool ask(void *of, const struct gap_run *run, const struct gap *gap, const struct site *site,
                struct err *err)
{
    const struct ask *ask = of;

    (void)run;
    (void)err;
    if (gap->reason == ask->reason)
        site_or(ask->segment, site, classes_that_count(ask->segment), ask->words);
    return true;
}

bool tested_gap_reason(struct segment *segment, const struct tested_place *place,
                       enum gap_reason reason, uint64_t *words, struct err *err)
{
    struct ask of = {segment, reason, words};

    return visit(segment, place, EVERY_ASSAY, ask, &of, err);
}
