/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What publish and reader promise of sites: for made-up calls of several files, every class of
 * every site holds exactly the persons that a naive model says, however the calls came in (joint
 * file or one file a person, in order or not, one chunk or several), and counting, gathering and
 * testing agree with it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "node/snapshot/bits.h"
#include "node/snapshot/manifest.h"
#include "node/snapshot/segment_schema.h"
#include "node/snapshot/tested.h"
#include "proto/base/file.h"
#include "proto/base/random.h"
#include "tests/unit/refused.h"
#include "tests/unit/snapshot/synthetic.h"

#define JOINT 5000 /* two batches of 4096 */
#define LONE 300
#define TRIOS 40
#define PERSONS (JOINT + LONE + 3 * TRIOS)
#define SITES 900
#define ABSENT 255

struct model {
    struct synthetic region;
    uint8_t (*classes)[PERSONS]; /* of site, person: enum site_class, or ABSENT */
    bool judged_jointly[SITES];
};

static const uint8_t class_of[CALL_CODES] = {SITE_NO_CALL, SITE_HET, SITE_HOM, SITE_HEMI,
                                             SITE_CARRIER};

/* Frequencies from one carrier to nearly everybody. */
static enum call_code draw(uint32_t site)
{
    uint32_t per_mille = site % 10 == 0 ? 600 : site % 10 < 3 ? 40 : 2;

    if (random_below(1000) >= per_mille)
        return random_below(1000) < 3 ? CALL_NONE : (enum call_code)CALL_CODES;
    return (enum call_code)(CALL_HET + random_below(4));
}

static uint64_t vid_of(uint32_t site)
{
    return synthetic_vid(site * 501); /* over two chunks */
}

static int64_t add_samples(struct model *model, uint32_t first, uint32_t n, bool judges)
{
    struct synthetic *region = &model->region;
    struct callset callset = {.assembly = VARIANT_GRCH38, .judges_sites = judges};
    int64_t id;

    assert_true(callset_put(region->store, &callset, &id, &region->err));
    for (uint32_t i = 0; i < n; i++)
        assert_true(callset_add_sample(
            region->store, id, synthetic_entry(region, first + i, "vcf", 0), 0, &region->err));
    return id;
}

static void add_site(struct model *model, struct calls *calls, uint32_t site, uint32_t first,
                     uint32_t n)
{
    struct synthetic *region = &model->region;

    assert_true(calls_site(calls, vid_of(site), &region->err));
    for (uint32_t i = 0; i < n; i++) {
        enum call_code code = draw(site);

        if ((unsigned)code == CALL_CODES) {
            if (n < 64)
                model->classes[site][first + i] = SITE_REF;
            continue;
        }
        assert_true(calls_add(calls, i, code, &region->err));
        model->classes[site][first + i] = class_of[code];
    }
}

/* backwards: as an unsorted file would come. */
static void add_file(struct model *model, uint32_t first, uint32_t n, bool backwards)
{
    struct synthetic *region = &model->region;
    struct calls *calls;
    int64_t callset;

    synthetic_begin(region, first);
    callset = add_samples(model, first, n, true);
    assert_true(calls_open(region->store, callset, &calls, &region->err));
    for (uint32_t i = 0; i < SITES; i++) {
        uint32_t site = backwards ? SITES - 1 - i : i;

        if (n < 64 && random_below(3))
            continue; /* not every file has every site */
        add_site(model, calls, site, first, n);
        model->judged_jointly[site] |= n >= 64;
    }
    assert_true(calls_close(calls, &region->err));
    synthetic_commit(region, n);
}

static int make_model(void **state)
{
    struct model *model = calloc(1, sizeof(*model));

    random_seed(20260101);
    model->classes = malloc(sizeof(uint8_t[SITES][PERSONS]));
    memset(model->classes, ABSENT, sizeof(uint8_t[SITES][PERSONS]));
    synthetic_up(&model->region);
    add_file(model, 0, JOINT / 2, false);
    add_file(model, JOINT / 2, JOINT / 2, true);
    for (uint32_t i = 0; i < LONE; i++)
        add_file(model, JOINT + i, 1, i % 7 == 0);
    for (uint32_t i = 0; i < TRIOS; i++)
        add_file(model, JOINT + LONE + 3 * i, 3, i % 5 == 0);
    synthetic_publish(&model->region);
    *state = model;
    return 0;
}

static int free_model(void **state)
{
    struct model *model = *state;

    synthetic_down(&model->region);
    free(model->classes);
    free(model);
    random_unseed();
    return 0;
}

static void expect_words(const struct model *model, uint32_t site, unsigned class,
                         const uint64_t *words)
{
    for (uint32_t i = 0; i < PERSONS; i++)
        if (bits_has(words, i) != (model->classes[site][i] == class))
            fail_msg("site %u, person %u, class %u: the model says %u", site, i, class,
                     model->classes[site][i]);
}

static void check_every_class(struct model *model, struct snapshot *snapshot)
{
    struct segment *segment = snapshot_segment(snapshot, 0);
    uint64_t cohort[SEGMENT_WORDS_MAX];
    struct sites sites;
    struct site site;
    uint32_t n = 0;

    assert_int_equal(snapshot_info(snapshot)->n_persons, PERSONS);
    for (size_t i = 0; i < SEGMENT_WORDS_MAX; i++)
        cohort[i] = UINT64_C(0x5a5a123456789abc) * (i + 1);
    sites_start(&sites, segment, 0, UINT64_MAX);
    while (sites_next(&sites, &site, &model->region.err)) {
        assert_int_equal(site.vid, vid_of(n));
        assert_int_equal(site.n_callsets, model->judged_jointly[n] ? 2 : 0);
        for (unsigned class = 0; class < SITE_CLASSES; class ++) {
            uint64_t words[SEGMENT_WORDS_MAX] = {0};
            uint32_t expected = 0;

            site_or(segment, &site, SITE_BIT(class), words);
            expect_words(model, n, class, words);
            assert_int_equal(site.count[class], bits_count(words, SEGMENT_WORDS_MAX));
            for (uint32_t i = 0; i < PERSONS; i++)
                expected += bits_has(words, i) && bits_has(cohort, i);
            assert_int_equal(site_count(segment, &site, class, cohort), expected);
        }
        n++;
    }
    assert_false(sites.failed);
    assert_int_equal(n, SITES);
}

static void test_every_class_of_every_site_is_the_models(void **state)
{
    struct model *model = *state;
    struct snapshot *snapshot = synthetic_open(&model->region);

    check_every_class(model, snapshot);
    snapshot_close(snapshot);
}

/* Twice: what the first walk passed is read again by the second. */
static void test_so_it_is_where_few_blocks_are_kept(void **state)
{
    struct model *model = *state;
    struct snapshot *snapshot = synthetic_open(&model->region);

    snapshot_keep_few(snapshot);
    check_every_class(model, snapshot);
    check_every_class(model, snapshot);
    snapshot_close(snapshot);
}

static void test_tested_is_who_was_judged_and_called(void **state)
{
    struct model *model = *state;
    struct snapshot *snapshot = synthetic_open(&model->region);
    struct segment *segment = snapshot_segment(snapshot, 0);
    struct site site;
    bool found;

    for (uint32_t n = 0; n < SITES; n += 13) {
        uint64_t words[SEGMENT_WORDS_MAX] = {0};

        assert_true(segment_site(segment, vid_of(n), &found, &site, &model->region.err));
        assert_true(found);
        assert_true(tested_at_site(segment, &site, words, &model->region.err));
        for (uint32_t i = 0; i < PERSONS; i++) {
            uint8_t class = model->classes[n][i];
            bool tested = class != SITE_NO_CALL && (class != ABSENT || i < JOINT);

            assert_int_equal(bits_has(words, i), tested);
        }
    }
    snapshot_close(snapshot);
}

static void test_carriers_of_many_sites_are_the_union(void **state)
{
    struct model *model = *state;
    struct snapshot *snapshot = synthetic_open(&model->region);
    struct segment *segment = snapshot_segment(snapshot, 0);
    uint64_t words[SEGMENT_WORDS_MAX] = {0}, expected[SEGMENT_WORDS_MAX] = {0};
    uint64_t vids[SITES];
    size_t n = 0;

    for (uint32_t site = 1; site < SITES; site += 1 + random_below(20)) {
        vids[n++] = vid_of(site);
        vids[n++] = vid_of(site) + 1; /* nobody has this one */
        for (uint32_t i = 0; i < PERSONS; i++)
            if (model->classes[site][i] == SITE_HET || model->classes[site][i] == SITE_HEMI)
                bits_set(expected, i);
    }
    assert_true(segment_carriers(
        segment, &(struct segment_sought){vids, n, SITE_BIT(SITE_HET) | SITE_BIT(SITE_HEMI), NULL},
        words, &model->region.err));
    assert_memory_equal(words, expected, sizeof(words));
    snapshot_close(snapshot);
}

static void test_a_walk_keeps_to_its_range(void **state)
{
    struct model *model = *state;
    struct snapshot *snapshot = synthetic_open(&model->region);
    struct segment *segment = snapshot_segment(snapshot, 0);

    for (uint32_t from = 0; from < SITES; from += 97) {
        for (uint32_t to = from; to < SITES; to += 111) {
            struct sites sites;
            struct site site;
            uint32_t n = from;

            sites_start(&sites, segment, vid_of(from), vid_of(to));
            for (; sites_next(&sites, &site, &model->region.err); n++)
                assert_int_equal(site.vid, vid_of(n));
            assert_int_equal(n, to);
        }
    }
    snapshot_close(snapshot);
}

/* The insertion number n at 22:1004, whose REF has two bases. */
static uint64_t reaching_vid(uint32_t n)
{
    char alt[9] = "C";
    struct variant variant = {VARIANT_GRCH38, 22, 1004, "GG", alt};
    struct err err;
    uint64_t vid;

    for (size_t i = 1; i < 8; i++, n >>= 2)
        alt[i] = i < 7 ? "ACGT"[n & 3] : "CA"[n & 1]; /* ends in another base than REF */
    assert_true(variant_pack(&variant, 0, &vid, &err));
    return vid;
}

static bool count_site(void *to, struct site *site, struct err *err)
{
    size_t *n = to;

    (void)site, (void)err;
    ++*n;
    return true;
}

static void test_variants_that_reach_into_a_stretch_at_the_limit_and_one_past(void **state)
{
    struct callset callset = {.assembly = VARIANT_GRCH38, .judges_sites = true};
    uint64_t *vids = calloc(REACHING_MAX, sizeof(*vids));

    (void)state;
    assert_non_null(vids);
    for (uint32_t more = 0; more < 2; more++) {
        uint64_t lo = variant_floor(VARIANT_GRCH38, 22, 1005);
        struct synthetic region;
        struct snapshot *snapshot;
        struct segment *segment;
        struct calls *calls;
        struct tested_place place = {VARIANT_GRCH38, 22, 1005, 1005};
        uint64_t words[SEGMENT_WORDS_MAX] = {0};
        int64_t id;
        size_t n = 0, taken = 0;

        synthetic_up(&region);
        synthetic_begin(&region, 1);
        assert_true(callset_put(region.store, &callset, &id, &region.err));
        assert_true(callset_add_sample(region.store, id, synthetic_entry(&region, 1, "vcf", 0), 0,
                                       &region.err));
        assert_true(calls_open(region.store, id, &calls, &region.err));
        for (uint32_t i = 0; i < REACHING_MAX + more; i++) {
            assert_true(calls_site(calls, reaching_vid(i), &region.err));
            assert_true(calls_add(calls, 0, CALL_HET, &region.err));
        }
        assert_true(calls_close(calls, &region.err));
        synthetic_commit(&region, 1);
        synthetic_publish(&region);
        snapshot = synthetic_open(&region);
        segment = snapshot_segment(snapshot, 0);
        assert_true(segment_reached(segment, lo, count_site, &taken, &region.err));
        assert_int_equal(taken, REACHING_MAX + more);
        assert_true(tested_at_place(segment, &place, words, &region.err));
        if (more) {
            assert_refused_for(segment_reaching(segment, lo, vids, &n, &region.err), &region.err,
                               ERR_EXHAUSTED, "reach into");
        } else {
            assert_true(segment_reaching(segment, lo, vids, &n, &region.err));
            assert_int_equal(n, REACHING_MAX);
        }
        snapshot_close(snapshot);
        synthetic_down(&region);
    }
    free(vids);
}

/* Gives the region's one segment the number of an older version, and the manifest its hash. */
static void make_older(struct synthetic *region, int version)
{
    struct manifest manifest;
    char path[400], new_path[400], pragma[64];
    sqlite3 *db;
    bool found;

    assert_true(manifest_read(region->snapshot_path, &manifest, &found, &region->err));
    assert_true(found);
    assert_int_equal(manifest.n_segments, 1);
    assert_true(manifest_path(region->snapshot_path, manifest.segments[0].hash, "segment", path,
                              sizeof(path)));
    assert_int_equal(chmod(path, 0600), 0);
    snprintf(pragma, sizeof(pragma), "PRAGMA user_version = %d", version);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, pragma, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    assert_true(file_hash(path, manifest.segments[0].hash, &region->err));
    assert_true(manifest_path(region->snapshot_path, manifest.segments[0].hash, "segment", new_path,
                              sizeof(new_path)));
    assert_int_equal(rename(path, new_path), 0);
    assert_true(manifest_write(region->snapshot_path, &manifest, &region->err));
    manifest_clear(&manifest);
}

static void test_an_older_segment_may_have_exchanges(void **state)
{
    struct callset callset = {.assembly = VARIANT_GRCH38, .judges_sites = true};
    struct synthetic region;
    struct snapshot *snapshot;
    struct calls *calls;
    int64_t id;

    (void)state;
    synthetic_up(&region);
    synthetic_begin(&region, 1);
    assert_true(callset_put(region.store, &callset, &id, &region.err));
    assert_true(callset_add_sample(region.store, id, synthetic_entry(&region, 1, "vcf", 0), 0,
                                   &region.err));
    assert_true(calls_open(region.store, id, &calls, &region.err));
    assert_true(calls_site(calls, synthetic_vid(1), &region.err));
    assert_true(calls_add(calls, 0, CALL_HET, &region.err));
    assert_true(calls_close(calls, &region.err));
    synthetic_commit(&region, 1);
    synthetic_publish(&region);
    for (int version = SEGMENT_VERSION; version >= SEGMENT_VERSION_OLDEST; version--) {
        make_older(&region, version);
        snapshot = synthetic_open(&region);
        assert_int_equal(segment_has_exchanges(snapshot_segment(snapshot, 0)),
                         version < SEGMENT_VERSION_EXCHANGES);
        snapshot_close(snapshot);
    }
    synthetic_down(&region);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_class_of_every_site_is_the_models),
        cmocka_unit_test(test_so_it_is_where_few_blocks_are_kept),
        cmocka_unit_test(test_tested_is_who_was_judged_and_called),
        cmocka_unit_test(test_carriers_of_many_sites_are_the_union),
        cmocka_unit_test(test_a_walk_keeps_to_its_range),
        cmocka_unit_test(test_variants_that_reach_into_a_stretch_at_the_limit_and_one_past),
        cmocka_unit_test(test_an_older_segment_may_have_exchanges),
    };

    return cmocka_run_group_tests(tests, make_model, free_model);
}
