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
#include "node/import/consents.h"
#include "node/import/genotypes.h"
#include "node/import/header.h"
#include "node/import/lines.h"
#include "node/import/persons.h"
#include "node/import/phenopacket.h"
#include "node/import/run.h"
#include "node/import/vcf.h"
#include "node/store/import_run.h"
#include "node/store/store.h"
#include "node/terms/graph.h"
#include "proto/base/clock.h"

#define LIST_MAX 1000
#define OUTCOME_BYTES 6144

struct request {
    const char *dir;
    char **files;
    size_t n_files;
    bool json;
    struct run_options run;
    /* vcf */
    struct vcf_options vcf;
    const char *keep_filters[VCF_FILTERS_MAX];
    const char *persons;
    const char *bed;
    const char *fasta;
    /* phenopackets */
    struct phenopacket_options phenopackets;
};

static const char help[] =
    "Usage: rikstal-node import KIND FILE... --dir DIR [OPTION...]\n"
    "       rikstal-node import list --dir DIR [--json]\n"
    "       rikstal-node import undo ID --dir DIR\n\n"
    "Reads files into the store of this node. Each file is one import: all of it or nothing. The\n"
    "same file with the same options again is \"nothing to do\"; a changed file of the same name\n"
    "replaces what it said before. What was imported can be asked about after `rikstal-node\n"
    "publish`. Files are parsed in a process of their own that can open nothing and reach no\n"
    "network. Names of persons and samples are turned into keyed hashes there.\n\n"
    "Kinds:\n"
    "  vcf            variants and genotypes: VCF, VCF.gz or BCF, one or many samples\n"
    "  phenopackets   GA4GH phenopackets v2: JSON files, folders of them, .tar.xz and .tar.gz;\n"
    "                 all that are named are one import\n"
    "  persons        a CSV of persons (sex, birth year) and their coded events\n"
    "  consent        a CSV of what persons allow, their blocks and opt-outs\n\n"
    "Options of every kind:\n"
    "  --dir DIR            the node's folder\n"
    "  --dry-run            the same parser and checks, and nothing is written\n"
    "  --max-rejects N|P%   more rejected than that: nothing is imported (default: no limit)\n"
    "  --report FILE        where rejects are listed, as JSON lines (default:\n"
    "                       DIR/rejects/import-ID.jsonl); they name line, field and code, and\n"
    "                       never a value\n"
    "  --json               outcomes as JSON, one object a line\n"
    "  --quiet              no progress\n\n"
    "Options of vcf:\n"
    "  --persons MAP.csv    whose the samples are: a table with the columns \"sample\" and\n"
    "                       \"person\" (default: a sample's name is its person's id). A sample\n"
    "                       that is not in it refuses the file\n"
    "  --assay NAME         the method that the samples were looked at with; with\n"
    "  --bed FILE           (or --panel) what it looks at, or\n"
    "  --whole-genome       all of it. Without --assay nobody but carriers counts as tested in\n"
    "                       answers; in `count` the sites of the file count as tested too\n"
    "  --assembly NAME      auto (default), GRCh37 or GRCh38; must not contradict the header\n"
    "  --fasta FILE         the reference, plain and with its .fai: variants are left-aligned and\n"
    "                       REF is compared with it. Without it, they are trimmed only\n"
    "  --keep-filter WORD   a FILTER word that counts as passed (may be given again); without it,\n"
    "                       PASS and \".\" alone do\n"
    "  --max-samples N      default 10000\n"
    "  --max-inflation N    refuse a file that inflates more than N-fold (default 200)\n\n"
    "Options of phenopackets:\n"
    "  --by-subject         the person is subject.id (default: the phenopacket's own id, because\n"
    "                       subjects of publications repeat)\n"
    "  --domain NAME        of person ids (default: local)\n\n"
    "Columns of persons (in any order, person alone must be there): person, domain, sex (female,\n"
    "male, other, unknown), birth_year, birth_date, age, deceased, death_date, and for an event\n"
    "kind (diagnosis, phenotype, treatment, procedure, other), system, code, date, excluded.\n\n"
    "Columns of consent: person, domain, permit (DUO terms: GRU HMB DS NPOA NPUNCU NCU IRB RS TS,\n"
    "and QUALITY, STATISTICS, with blanks between), disease, valid_from, valid_to, blocked,\n"
    "opted_out, count_here (no: another node counts this person). A row replaces what an earlier\n"
    "file said of its person. Of whom nothing is recorded, the policy's \"unrecorded\" decides.\n\n"
    "Each import ends with a line: read = stored + unchanged + filtered + rejected, counted in\n"
    "alternative alleles for vcf, packets for phenopackets and rows for the others.\n\n"
    "Exit codes: 0 ok, or nothing to do; 1 failure; 2 usage, or a file that is not taken; 6\n"
    "finished with rejects.\n";

static int usage(const char *what)
{
    fprintf(stderr, "rikstal-node import: %s; `rikstal-node import --help` tells the rest\n", what);
    return EXIT_USAGE;
}

/* ---- outcomes -----------------------------------------------------------------------------------
 */

static int report(const struct request *request, const char *file, const struct run_result *result)
{
    char text[OUTCOME_BYTES];
    char *json = request->json ? run_result_json(result, file) : NULL;

    if (json)
        printf("%s\n", json);
    free(json);
    if (!request->json && result->known) {
        printf("%s: nothing to do: imported before, as import %lld\n", file,
               (long long)result->import_id);
    } else if (!request->json) {
        run_result_text(result, text, sizeof(text));
        printf("%s: %s%s\n", file, request->run.dry_run ? "dry run: " : "", text);
    }
    return result->rejected ? EXIT_REJECTS : EXIT_OK;
}

static int failed(const char *file, const struct err *err)
{
    fprintf(stderr, "rikstal-node import: %s: %s\n", file, err->text);
    return (int)err_exit_code(err);
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

/* What of the options changes the result. */
static void describe_vcf(const struct request *request, char *text, size_t size)
{
    const struct vcf_options *vcf = &request->vcf;
    int n = snprintf(text, size, "assembly=%d;persons=%d;bed=%d;fasta=%d;keep=", vcf->assembly,
                     request->persons != NULL, request->bed != NULL, request->fasta != NULL);

    for (size_t i = 0; i < vcf->n_keep_filters && n >= 0 && (size_t)n < size; i++)
        n += snprintf(text + n, size - (size_t)n, "%s,", vcf->keep_filters[i]);
}

static int import_vcf(struct request *request, char *file)
{
    char options_text[512] = "";
    struct run_reader reader = {.kind = "vcf",
                                .version = "vcf 1",
                                .sites_are_units = true,
                                .read = vcf_read,
                                .options = &request->vcf,
                                .options_text = options_text};
    struct run_inputs inputs = {0};
    struct run_result result;
    struct err err = {0};
    bool ok;

    describe_vcf(request, options_text, sizeof(options_text));
    ok = open_vcf(request, file, &inputs, &err) &&
         run_import(&reader, &inputs, &request->run, &result, &err);
    run_inputs_close(&inputs);
    return ok ? report(request, file, &result) : failed(file, &err);
}

static bool open_store(const char *dir, struct store **store, struct err *err)
{
    char path[PATH_MAX];

    if (snprintf(path, sizeof(path), "%s/store.db", dir) >= (int)sizeof(path))
        return err_set(err, ERR_INVALID, "the folder's name is too long");
    return store_open(path, store, err);
}

/* The worst of the files' outcomes: a failure before rejects before ok. */
static int worse(int a, int b)
{
    if (a == EXIT_OK || b == EXIT_OK)
        return a == EXIT_OK ? b : a;
    return a == EXIT_REJECTS ? b : a;
}

/* One store for all of them: what each commits is safe from a crash, and from a power cut at close.
 */
static int import_files(struct request *request)
{
    int outcome = EXIT_OK;
    struct err err = {0};

    if (!request->run.dry_run && !open_store(request->run.dir, &request->run.store, &err))
        return failed(request->run.dir, &err);
    for (size_t i = 0; i < request->n_files; i++)
        outcome = worse(outcome, import_vcf(request, request->files[i]));
    store_close(request->run.store);
    request->run.store = NULL;
    return outcome;
}

static int import_vcfs(struct request *request)
{

    if (request->bed && !request->run.assay)
        return usage("--bed goes with --assay NAME");
    if (request->run.assay_whole && (!request->run.assay || request->bed))
        return usage("--whole-genome goes with --assay NAME and without --bed");
    if (!request->fasta)
        fprintf(stderr, "rikstal-node import: no --fasta: insertions and deletions are trimmed, "
                        "and not left-aligned\n");
    return import_files(request);
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
    bool ok = load_terms(request->dir, &graph, &err);

    options->hp = graph;
    (void)snprintf(options_text, sizeof(options_text), "by_subject=%d;domain=%s",
                   options->by_subject, options->domain ? options->domain : "local");
    ok = ok &&
         run_inputs_open(&inputs, request->files, request->n_files, phenopacket_suffixes, &err) &&
         run_import(&reader, &inputs, &request->run, &result, &err);
    run_inputs_close(&inputs);
    term_graph_free(graph);
    return ok ? report(request, request->files[0], &result) : failed(request->files[0], &err);
}

static int import_rows(struct request *request, char *file, const struct run_reader *reader)
{
    struct run_inputs inputs = {0};
    struct run_result result;
    struct err err = {0};
    bool ok = run_inputs_open(&inputs, &file, 1, NULL, &err) &&
              run_import(reader, &inputs, &request->run, &result, &err);

    run_inputs_close(&inputs);
    return ok ? report(request, file, &result) : failed(file, &err);
}

static int import_persons(struct request *request)
{
    struct term_graph *graph = NULL;
    struct err err = {0};
    int outcome = EXIT_OK;

    if (!load_terms(request->dir, &graph, &err))
        return failed(request->dir, &err);
    struct persons_options options = {.hp = graph};
    struct run_reader reader = {.kind = "persons",
                                .version = "persons " PERSONS_VERSION,
                                .read = persons_read,
                                .options = &options};

    for (size_t i = 0; i < request->n_files; i++)
        outcome = worse(outcome, import_rows(request, request->files[i], &reader));
    term_graph_free(graph);
    return outcome;
}

/* A run a file, of a kind that needs nothing but its rows. */
static int import_consents(struct request *request)
{
    struct run_reader reader = {
        .kind = "consent", .version = "consents " CONSENTS_VERSION, .read = consents_read};
    int outcome = EXIT_OK;

    for (size_t i = 0; i < request->n_files; i++)
        outcome = worse(outcome, import_rows(request, request->files[i], &reader));
    return outcome;
}

/* ---- list and undo ------------------------------------------------------------------------------
 */

static void print_run(const struct import_run *run, bool json)
{
    char started[CLOCK_TEXT_BYTES];
    const char *state = run->undone_s ? "undone" : "in force";

    clock_text(run->started_s, started);
    printf(json ? "{\"import\":%lld,\"started\":\"%s\",\"kind\":\"%s\",\"state\":\"%s\","
                  "\"read\":%llu,\"stored\":%llu,\"rejected\":%llu}\n"
                : "%6lld  %s  %-12s  %-8s  read %llu, stored %llu, rejected %llu",
           (long long)run->id, started, run->kind, state, (unsigned long long)run->counts.read,
           (unsigned long long)run->counts.stored, (unsigned long long)run->counts.rejected);
    if (!json)
        printf("  %s\n", run->name);
}

static int list_imports(struct request *request)
{
    struct import_run *runs = calloc(LIST_MAX, sizeof(*runs));
    struct store *store = NULL;
    struct err err = {0};
    size_t n = 0;
    bool ok = runs && open_store(request->dir, &store, &err) &&
              import_list(store, 0, runs, LIST_MAX, &n, &err);

    for (size_t i = 0; ok && i < n; i++)
        print_run(&runs[i], request->json);
    store_close(store);
    free(runs);
    return ok ? EXIT_OK : failed("list", &err);
}

static int undo_import(struct request *request)
{
    struct store *store = NULL;
    struct err err = {0};
    char *end;
    long long id;
    bool ok;

    if (request->n_files != 1)
        return usage("undo wants the number of one import");
    errno = 0;
    id = strtoll(request->files[0], &end, 10);
    if (errno || *end || id < 1)
        return usage("undo wants the number of one import");
    ok = open_store(request->dir, &store, &err) && import_undo(store, id, &err);
    store_close(store);
    if (ok)
        printf("import %lld is undone; `rikstal-node publish` makes it count\n", id);
    return ok ? EXIT_OK : failed("undo", &err);
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
    OPTION_MAX_SAMPLES,
    OPTION_MAX_INFLATION,
    OPTION_BY_SUBJECT,
    OPTION_DOMAIN,
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
    {"max-samples", required_argument, NULL, OPTION_MAX_SAMPLES},
    {"max-inflation", required_argument, NULL, OPTION_MAX_INFLATION},
    {"by-subject", no_argument, NULL, OPTION_BY_SUBJECT},
    {"domain", required_argument, NULL, OPTION_DOMAIN},
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
    struct request request = {
        .run = {.rejects_max = UINT64_MAX},
        .vcf = {.samples_max = HEADER_SAMPLES_MAX, .inflation_max = LINES_INFLATION_MAX}};
    int option;

    request.vcf.keep_filters = request.keep_filters;
    while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
        if (option == OPTION_HELP)
            return fputs(help, stdout), EXIT_OK;
        if (option == '?')
            return EXIT_USAGE;
        if (!take_option(&request, option, optarg))
            return usage("the value of an option is not of its form");
    }
    if (optind == argc)
        return usage("a kind of file is missing");
    request.files = argv + optind + 1;
    request.n_files = (size_t)(argc - optind - 1);
    return run(&request, argv[optind]);
}
