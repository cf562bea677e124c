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

#include "node/evaluate/candidate.h"
#include "node/evaluate/copies.h"
#include "node/evaluate/expression.h"
#include "node/evaluate/limits.h"
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

static bool add(struct pairing *run, const struct candidate *candidate)
{
    struct verdict truth = expression_truth(run->of->root, candidate);

    if (truth.possible == 0)
        return true;
    if (run->n == run->room) {
        size_t room = run->room ? 2 * run->room : 256;
        struct hit *hits = realloc(run->hits, room * sizeof(*hits));

        if (!hits)
            return err_memory(run->err);
        run->hits = hits;
        run->room = room;
    }
    run->hits[run->n++] = (struct hit){candidate->vid, truth.yes, truth.possible};
    return true;
}

/* What annotations put in the gene. */
static bool add_noted(struct pairing *run)
{
    struct gene_sites sites;

    if (!segment_gene(run->segment, run->of->genes->keys[0], &sites, run->err))
        return false;
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
    uint64_t place;   /* that base; 0: none */
    struct copies two[PLOIDY_ONE + 1];
};

static bool means(unsigned classes, enum copies_number number, enum site_class call)
{
    return classes >> copies_class(number, call) & 1;
}

static void carriers_of(const struct pairing *run, const struct site *site, enum site_class call,
                        const struct set *who, struct set *into)
{
    set_clear(into);
    site_or(run->segment, site, SITE_BIT(call), into->words);
    set_and(into, who);
}

/* Two different bases in place of the same one lie on two copies. */
static void pair_here(struct pairing *run, struct carried *carried, const struct set *carriers)
{
    UNZEROED struct set both;

    both = *carriers;
    set_and(&both, &carried->here);
    set_or(&run->out->yes, &both);
    set_or(&carried->here, carriers);
}

/* The carriers of one copy. */
static void count(struct carried *carried, const struct set *carriers)
{
    UNZEROED struct set again;

    again = *carriers;
    set_and(&again, &carried->once);
    set_or(&carried->twice, &again);
    set_or(&carried->once, carriers);
}

/* Of persons with so many copies of the place, two or an unknown number. */
static void take(struct pairing *run, struct carried *carried, const struct hit *hit,
                 const struct site *site, enum copies_number number)
{
    const struct set *who = &carried->two[copies_ploidy(hit->vid)].who[number];
    struct set *doubted = &run->out->cannot_tell;
    UNZEROED struct set one, carriers;

    set_clear(&one);
    for (unsigned call = SITE_HET; call <= SITE_CARRIER; call++) {
        bool sure = means(hit->yes, number, call) && number == COPIES_TWO;

        if (!means(hit->possible, number, call))
            continue;
        carriers_of(run, site, call, who, &carriers);
        if (call == SITE_HET || call == SITE_HEMI)
            set_or(&one, &carriers);
        else
            set_or(call == SITE_HOM && sure ? &run->out->yes : doubted, &carriers);
        if (call == SITE_HET && sure && vid_is_single_base(hit->vid))
            pair_here(run, carried, &carriers);
    }
    count(carried, &one);
    carriers_of(run, site, SITE_NO_CALL, who, &carriers);
    set_or(doubted, &carriers);
}

static bool take_all(struct pairing *run, struct carried *carried)
{
    for (size_t i = 0; i < run->n; i++) {
        const struct hit *hit = &run->hits[i];
        uint64_t place = hit->vid >> 30;
        struct site site;
        bool found;

        if (place != carried->place)
            set_clear(&carried->here);
        carried->place = place;
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
    carried.place = 0;
    for (int ploidy = PLOIDY_TWO; ploidy <= PLOIDY_ONE; ploidy++)
        copies_of(segment_persons(run->segment), run->of->population, (enum ploidy)ploidy,
                  &carried.two[ploidy]);
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
    UNZEROED struct set untested;
    bool ok;

    kleene_none(out);
    ok = expression_look(of->root, of->snapshot, segment, err) && run_gene(&run);
    free(run.hits);
    if (!ok)
        return false;
    untested = *of->population;
    set_minus(&untested, of->root->tested);
    set_or(&out->cannot_tell, &untested);
    set_minus(&out->cannot_tell, &out->yes);
    return true;
}
