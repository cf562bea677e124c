/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All variants of the gene of which the tests may be true are listed first, each once, however
 * often it is seen: with a note, and in the span of the gene without one. Then their carriers are
 * gone through in order of place, with one set of who has one copy of such a variant, and one of
 * who has two or more.
 */
#include "node/evaluate/both_copies.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "node/evaluate/basket.h"
#include "node/evaluate/candidate.h"
#include "node/evaluate/copies.h"
#include "node/evaluate/expression.h"
#include "node/evaluate/limits.h"
#include "node/evaluate/plain.h"
#include "node/evaluate/question_genes.h"
#include "node/evaluate/target.h"
#include "node/snapshot/snapshot.h"
#include "node/store/variant.h"
#include "proto/base/unzeroed.h"

/* A variant, and for which classes of carriers the tests are true of it, or may be. */
struct hit {
    uint64_t vid;
    unsigned yes;
    unsigned possible;
};

/* One run over one segment. */
struct pairing {
    const struct both_copies *of;
    struct segment *segment;
    struct hit *hits;
    size_t n;
    size_t room;
    struct kleene *out;
    struct err *err;
};

static bool add_hit(struct pairing *run, uint64_t vid, unsigned yes, unsigned possible)
{
    if (possible == 0)
        return true;
    if (run->n == run->room) {
        size_t room = run->room ? 2 * run->room : 256;
        struct hit *hits = realloc(run->hits, room * sizeof(*hits));

        if (!hits)
            return err_memory(run->err);
        run->hits = hits;
        run->room = room;
    }
    run->hits[run->n++] = (struct hit){vid, yes, possible};
    return true;
}

static bool add(struct pairing *run, const struct candidate *candidate)
{
    struct verdict truth = expression_truth(run->of->root, candidate);

    return add_hit(run, candidate->vid, truth.yes, truth.possible);
}

/* All sites of the gene at once, where the tests are plain. */
static bool add_plainly(struct pairing *run, const struct plain *plain,
                        const struct gene_sites *sites)
{
    struct basket sure = {0}, unsure = {0};
    struct plain_choice choice;
    bool ok = basket_room(&sure, sites->n, run->err) && basket_room(&unsure, sites->n, run->err);

    if (ok) {
        choice = (struct plain_choice){.sure = sure.vids, .unsure = unsure.vids};
        plain_choose(plain, sites, &choice);
        for (size_t i = 0; ok && i < choice.n_sure; i++)
            ok = add_hit(run, choice.sure[i], plain->yes, plain->possible);
        for (size_t i = 0; ok && i < choice.n_unsure; i++)
            ok = add_hit(run, choice.unsure[i], 0, plain->possible);
    }
    basket_clear(&sure);
    basket_clear(&unsure);
    return ok && limits_rows(run->of->limits, sites->n, run->err);
}

/* What annotations put in the gene. */
static bool add_noted(struct pairing *run)
{
    struct gene_sites sites;
    struct plain plain;

    if (!segment_gene(run->segment, run->of->genes->keys[0], &sites, run->err))
        return false;
    if (sites.n && plain_of(run->of->root, 0, &plain))
        return add_plainly(run, &plain, &sites);
    for (size_t i = 0; i < sites.n; i++) {
        struct candidate candidate = {.vid = sites.vid[i],
                                      .consequences = sites.consequences[i],
                                      .clinvar = sites.clinvar[i],
                                      .af_nano = sites.af_nano[i]};

        if (!limits_row(run->of->limits, run->err) || !add(run, &candidate))
            return false;
    }
    return true;
}

/* A site that lies in the gene's span and that is not annotated whole. */
static bool add_open(struct pairing *run, uint64_t vid, int64_t af_nano)
{
    const char *key = run->of->genes->keys[0];
    struct candidate candidate = {.vid = vid, .af_nano = af_nano};
    const struct site_note *notes = NULL;
    bool complete = false, ok = true;
    size_t n = 0;

    if (!segment_vid_end(run->segment, vid, &candidate.end, run->err))
        return false;
    if (!target_holds(run->of->genes->targets, vid, candidate.end))
        return true;
    if (!segment_notes(run->segment, vid, &notes, &n, &complete, run->err))
        return false;
    for (size_t i = 0; i < n; i++)
        if (strcmp(notes[i].gene, key) == 0)
            return true; /* seen there with that note */
    for (size_t i = 0; ok && i < n; i++) {
        candidate.consequences = notes[i].consequences;
        candidate.clinvar = notes[i].clinvar;
        ok = !candidate_is_open(&notes[i], complete) || add(run, &candidate);
    }
    candidate.consequences = 0;
    return ok && (complete || add(run, &candidate));
}

static bool walk(struct pairing *run, struct vid_range range)
{
    uint64_t vids[REACHING_MAX];
    struct sites sites;
    struct site site;
    size_t n = 0;

    if (!segment_reaching(run->segment, range.lo, vids, &n, run->err))
        return false;
    for (size_t i = 0; i < n; i++) {
        bool found;

        if (!limits_row(run->of->limits, run->err) ||
            !segment_site(run->segment, vids[i], &found, &site, run->err))
            return false;
        if (found && !site.annotated && !add_open(run, site.vid, site.af_nano))
            return false;
    }
    sites_start(&sites, run->segment, range.lo, range.hi);
    while (sites_next(&sites, &site, run->err))
        if (!limits_row(run->of->limits, run->err) ||
            (!site.annotated && !add_open(run, site.vid, site.af_nano)))
            return false;
    return !sites.failed;
}

static int by_vid(const void *a, const void *b)
{
    const struct hit *left = a, *right = b;

    return (left->vid > right->vid) - (left->vid < right->vid);
}

/* A variant that was seen several times is one. */
static void merge(struct pairing *run)
{
    size_t n = 0;

    if (run->n)
        qsort(run->hits, run->n, sizeof(*run->hits), by_vid);
    for (size_t i = 0; i < run->n; i++) {
        if (n && run->hits[n - 1].vid == run->hits[i].vid) {
            run->hits[n - 1].yes |= run->hits[i].yes;
            run->hits[n - 1].possible |= run->hits[i].possible;
        } else {
            run->hits[n++] = run->hits[i];
        }
    }
    run->n = n;
}

/* Who has how many. */
struct carried {
    struct set once;  /* one copy, or more, of what may be a hit */
    struct set twice; /* of two variants that may be */
    struct set here;  /* one copy of a hit, in place of the base of the one before */
    bool several;     /* the variant at hand is not the only one in its place */
    struct copies two[PLOIDY_ONE + 1];
};

static bool means(unsigned classes, enum copies_number number, enum site_class call)
{
    return classes >> copies_class(number, call) & 1;
}

/* ORs the persons of these classes into a set; who NULL: whoever they are. */
static void add_carriers(const struct pairing *run, const struct site *site, unsigned classes,
                         const struct set *who, struct set *into)
{
    UNZEROED struct set carriers;

    if (!who) {
        site_or(run->segment, site, classes, into->words);
        return;
    }
    set_clear(&carriers);
    site_or(run->segment, site, classes, carriers.words);
    set_and(&carriers, who);
    set_or(into, &carriers);
}

/* The carriers of one copy. */
static void count(struct carried *carried, const struct set *carriers)
{
    for (size_t w = 0; w < SET_WORDS; w++) {
        carried->twice.words[w] |= carried->once.words[w] & carriers->words[w];
        carried->once.words[w] |= carriers->words[w];
    }
}

/* Two different bases in place of the same one lie on two copies. */
static void pair_here(struct pairing *run, struct carried *carried, const struct site *site,
                      const struct set *who)
{
    UNZEROED struct set carriers, both;

    set_clear(&carriers);
    add_carriers(run, site, SITE_BIT(SITE_HET), who, &carriers);
    both = carriers;
    set_and(&both, &carried->here);
    set_or(&run->out->yes, &both);
    set_or(&carried->here, &carriers);
}

/* Of persons with so many copies of the place, two or an unknown number; who NULL: of all. */
static void take(struct pairing *run, struct carried *carried, const struct hit *hit,
                 const struct site *site, enum copies_number number)
{
    enum ploidy ploidy = copies_ploidy(hit->vid);
    const struct set *who = ploidy == PLOIDY_TWO ? NULL : &carried->two[ploidy].who[number];
    unsigned one = 0, sure = 0, doubted = SITE_BIT(SITE_NO_CALL);
    UNZEROED struct set carriers;

    for (unsigned call = SITE_HET; call <= SITE_CARRIER; call++) {
        if (!means(hit->possible, number, call))
            continue;
        if (call == SITE_HET || call == SITE_HEMI)
            one |= SITE_BIT(call);
        else if (call == SITE_HOM && number == COPIES_TWO && means(hit->yes, number, call))
            sure |= SITE_BIT(call);
        else
            doubted |= SITE_BIT(call);
    }
    set_clear(&carriers);
    add_carriers(run, site, one, who, &carriers);
    count(carried, &carriers);
    add_carriers(run, site, sure, who, &run->out->yes);
    add_carriers(run, site, doubted, who, &run->out->cannot_tell);
    if (carried->several && number == COPIES_TWO && means(hit->yes, number, SITE_HET) &&
        vid_is_single_base(hit->vid))
        pair_here(run, carried, site, who);
}

static uint64_t place_of(const struct hit *hit)
{
    return hit->vid >> 30;
}

/* Is there another variant in the place of number i? */
static bool is_shared(const struct pairing *run, size_t i)
{
    uint64_t place = place_of(&run->hits[i]);

    return (i > 0 && place_of(&run->hits[i - 1]) == place) ||
           (i + 1 < run->n && place_of(&run->hits[i + 1]) == place);
}

static bool take_all(struct pairing *run, struct carried *carried)
{
    for (size_t i = 0; i < run->n; i++) {
        const struct hit *hit = &run->hits[i];
        struct site site;
        bool found;

        if (i == 0 || place_of(hit) != place_of(hit - 1))
            set_clear(&carried->here);
        carried->several = is_shared(run, i);
        if (!segment_site(run->segment, hit->vid, &found, &site, run->err))
            return false;
        if (!found)
            continue;
        take(run, carried, hit, &site, COPIES_TWO);
        if (copies_ploidy(hit->vid) != PLOIDY_TWO)
            take(run, carried, hit, &site, COPIES_UNKNOWN);
    }
    return true;
}

/* Persons by how many copies they have, of the kinds of places where not everybody has two. */
static void sort_persons(const struct pairing *run, struct carried *carried)
{
    unsigned made = 1u << PLOIDY_TWO;

    for (size_t i = 0; i < run->n; i++) {
        enum ploidy ploidy = copies_ploidy(run->hits[i].vid);

        if (!(made >> ploidy & 1))
            copies_of(segment_persons(run->segment), run->of->population, ploidy,
                      &carried->two[ploidy]);
        made |= 1u << ploidy;
    }
}

static bool run_gene(struct pairing *run)
{
    const struct target *target = run->of->genes->targets;
    UNZEROED struct carried carried;

    if (!add_noted(run))
        return false;
    for (size_t i = 0; i < target->n_ranges && !segment_annotated(run->segment); i++)
        if (!walk(run, target->ranges[i]))
            return false;
    merge(run);
    set_clear(&carried.once);
    set_clear(&carried.twice);
    set_clear(&carried.here);
    carried.several = false;
    sort_persons(run, &carried);
    if (!take_all(run, &carried))
        return false;
    set_or(&run->out->cannot_tell, &carried.twice);
    return true;
}

bool both_copies_run(const struct both_copies *of, struct segment *segment, struct kleene *out,
                     struct err *err)
{
    assert(of && of->genes->n == 1 && segment && out);
    struct pairing run = {.of = of, .segment = segment, .out = out, .err = err};
    bool ok;

    kleene_none(out);
    ok = expression_look(of->root, of->snapshot, segment, err) && run_gene(&run);
    free(run.hits);
    if (!ok)
        return false;
    expression_untested(of->root, of->population, out);
    return true;
}
