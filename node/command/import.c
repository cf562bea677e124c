/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rikstal-node import: foreign files into the store, a run a file; list and undo of what was done.
 *
 * It reads options and prints outcomes; what an import is stands in node/import/run.h.
 */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/command/command.h"
#include "node/command/feed.h"
#include "node/command/import_help.h"
#include "node/command/import_outcome.h"
#include "node/command/import_runs.h"
#include "node/import/consents.h"
#include "node/import/persons.h"
#include "node/import/phenopacket.h"
#include "node/import/run.h"
#include "node/import/vcf.h"
#include "node/store/import_run.h"
#include "node/store/store.h"
#include "node/terms/graph.h"
#include "proto/base/clock.h"

struct request {
    const char *dir;
    char **files;
    size_t n_files;
    bool json;
    struct run_options run;
    struct feed feed;
    /* vcf */
    struct vcf_options vcf;
    const char *keep_filters[VCF_FILTERS_MAX];
    const char *persons;
    const char *bed;
    const char *fasta;
    /* phenopackets */
    struct phenopacket_options phenopackets;
};

static int usage(const char *what)
{
    fprintf(stderr, "rikstal-node import: %s; `rikstal-node import --help` tells the rest\n", what);
    return EXIT_USAGE;
}

/* ---- vcf ----------------------------------------------------------------------------------------
 */

/* Another input behind the VCF: its place, or VCF_NO_INPUT. */
static bool add_input(struct run_inputs *inputs, const char *path, bool hashed, int *place,
                      struct err *err)
{
    *place = VCF_NO_INPUT;
    if (!path)
        return true;
    if (!run_inputs_add(inputs, path, hashed, err))
        return false;
    *place = (int)inputs->n - 1;
    return true;
}

static bool open_vcf(struct request *request, char *file, struct run_inputs *inputs,
                     struct err *err)
{
    char index[PATH_MAX];
    const char *fai = NULL;

    if (request->fasta) {
        if (snprintf(index, sizeof(index), "%s.fai", request->fasta) >= (int)sizeof(index))
            return err_set(err, ERR_INVALID, "the name of the FASTA is too long");
        fai = index;
    }
    if (!run_inputs_open(inputs, &file, 1, NULL, err) ||
        !add_input(inputs, request->persons, true, &request->vcf.persons, err) ||
        !add_input(inputs, request->bed, true, &request->vcf.bed, err) ||
        !add_input(inputs, request->fasta, false, &request->vcf.fasta, err))
        return false;
    if (!add_input(inputs, fai, false, &request->vcf.fasta_index, err))
        return err_wrap(err, "make it with samtools faidx: ");
    return true;
}

static int import_vcf(struct request *request, char *file)
{
    char options_text[512] = "";
    struct run_reader reader = {.kind = "vcf",
                                .version = "vcf 2",
                                .sites_are_units = true,
                                .read = vcf_read,
                                .options = &request->vcf,
                                .options_text = options_text};
    struct run_inputs inputs = {0};
    struct run_result result;
    struct err err = {0};
    bool ok;

    ok = open_vcf(request, file, &inputs, &err);
    vcf_describe(&request->vcf, options_text, sizeof(options_text));
    ok = ok && run_import(&reader, &inputs, &request->run, &result, &err);
    run_inputs_close(&inputs);
    return ok ? import_report(file, &result, request->json, request->run.dry_run)
              : import_failed(file, &err);
}

static bool open_store(const char *dir, struct store **store, struct err *err)
{
    char path[PATH_MAX];

    if (snprintf(path, sizeof(path), "%s/store.db", dir) >= (int)sizeof(path))
        return err_set(err, ERR_INVALID, "the folder's name is too long");
    return store_open(path, store, err);
}

/* One store for all of them: what each commits is safe from a crash, and from a power cut at close.
 */
static int import_files(struct request *request)
{
    int outcome = EXIT_OK;
    struct err err = {0};

    if (!request->run.dry_run && !open_store(request->run.dir, &request->run.store, &err))
        return import_failed(request->run.dir, &err);
    for (size_t i = 0; i < request->n_files; i++)
        outcome = import_worse(outcome, import_vcf(request, request->files[i]));
    store_close(request->run.store);
    request->run.store = NULL;
    return outcome;
}

static int import_vcfs(struct request *request)
{
    if (request->feed.name || request->feed.declared.n || request->run.expects_rows)
        return usage(
            "--feed, --delivers and --expect-rows are of persons, consent and phenopackets");
    if (request->bed && !request->run.assay)
        return usage("--bed goes with --assay NAME");
    if (request->run.assay_whole && (!request->run.assay || request->bed))
        return usage("--whole-genome goes with --assay NAME and without --bed");
    if (!request->fasta)
        fprintf(stderr, "rikstal-node import: no --fasta: insertions and deletions are trimmed, "
                        "and not left-aligned\n");
    return import_files(request);
}

/* ---- feeds ---- */

/*
 * The files of a run as one feed, or none; own is the name that it has without --feed, or NULL.
 * What nobody has declared is told.
 */
static bool settle_feed(struct request *request, const char *kind, const char *own, struct err *err)
{
    struct feed *feed = &request->feed;

    feed->named = feed->name != NULL;
    if (!feed->named)
        feed->name = own;
    if (!feed_settle(feed, request->dir, kind, err))
        return false;
    request->run.feed = feed->name;
    request->run.deliveries = feed->declared.n ? &feed->declared : NULL;
    return true;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

/* ---- phenopackets and persons ------------------------------------------------------------------
 */

/* The loaded release of HPO, or NULL: for telling the operator which terms it does not have. */
static bool load_terms(const char *dir, struct term_graph **graph, struct err *err)
{
    struct store *store = NULL;
    bool ok = open_store(dir, &store, err) && term_graph_load(store_db(store), "hp", graph, err);

    store_close(store);
    return ok;
}

static int import_phenopackets(struct request *request)
{
    struct phenopacket_options *options = &request->phenopackets;
    char options_text[256];
    struct run_reader reader = {.kind = "phenopackets",
                                .version = "phenopackets " PHENOPACKET_VERSION,
                                .read = phenopacket_read,
                                .options = options,
                                .options_text = options_text};
    struct term_graph *graph = NULL;
    struct run_inputs inputs = {0};
    struct run_result result;
    struct err err = {0};
    bool ok =
        settle_feed(request, "phenopackets", NULL, &err) && load_terms(request->dir, &graph, &err);

    options->hp = graph;
    ok = ok &&
         run_inputs_open(&inputs, request->files, request->n_files, phenopacket_suffixes, &err);
    if (ok)
        phenopacket_describe(options, &inputs, options_text, sizeof(options_text));
    ok = ok && run_import(&reader, &inputs, &request->run, &result, &err);
    run_inputs_close(&inputs);
    term_graph_free(graph);
    return ok ? import_report(request->files[0], &result, request->json, request->run.dry_run)
              : import_failed(request->files[0], &err);
}

/* n files as one import. */
static int import_rows(struct request *request, char **files, size_t n,
                       const struct run_reader *reader)
{
    struct run_inputs inputs = {0};
    struct run_result result;
    struct err err = {0};
    bool ok = run_inputs_open(&inputs, files, n, NULL, &err) &&
              run_import(reader, &inputs, &request->run, &result, &err);

    run_inputs_close(&inputs);
    return ok ? import_report(files[0], &result, request->json, request->run.dry_run)
              : import_failed(files[0], &err);
}

static int import_persons_files(struct request *request, const struct term_graph *hp, size_t first,
                                size_t n)
{
    struct feed given = request->feed;
    struct err err = {0};
    int outcome;

    if (!settle_feed(request, "persons", base_name(request->files[first]), &err))
        return import_failed(request->files[first], &err);

    struct persons_options options = {.hp = hp, .undeclared = !request->feed.declared.n};
    struct run_reader reader = {.kind = "persons",
                                .version = "persons " PERSONS_VERSION,
                                .read = persons_read,
                                .options = &options};

    if (options.undeclared)
        fprintf(
            stderr,
            "rikstal-node import: %s: nobody has declared what this feed delivers in full, so "
            "who has no record of a kind \"cannot tell\"; say --delivers diagnosis:icd10 --from "
            "2015-01-01, for example, or --delivers nothing\n",
            request->files[first]);
    outcome = import_rows(request, request->files + first, n, &reader);
    request->feed = given; /* the next file is a feed of its own */
    return outcome;
}

static int import_persons(struct request *request)
{
    struct term_graph *graph = NULL;
    struct err err = {0};
    int outcome = EXIT_OK;

    if (!load_terms(request->dir, &graph, &err))
        return import_failed(request->dir, &err);
    if (request->feed.name)
        outcome = import_persons_files(request, graph, 0, request->n_files);
    for (size_t i = 0; !request->feed.name && i < request->n_files; i++)
        outcome = import_worse(outcome, import_persons_files(request, graph, i, 1));
    term_graph_free(graph);
    return outcome;
}

/* The files of a feed together, or a run a file. */
static int import_consents(struct request *request)
{
    struct run_reader reader = {
        .kind = "consent", .version = "consents " CONSENTS_VERSION, .read = consents_read};
    struct err err = {0};
    int outcome = EXIT_OK;

    if (!settle_feed(request, "consent", NULL, &err))
        return import_failed(request->files[0], &err);
    if (request->feed.name)
        return import_rows(request, request->files, request->n_files, &reader);
    for (size_t i = 0; i < request->n_files; i++)
        outcome = import_worse(outcome, import_rows(request, request->files + i, 1, &reader));
    return outcome;
}

static int list_imports(struct request *request)
{
    return import_runs_list(request->dir, request->json);
}

static int undo_import(struct request *request)
{
    if (request->n_files != 1)
        return usage("undo wants the number of one import");
    return import_runs_undo(request->dir, request->files[0]);
}

/* ---- options ------------------------------------------------------------------------------------
 */

enum {
    OPTION_DIR = 256,
    OPTION_DRY_RUN,
    OPTION_MAX_REJECTS,
    OPTION_REPORT,
    OPTION_JSON,
    OPTION_QUIET,
    OPTION_PERSONS,
    OPTION_ASSAY,
    OPTION_BED,
    OPTION_WHOLE_GENOME,
    OPTION_ASSEMBLY,
    OPTION_FASTA,
    OPTION_KEEP_FILTER,
    OPTION_MIN_DEPTH,
    OPTION_MIN_QUALITY,
    OPTION_MIN_BLOCK_DEPTH,
    OPTION_MIN_BLOCK_QUALITY,
    OPTION_ACCEPT_LOSS,
    OPTION_MAX_SAMPLES,
    OPTION_MAX_INFLATION,
    OPTION_BY_SUBJECT,
    OPTION_DOMAIN,
    OPTION_FEED,
    OPTION_DELIVERS,
    OPTION_FROM,
    OPTION_EXPECT_ROWS,
    OPTION_BESIDE,
    OPTION_HELP,
};

static const struct option long_options[] = {
    {"dir", required_argument, NULL, OPTION_DIR},
    {"dry-run", no_argument, NULL, OPTION_DRY_RUN},
    {"max-rejects", required_argument, NULL, OPTION_MAX_REJECTS},
    {"report", required_argument, NULL, OPTION_REPORT},
    {"json", no_argument, NULL, OPTION_JSON},
    {"quiet", no_argument, NULL, OPTION_QUIET},
    {"persons", required_argument, NULL, OPTION_PERSONS},
    {"assay", required_argument, NULL, OPTION_ASSAY},
    {"bed", required_argument, NULL, OPTION_BED},
    {"panel", required_argument, NULL, OPTION_BED},
    {"whole-genome", no_argument, NULL, OPTION_WHOLE_GENOME},
    {"assembly", required_argument, NULL, OPTION_ASSEMBLY},
    {"fasta", required_argument, NULL, OPTION_FASTA},
    {"keep-filter", required_argument, NULL, OPTION_KEEP_FILTER},
    {"min-depth", required_argument, NULL, OPTION_MIN_DEPTH},
    {"min-quality", required_argument, NULL, OPTION_MIN_QUALITY},
    {"min-block-depth", required_argument, NULL, OPTION_MIN_BLOCK_DEPTH},
    {"min-block-quality", required_argument, NULL, OPTION_MIN_BLOCK_QUALITY},
    {"accept-loss", no_argument, NULL, OPTION_ACCEPT_LOSS},
    {"max-samples", required_argument, NULL, OPTION_MAX_SAMPLES},
    {"max-inflation", required_argument, NULL, OPTION_MAX_INFLATION},
    {"by-subject", no_argument, NULL, OPTION_BY_SUBJECT},
    {"domain", required_argument, NULL, OPTION_DOMAIN},
    {"feed", required_argument, NULL, OPTION_FEED},
    {"delivers", required_argument, NULL, OPTION_DELIVERS},
    {"from", required_argument, NULL, OPTION_FROM},
    {"expect-rows", required_argument, NULL, OPTION_EXPECT_ROWS},
    {"beside", no_argument, NULL, OPTION_BESIDE},
    {"help", no_argument, NULL, OPTION_HELP},
    {0},
};

static bool take_number(const char *text, uint64_t max, uint64_t *value)
{
    char *end;
    unsigned long long number;

    errno = 0;
    number = strtoull(text, &end, 10);
    if (errno || *end || end == text || *text == '-' || !number || number > max)
        return false;
    *value = number;
    return true;
}

/* "25" or "0.1%". */
static bool take_max_rejects(struct run_options *run, const char *text)
{
    size_t length = strlen(text);
    double share;
    char *end;

    if (strcmp(text, "0") == 0) {
        run->rejects_max = 0;
        return true;
    }
    if (!length || text[length - 1] != '%')
        return take_number(text, UINT32_MAX, &run->rejects_max);
    share = strtod(text, &end);
    if (end != text + length - 1 || !(share >= 0 && share <= 100))
        return false;
    run->rejects_by_share = true;
    run->rejects_max = (uint64_t)(share * 1e4 + 0.5);
    return true;
}

/* A limit of 0 is none. */
static bool take_least(const char *text, uint32_t *value)
{
    uint64_t number = 0;

    if (strcmp(text, "0") != 0 && !take_number(text, UINT32_MAX, &number))
        return false;
    *value = (uint32_t)number;
    return true;
}

static bool take_assembly(struct vcf_options *vcf, const char *text)
{
    if (strcmp(text, "auto") == 0)
        vcf->assembly = (enum ast_assembly)0;
    else if (strcmp(text, "GRCh37") == 0)
        vcf->assembly = ASSEMBLY_GRCH37;
    else if (strcmp(text, "GRCh38") == 0)
        vcf->assembly = ASSEMBLY_GRCH38;
    else
        return false;
    return true;
}

static bool take_vcf_option(struct request *request, int option, const char *value)
{
    struct vcf_options *vcf = &request->vcf;
    uint64_t number = 0;

    switch (option) {
    case OPTION_PERSONS:
        request->persons = value;
        return true;
    case OPTION_ASSAY:
        request->run.assay = vcf->assay = value;
        return true;
    case OPTION_BED:
        request->bed = value;
        return true;
    case OPTION_WHOLE_GENOME:
        request->run.assay_whole = true;
        return true;
    case OPTION_ASSEMBLY:
        return take_assembly(vcf, value);
    case OPTION_FASTA:
        request->fasta = value;
        return true;
    case OPTION_KEEP_FILTER:
        if (vcf->n_keep_filters == VCF_FILTERS_MAX)
            return false;
        request->keep_filters[vcf->n_keep_filters++] = value;
        return true;
    case OPTION_BESIDE:
        return vcf->beside = true;
    case OPTION_MIN_DEPTH:
        return take_least(value, &vcf->depth);
    case OPTION_MIN_QUALITY:
        return take_least(value, &vcf->quality);
    case OPTION_MIN_BLOCK_DEPTH:
        return take_least(value, &vcf->block_depth);
    case OPTION_MIN_BLOCK_QUALITY:
        return take_least(value, &vcf->block_quality);
    case OPTION_ACCEPT_LOSS:
        request->run.refuse_loss = false;
        return true;
    case OPTION_MAX_SAMPLES:
        if (!take_number(value, STREAM_SAMPLES_MAX, &number))
            return false;
        vcf->samples_max = (uint32_t)number;
        return true;
    case OPTION_MAX_INFLATION:
        return take_number(value, UINT32_MAX, &vcf->inflation_max);
    }
    return false;
}

static bool take_expect_rows(struct run_options *run, const char *text)
{
    run->expects_rows = true;
    return strcmp(text, "0") == 0 || take_number(text, UINT32_MAX, &run->rows_min);
}

/* False: *err says what the value should be, or the option is another's. */
static bool take_feed_option(struct request *request, int option, const char *value, bool *taken,
                             struct err *err)
{
    *taken = true;
    switch (option) {
    case OPTION_FEED:
        request->feed.name = value;
        return true;
    case OPTION_DELIVERS:
        return feed_delivers(&request->feed, value, err);
    case OPTION_FROM:
        return feed_from(&request->feed, value, err);
    case OPTION_EXPECT_ROWS:
        return take_expect_rows(&request->run, value) ||
               err_set(err, ERR_INVALID, "--expect-rows wants a whole number");
    }
    return *taken = false;
}

static bool take_option(struct request *request, int option, const char *value)
{
    switch (option) {
    case OPTION_DIR:
        request->dir = request->run.dir = value;
        return true;
    case OPTION_DRY_RUN:
        request->run.dry_run = true;
        return true;
    case OPTION_MAX_REJECTS:
        return take_max_rejects(&request->run, value);
    case OPTION_REPORT:
        request->run.report = value;
        return true;
    case OPTION_JSON:
        request->json = true;
        return true;
    case OPTION_QUIET:
        request->run.quiet = true;
        return true;
    case OPTION_BY_SUBJECT:
        request->phenopackets.by_subject = true;
        return true;
    case OPTION_DOMAIN:
        request->phenopackets.domain = value;
        return true;
    }
    return take_vcf_option(request, option, value);
}

/* ---- the command --------------------------------------------------------------------------------
 */

static const struct kind {
    const char *name;
    int (*run)(struct request *request);
    bool wants_files;
} kinds[] = {
    {"vcf", import_vcfs, true},        {"phenopackets", import_phenopackets, true},
    {"persons", import_persons, true}, {"consent", import_consents, true},
    {"list", list_imports, false},     {"undo", undo_import, false},
};

static int run(struct request *request, const char *name)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (strcmp(kinds[i].name, name) != 0)
            continue;
        if (!request->dir)
            return usage("--dir is missing");
        if (kinds[i].wants_files && !request->n_files)
            return usage("a file is missing");
        return kinds[i].run(request);
    }
    fprintf(stderr,
            "rikstal-node import: no kind \"%s\"; `rikstal-node import --help` lists them\n", name);
    return EXIT_USAGE;
}

int import_command(int argc, char **argv)
{
    struct request request = {.run = {.rejects_max = UINT64_MAX, .refuse_loss = true},
                              .vcf = VCF_OPTIONS_DEFAULT};
    struct err err = {0};
    bool taken;
    int option;

    request.vcf.keep_filters = request.keep_filters;
    while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
        if (option == OPTION_HELP)
            return import_help_print() ? EXIT_OK : EXIT_FAILED;
        if (option == '?')
            return EXIT_USAGE;
        if (take_feed_option(&request, option, optarg, &taken, &err))
            continue;
        if (taken)
            return usage(err.text);
        if (!take_option(&request, option, optarg))
            return usage("the value of an option is not of its form");
    }
    if (optind == argc)
        return usage("a kind of file is missing");
    request.files = argv + optind + 1;
    request.n_files = (size_t)(argc - optind - 1);
    return run(&request, argv[optind]);
}
