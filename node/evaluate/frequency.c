/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Carriers are counted where they lie, list by list, against the cohort's bits. Who was tested is
 * the expensive part, and the same for thousands of sites in a row: judged by the same joint files,
 * covered by the same assays. So the tested persons of the cohort are counted once for such a run
 * (struct tested), and a site with nothing unusual takes its reference count by subtraction.
 */
#include "node/evaluate/frequency.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "node/snapshot/snapshot.h"
#include "node/store/person.h"
#include "proto/query/ast.h"
#include "proto/query/ploidy.h"

/* Members of the callsets that judged a site, while sites in a row name the same ones. */
struct judged {
    uint16_t callsets[4];
    uint16_t n_callsets;
    bool valid;
    bool everybody;    /* all of the segment who have any sample: nobody else can be tested */
    uint32_t n_cohort; /* those of the cohort */
};

struct part {
    struct segment *segment;
    struct set cohort;
    uint32_t n_cohort;
    uint32_t n_unclear; /* cannot tell whether they belong to the cohort */
    bool by_assays;     /* a file's list of sites tells nothing */
    struct judged judged;
    struct sites sites;
    struct site site;
    bool there; /* site is the next one of the walk */
};

struct frequency {
    struct asked_of of;
    size_t n_parts; /* one a segment */
    struct part *parts;
};

bool frequency_new(const struct asked_of *of, const struct ast *cohort, struct frequency **out,
                   struct err *err)
{
    size_t n = snapshot_info(of->snapshot)->n_segments;
    struct frequency *frequency = calloc(1, sizeof(*frequency));
    struct part *parts = calloc(n ? n : 1, sizeof(*parts));
    struct criterion *criterion = NULL;
    bool ok = frequency && parts;

    if (!ok)
        (void)err_memory(err);
    ok = ok && criterion_new(of, cohort, &criterion, err);
    for (size_t i = 0; ok && i < n; i++) {
        struct kleene who;

        ok = criterion_run(criterion, i, &who, err);
        if (!ok)
            break;
        parts[i].segment = snapshot_segment(of->snapshot, i);
        parts[i].by_assays = snapshot_is_by_assays(of->snapshot);
        parts[i].cohort = who.yes;
        parts[i].n_cohort = set_count(&who.yes);
        parts[i].n_unclear = set_count(&who.cannot_tell);
    }
    criterion_free(criterion);
    if (!ok) {
        free(frequency);
        free(parts);
        return false;
    }
    *frequency = (struct frequency){.of = *of, .n_parts = n, .parts = parts};
    *out = frequency;
    return true;
}

void frequency_free(struct frequency *frequency)
{
    if (!frequency)
        return;
    free(frequency->parts);
    free(frequency);
}

static bool same_callsets(const struct judged *judged, const struct site *site)
{
    if (!judged->valid || judged->n_callsets != site->n_callsets)
        return false;
    for (uint16_t i = 0; i < site->n_callsets; i++)
        if (judged->callsets[i] != site->callsets[i])
            return false;
    return true;
}

static void look_at_callsets(struct part *part, const struct site *site)
{
    const struct segment_persons *persons = segment_persons(part->segment);
    const uint64_t *sampled = segment_sampled(part->segment);
    struct judged *judged = &part->judged;
    struct set members;

    set_clear(&members);
    for (uint16_t i = 0; i < site->n_callsets; i++) {
        const uint64_t *of_callset = segment_callset_members(part->segment, site->callsets[i]);

        for (size_t w = 0; of_callset && w < persons->n_words; w++)
            members.words[w] |= of_callset[w];
    }
    judged->everybody = true;
    for (size_t w = 0; sampled && w < persons->n_words; w++)
        judged->everybody &= (sampled[w] & ~members.words[w]) == 0;
    judged->n_cohort = set_count_and(&members, &part->cohort);
    judged->n_callsets = site->n_callsets;
    memcpy(judged->callsets, site->callsets, site->n_callsets * sizeof(*site->callsets));
    judged->valid = true;
}

/* How many of the cohort were tested at this site. n_no_call: those of them who are not called. */
static uint32_t count_tested(struct part *part, const struct site *site, uint32_t n_no_call)
{
    struct set tested;

    if (!part->by_assays && site->n_callsets > 0 &&
        site->n_callsets <= sizeof(part->judged.callsets) / sizeof(part->judged.callsets[0])) {
        if (!same_callsets(&part->judged, site))
            look_at_callsets(part, site);
        if (part->judged.everybody)
            return part->judged.n_cohort - n_no_call;
    }
    set_clear(&tested);
    site_tested(part->segment, site, tested.words);
    return set_count_and(&tested, &part->cohort);
}

static uint32_t count_class(const struct part *part, const struct site *site, enum site_class class)
{
    return site->count[class] == 0 ? 0 : site_count(part->segment, site, class, part->cohort.words);
}

/* A place of which everybody has two copies. */
static void add_autosomal(struct part *part, const struct site *site, struct genotypes *sum)
{
    uint32_t het = count_class(part, site, SITE_HET);
    uint32_t hom = count_class(part, site, SITE_HOM);
    uint32_t hemi = count_class(part, site, SITE_HEMI);
    uint32_t carrier = count_class(part, site, SITE_CARRIER);
    uint32_t tested = count_tested(part, site, count_class(part, site, SITE_NO_CALL));
    uint32_t ref = tested - het - hom - hemi - carrier;

    assert(tested >= het + hom + hemi + carrier);
    sum->het += het;
    sum->hom += hom;
    sum->hemi += hemi;
    sum->ref += ref;
    sum->not_assessed += part->n_cohort - ref - het - hom - hemi + part->n_unclear;
}

/* ---- places of which some have one copy ------------------------------------------------------ */

/* The cohort by how many copies a person has; who is in none of them has an unknown number. */
struct copies {
    struct set two;
    struct set one;
    struct set none;
};

static void copies_of(const struct part *part, enum ploidy ploidy, struct copies *copies)
{
    const struct segment_persons *persons = segment_persons(part->segment);

    set_clear(&copies->two);
    set_clear(&copies->one);
    set_clear(&copies->none);
    if (ploidy == PLOIDY_ONE) {
        copies->one = part->cohort;
        return;
    }
    for (uint32_t p = 0; p < persons->n; p++) {
        if (!set_has(&part->cohort, p))
            continue;
        if (persons->sex[p] == PERSON_MALE)
            set_put(&copies->one, p);
        else if (persons->sex[p] == PERSON_FEMALE)
            set_put(ploidy == PLOIDY_X ? &copies->two : &copies->none, p);
    }
}

/* What is known of some persons of the cohort at a site; site is NULL where nobody carries. */
struct seen {
    uint32_t tested, het, hom, hemi, carrier;
};

static uint32_t seen_class(const struct part *part, const struct site *site, enum site_class class,
                           const struct set *among)
{
    return !site || site->count[class] == 0 ? 0
                                            : site_count(part->segment, site, class, among->words);
}

static struct seen seen_of(const struct part *part, const struct site *site,
                           const struct set *tested, const struct set *among)
{
    return (struct seen){.tested = set_count_and(tested, among),
                         .het = seen_class(part, site, SITE_HET, among),
                         .hom = seen_class(part, site, SITE_HOM, among),
                         .hemi = seen_class(part, site, SITE_HEMI, among),
                         .carrier = seen_class(part, site, SITE_CARRIER, among)};
}

static uint32_t seen_ref(const struct seen *seen)
{
    assert(seen->tested >= seen->het + seen->hom + seen->hemi + seen->carrier);
    return seen->tested - seen->het - seen->hom - seen->hemi - seen->carrier;
}

static void add_by_copies(const struct part *part, const struct site *site,
                          const struct set *tested, enum ploidy ploidy, struct genotypes *sum)
{
    struct copies copies;
    struct set unknown = part->cohort;
    struct seen two, one, rest;
    struct genotypes is;

    copies_of(part, ploidy, &copies);
    set_minus(&unknown, &copies.two);
    set_minus(&unknown, &copies.one);
    set_minus(&unknown, &copies.none);
    two = seen_of(part, site, tested, &copies.two);
    one = seen_of(part, site, tested, &copies.one);
    rest = seen_of(part, site, tested, &unknown); /* their genotype, where there is one, tells */
    is = (struct genotypes){.ref = seen_ref(&two),
                            .het = two.het + rest.het,
                            .hom = two.hom + rest.hom,
                            .hemi = two.hemi + one.hemi + one.hom + rest.hemi,
                            .ref_haploid = seen_ref(&one)};
    sum->ref += is.ref;
    sum->het += is.het;
    sum->hom += is.hom;
    sum->hemi += is.hemi;
    sum->ref_haploid += is.ref_haploid;
    sum->not_assessed +=
        part->n_cohort + part->n_unclear - is.ref - is.het - is.hom - is.hemi - is.ref_haploid;
}

static enum ploidy ploidy_of(uint64_t vid)
{
    return vid_chromosome(vid) == CHROMOSOME_NONE
               ? PLOIDY_TWO
               : ploidy_at((enum ast_assembly)vid_assembly(vid), vid_chromosome(vid),
                           vid_position(vid));
}

static void add_site(struct part *part, const struct site *site, struct genotypes *sum)
{
    enum ploidy ploidy = ploidy_of(site->vid);
    struct set tested;

    if (ploidy == PLOIDY_TWO) {
        add_autosomal(part, site, sum);
        return;
    }
    set_clear(&tested);
    site_tested(part->segment, site, tested.words);
    add_by_copies(part, site, &tested, ploidy, sum);
}

/* A segment that has no such site: only assays can have looked at the position. */
static void add_without_site(const struct part *part, uint64_t vid, struct genotypes *sum)
{
    enum ploidy ploidy = ploidy_of(vid);
    struct set tested;
    uint32_t ref;

    set_clear(&tested);
    if (vid_chromosome(vid) != CHROMOSOME_NONE)
        segment_tested(part->segment, vid_assembly(vid), vid_chromosome(vid), vid_position(vid),
                       tested.words);
    if (ploidy != PLOIDY_TWO) {
        add_by_copies(part, NULL, &tested, ploidy, sum);
        return;
    }
    ref = set_count_and(&tested, &part->cohort);
    sum->ref += ref;
    sum->not_assessed += part->n_cohort - ref + part->n_unclear;
}

bool frequency_change(struct frequency *frequency, const struct ast_value *change,
                      struct genotypes *out, struct err *err)
{
    struct variant variant = {.assembly = (uint8_t)change->locus.assembly,
                              .chromosome = change->locus.chromosome,
                              .position = change->locus.start,
                              .ref = change->ref,
                              .alt = change->alt};
    uint64_t floor = variant_floor(variant.assembly, variant.chromosome, variant.position);
    struct genotypes sum = {0};
    bool known = false;
    uint64_t vid = 0;

    assert(change->kind == VALUE_CHANGE);
    if (!snapshot_vid(frequency->of.snapshot, &variant, &vid, &known, err))
        return false;
    for (size_t i = 0; i < frequency->n_parts; i++) {
        struct part *part = &frequency->parts[i];
        struct site site;
        bool found = false;

        if (!limits_check(frequency->of.limits, err) ||
            (known && !segment_site(part->segment, vid, &found, &site, err)))
            return false;
        if (found)
            add_site(part, &site, &sum);
        else
            add_without_site(part, known ? vid : floor, &sum);
    }
    *out = sum;
    return true;
}

static bool part_next(struct part *part, struct err *err)
{
    part->there = sites_next(&part->sites, &part->site, err);
    return !part->sites.failed;
}

static bool least_vid(const struct frequency *frequency, uint64_t *vid)
{
    bool any = false;

    for (size_t i = 0; i < frequency->n_parts; i++) {
        const struct part *part = &frequency->parts[i];

        if (part->there && (!any || part->site.vid < *vid)) {
            *vid = part->site.vid;
            any = true;
        }
    }
    return any;
}

bool frequency_walk(struct frequency *frequency, uint64_t lo, uint64_t hi,
                    frequency_visitor *visitor, void *visitor_of, struct err *err)
{
    uint64_t vid = 0;

    for (size_t i = 0; i < frequency->n_parts; i++) {
        sites_start(&frequency->parts[i].sites, frequency->parts[i].segment, lo, hi);
        if (!part_next(&frequency->parts[i], err))
            return false;
    }
    while (least_vid(frequency, &vid)) {
        struct genotypes sum = {0};

        for (size_t i = 0; i < frequency->n_parts; i++) {
            struct part *part = &frequency->parts[i];

            if (!part->there || part->site.vid != vid) {
                add_without_site(part, vid, &sum);
                continue;
            }
            add_site(part, &part->site, &sum);
            if (!part_next(part, err))
                return false;
        }
        if (!limits_row(frequency->of.limits, err) || !visitor(visitor_of, vid, &sum, err))
            return false;
    }
    return true;
}
