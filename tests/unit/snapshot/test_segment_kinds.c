/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What kinds of sites promise: who is of each class at any site of a kind is what going through all
 * sites and their notes gives, whatever the order; a segment has as many kinds as there may be, and
 * none with one more.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "node/snapshot/segment_schema.h"
#include "proto/query/site_kind.h"
#include "proto/query/vocabulary.h"
#include "tests/unit/snapshot/synthetic.h"

#define PERSONS 6
#define SITES 500

/* A joint file of all persons with so many sites, each with what it says by its number. */
static void add_sites(struct synthetic *region, uint32_t n,
                      void (*say)(struct synthetic *, uint32_t))
{
    struct callset callset = {
        .assembly = VARIANT_GRCH38, .has_af = true, .has_annotation = true, .judges_sites = true};
    struct calls *calls;
    int64_t id;

    synthetic_begin(region, 1);
    assert_true(callset_put(region->store, &callset, &id, &region->err));
    for (uint32_t p = 0; p < PERSONS; p++)
        assert_true(callset_add_sample(region->store, id, synthetic_entry(region, p, "vcf", 0), 0,
                                       &region->err));
    assert_true(calls_open(region->store, id, &calls, &region->err));
    for (uint32_t site = 0; site < n; site++) {
        assert_true(calls_site(calls, synthetic_vid(site), &region->err));
        for (uint32_t p = 0; p < PERSONS; p++)
            if ((site + p) % 4 != 0)
                assert_true(calls_add(calls, p,
                                      (site * 7 + p) % 3 == 0   ? CALL_HOM
                                      : (site * 7 + p) % 3 == 1 ? CALL_HET
                                                                : CALL_NONE,
                                      &region->err));
        say(region, site);
    }
    assert_true(calls_close(calls, &region->err));
    synthetic_commit(region, 1);
}

static void say_this_and_that(struct synthetic *region, uint32_t site)
{
    struct note note = {.gene = site % 5 ? "AAA" : "",
                        .consequences = site % 7 ? UINT64_C(1) << site % 11 : 0,
                        .clinvar = site % 3 ? CLINVAR_READ : 0,
                        .complete = site % 2 != 0};

    if (site % 4 != 3)
        assert_true(note_put(region->store, synthetic_vid(site), &note, &region->err));
    note.gene = "BBB";
    if (site % 9 == 0)
        assert_true(note_put(region->store, synthetic_vid(site), &note, &region->err));
    if (site % 6)
        assert_true(
            note_put_af(region->store, synthetic_vid(site), (int64_t)site * 2000000, &region->err));
}

static const struct segment_kind *find(const struct segment_kind *kinds, size_t n,
                                       const struct segment_kind *like)
{
    for (size_t i = 0; i < n; i++)
        if (kinds[i].noted == like->noted && kinds[i].af_nano == like->af_nano &&
            kinds[i].consequences == like->consequences && kinds[i].clinvar == like->clinvar)
            return &kinds[i];
    return NULL;
}

/* ORs what the site gives into the sums of its kind, by class. */
static void sum_up(struct segment *segment, const struct site *site,
                   const struct segment_kind *like, const struct segment_kind *kinds, size_t n,
                   uint64_t *sums)
{
    const struct segment_kind *kind = find(kinds, n, like);

    assert_non_null(kind);
    assert_int_equal(kind->place, PLOIDY_TWO);
    for (unsigned class = 0; class <= SITE_NO_CALL; class ++)
        site_or(segment, site, SITE_BIT(class),
                &sums[(size_t)(kind - kinds) * SITE_CLASSES + class]);
}

static void sum_up_site(struct segment *segment, const struct site *site,
                        const struct segment_kind *kinds, size_t n, uint64_t *sums)
{
    struct segment_kind like = {.af_nano = site_kind_frequency(site_kind_band(site->af_nano))};
    const struct site_note *notes;
    size_t n_notes;
    bool complete;
    struct err err;

    sum_up(segment, site, &like, kinds, n, sums);
    assert_true(segment_notes(segment, site->vid, &notes, &n_notes, &complete, &err));
    like.noted = true;
    for (size_t i = 0; i < n_notes; i++) {
        like.consequences = notes[i].consequences;
        like.clinvar = notes[i].clinvar;
        if (*notes[i].gene || notes[i].consequences)
            sum_up(segment, site, &like, kinds, n, sums);
    }
    like.consequences = 0;
    like.clinvar = n_notes ? notes[0].clinvar : 0;
    if (!complete)
        sum_up(segment, site, &like, kinds, n, sums);
}

static void test_kinds_are_the_sums_of_their_sites(void **state)
{
    const struct segment_kind *kinds;
    struct snapshot *snapshot;
    struct synthetic region;
    struct segment *segment;
    struct sites sites;
    struct site site;
    uint64_t *sums;
    size_t n;

    (void)state;
    synthetic_up(&region);
    add_sites(&region, SITES, say_this_and_that);
    synthetic_publish(&region);
    snapshot = synthetic_open(&region);
    segment = snapshot_segment(snapshot, 0);
    assert_true(segment_has_kinds(segment));
    assert_true(segment_kinds(segment, &kinds, &n, &region.err));
    assert_true(n > 50);
    assert_true(sizes_bound(snapshot_info(snapshot)->sizes.kinds) >= n);
    sums = calloc(n * SITE_CLASSES, sizeof(*sums));
    assert_non_null(sums);
    sites_start(&sites, segment, 0, UINT64_MAX);
    while (sites_next(&sites, &site, &region.err))
        sum_up_site(segment, &site, kinds, n, sums);
    assert_false(sites.failed);
    for (size_t i = 0; i < n; i++)
        for (unsigned class = 0; class <= SITE_NO_CALL; class ++) {
            uint64_t words = 0;

            segment_kind_or(segment, &kinds[i], SITE_BIT(class), &words);
            assert_true(words == sums[i * SITE_CLASSES + class]);
        }
    free(sums);
    snapshot_close(snapshot);
    synthetic_down(&region);
}

/* Another thing of each site: with the kind of all sites there is one kind more than sites. */
static void say_another_thing(struct synthetic *region, uint32_t site)
{
    struct note note = {.gene = "AAA", .consequences = site + 1, .complete = true};

    assert_true(note_put(region->store, synthetic_vid(site), &note, &region->err));
}

static void test_as_many_kinds_as_there_may_be_and_one_more(void **state)
{
    (void)state;
    for (uint32_t more = 0; more < 2; more++) {
        const struct segment_kind *kinds;
        struct snapshot *snapshot;
        struct synthetic region;
        size_t n;

        synthetic_up(&region);
        add_sites(&region, KIND_MAX - 1 + more, say_another_thing);
        synthetic_publish(&region);
        snapshot = synthetic_open(&region);
        assert_int_equal(segment_has_kinds(snapshot_segment(snapshot, 0)), more == 0);
        assert_int_equal(snapshot_info(snapshot)->sizes.kinds > 0, more == 0);
        if (more == 0) {
            assert_true(segment_kinds(snapshot_segment(snapshot, 0), &kinds, &n, &region.err));
            assert_int_equal(n, KIND_MAX);
        }
        snapshot_close(snapshot);
        synthetic_down(&region);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinds_are_the_sums_of_their_sites),
        cmocka_unit_test(test_as_many_kinds_as_there_may_be_and_one_more),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
