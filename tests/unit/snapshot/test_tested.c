/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What publish and reader promise of gaps: for random ones of several files and assays, joint and
 * of one person each, whoever has one that meets a place was not tested there, and nobody else is
 * moved, however long the gaps are and wherever chunks and blocks end; by assays alone only those
 * gaps count that rest on the own record; undone with their import.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "node/snapshot/bits.h"
#include "node/snapshot/tested.h"
#include "proto/base/random.h"
#include "proto/query/place.h"
#include "tests/unit/snapshot/synthetic.h"

#define JOINT 100 /* one file */
#define LONE 60   /* a file each */
#define PERSONS (JOINT + LONE)
#define GAPS_MAX 24
#define LENGTH 50000000
#define ASSAYS 2

struct model {
    struct synthetic region;
    int64_t assays[ASSAYS];
    int assay[PERSONS];
    struct gap gaps[PERSONS][GAPS_MAX];
    bool own[PERSONS][GAPS_MAX];
    unsigned n[PERSONS];
};

static uint32_t draw(uint32_t below)
{
    return (uint32_t)random_below(below);
}

static struct gap invent(void)
{
    static const uint32_t lengths[] = {1, 1, 1, 3, 1023, 1024, 1025, 70000, 3000000};
    uint32_t start = 1 + draw(8) * 1048570 + draw(12), length = lengths[draw(9)];

    return (struct gap){VARIANT_GRCH38, 22, start, start + length - 1,
                        (enum gap_reason)draw(GAP_REASONS)};
}

/* A piece that a person has twice counts once, and as the own record's where one of them is. */
static void remember(struct model *model, uint32_t person, struct gap piece, bool own)
{
    for (unsigned i = 0; i < model->n[person]; i++)
        if (memcmp(&model->gaps[person][i], &piece, sizeof(piece)) == 0) {
            model->own[person][i] |= own;
            return;
        }
    model->gaps[person][model->n[person]] = piece;
    model->own[person][model->n[person]++] = own;
}

static void put_gap(struct model *model, struct calls *gaps, uint32_t sample, uint32_t person)
{
    struct gap gap = invent();
    bool own = draw(2);
    uint64_t vid;

    while (gap_next(&gap, &vid)) {
        remember(model, person, gap_of_vid(vid), own);
        assert_true(calls_site(gaps, vid, &model->region.err));
        assert_true(calls_add(gaps, sample, own ? CALL_CARRIER : CALL_NONE, &model->region.err));
    }
}

static void add_file(struct model *model, uint32_t first, uint32_t n, int assay)
{
    struct synthetic *region = &model->region;
    struct callset callset = {.assembly = VARIANT_GRCH38, .judges_sites = true};
    struct calls *gaps;
    int64_t id;

    synthetic_begin(region, first);
    assert_true(callset_put(region->store, &callset, &id, &region->err));
    for (uint32_t i = 0; i < n; i++) {
        model->assay[first + i] = assay;
        assert_true(callset_add_sample(region->store, id,
                                       synthetic_entry(region, first + i, "vcf", 0),
                                       model->assays[assay], &region->err));
    }
    assert_true(calls_open_gaps(region->store, id, &gaps, &region->err));
    for (uint32_t k = 0; k < GAPS_MAX * n / 2; k++) {
        uint32_t sample = draw(n);

        if (model->n[first + sample] + 4 < GAPS_MAX)
            put_gap(model, gaps, sample, first + sample);
    }
    assert_true(calls_close(gaps, &region->err));
    synthetic_commit(region, n);
}

static void add_assays(struct model *model)
{
    struct assay_interval interval = {22, 1, LENGTH};
    struct assay whole = {.name = "wgs", .assembly = VARIANT_GRCH38, .whole_genome = true};
    struct assay panel = {
        .name = "panel", .assembly = VARIANT_GRCH38, .intervals = &interval, .n_intervals = 1};

    synthetic_begin(&model->region, 9999);
    assert_true(assay_put(model->region.store, &whole, &model->assays[0], &model->region.err));
    assert_true(assay_put(model->region.store, &panel, &model->assays[1], &model->region.err));
    synthetic_commit(&model->region, 0);
}

static int make_model(void **state)
{
    struct model *model = calloc(1, sizeof(*model));

    random_seed(20261129);
    synthetic_up(&model->region);
    add_assays(model);
    add_file(model, 0, JOINT, 0);
    for (uint32_t i = 0; i < LONE; i++)
        add_file(model, JOINT + i, 1, i % 2);
    synthetic_publish(&model->region);
    *state = model;
    return 0;
}

static int free_model(void **state)
{
    struct model *model = *state;

    synthetic_down(&model->region);
    free(model);
    random_unseed();
    return 0;
}

/* Has the person a gap there, of either kind, that counts? */
static bool has_gap(const struct model *model, uint32_t person, const struct tested_place *place,
                    bool own_only, bool loss_only)
{
    for (unsigned i = 0; i < model->n[person]; i++) {
        const struct gap *gap = &model->gaps[person][i];

        if (gap->start <= place->end && gap->end >= place->start &&
            (!own_only || model->own[person][i]) && (!loss_only || gap_is_loss(gap->reason)))
            return true;
    }
    return false;
}

static uint64_t missed_by(const struct model *model, uint32_t person,
                          const struct tested_place *place, bool own_only)
{
    uint64_t n = 0;

    for (unsigned i = 0; i < model->n[person]; i++) {
        const struct gap *gap = &model->gaps[person][i];
        uint32_t from = gap->start > place->start ? gap->start : place->start;
        uint32_t to = gap->end < place->end ? gap->end : place->end;

        if (from <= to && !gap_is_loss(gap->reason) && (!own_only || model->own[person][i]))
            n += to - from + 1;
    }
    return n;
}

static void compare(struct model *model, struct segment *segment, const struct tested_place *place,
                    bool own_only)
{
    uint64_t tested[SEGMENT_WORDS_MAX] = {0}, lost[SEGMENT_WORDS_MAX] = {0};
    static uint32_t bases[ASSAYS][SEGMENT_PERSONS_MAX];
    bool any = false;

    memset(bases, 0, sizeof(bases));
    assert_true(tested_at_place(segment, place, tested, &model->region.err));
    assert_true(tested_lost(segment, place, lost, &model->region.err));
    for (size_t i = 0; i < ASSAYS; i++)
        assert_true(tested_missed(segment, place, i, bases[i], &any, &model->region.err));
    for (uint32_t p = 0; p < PERSONS; p++) {
        assert_int_equal(bits_has(tested, p), !has_gap(model, p, place, own_only, false));
        assert_int_equal(bits_has(lost, p), has_gap(model, p, place, own_only, true));
        assert_int_equal(bases[0][p] + bases[1][p], missed_by(model, p, place, own_only));
    }
}

static void test_places_anywhere(void **state)
{
    static const uint32_t lengths[] = {1, 1, 2, 900, 5000, 2000000};
    struct model *model = *state;

    for (int own_only = 0; own_only < 2; own_only++) {
        struct snapshot *snapshot = synthetic_open(&model->region);

        if (own_only)
            snapshot_by_assays(snapshot);
        assert_int_equal(snapshot_info(snapshot)->n_persons, PERSONS);
        for (int i = 0; i < 400; i++) {
            uint32_t start = 1 + draw(8) * 1048570 + draw(14);
            struct tested_place place = {VARIANT_GRCH38, 22, start, start + lengths[draw(6)] - 1};

            compare(model, snapshot_segment(snapshot, 0), &place, own_only);
        }
        snapshot_close(snapshot);
    }
}

static void test_other_places_know_nothing_of_them(void **state)
{
    struct model *model = *state;
    struct snapshot *snapshot = synthetic_open(&model->region);
    struct segment *segment = snapshot_segment(snapshot, 0);
    struct tested_place elsewhere = {VARIANT_GRCH38, 21, 1, 40000000};
    struct tested_place other = {VARIANT_GRCH37, 22, 1, 40000000};
    uint64_t lost[SEGMENT_WORDS_MAX] = {0};

    assert_true(tested_lost(segment, &elsewhere, lost, &model->region.err));
    assert_true(tested_lost(segment, &other, lost, &model->region.err));
    assert_int_equal(bits_count(lost, SEGMENT_WORDS_MAX), 0);
    assert_true(tested_has_gaps(segment));
    snapshot_close(snapshot);
}

static void test_whole_genome(void **state)
{
    struct model *model = *state;

    for (int own_only = 0; own_only < 2; own_only++) {
        struct snapshot *snapshot = synthetic_open(&model->region);
        struct segment *segment = snapshot_segment(snapshot, 0);
        struct tested_place all = {VARIANT_GRCH38, 22, 1, LENGTH};
        uint64_t words[SEGMENT_WORDS_MAX];

        if (own_only)
            snapshot_by_assays(snapshot);
        memset(words, 0xff, sizeof(words));
        tested_less_whole(segment, 0, words);
        for (uint32_t p = 0; p < PERSONS; p++)
            assert_int_equal(bits_has(words, p), !has_gap(model, p, &all, own_only, true));
        snapshot_close(snapshot);
    }
}

/* A file of one whole genome, of whose chromosome 1 so many bases were not looked at. */
static void add_genome(struct synthetic *region, int64_t assay, uint32_t person, uint32_t bases,
                       bool own)
{
    struct callset callset = {.assembly = VARIANT_GRCH38, .judges_sites = true};
    struct gap gap = {VARIANT_GRCH38, 1, 1, bases, GAP_LOW};
    struct calls *gaps;
    uint64_t vid;
    int64_t id;

    synthetic_begin(region, person);
    assert_true(callset_put(region->store, &callset, &id, &region->err));
    assert_true(callset_add_sample(region->store, id, synthetic_entry(region, person, "vcf", 0),
                                   assay, &region->err));
    assert_true(calls_open_gaps(region->store, id, &gaps, &region->err));
    while (gap_next(&gap, &vid)) {
        assert_true(calls_site(gaps, vid, &region->err));
        assert_true(calls_add(gaps, 0, own ? CALL_CARRIER : CALL_NONE, &region->err));
    }
    assert_true(calls_close(gaps, &region->err));
    synthetic_commit(region, 1);
}

/* Of a whole genome 95 of 100 bases must have been looked at; by assays, by the own record alone.
 */
static void test_a_share_of_the_genome_is_enough_and_not_one_base_less(void **state)
{
    struct assay whole = {.name = "wgs", .assembly = VARIANT_GRCH38, .whole_genome = true};
    uint64_t genome = 0, words;
    struct synthetic region;
    int64_t assay;

    (void)state;
    for (int chromosome = 1; chromosome <= 23; chromosome++)
        genome += place_chromosome_length(ASSEMBLY_GRCH38, chromosome);
    synthetic_up(&region);
    synthetic_begin(&region, 9999);
    assert_true(assay_put(region.store, &whole, &assay, &region.err));
    synthetic_commit(&region, 0);
    add_genome(&region, assay, 0, (uint32_t)(genome / 20), true);
    add_genome(&region, assay, 1, (uint32_t)(genome / 20 + 1), true);
    add_genome(&region, assay, 2, (uint32_t)(genome / 20 + 1), false);
    synthetic_publish(&region);
    for (int own_only = 0; own_only < 2; own_only++) {
        struct snapshot *snapshot = synthetic_open(&region);

        if (own_only)
            snapshot_by_assays(snapshot);
        words = 7;
        tested_less_whole(snapshot_segment(snapshot, 0), 0, &words);
        assert_int_equal(words, own_only ? 5 : 1);
        snapshot_close(snapshot);
    }
    synthetic_down(&region);
}

static void test_undone_with_their_import(void **state)
{
    struct model *model = *state;
    struct tested_place all = {VARIANT_GRCH38, 22, 1, LENGTH};
    uint64_t lost[SEGMENT_WORDS_MAX] = {0};
    struct snapshot *snapshot;
    struct import_run runs[PERSONS + 2];
    size_t n;

    assert_true(import_run_list(model->region.store, 0, runs, PERSONS + 2, &n, &model->region.err));
    for (size_t i = 0; i < n; i++)
        if (!runs[i].undone_s)
            assert_true(import_run_undo(model->region.store, runs[i].id, &model->region.err));
    synthetic_begin(&model->region, 77777);
    (void)synthetic_entry(&model->region, 1, "persons", 0);
    synthetic_commit(&model->region, 1);
    synthetic_publish(&model->region);
    snapshot = synthetic_open(&model->region);
    assert_int_equal(snapshot_info(snapshot)->n_persons, 1);
    assert_true(tested_lost(snapshot_segment(snapshot, 0), &all, lost, &model->region.err));
    assert_int_equal(bits_count(lost, SEGMENT_WORDS_MAX), 0);
    snapshot_close(snapshot);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_places_anywhere),
        cmocka_unit_test(test_other_places_know_nothing_of_them),
        cmocka_unit_test(test_whole_genome),
        cmocka_unit_test(test_a_share_of_the_genome_is_enough_and_not_one_base_less),
        cmocka_unit_test(test_undone_with_their_import),
    };

    return cmocka_run_group_tests(tests, make_model, free_model);
}
