/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How fast questions are on 200,000 persons: the very functions that the keeper calls, from the
 * text of a question to sealed cells, with noise and ledger left out.
 *
 * Variants have the mix measured in real genomes (5 % common with 92 % of the carriers, 7 % between
 * 0.1 and 1 %, 88 % with 1 to 60 carriers), carriers are independent. Each person has 9 terms of a
 * made-up ontology of 2,000, closed over their ancestors, and a birth year. The same seed, the same
 * snapshot.
 *
 * Beside them so many rare sites of 500 genomes: each is carried by one to three of them, three in
 * four have been seen elsewhere, in 0.001 to 1 %, one in twenty has a consequence.
 *
 *   bench_evaluate FOLDER [PERSONS [VARIANTS [RARE]]]     FOLDER is made, and kept for a second run
 *   bench_evaluate FOLDER --ask QUESTION           this one alone, for profiling
 *   bench_evaluate FOLDER --frequencies COHORT     genotypes of every variant in this cohort
 */
#include <math.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/evaluate/evaluate.h"
#include "node/evaluate/frequency.h"
#include "node/evaluate/truth.h"
#include "node/publish/publish.h"
#include "node/snapshot/snapshot.h"
#include "node/store/assay.h"
#include "node/store/calls.h"
#include "node/store/entry.h"
#include "node/store/import_run.h"
#include "node/store/note.h"
#include "node/store/store.h"
#include "node/terms/genes.h"
#include "node/terms/term_writer.h"
#include "node/terms/terms.h"
#include "proto/base/arena.h"
#include "proto/base/clock.h"
#include "proto/base/date.h"
#include "proto/base/file.h"
#include "proto/query/ast.h"
#include "proto/query/parse.h"
#include "proto/query/vocabulary.h"
#include "tests/synth/dice.h"

#define GENE_SITES 6000
#define TERMS 2000
#define TERMS_A_PERSON 9
#define ROUNDS 301
#define ROUNDS_OF_A_WALK 11
#define WALKS 32 /* the most criteria of a question */
#define POSITION_FIRST 31000000u
#define POSITION_STEP 10u

#define GENOMES 500
#define RARE_A_CHROMOSOME 4000000u /* from chromosome 1 on */
#define RARE_STEP 50u
#define RARE_MAX (10 * RARE_A_CHROMOSOME) /* chromosomes of more than 100 million bases */

struct settings {
    uint32_t n_persons;
    uint32_t n_sites;
    uint32_t n_rare;
    struct dice dice;
};

static void must(bool ok, const struct err *err)
{
    if (ok)
        return;
    fprintf(stderr, "bench_evaluate: %s\n", err->text);
    exit(EXIT_FAILED);
}

static uint32_t position_of(uint32_t site)
{
    return POSITION_FIRST + POSITION_STEP * site;
}

static double dice_share(struct dice *dice)
{
    return (double)(1 + (dice_next(dice) >> 11)) / 9007199254740992.0;
}

/* ---- making it up ---------------------------------------------------------------------------- */

static void put_terms(struct settings *settings, struct store *store)
{
    struct term_release release = {.system = "hp", .release = "made up"};
    struct term_writer *writer;
    struct err err;
    char code[16], parent[16];

    must(term_writer_open(store_db(store), "hp", &writer, &err), &err);
    for (uint32_t i = 1; i <= TERMS; i++) {
        snprintf(code, sizeof(code), "HP:%07u", i);
        must(term_writer_add(writer, &(struct term){.code = code, .label = "made up"}, NULL, &err),
             &err);
    }
    for (uint32_t i = 2; i <= TERMS; i++) {
        snprintf(code, sizeof(code), "HP:%07u", i);
        snprintf(parent, sizeof(parent), "HP:%07u",
                 1 + dice_below(&settings->dice, (i - 1) / 2 + 1));
        must(term_writer_parent(writer, code, parent, &err), &err);
    }
    must(term_writer_commit(writer, &release, &err), &err);
    term_writer_close(writer);
}

static void put_genes(const struct settings *settings, struct store *store)
{
    struct term_release release = {.release = "made up"};
    struct gene_writer *writer;
    struct err err;
    char symbol[16];

    must(gene_writer_open(store_db(store), VARIANT_GRCH38, &writer, &err), &err);
    for (uint32_t site = 0; site < settings->n_sites; site += GENE_SITES) {
        struct gene_interval span = {17, position_of(site), position_of(site + GENE_SITES) - 1};

        snprintf(symbol, sizeof(symbol), "GENE%u", site / GENE_SITES);
        must(gene_writer_span(writer, symbol, &span, &err), &err);
    }
    must(gene_writer_commit(writer, &release, &err), &err);
    gene_writer_close(writer);
}

static void put_events(struct settings *settings, struct store *store, int64_t entry)
{
    char code[16];
    struct event event = {.kind = EVENT_PHENOTYPE,
                          .system = "hp",
                          .code = code,
                          .date = PERSON_NO_DATE,
                          .age_days = EVENT_NO_AGE};
    struct err err;

    for (int i = 0; i < TERMS_A_PERSON; i++) {
        snprintf(code, sizeof(code), "HP:%07u", 1 + dice_below(&settings->dice, TERMS));
        must(entry_event(store, entry, &event, &err), &err);
    }
}

static void put_persons(struct settings *settings, struct store *store, int64_t callset)
{
    struct assay assay = {.name = "wgs", .assembly = VARIANT_GRCH38, .whole_genome = true};
    int64_t assay_id;
    struct err err;

    must(assay_put(store, &assay, &assay_id, &err), &err);
    for (uint32_t i = 0; i < settings->n_persons; i++) {
        struct person_facts facts = person_facts_none();
        struct entry_key key = {{0}};
        uint8_t content[32] = {0};
        enum entry_outcome outcome;
        struct person_id pid;
        int64_t entry;

        crypto_generichash(pid.b, sizeof(pid.b), (const uint8_t *)&i, sizeof(i), NULL, 0);
        memcpy(key.b, pid.b, sizeof(key.b));
        facts.sex = (enum person_sex)(1 + (i & 1));
        facts.birth_year = 1930 + (int32_t)dice_below(&settings->dice, 80);
        must(entry_put(store, &pid,
                       &(struct entry_said){.key = &key, .content = content, .facts = &facts},
                       &outcome, &entry, &err),
             &err);
        put_events(settings, store, entry);
        must(callset_add_sample(store, callset, entry, assay_id, &err), &err);
    }
}

static double share_of_site(struct settings *settings, uint32_t site)
{
    double at = dice_share(&settings->dice);

    if (site % 100 < 5)
        return 2 * pow(10, -2 + 1.7 * at) * (1 - 0.5 * at);
    if (site % 100 < 12)
        return 2 * pow(10, -3 + at);
    return exp(at * log(60)) / settings->n_persons;
}

static void put_site(struct settings *settings, struct store *store, struct calls *calls,
                     uint32_t site)
{
    static const char *const bases[] = {"A", "C", "G", "T"};
    struct variant variant = {VARIANT_GRCH38, 17, position_of(site), bases[site & 3],
                              bases[(site + 1) & 3]};
    double share = share_of_site(settings, site);
    double scale = 1 / log1p(-(share < 0.9 ? share : 0.9));
    /* 500 of a gene's 6,000 sites are loss of function, as the target has it (performance, 5) */
    struct note note = {.consequences = UINT64_C(1)
                                        << (site % 12 == 0 ? site / 12 % 5 : 11 + site % 30),
                        .clinvar = CLINVAR_READ,
                        .complete = true};
    char gene[16];
    struct err err;
    uint64_t vid;

    must(variant_pack(&variant, 0, &vid, &err) && calls_site(calls, vid, &err), &err);
    for (double at = log(dice_share(&settings->dice)) * scale; at < settings->n_persons;
         at += 1 + floor(log(dice_share(&settings->dice)) * scale))
        must(calls_add(calls, (uint32_t)at,
                       dice_next(&settings->dice) % 16 < share * 8 ? CALL_HOM : CALL_HET, &err),
             &err);
    snprintf(gene, sizeof(gene), "GENE%u", site / GENE_SITES);
    note.gene = gene;
    must(note_put(store, vid, &note, &err) &&
             note_put_af(store, vid, (int64_t)(share / 2 * 1e9), &err),
         &err);
}

/* ---- genomes --------------------------------------------------------------------------------- */

/* Every so many persons have a genome. */
static void put_genomes(struct settings *settings, struct store *store, int64_t callset)
{
    uint32_t step = settings->n_persons / GENOMES > 0 ? settings->n_persons / GENOMES : 1;
    struct err err;

    for (uint32_t g = 0; g < GENOMES; g++) {
        uint32_t i = g * step % settings->n_persons, number = settings->n_persons + g;
        struct entry_key key = {{0}};
        uint8_t content[32] = {1};
        enum entry_outcome outcome;
        struct person_id pid;
        int64_t entry;

        crypto_generichash(pid.b, sizeof(pid.b), (const uint8_t *)&i, sizeof(i), NULL, 0);
        memcpy(key.b, &number, sizeof(number));
        must(entry_put(store, &pid, &(struct entry_said){.key = &key, .content = content}, &outcome,
                       &entry, &err) &&
                 callset_add_sample(store, callset, entry, 0, &err),
             &err);
    }
}

static void put_rare_site(struct settings *settings, struct store *store, struct calls *calls,
                          uint32_t site)
{
    struct variant variant = {VARIANT_GRCH38, (uint8_t)(1 + site / RARE_A_CHROMOSOME),
                              1000 + site % RARE_A_CHROMOSOME * (RARE_STEP / 2), "A", "G"};
    struct note note = {.gene = "",
                        .consequences = UINT64_C(1) << site / 20 % 40,
                        .clinvar = CLINVAR_READ,
                        .complete = true};
    uint32_t first = dice_below(&settings->dice, GENOMES - 3), n = dice_below(&settings->dice, 3);
    struct err err;
    uint64_t vid;

    must(variant_pack(&variant, 0, &vid, &err) && calls_site(calls, vid, &err), &err);
    for (uint32_t i = 0; i <= n; i++)
        must(calls_add(calls, first + i, CALL_HET, &err), &err);
    if (site % 4)
        must(note_put_af(store, vid, (int64_t)(10000 * pow(10, 3 * dice_share(&settings->dice))),
                         &err),
             &err);
    if (site % 20 == 0)
        must(note_put(store, vid, &note, &err), &err);
}

static void put_rare(struct settings *settings, struct store *store)
{
    struct import_source source = {.kind = "bench", .options = "", .name = "genomes"};
    struct callset callset = {
        .assembly = VARIANT_GRCH38, .has_af = true, .has_annotation = true, .judges_sites = true};
    struct import_counts counts = {0};
    int64_t id, callset_id = 0;
    struct calls *calls;
    struct err err;

    source.content[0] = 1;
    must(import_run_begin(store, &source, &id, &err) &&
             callset_put(store, &callset, &callset_id, &err),
         &err);
    put_genomes(settings, store, callset_id);
    must(calls_open(store, callset_id, &calls, &err), &err);
    for (uint32_t site = 0; site < settings->n_rare; site++)
        put_rare_site(settings, store, calls, site);
    must(calls_close(calls, &err) && import_run_commit(store, &counts, &err), &err);
}

static void build(struct settings *settings, const char *store_path, const char *folder)
{
    struct publish_options options = {.folder = folder, .date = date_from_civil(2026, 11, 1)};
    struct import_source source = {.kind = "bench", .options = "", .name = "made up"};
    struct import_counts counts = {0};
    struct callset callset = {
        .assembly = VARIANT_GRCH38, .has_af = true, .has_annotation = true, .judges_sites = true};
    struct publish_result result;
    int64_t id, callset_id = 0;
    struct calls *calls;
    struct store *store;
    struct err err;

    fprintf(stderr, "making up %u persons with %u variants\n", settings->n_persons,
            settings->n_sites);
    must(store_open(store_path, &store, &err), &err);
    put_terms(settings, store);
    put_genes(settings, store);
    must(import_run_begin(store, &source, &id, &err) &&
             callset_put(store, &callset, &callset_id, &err),
         &err);
    put_persons(settings, store, callset_id);
    must(calls_open(store, callset_id, &calls, &err), &err);
    for (uint32_t site = 0; site < settings->n_sites; site++)
        put_site(settings, store, calls, site);
    must(calls_close(calls, &err) && import_run_commit(store, &counts, &err), &err);
    if (settings->n_rare > 0)
        put_rare(settings, store);
    fprintf(stderr, "publishing\n");
    must(publish(store, &options, &result, &err), &err);
    store_close(store);
}

/* ---- asking ---------------------------------------------------------------------------------- */

struct bench {
    struct asked_of of;
    struct arena *arena;
    struct limits limits;
    uint32_t n_sites;
    int rounds;
};

typedef void question(struct bench *bench, const char *text);

static int by_number(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

    return (a > b) - (a < b);
}

static void parsed(struct bench *bench, const char *text, struct ast *ast)
{
    struct err err;

    arena_clear(bench->arena);
    must(parse_text(text, bench->arena, ast, &err), &err);
}

/* p50, p95 and the slowest of bench->rounds, at most ROUNDS, in microseconds; each counts as one of
 * n things. */
static void ask(struct bench *bench, question *run, const char *text, uint32_t n)
{
    struct true_count is;
    int64_t us[ROUNDS];
    struct ast ast;
    struct err err;

    for (int i = 0; i < bench->rounds; i++) {
        int64_t start = clock_mono_us();

        run(bench, text);
        us[i] = clock_mono_us() - start;
    }
    qsort(us, (size_t)bench->rounds, sizeof(us[0]), by_number);
    parsed(bench, text, &ast);
    must(truth_count(&bench->of, &ast, &is, &err), &err);
    printf("%10.1f %10.1f %10.1f %10.3f  %7llu %7llu  %s\n", (double)us[bench->rounds / 2],
           (double)us[bench->rounds * 95 / 100], (double)us[bench->rounds - 1],
           (double)us[bench->rounds / 2] / n, (unsigned long long)is.matched,
           (unsigned long long)is.undetermined, text[0] ? text : "(everybody)");
}

/* From text to two sealed cells. */
static void count(struct bench *bench, const char *text)
{
    struct cells *cells = cells_new(2);
    struct ast ast;
    struct err err;

    parsed(bench, text, &ast);
    must(cells && evaluate(&bench->of, &ast, &shape_count, cells, &err), &err);
    cells_free(cells);
}

static bool add_up(void *of, uint64_t vid, const struct genotype_counts *genotypes, struct err *err)
{
    (void)vid, (void)err;
    *(uint64_t *)of += genotypes->het + 2 * genotypes->hom + genotypes->hemi;
    return true;
}

/* Genotypes of every variant but the rare ones of genomes, for the cohort of the text. */
static void frequencies(struct bench *bench, const char *text)
{
    const uint64_t from = variant_floor(VARIANT_GRCH38, 17, 1);
    const uint64_t to = variant_floor(VARIANT_GRCH38, 18, 1);
    struct frequency *frequency;
    uint64_t sum = 0;
    struct ast ast;
    struct err err;

    parsed(bench, text, &ast);
    must(frequency_new(&bench->of, &ast, &frequency, &err) &&
             frequency_walk(frequency, from, to, add_up, &sum, &err),
         &err);
    frequency_free(frequency);
}

/* Each finds its carriers by itself; bounds of bands, so that kinds of sites decide. */
static void put_walks(char *text, size_t room)
{
    static const char *const af[] = {"0.1%", "1%", "5%", "10%", "30%", "50%", "60%", "90%"};
    static const char *const zygosity[] = {"het", "hom", "hemi"};
    size_t at = 0;

    for (size_t i = 0; i < WALKS; i++)
        at += (size_t)snprintf(text + at, room - at, "%svariant(zygosity = %s and af %s %s)",
                               i ? " or " : "", zygosity[i % 3], i % 2 ? ">=" : "<=", af[i / 4]);
}

static void ask_without_places(struct bench *bench)
{
    char walks[WALKS * 64];

    put_walks(walks, sizeof(walks));
    ask(bench, count, "variant(zygosity = hom and af >= 60%)", 1);
    ask(bench, count, "variant(consequence in (lof) and af <= 0.1%)", 1);
    ask(bench, count, walks, 1);
    bench->rounds = ROUNDS_OF_A_WALK;
    ask(bench, count, "variant(zygosity = hom and af >= 61%)", 1);
    bench->rounds = ROUNDS;
}

static void ask_all(struct bench *bench)
{
    static const char *const counts[] = {
        "sex = female and age >= 50",
        "phenotype under HP:0000003",
        "gene = GENE0",
        "gene = GENE0 and af <= 0.1%",
        "gene = GENE0 and consequence in (lof)",
        "gene = GENE0 and consequence in (lof) and phenotype under HP:0000003 and age >= 50",
        "not gene = GENE0 and sex = male",
        "variant(gene = GENE0 and zygosity = hom)",
        "two hits(gene = GENE0 and consequence in (lof))",
        "two hits(gene = GENE0)",
        "locus = GRCh38:17:31000000-31059999",
        "change = GRCh38:17-31000020-G-T",
        "at least 2 of (gene = GENE0, gene = GENE1, phenotype under HP:0000003, age >= 50)",
    };
    static const char *const cohorts[] = {"phenotype = HP:0000003", "phenotype under HP:0000003",
                                          "age >= 50", ""};

    printf("       p50        p95    slowest        us      yes       ?\n");
    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
        ask(bench, count, counts[i], 1);
    ask_without_places(bench);
    printf("\ngenotypes of %u variants in a cohort: us a variant in the fourth column\n",
           bench->n_sites);
    for (size_t i = 0; i < sizeof(cohorts) / sizeof(cohorts[0]); i++)
        ask(bench, frequencies, cohorts[i], bench->n_sites);
}

int main(int argc, char **argv)
{
    bool alone = argc == 4 && strcmp(argv[2], "--ask") == 0;
    struct settings settings = {.n_persons =
                                    argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 200000,
                                .n_sites = argc > 3 ? (uint32_t)strtoul(argv[3], NULL, 10) : 17766,
                                .n_rare = argc > 4 ? (uint32_t)strtoul(argv[4], NULL, 10) : 0};
    struct bench bench = {.of = {.fixed_work = true},
                          .limits = {.deadline_ms = INT64_MAX},
                          .rounds = ROUNDS,
                          .n_sites = settings.n_sites ? settings.n_sites : 17766};
    struct population *population = NULL;
    char store_path[512], folder[512];
    struct arena *people = arena_new(1 << 24);
    struct err err;

    if (argc < 2 || sodium_init() < 0 || settings.n_rare > RARE_MAX) {
        fprintf(stderr, "usage: bench_evaluate FOLDER [PERSONS [VARIANTS [RARE]]]\n");
        return EXIT_USAGE;
    }
    dice_seed(&settings.dice, 7);
    snprintf(store_path, sizeof(store_path), "%s/store.db", argv[1]);
    snprintf(folder, sizeof(folder), "%s/snapshot", argv[1]);
    must(file_make_folder(argv[1], 0700, &err), &err);
    if (!file_exists(store_path))
        build(&settings, store_path, folder);
    bench.arena = arena_new(1 << 24);
    must(snapshot_open(folder, SNAPSHOT_HASH_ALL, &bench.of.snapshot, &err) &&
             population_new(bench.of.snapshot, &eligibility_everybody, people, &population, &err),
         &err);
    bench.of.population = population;
    bench.of.region = "12";
    bench.of.limits = &bench.limits;
    if (alone)
        ask(&bench, count, argv[3], 1);
    else if (argc == 4 && strcmp(argv[2], "--frequencies") == 0)
        ask(&bench, frequencies, argv[3], bench.n_sites);
    else
        ask_all(&bench);
    snapshot_close(bench.of.snapshot);
    arena_free(bench.arena);
    arena_free(people);
    return EXIT_OK;
}
