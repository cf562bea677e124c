/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Candidates are found through the genes and places that the tests name, or, where the tests name
 * none, by walking every site. Each candidate's truth is a set of classes of carriers, so
 * candidates with the same set of classes go into one basket, and the carriers of a basket are
 * OR-ed at once: the snapshot does that fastest when it sees many variants at once, in order. Where
 * a call does not tell the zygosity by itself (X, Y, MT), the same baskets are gone through once
 * for each number of copies that a person may have.
 */
#include "node/evaluate/variant_criterion.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "node/evaluate/basket.h"
#include "node/evaluate/both_copies.h"
#include "node/evaluate/by_kind.h"
#include "node/evaluate/by_person.h"
#include "node/evaluate/copies.h"
#include "node/evaluate/expression.h"
#include "node/evaluate/other_words.h"
#include "node/evaluate/plain.h"
#include "node/evaluate/question_genes.h"
#include "node/evaluate/structural_criterion.h"
#include "node/evaluate/undecided.h"
#include "node/snapshot/snapshot.h"
#include "node/terms/gene_names.h"
#include "proto/base/arena.h"
#include "proto/base/unzeroed.h"
#include "proto/query/ast.h"
#include "proto/query/site_kind.h"
#include "proto/query/two_hits.h"
#include "proto/query/vocabulary.h"

#define TAKEN_MAX 65536 /* candidates in the baskets before a walk empties them */

/* Kinds of places of which not everybody has two copies: PLOIDY_X and after. */
#define SOLE_PLACES (PLOIDY_ONE - PLOIDY_X + 1)

struct variant_criterion {
    struct snapshot *snapshot;
    struct question_genes genes;
    struct expression *root;
    bool reads_notes;
    bool reads_places;
    bool reads_fractions;
    bool structural; /* it is about structural variants */
    bool two_hits;   /* of its one gene */
    bool by_kind;    /* where the segment has kinds (by_kind.h) */
    struct basket yes[CLASSES_ALL + 1];
    struct basket maybe[CLASSES_ALL + 1];
    struct basket sole_yes[SOLE_PLACES][CLASSES_ALL + 1];
    struct basket sole_possible[SOLE_PLACES][CLASSES_ALL + 1];
    struct basket sure; /* of one gene, where the expression is plain */
    struct basket unsure;
    uint64_t *named; /* genes of the question that the notes of the site in hand name */
    uint64_t *held;  /* those, and the ones whose spans hold the candidate in hand */
    size_t named_words;
    struct undecided elsewhere; /* to be decided person by person */
    struct undecided by_call;   /* by the shares of reads, call by call */
    bool sole_taken; /* into sole_yes and sole_possible, since the baskets were emptied */
    size_t n_taken;  /* since the baskets were emptied */
};

/* One run over one segment. */
struct variant_run {
    struct variant_criterion *test;
    struct segment *segment;
    const struct set *population;
    const uint64_t *until; /* the population's bits, at which a walk may end; NULL: it may not */
    struct limits *limits;
    struct kleene *out;
    struct err *err;
};

bool variant_criterion_new(struct snapshot *snapshot, const struct ast_node *from,
                           struct arena *arena, struct variant_criterion **out, struct err *err)
{
    struct variant_criterion *test = arena_alloc(arena, sizeof(*test));
    const struct ast_node *inner = from->children[0];

    if (!test)
        return err_memory(err);
    test->snapshot = snapshot;
    if (!expression_new(snapshot, inner, arena, &test->genes, &test->root, err))
        return false;
    test->reads_notes = expression_reads_notes(test->root);
    test->named_words = test->genes.n / 64 + 1;
    test->reads_fractions = expression_reads_fractions(test->root);
    test->elsewhere.named_words = test->by_call.named_words = test->named_words;
    test->named = arena_array(arena, test->named_words, sizeof(*test->named));
    test->held = arena_array(arena, test->named_words, sizeof(*test->held));
    if (!test->named || !test->held)
        return err_memory(err);
    test->reads_places = expression_reads_places(test->root);
    test->structural = vocabulary_structural(inner);
    test->by_kind = site_kind_decides(inner);
    test->two_hits = two_hits_is(from);
    *out = test;
    return true;
}

const struct expression *variant_criterion_root(const struct variant_criterion *test)
{
    return test->root;
}

void variant_criterion_clear(struct variant_criterion *test)
{
    if (!test)
        return;
    for (unsigned classes = 0; classes <= CLASSES_ALL; classes++) {
        basket_clear(&test->yes[classes]);
        basket_clear(&test->maybe[classes]);
        for (int place = 0; place < SOLE_PLACES; place++) {
            basket_clear(&test->sole_yes[place][classes]);
            basket_clear(&test->sole_possible[place][classes]);
        }
    }
    basket_clear(&test->sure);
    basket_clear(&test->unsure);
    undecided_clear(&test->elsewhere);
    undecided_clear(&test->by_call);
}

/* Is it true of some zygosities alone, where a call does not tell the zygosity by itself? */
static bool depends_on_copies(const struct verdict *truth, uint64_t vid)
{
    return verdict_by_class(truth) && copies_ploidy(vid) != PLOIDY_TWO;
}

static bool take_by_copies(struct variant_run *run, uint64_t vid, const struct verdict *truth)
{
    int place = (int)copies_ploidy(vid) - PLOIDY_X;

    run->test->sole_taken = true;
    return basket_add(&run->test->sole_yes[place][truth->yes], vid, run->err) &&
           basket_add(&run->test->sole_possible[place][truth->possible], vid, run->err);
}

/* Into the basket where it belongs, when all its calls are alike. */
static bool sort_in(struct variant_run *run, const struct candidate *candidate)
{
    struct variant_criterion *test = run->test;
    struct verdict truth = expression_truth(test->root, candidate);
    unsigned maybe = truth.possible & ~truth.yes;

    if (truth.elsewhere && maybe)
        return undecided_add(&test->elsewhere, candidate, run->err);
    if (depends_on_copies(&truth, candidate->vid))
        return take_by_copies(run, candidate->vid, &truth);
    if (truth.yes && !basket_add(&test->yes[truth.yes], candidate->vid, run->err))
        return false;
    return !maybe || basket_add(&test->maybe[maybe], candidate->vid, run->err);
}

/* Loads no block, so what the segment gave stays valid. */
static bool take_seen(struct variant_run *run, const struct candidate *candidate)
{
    struct variant_criterion *test = run->test;

    test->n_taken++;
    if (!test->reads_fractions)
        return sort_in(run, candidate);
    return expression_truth(test->root, candidate).possible == 0 ||
           undecided_add(&test->by_call, candidate, run->err);
}

static bool take_in_spans(struct variant_run *run, struct candidate *candidate)
{
    struct variant_criterion *test = run->test;
    size_t gene = 0;
    struct candidate seen;

    memcpy(test->held, candidate->named, test->named_words * sizeof(*test->held));
    while (candidate_in_span(candidate, &test->genes, test->held, &gene, &seen))
        if (!take_seen(run, &seen))
            return false;
    candidate->named = test->held;
    return true;
}

/* The end is of use where places are asked for, genes among them. */
static bool take(struct variant_run *run, struct candidate *candidate)
{
    if (run->test->reads_places &&
        !segment_vid_end(run->segment, candidate->vid, &candidate->end, run->err))
        return false;
    if (candidate->open && run->test->genes.n && !take_in_spans(run, candidate))
        return false;
    return take_seen(run, candidate);
}

static bool add_carriers(struct variant_run *run, const struct basket *basket, unsigned classes,
                         struct set *into)
{
    return basket->n == 0 || classes == 0 ||
           segment_carriers(run->segment,
                            &(struct segment_sought){basket->vids, basket->n, classes, run->until},
                            into->words, run->err);
}

static bool all_are_yes(const struct variant_run *run)
{
    struct set left = *run->population;

    set_minus(&left, &run->out->yes);
    return set_is_empty(&left);
}

/* Adds those who were not called at the sites of the basket, unless everybody who matters is "yes"
 * already. */
static bool add_uncalled(struct variant_run *run, const struct basket *basket)
{
    if (basket->n == 0 || (run->until && all_are_yes(run)))
        return true;
    return add_carriers(run, basket, SITE_BIT(SITE_NO_CALL), &run->out->cannot_tell);
}

static struct by_person by_person(const struct variant_run *run)
{
    return (struct by_person){run->test->root, run->segment, run->out, run->err};
}

/* Empties the list of candidates whose calls differ; those of which no share is known are alike. */
static bool empty_by_call(struct variant_run *run)
{
    struct undecided *by_call = &run->test->by_call;
    const struct by_person of = by_person(run);
    size_t n = by_call->n;

    by_call->n = 0;
    for (size_t i = 0; i < n; i++) {
        struct candidate candidate = *undecided_at(by_call, i);
        struct site site;
        bool found;

        if (!segment_site(run->segment, candidate.vid, &found, &site, run->err))
            return false;
        if (found && site.n_fractions) {
            if (!by_person_calls(&of, &candidate, &site))
                return false;
        } else if (!sort_in(run, &candidate)) {
            return false;
        }
    }
    return true;
}

static bool add_among(struct variant_run *run, const struct basket *basket, unsigned classes,
                      const struct set *among, struct set *into)
{
    UNZEROED struct set found;

    set_clear(&found);
    if (basket->n && classes &&
        !segment_carriers(run->segment,
                          &(struct segment_sought){basket->vids, basket->n, classes, NULL},
                          found.words, run->err))
        return false;
    set_and(&found, among);
    set_or(into, &found);
    return true;
}

/* Of one kind of place, whose persons are sorted by how many copies they have. */
static bool empty_by_copies(struct variant_run *run, int place, unsigned classes,
                            const struct copies *copies)
{
    struct basket *yes = &run->test->sole_yes[place][classes];
    struct basket *possible = &run->test->sole_possible[place][classes];

    for (int number = 0; number < COPIES_NUMBERS; number++) {
        unsigned calls = copies_calls(number, classes);
        const struct set *who = &copies->who[number];
        unsigned maybe = calls ? calls | SITE_BIT(SITE_NO_CALL) : 0;

        if (!add_among(run, yes, calls, who, &run->out->yes) ||
            !add_among(run, possible, maybe, who, &run->out->cannot_tell))
            return false;
    }
    yes->n = possible->n = 0;
    return true;
}

/* variant_criterion_run() takes those who can be told out of those who cannot. */
static bool empty_sole_places(struct variant_run *run)
{
    for (int place = 0; place < SOLE_PLACES; place++) {
        struct copies copies;

        copies_of(segment_persons(run->segment), run->population, (enum ploidy)(PLOIDY_X + place),
                  &copies);
        for (unsigned classes = 0; classes <= CLASSES_ALL; classes++)
            if (!empty_by_copies(run, place, classes, &copies))
                return false;
    }
    return true;
}

static bool empty_baskets(struct variant_run *run)
{
    struct variant_criterion *test = run->test;
    const struct by_person of = by_person(run);
    size_t n_elsewhere;

    if (!empty_by_call(run))
        return false;
    n_elsewhere = test->elsewhere.n;
    test->elsewhere.n = test->n_taken = 0;
    for (unsigned classes = 1; classes <= CLASSES_ALL; classes++) {
        if (!add_carriers(run, &test->yes[classes], classes, &run->out->yes) ||
            !add_carriers(run, &test->maybe[classes], classes, &run->out->cannot_tell))
            return false;
    }
    for (unsigned classes = 1; classes <= CLASSES_ALL; classes++) {
        if (!add_uncalled(run, &test->yes[classes]) || !add_uncalled(run, &test->maybe[classes]))
            return false;
        test->yes[classes].n = test->maybe[classes].n = 0;
    }
    if (test->sole_taken && !empty_sole_places(run))
        return false;
    test->sole_taken = false;
    for (size_t i = 0; i < n_elsewhere; i++)
        if (!by_person_classes(&of, undecided_at(&test->elsewhere, i)))
            return false;
    return true;
}

static bool take_plainly(struct variant_run *run, const struct plain *plain,
                         const struct gene_sites *sites)
{
    struct basket *sure = &run->test->sure;
    struct basket *unsure = &run->test->unsure;
    struct plain_choice choice;

    if (!basket_room(sure, sites->n, run->err) || !basket_room(unsure, sites->n, run->err))
        return false;
    choice = (struct plain_choice){.sure = sure->vids, .unsure = unsure->vids};
    plain_choose(plain, sites, &choice);
    sure->n = choice.n_sure;
    unsure->n = choice.n_unsure;
    return limits_rows(run->limits, sites->n, run->err) &&
           add_carriers(run, sure, plain->yes, &run->out->yes) &&
           add_carriers(run, sure, plain->possible & ~plain->yes, &run->out->cannot_tell) &&
           add_carriers(run, unsure, plain->possible, &run->out->cannot_tell) &&
           add_uncalled(run, sure) && add_uncalled(run, unsure);
}

static bool take_gene_sites(struct variant_run *run, int gene)
{
    struct gene_sites sites;
    struct plain plain;

    if (!segment_gene(run->segment, run->test->genes.keys[gene], &sites, run->err))
        return false;
    if (plain_of(run->test->root, gene, &plain) && !plain_by_copies(&plain, &sites))
        return plain.possible == 0 || take_plainly(run, &plain, &sites);
    for (size_t i = 0; i < sites.n; i++) {
        struct candidate candidate = {.vid = sites.vid[i],
                                      .gene = gene,
                                      .consequences = sites.consequences[i],
                                      .clinvar = sites.clinvar[i],
                                      .af_nano = sites.af_nano[i]};

        if (!limits_row(run->limits, run->err) || !take(run, &candidate))
            return false;
    }
    return empty_baskets(run);
}

enum walk_what { WALK_ALL, WALK_UNANNOTATED };

/* Takes a variant once for each note: in the gene that it names, or in those whose span it meets.
 */
static bool take_notes(struct variant_run *run, struct candidate candidate,
                       const struct site_note *notes, size_t n, bool complete, enum walk_what what)
{
    for (size_t i = 0; i < n; i++) {
        if (!*notes[i].gene && !notes[i].consequences)
            continue; /* of ClinVar alone, which stands in all notes */
        if (complete && !*notes[i].gene && notes[i].consequences == CONSEQUENCE_UNREAD)
            continue; /* not read, and another file names all genes of the variant */
        candidate.open = candidate_is_open(&notes[i], complete);
        if (!candidate.open && what == WALK_UNANNOTATED)
            continue;
        candidate.gene = question_genes_find(&run->test->genes, notes[i].gene);
        candidate.named = candidate.open ? run->test->named : NULL;
        candidate.consequences = notes[i].consequences;
        candidate.clinvar = notes[i].clinvar;
        if (!take(run, &candidate))
            return false;
    }
    return true;
}

/* Seen in each gene that its notes name, and, where they are not all, in one that none names. */
static bool take_site(struct variant_run *run, uint64_t vid, int64_t af_nano, enum walk_what what)
{
    struct candidate candidate = {.vid = vid, .gene = GENE_OTHER, .af_nano = af_nano};
    const struct site_note *notes = NULL;
    bool complete = false;
    size_t n = 0;

    if (run->test->reads_notes &&
        !segment_notes(run->segment, vid, &notes, &n, &complete, run->err))
        return false;
    candidate_named(&run->test->genes, notes, n, run->test->named);
    if (!take_notes(run, candidate, notes, n, complete, what))
        return false;
    if (complete)
        return true;
    candidate.open = true;
    candidate.named = run->test->named;
    if (n)
        candidate.clinvar = notes->clinvar; /* of the variant: the same in all notes */
    return take(run, &candidate);
}

/* Of the variants in a walk, all, or those that are not annotated whole. */
static bool take_walked(struct variant_run *run, const struct site *site, enum walk_what what)
{
    return limits_row(run->limits, run->err) && ((what == WALK_UNANNOTATED && site->annotated) ||
                                                 take_site(run, site->vid, site->af_nano, what));
}

/* The baskets are emptied between stretches of the walk, as that ends the life of the walk's block.
 */
static bool walk(struct variant_run *run, struct vid_range range, enum walk_what what)
{
    struct sites sites;
    struct site site;

    sites_start(&sites, run->segment, range.lo, range.hi);
    while (sites_next(&sites, &site, run->err)) {
        uint64_t vid = site.vid;
        bool ok = take_walked(run, &site, what);

        if (ok && run->test->n_taken >= TAKEN_MAX) {
            ok = empty_baskets(run);
            sites_start(&sites, run->segment, vid + 1, range.hi);
        }
        if (!ok)
            return false;
    }
    return !sites.failed && empty_baskets(run);
}

/* Variants that begin before the range and whose REF reaches into it: few. */
static bool walk_into(struct variant_run *run, struct vid_range range, enum walk_what what)
{
    uint64_t vids[REACHING_MAX];
    size_t n = 0;

    if (!segment_reaching(run->segment, range.lo, vids, &n, run->err))
        return false;
    for (size_t i = 0; i < n; i++) {
        struct site site;
        bool found;

        if (!segment_site(run->segment, vids[i], &found, &site, run->err))
            return false;
        if (found && !take_walked(run, &site, what))
            return false;
    }
    return empty_baskets(run) && walk(run, range, what);
}

/* A name that no table knows may be that of other genes too: each site is seen with all its notes.
 */
static bool take_unknown_gene(struct variant_run *run, const char *key)
{
    struct gene_sites sites;
    struct basket vids = {0};
    bool ok = segment_gene(run->segment, key, &sites, run->err);

    for (size_t i = 0; ok && i < sites.n; i++)
        ok = basket_add(&vids, sites.vid[i], run->err);
    for (size_t i = 0; ok && i < vids.n; i++) {
        struct site site;
        bool found = false;

        ok = limits_row(run->limits, run->err) &&
             segment_site(run->segment, vids.vids[i], &found, &site, run->err) &&
             (!found || take_site(run, vids.vids[i], site.af_nano, WALK_ALL));
    }
    basket_clear(&vids);
    return ok && empty_baskets(run);
}

/* What an annotation puts in the gene, and what lies in its span and is not annotated whole. */
static bool take_gene(struct variant_run *run, int gene)
{
    const struct target *target = &run->test->genes.targets[gene];
    const char *key = run->test->genes.keys[gene];

    if (!(*key == GENE_KEY_UNKNOWN ? take_unknown_gene(run, key) : take_gene_sites(run, gene)))
        return false;
    for (size_t i = 0; i < target->n_ranges && !segment_annotated(run->segment); i++)
        if (!walk_into(run, target->ranges[i], WALK_UNANNOTATED))
            return false;
    return true;
}

static bool take_leaf(struct variant_run *run, const struct expression *leaf)
{
    if (leaf->test->field == FIELD_GENE) {
        for (size_t g = 0; g < run->test->genes.n; g++)
            if (leaf->genes[g / 64] >> (g % 64) & 1 && !take_gene(run, (int)g))
                return false;
        return true;
    }
    for (size_t i = 0; i < leaf->targets->n_ranges; i++) {
        struct vid_range range = leaf->targets->ranges[i];

        if (!(leaf->targets->kind == TARGET_CHANGE ? walk(run, range, WALK_ALL)
                                                   : walk_into(run, range, WALK_ALL)))
            return false;
    }
    return true;
}

/*
 * Of an "and", one part that is bounded by genes is enough, if its genes have spans wherever the
 * others have places: a variant outside it is then no for whoever was tested at any of the parts.
 */
static const struct expression *enough(const struct variant_run *run, const struct expression *node)
{
    if (node->at_least != node->n_children)
        return NULL;
    for (uint32_t i = 0; i < node->n_children; i++) {
        const struct expression *child = node->children[i];

        if (child->gene_only &&
            ((node->spans & ~child->genes_span) == 0 || segment_annotated(run->segment)))
            return child;
    }
    return NULL;
}

/* All variants of which the expression could be true; see expression.h for what bounds it. */
static bool take_bounded(struct variant_run *run, const struct expression *node)
{
    const struct expression *part;

    if (node->n_children == 0)
        return take_leaf(run, node);
    part = enough(run, node);
    if (part)
        return take_bounded(run, part);
    for (uint32_t i = 0; i < node->n_children; i++)
        if (node->children[i]->bounded && !take_bounded(run, node->children[i]))
            return false;
    return true;
}

bool variant_criterion_run(struct variant_criterion *test, struct segment *segment,
                           const struct set *population, const struct asked_of *of,
                           struct kleene *out, struct err *err)
{
    struct variant_run run = {.test = test,
                              .segment = segment,
                              .population = population,
                              .until = of->fixed_work ? NULL : population->words,
                              .limits = of->limits,
                              .out = out,
                              .err = err};
    struct by_kind by_kind = {test->root, test->reads_notes, population, of->limits};
    struct other_words words = {test->root, &test->genes,      test->held,
                                segment,    &out->cannot_tell, err};
    bool ok;

    if (test->structural)
        return structural_criterion_run(
            &(struct structural_criterion){test->root, test->snapshot, population, of->limits},
            segment, out, err);
    if (test->two_hits)
        return both_copies_run(
            &(struct both_copies){test->root, test->snapshot, &test->genes, population, of->limits},
            segment, out, err);
    kleene_none(out);
    if (!expression_look(test->root, test->snapshot, segment, err))
        return false;
    if (test->root->bounded)
        ok = take_bounded(&run, test->root);
    else if (test->by_kind && segment_has_kinds(segment))
        ok = by_kind_run(&by_kind, segment, out, err);
    else
        ok = walk(&run, (struct vid_range){0, UINT64_MAX}, WALK_ALL);
    if (!ok || !other_words_run(&words))
        return false;
    expression_untested(test->root, population, out);
    return true;
}
