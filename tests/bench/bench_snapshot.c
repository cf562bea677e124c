/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How fast a snapshot of 200,000 persons is: import through the store's own interface, publish,
 * carriers of a whole gene, allele counts for a cohort.
 *
 * The variants are made up with the mix that was measured in real genomes (5 % common with 92 % of
 * the carriers, 7 % between 0.1 and 1 %, 88 % with 1 to 60 carriers); calls are independent.
 *
 *   bench_snapshot FOLDER [PERSONS [VARIANTS]]     FOLDER is made, and kept for a second run
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sodium.h>

#include "node/publish/publish.h"
#include "node/snapshot/bits.h"
#include "node/snapshot/snapshot.h"
#include "node/store/calls.h"
#include "node/store/entry.h"
#include "node/store/import_run.h"
#include "node/store/note.h"
#include "node/store/store.h"
#include "proto/base/clock.h"
#include "proto/base/file.h"
#include "proto/query/vocabulary.h"

#define GENE_SITES 6000
#define ROUNDS 201
#define LONE_PERSONS 2000
#define CALLS_A_DAY 237
#define AF_NANO_ONE 1e9

static uint64_t random_state = 88172645463325252;

static uint64_t random_next(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

/* In (0, 1]. */
static double random_share(void)
{
    return (double)(1 + (random_next() >> 11)) / 9007199254740992.0;
}

static void must(bool ok, const struct err *err)
{
    if (ok)
        return;
    fprintf(stderr, "bench_snapshot: %s\n", err->text);
    exit(EXIT_FAILED);
}

static double share_of_site(uint32_t site, uint32_t n_persons)
{
    double at = random_share();

    if (site % 100 < 5)
        return 2 * (0.01 + 0.44 * at) * (1 - 0.4 * at);
    if (site % 100 < 12)
        return 2 * pow(10, -3 + at);
    return exp(at * log(60)) / n_persons;
}

static uint64_t vid_of(uint32_t site)
{
    static const char *const bases[] = {"A", "C", "G", "T"};
    struct variant variant = {VARIANT_GRCH38, 17, 31000000 + 10 * site, bases[site & 3],
                              bases[(site + 1) & 3]};
    struct err err;
    uint64_t vid;

    must(variant_pack(&variant, 0, &vid, &err), &err);
    return vid;
}

static void add_persons(struct store *store, int64_t callset, uint32_t n_persons)
{
    struct err err;

    for (uint32_t i = 0; i < n_persons; i++) {
        struct person_facts facts = person_facts_none();
        struct person_id pid;
        struct entry_key key;
        uint8_t content[32] = {0};
        enum entry_outcome outcome;
        int64_t entry;

        crypto_generichash(pid.b, sizeof(pid.b), (const uint8_t *)&i, sizeof(i), NULL, 0);
        memcpy(key.b, pid.b, sizeof(key.b));
        facts.sex = 1 + (enum person_sex)(i & 1);
        facts.birth_year = 1930 + (int32_t)(random_next() % 80);
        must(entry_put(store, &pid,
                       &(struct entry_said){.key = &key, .content = content, .facts = &facts},
                       &outcome, &entry, &err),
             &err);
        must(callset_add_sample(store, callset, entry, 0, &err), &err);
    }
}

/* Who carries a site: gaps are geometric. Returns how many calls there were. */
static uint64_t add_site(struct store *store, struct calls *calls, uint32_t site,
                         uint32_t n_persons)
{
    double share = share_of_site(site, n_persons);
    double scale = 1 / log1p(-(share < 0.9 ? share : 0.9));
    char gene[16];
    struct note note = {.gene = gene,
                        .consequences = UINT64_C(1) << (site % 12),
                        .clinvar = CLINVAR_READ,
                        .complete = true};
    struct err err;
    uint64_t n = 0;
    uint64_t vid = vid_of(site);

    must(calls_site(calls, vid, &err), &err);
    for (double at = log(random_share()) * scale; at < n_persons;
         at += 1 + floor(log(random_share()) * scale), n++)
        must(calls_add(calls, (uint32_t)at, random_next() % 16 < share * 8 ? CALL_HOM : CALL_HET,
                       &err),
             &err);
    snprintf(gene, sizeof(gene), "GENE%u", site / GENE_SITES);
    must(note_put(store, vid, &note, &err) &&
             note_put_af(store, vid, (int64_t)(share / 2 * AF_NANO_ONE), &err),
         &err);
    return n;
}

static void import(struct store *store, uint32_t n_persons, uint32_t n_sites)
{
    struct import_source source = {.kind = "bench", .options = "", .name = "made up"};
    struct import_counts counts = {.read = n_persons, .stored = n_persons};
    struct callset callset = {
        .assembly = VARIANT_GRCH38, .has_af = true, .has_annotation = true, .judges_sites = true};
    struct calls *calls;
    int64_t id, callset_id = 0, start = clock_mono_us(), persons_us;
    uint64_t n = 0;
    struct err err;

    must(import_run_begin(store, &source, &id, &err) &&
             callset_put(store, &callset, &callset_id, &err),
         &err);
    add_persons(store, callset_id, n_persons);
    persons_us = clock_mono_us() - start;
    start = clock_mono_us();
    must(calls_open(store, callset_id, &calls, &err), &err);
    for (uint32_t site = 0; site < n_sites; site++)
        n += add_site(store, calls, site, n_persons);
    must(calls_close(calls, &err), &err);
    must(import_run_commit(store, &counts, &err), &err);
    printf("import: %u persons in %.2f s; %llu calls in %.2f s, making them up included\n",
           n_persons, (double)persons_us / 1e6, (unsigned long long)n,
           (double)(clock_mono_us() - start) / 1e6);
}

/* One person's file with CALLS_A_DAY calls in the stretch of the others, as nightly files come. */
static void import_lone(struct store *store, uint32_t person, uint32_t n_sites)
{
    struct import_source source = {.kind = "bench", .options = "", .name = "one person"};
    struct import_counts counts = {.read = 1, .stored = 1};
    struct callset callset = {.assembly = VARIANT_GRCH38};
    struct person_id pid;
    struct entry_key key;
    uint8_t content[32] = {0};
    enum entry_outcome outcome;
    struct calls *calls;
    int64_t id, callset_id, entry;
    struct err err;

    memcpy(source.content, &person, sizeof(person));
    crypto_generichash(pid.b, sizeof(pid.b), (const uint8_t *)&person, sizeof(person), NULL, 0);
    memcpy(key.b, pid.b, sizeof(key.b));
    must(import_run_begin(store, &source, &id, &err) &&
             callset_put(store, &callset, &callset_id, &err) &&
             entry_put(store, &pid, &(struct entry_said){.key = &key, .content = content}, &outcome,
                       &entry, &err) &&
             callset_add_sample(store, callset_id, entry, 0, &err) &&
             calls_open(store, callset_id, &calls, &err),
         &err);
    for (uint32_t i = 0; i < CALLS_A_DAY; i++)
        must(calls_site(calls, vid_of((uint32_t)((uint64_t)i * n_sites / CALLS_A_DAY)), &err) &&
                 calls_add(calls, 0, CALL_HET, &err),
             &err);
    must(calls_close(calls, &err), &err);
    must(import_run_commit(store, &counts, &err), &err);
}

static void daily(struct store *store, const struct publish_options *options, uint32_t n_persons,
                  uint32_t n_sites)
{
    struct publish_result result;
    int64_t start = clock_mono_us(), imported_us, all_us;
    clock_t cpu = clock();
    double calls = (double)LONE_PERSONS * CALLS_A_DAY;
    struct err err;

    for (uint32_t i = 0; i < LONE_PERSONS; i++)
        import_lone(store, n_persons + i, n_sites);
    imported_us = clock_mono_us() - start;
    cpu = clock() - cpu;
    must(publish(store, options, &result, &err), &err);
    all_us = clock_mono_us() - start;
    printf("W1b %d files of %d calls, a transaction each: %.2f M calls/s (%.2f M a CPU second),"
           " with publishing (%zu segment of %zu) %.2f M\n",
           LONE_PERSONS, CALLS_A_DAY, calls / (double)imported_us,
           calls / ((double)cpu * 1e6 / CLOCKS_PER_SEC), result.segments_written,
           result.segments_written + result.segments_kept, calls / (double)all_us);
}

static void build(const char *store_path, const char *folder, uint32_t n_persons, uint32_t n_sites)
{
    struct publish_options options = {.folder = folder, .date = 20000};
    struct publish_result result;
    struct store *store;
    struct err err;
    int64_t start;

    must(store_open(store_path, &store, &err), &err);
    import(store, n_persons, n_sites);
    start = clock_mono_us();
    must(publish(store, &options, &result, &err), &err);
    printf("publish: %.2f s, %llu carriers, %llu bytes: %.3f bytes a carrier\n",
           (double)(clock_mono_us() - start) / 1e6, (unsigned long long)result.carriers,
           (unsigned long long)result.bytes, (double)result.bytes / (double)result.carriers);
    daily(store, &options, n_persons, n_sites);
    store_close(store);
}

/*** questions ***/

struct bench {
    struct snapshot *snapshot;
    uint64_t (*cohort)[SEGMENT_WORDS_MAX];
    size_t n_segments;
    struct err err;
};

typedef uint64_t question(struct bench *bench, const void *about);

static int by_number(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

    return (a > b) - (a < b);
}

static void ask(struct bench *bench, const char *what, question *run, const void *about,
                uint64_t divide_by)
{
    int64_t us[ROUNDS];
    int64_t first;
    uint64_t answer = 0;

    for (int i = 0; i < ROUNDS; i++) {
        int64_t start = clock_mono_us();

        answer = run(bench, about);
        us[i] = clock_mono_us() - start;
    }
    first = us[0];
    qsort(us, ROUNDS, sizeof(us[0]), by_number);
    printf("%-44s answer %9llu  first %8.1f  least %8.1f  p50 %8.1f  p99 %8.1f us", what,
           (unsigned long long)answer, (double)first, (double)us[0], (double)us[ROUNDS / 2],
           (double)us[ROUNDS * 99 / 100]);
    if (divide_by)
        printf("  (p50 %.3f us each)", (double)us[ROUNDS / 2] / (double)divide_by);
    printf("\n");
}

/* Rows of a gene; 0 in a mask means no restriction. */
struct gene_filter {
    uint64_t consequences;
    int64_t af_high_nano;
};

/* The variants of GENE0 that pass, as node/evaluate takes them: two columns of its rows. */
static size_t choose(struct bench *bench, struct segment *segment, const struct gene_filter *filter,
                     uint64_t vids[static GENE_SITES])
{
    struct gene_sites sites;
    size_t n = 0;

    must(segment_gene(segment, "GENE0", &sites, &bench->err), &bench->err);
    for (size_t i = 0; i < sites.n && n < GENE_SITES; i++)
        if ((!filter->consequences || sites.consequences[i] & filter->consequences) &&
            sites.af_nano[i] <= filter->af_high_nano)
            vids[n++] = sites.vid[i];
    return n;
}

/* Persons of the cohort who carry anything in GENE0 that passes; stops early where it may. */
static uint64_t ask_gene(struct bench *bench, const void *about)
{
    const struct gene_filter *filter = about;
    static uint64_t vids[GENE_SITES];
    uint64_t n = 0;

    for (size_t i = 0; i < bench->n_segments; i++) {
        struct segment *segment = snapshot_segment(bench->snapshot, i);
        uint64_t words[SEGMENT_WORDS_MAX] = {0};

        must(segment_carriers(segment,
                              &(struct segment_sought){vids, choose(bench, segment, filter, vids),
                                                       SITE_CARRIERS,
                                                       segment_persons(segment)->alive},
                              words, &bench->err),
             &bench->err);
        n += bits_count_and((const uint8_t *)words, bench->cohort[i],
                            segment_persons(segment)->n_words);
    }
    return n;
}

static uint64_t ask_counts(struct bench *bench, const void *about)
{
    uint64_t ac = 0;

    (void)about;
    for (size_t i = 0; i < bench->n_segments; i++) {
        struct segment *segment = snapshot_segment(bench->snapshot, i);
        struct sites sites;
        struct site site;

        sites_start(&sites, segment, 0, UINT64_MAX);
        while (sites_next(&sites, &site, &bench->err))
            ac += site_count(segment, &site, SITE_HET, bench->cohort[i]) +
                  2 * site_count(segment, &site, SITE_HOM, bench->cohort[i]) +
                  site_count(segment, &site, SITE_HEMI, bench->cohort[i]);
        must(!sites.failed, &bench->err);
    }
    return ac;
}

static uint64_t ask_one(struct bench *bench, const void *about)
{
    uint64_t vid = *(const uint64_t *)about;
    uint64_t ac = 0;

    for (size_t i = 0; i < bench->n_segments; i++) {
        struct segment *segment = snapshot_segment(bench->snapshot, i);
        struct site site;
        bool found;

        must(segment_site(segment, vid, &found, &site, &bench->err), &bench->err);
        if (found)
            ac += site_count(segment, &site, SITE_HET, bench->cohort[i]) +
                  2 * site_count(segment, &site, SITE_HOM, bench->cohort[i]);
    }
    return ac;
}

static void draw_cohort(struct bench *bench, double share)
{
    for (size_t i = 0; i < bench->n_segments; i++) {
        const struct segment_persons *persons =
            segment_persons(snapshot_segment(bench->snapshot, i));

        memset(bench->cohort[i], 0, sizeof(bench->cohort[i]));
        for (uint32_t p = 0; p < persons->n; p++)
            if (random_share() <= share)
                bits_set(bench->cohort[i], p);
    }
}

static void ask_all(struct bench *bench, uint32_t n_sites)
{
    struct gene_filter all = {.af_high_nano = INT64_MAX};
    struct gene_filter rare = {.af_high_nano = 1000000};
    struct gene_filter severe = {.consequences = 1, .af_high_nano = INT64_MAX};
    uint64_t vid = vid_of(n_sites / 2);

    draw_cohort(bench, 0.02);
    ask(bench, "W2  carriers, whole gene of 6,000, cohort 2 %", ask_gene, &all, 0);
    ask(bench, "W2b rare (af <= 0.1 %), 5,280 variants", ask_gene, &rare, 0);
    ask(bench, "W2c one consequence, 500 variants", ask_gene, &severe, 0);
    ask(bench, "W3  allele counts, all variants, cohort 2 %", ask_counts, NULL, n_sites);
    draw_cohort(bench, 0.4);
    ask(bench, "W3  the same, cohort 40 %", ask_counts, NULL, n_sites);
    ask(bench, "W4  one variant", ask_one, &vid, 0);
}

int main(int argc, char **argv)
{
    uint32_t n_persons = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 200000;
    uint32_t n_sites = argc > 3 ? (uint32_t)strtoul(argv[3], NULL, 10) : 17766;
    struct bench bench = {0};
    char store_path[512], folder[512];
    int64_t start;

    if (argc < 2 || sodium_init() < 0) {
        fprintf(stderr, "usage: bench_snapshot FOLDER [PERSONS [VARIANTS]]\n");
        return EXIT_USAGE;
    }
    snprintf(store_path, sizeof(store_path), "%s/store.db", argv[1]);
    snprintf(folder, sizeof(folder), "%s/snapshot", argv[1]);
    must(file_make_folder(argv[1], 0700, &bench.err), &bench.err);
    if (!file_exists(store_path))
        build(store_path, folder, n_persons, n_sites);
    start = clock_mono_us();
    must(snapshot_open(folder, SNAPSHOT_HASH_ALL, &bench.snapshot, &bench.err), &bench.err);
    bench.n_segments = snapshot_info(bench.snapshot)->n_segments;
    printf("open and check: %.1f ms, %zu segments\n", (double)(clock_mono_us() - start) / 1000,
           bench.n_segments);
    bench.cohort = calloc(bench.n_segments + 1, sizeof(*bench.cohort));
    ask_all(&bench, n_sites);
    snapshot_close(bench.snapshot);
    free(bench.cohort);
    return EXIT_OK;
}
