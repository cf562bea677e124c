/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Carriers are counted in place, list by list, against the cohort's bits. Finding who was tested
 * takes most of the time, and the result is the same for thousands of sites in a row, which are
 * judged by the same joint files and covered by the same assays. So the tested persons of the
 * cohort are counted once for such a run (struct tested), and a site with nothing unusual takes its
 * reference count by subtraction.
 */
#include "node/evaluate/frequency.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "node/evaluate/copies.h"
#include "node/evaluate/respelling.h"
#include "node/evaluate/target.h"
#include "node/snapshot/snapshot.h"
#include "node/snapshot/snapshot_reference.h"
#include "node/snapshot/tested.h"
#include "node/store/person.h"
#include "proto/base/arena.h"
#include "proto/query/ast.h"

/*
 * The members of the callsets that judged a site; kept while the following sites have the same
 * callsets.
 */
struct judged {
    uint16_t callsets[4];
    uint16_t n_callsets;
    bool valid;
    bool everybody;    /* it has all persons of the segment who have a sample */
    uint32_t n_cohort; /* those of the cohort */
};

struct part {
    struct segment *segment;
    struct set cohort;
    uint32_t n_cohort;
    struct set unclear; /* persons for whom it cannot be told whether they belong to the cohort */
    uint32_t n_unclear;
    bool by_assays; /* who was looked at is told by assays alone, not by the sites that a file lists
                     */
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
        parts[i].unclear = who.cannot_tell;
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

/* The variant that is counted, whether or not a segment has it. */
struct change {
    uint64_t vid; /* for a long allele that no segment has: the first vid of its place */
    uint32_t end; /* the last base of REF */
    bool may_shift;
    uint32_t reach;                /* as target.reach */
    uint32_t before;               /* as target.before */
    const struct variant *spelled; /* NULL: in no segment may anybody have it in other words */
};

/* Is every person with a sample a member of the files that list the site, and has nobody a gap? */
static bool all_judged(struct part *part, const struct site *site)
{
    if (part->by_assays || tested_has_gaps(part->segment) || site->n_callsets == 0 ||
        site->n_callsets > sizeof(part->judged.callsets) / sizeof(part->judged.callsets[0]))
        return false;
    if (!same_callsets(&part->judged, site))
        look_at_callsets(part, site);
    return part->judged.everybody;
}

static bool may_be_respelled(const struct part *part, const struct change *change)
{
    return change->spelled &&
           (respelling_possible(part->segment, change->spelled) ||
            (respelling_beside(change->spelled) && tested_has_gaps(part->segment)));
}

/* Who may have it under another spelling, and not under this one, was not tested. */
static bool take_out_respelled(const struct part *part, const struct change *change,
                               const struct site *site, struct set *tested, struct err *err)
{
    struct respelling of = {change->spelled, change->vid, change->reach, change->before};
    struct set respelled, carriers;

    set_clear(&respelled);
    set_clear(&carriers);
    if (site)
        site_or(part->segment, site, SITE_CARRIERS, carriers.words);
    if (!target_respelled(part->segment, &of, &respelled, err))
        return false;
    set_minus(tested, &respelled);
    set_or(tested, &carriers);
    return true;
}

/* Finds who was tested at the variant. site is NULL in a segment that lacks it. */
static bool tested_at(const struct part *part, const struct change *change, struct site *site,
                      struct set *tested, struct err *err)
{
    struct tested_place place = {vid_assembly(change->vid), vid_chromosome(change->vid),
                                 vid_position(change->vid), change->end};

    set_clear(tested);
    if (!site && (change->may_shift || place.chromosome == CHROMOSOME_NONE))
        return true;
    if (!(change->may_shift ? tested_at_spelling(part->segment, site, tested->words, err)
          : site            ? tested_at_site(part->segment, site, tested->words, err)
                            : tested_at_place(part->segment, &place, tested->words, err)))
        return false;
    return !may_be_respelled(part, change) || take_out_respelled(part, change, site, tested, err);
}

/* A function of its own: declaring a set clears it, and most sites need none. */
static bool look_at_tested(struct part *part, const struct change *change, struct site *site,
                           uint32_t *n, struct err *err)
{
    struct set tested;

    if (!tested_at(part, change, site, &tested, err))
        return false;
    *n = set_count_and(&tested, &part->cohort);
    return true;
}

/*
 * Counts the persons of the cohort who were tested at this site. n_no_call: those of them who were
 * not called.
 */
static bool count_tested(struct part *part, const struct change *change, struct site *site,
                         uint32_t n_no_call, uint32_t *n, struct err *err)
{
    if (may_be_respelled(part, change) || !all_judged(part, site))
        return look_at_tested(part, change, site, n, err);
    *n = part->judged.n_cohort - n_no_call;
    return true;
}

static uint32_t count_class(const struct part *part, const struct site *site, enum site_class class)
{
    return site->count[class] == 0 ? 0 : site_count(part->segment, site, class, part->cohort.words);
}

/* Adds a site at a place of which everybody has two copies. */
static bool add_autosomal(struct part *part, const struct change *change, struct site *site,
                          struct genotype_counts *sum, struct err *err)
{
    uint32_t het = count_class(part, site, SITE_HET);
    uint32_t hom = count_class(part, site, SITE_HOM);
    uint32_t hemi = count_class(part, site, SITE_HEMI);
    uint32_t carrier = count_class(part, site, SITE_CARRIER);
    uint32_t carriers = het + hom + hemi + carrier;
    uint32_t tested;

    if (!count_tested(part, change, site, count_class(part, site, SITE_NO_CALL), &tested, err))
        return false;
    assert(tested >= carriers);
    sum->het += het;
    sum->hom += hom;
    sum->hemi += hemi;
    sum->carrier += carrier;
    sum->ref += tested - carriers;
    sum->not_assessed += part->n_cohort - tested + part->n_unclear;
    return true;
}

/* ---- persons by genotype --------------------------------------------------------------------- */

/* Persons with this number of copies. `tested`: those of them who were tested. */
static void put_number(const struct part *part, const struct site *site, enum copies_number number,
                       struct set *tested, struct genotype_persons *out)
{
    struct set *of[] = {&out->het, &out->hom, &out->hemi, &out->carrier};

    for (unsigned class = SITE_HET; site && class <= SITE_CARRIER; class ++) {
        struct set carriers;

        if (site->count[class] == 0)
            continue;
        set_clear(&carriers);
        site_or(part->segment, site, SITE_BIT(class), carriers.words);
        set_and(&carriers, tested);
        set_minus(tested, &carriers);
        if (number != COPIES_NONE)
            set_or(of[copies_class(number, class)], &carriers);
    }
    /* Who was tested and is no carrier has the reference. */
    if (number == COPIES_TWO)
        set_or(&out->ref, tested);
    if (number == COPIES_ONE || number == COPIES_ONE_OF_MT)
        set_or(&out->ref_haploid, tested);
}

/* site is NULL in a segment that lacks it. */
static bool put_persons(const struct part *part, const struct change *change, struct site *site,
                        struct genotype_persons *out, struct err *err)
{
    struct set *told[] = {&out->ref,  &out->het,         &out->hom,
                          &out->hemi, &out->ref_haploid, &out->carrier};
    struct copies copies;
    struct set tested;

    if (!tested_at(part, change, site, &tested, err))
        return false;
    copies_of(segment_persons(part->segment), &part->cohort, copies_ploidy(change->vid), &copies);
    for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++)
        set_clear(told[i]);
    for (int number = 0; number < COPIES_NUMBERS; number++) {
        set_and(&copies.who[number], &tested);
        put_number(part, site, (enum copies_number)number, &copies.who[number], out);
    }
    out->not_assessed = part->cohort;
    set_or(&out->not_assessed, &part->unclear);
    for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++)
        set_minus(&out->not_assessed, told[i]);
    return true;
}

/* Adds a place of which some have one copy, or none. */
static bool add_sole(const struct part *part, const struct change *change, struct site *site,
                     struct genotype_counts *sum, struct err *err)
{
    struct genotype_persons are;

    if (!put_persons(part, change, site, &are, err))
        return false;
    sum->ref += set_count(&are.ref);
    sum->het += set_count(&are.het);
    sum->hom += set_count(&are.hom);
    sum->hemi += set_count(&are.hemi);
    sum->carrier += set_count(&are.carrier);
    sum->ref_haploid += set_count(&are.ref_haploid);
    sum->not_assessed += set_count(&are.not_assessed);
    return true;
}

static bool add_site(struct part *part, const struct change *change, struct site *site,
                     struct genotype_counts *sum, struct err *err)
{
    enum ploidy ploidy = copies_ploidy(site->vid);

    return ploidy == PLOIDY_TWO ? add_autosomal(part, change, site, sum, err)
                                : add_sole(part, change, site, sum, err);
}

/* Adds a segment that lacks the site: only assays can have covered the position there. */
static bool add_without_site(const struct part *part, const struct change *change,
                             struct genotype_counts *sum, struct err *err)
{
    struct set tested;
    uint32_t ref;

    if (copies_ploidy(change->vid) != PLOIDY_TWO)
        return add_sole(part, change, NULL, sum, err);
    if (!tested_at(part, change, NULL, &tested, err))
        return false;
    ref = set_count_and(&tested, &part->cohort);
    sum->ref += ref;
    sum->not_assessed += part->n_cohort - ref + part->n_unclear;
    return true;
}

static bool any_exchanges(const struct frequency *frequency)
{
    for (size_t i = 0; i < frequency->n_parts; i++)
        if (segment_has_exchanges(frequency->parts[i].segment))
            return true;
    return false;
}

static bool any_respelled(const struct frequency *frequency, const struct variant *variant)
{
    for (size_t i = 0; i < frequency->n_parts; i++)
        if (respelling_possible(frequency->parts[i].segment, variant) ||
            (respelling_beside(variant) && tested_has_gaps(frequency->parts[i].segment)))
            return true;
    return false;
}

/* A change that is asked for, by the reference's spelling. */
struct asked_change {
    struct arena *arena;
    struct variant variant;
    struct change change; /* borrows the variant */
    bool known;           /* some segment may have it */
};

static bool look_up(const struct frequency *frequency, const struct ast_value *value,
                    struct asked_change *asked, struct err *err)
{
    struct variant variant = {.assembly = (uint8_t)value->locus.assembly,
                              .chromosome = value->locus.chromosome,
                              .position = value->locus.start,
                              .ref = value->ref,
                              .alt = value->alt};
    struct snapshot_spelling spelling;
    uint64_t vid;

    if (!snapshot_reference_spell(frequency->of.snapshot, &variant, asked->arena, &spelling, err))
        return false;
    variant = asked->variant = spelling.variant;
    asked->change = (struct change){
        .vid = variant_floor(variant.assembly, variant.chromosome, variant.position),
        .end = variant.position + (uint32_t)strlen(variant.ref) - 1,
        .may_shift = !spelling.known && variant_may_shift(&variant),
        .reach = spelling.known ? spelling.reach : TARGET_SHIFT_MAX,
        .before = spelling.known ? spelling.before : TARGET_SHIFT_MAX,
        .spelled = &asked->variant};
    if (!snapshot_vid(frequency->of.snapshot, &variant, &vid, &asked->known, err))
        return false;
    if (asked->known)
        asked->change.vid = vid;
    return true;
}

/* *asked: free its arena, after a failure too. */
static bool ask_change(const struct frequency *frequency, const struct ast_value *value,
                       struct asked_change *asked, struct err *err)
{
    assert(frequency && value && value->kind == VALUE_CHANGE);
    *asked = (struct asked_change){0};
    asked->arena = arena_new(2 * (strlen(value->ref) + strlen(value->alt)) + 256);
    return asked->arena ? look_up(frequency, value, asked, err) : err_memory(err);
}

static bool find_site(const struct frequency *frequency, const struct part *part,
                      const struct asked_change *asked, struct site *site, bool *found,
                      struct err *err)
{
    *found = false;
    return limits_check(frequency->of.limits, err) &&
           (!asked->known || segment_site(part->segment, asked->change.vid, found, site, err));
}

static bool count_change(struct frequency *frequency, const struct asked_change *asked,
                         struct genotype_counts *out, struct err *err)
{
    struct genotype_counts sum = {0};

    for (size_t i = 0; i < frequency->n_parts; i++) {
        struct part *part = &frequency->parts[i];
        struct site site;
        bool found;

        if (!find_site(frequency, part, asked, &site, &found, err))
            return false;
        if (!(found ? add_site(part, &asked->change, &site, &sum, err)
                    : add_without_site(part, &asked->change, &sum, err)))
            return false;
    }
    *out = sum;
    return true;
}

bool frequency_change(struct frequency *frequency, const struct ast_value *value,
                      struct genotype_counts *out, struct err *err)
{
    struct asked_change asked;
    bool ok =
        ask_change(frequency, value, &asked, err) && count_change(frequency, &asked, out, err);

    arena_free(asked.arena);
    return ok;
}

static bool visit_change(struct frequency *frequency, const struct asked_change *asked,
                         frequency_persons_visitor *visitor, void *visitor_of, struct err *err)
{
    for (size_t i = 0; i < frequency->n_parts; i++) {
        struct part *part = &frequency->parts[i];
        struct genotype_persons persons;
        struct site site;
        bool found;

        if (!find_site(frequency, part, asked, &site, &found, err) ||
            !put_persons(part, &asked->change, found ? &site : NULL, &persons, err))
            return false;
        visitor(visitor_of, i, &persons);
    }
    return true;
}

bool frequency_persons(struct frequency *frequency, const struct ast_value *value,
                       frequency_persons_visitor *visitor, void *visitor_of, struct err *err)
{
    struct asked_change asked;
    bool ok = ask_change(frequency, value, &asked, err) &&
              visit_change(frequency, &asked, visitor, visitor_of, err);

    arena_free(asked.arena);
    return ok;
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

/* A variant of the walk with its spelling, which is the walk's own. */
struct walked {
    struct change change;
    struct variant variant;
};

static void walked_clear(struct walked *walked)
{
    if (!walked->change.spelled)
        return;
    free((char *)(uintptr_t)walked->variant.ref);
    free((char *)(uintptr_t)walked->variant.alt);
    walked->change.spelled = NULL;
}

/* Sets the change that the walk has reached. The vid of a single-base change holds its bases, and
 * where nothing else could hold it, there is no other spelling of it. */
static bool walked_set(struct walked *walked, const struct frequency *frequency, uint64_t vid,
                       struct err *err)
{
    struct variant variant;

    *walked = (struct walked){.change = {.vid = vid,
                                         .end = vid_position(vid),
                                         .reach = TARGET_SHIFT_MAX,
                                         .before = TARGET_SHIFT_MAX}};
    if (vid_chromosome(vid) == CHROMOSOME_NONE ||
        (vid_is_single_base(vid) && !any_exchanges(frequency)))
        return true;
    if (!snapshot_variant(frequency->of.snapshot, vid, &variant, err))
        return false;
    walked->change.end += (uint32_t)strlen(variant.ref) - 1;
    walked->change.may_shift = variant_may_shift(&variant);
    if (!any_respelled(frequency, &variant))
        return true;
    walked->variant = variant;
    walked->variant.ref = strdup(variant.ref);
    walked->variant.alt = strdup(variant.alt);
    walked->change.spelled = &walked->variant;
    if (walked->variant.ref && walked->variant.alt)
        return true;
    walked_clear(walked);
    return err_memory(err);
}

/* Counts the genotypes of the walk's smallest variant, and moves the walk behind it. */
static bool walk_one(struct frequency *frequency, const struct change *change,
                     struct genotype_counts *sum, struct err *err)
{
    for (size_t i = 0; i < frequency->n_parts; i++) {
        struct part *part = &frequency->parts[i];

        if (!part->there || part->site.vid != change->vid) {
            if (!add_without_site(part, change, sum, err))
                return false;
            continue;
        }
        if (!add_site(part, change, &part->site, sum, err) || !part_next(part, err))
            return false;
    }
    return true;
}

bool frequency_walk(struct frequency *frequency, uint64_t lo, uint64_t hi,
                    frequency_visitor *visitor, void *visitor_of, struct err *err)
{
    assert(frequency);
    uint64_t vid = 0;

    for (size_t i = 0; i < frequency->n_parts; i++) {
        sites_start(&frequency->parts[i].sites, frequency->parts[i].segment, lo, hi);
        if (!part_next(&frequency->parts[i], err))
            return false;
    }
    while (least_vid(frequency, &vid)) {
        struct genotype_counts sum = {0};
        struct walked walked;
        bool ok = walked_set(&walked, frequency, vid, err) &&
                  walk_one(frequency, &walked.change, &sum, err);

        walked_clear(&walked);
        if (!ok || !limits_row(frequency->of.limits, err) || !visitor(visitor_of, vid, &sum, err))
            return false;
    }
    return true;
}
