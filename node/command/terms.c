/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rikstal-node terms: which terminologies and gene tables this node has, and loading them.
 */
#include <assert.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/command/commands.h"
#include "node/store/store.h"
#include "node/store/variant.h"
#include "node/terms/terms_load.h"
#include "proto/base/arguments.h"
#include "proto/base/bytes.h"
#include "proto/base/clock.h"
#include "proto/base/json.h"

struct request {
    const char *dir;
    bool json;
    struct terms_load_options load;
    bool quiet;
};

/*** output ***/

static cJSON *release_json(const struct term_release *release, bool *ok)
{
    cJSON *object = cJSON_CreateObject();
    char loaded[CLOCK_TEXT_BYTES];
    char hash[65];

    clock_text(release->loaded_s, loaded);
    bytes_to_hex(release->file_hash, sizeof(release->file_hash), hash);
    json_put_text(object, "system", release->system, ok);
    json_put_text(object, "release", release->release, ok);
    json_put_int(object, "terms", (int64_t)release->n_terms, ok);
    json_put_text(object, "loaded", loaded, ok);
    json_put_text(object, "file_hash", hash, ok);
    return object;
}

static int print_json(cJSON *tree, bool ok)
{
    char *text = ok ? cJSON_PrintUnformatted(tree) : NULL;

    cJSON_Delete(tree);
    if (!text)
        return fputs("rikstal-node terms: out of memory\n", stderr), EXIT_FAILED;
    puts(text);
    free(text);
    return EXIT_OK;
}

static bool is_reference(const struct term_release *release)
{
    return strncmp(release->system, "fasta:", 6) == 0;
}

static const char *unit_of(const struct term_release *release)
{
    return is_reference(release) ? "chromosomes" : "terms";
}

static int print_loaded(const struct request *request, const struct terms_load_result *result)
{
    const struct term_release *release = &result->release;

    if (request->json) {
        bool ok = true;
        cJSON *object = release_json(release, &ok);

        json_put_bool(object, "nothing_to_do", result->known, &ok);
        json_put_int(object, "skipped", (int64_t)result->skipped, &ok);
        return print_json(object, ok);
    }
    if (result->known)
        printf("%s %s: nothing to do, this file is loaded (%" PRIu64 " %s)\n", release->system,
               release->release, release->n_terms, unit_of(release));
    else if (is_reference(release))
        printf("%s %s: %" PRIu64 " chromosomes loaded, %" PRIu64 " other sequences left out; "
               "imports use it from now on, questions after the next `rikstal-node publish`\n",
               release->system, release->release, release->n_terms, result->skipped);
    else
        printf("%s %s: %" PRIu64 " terms loaded, %" PRIu64 " entries left out (other ontologies, "
               "unplaced contigs, repeats); `rikstal-node publish` makes them count\n",
               release->system, release->release, release->n_terms, result->skipped);
    return EXIT_OK;
}

static int print_status(const struct request *request, const struct term_release *releases,
                        size_t n)
{
    cJSON *list = request->json ? cJSON_CreateArray() : NULL;
    bool ok = true;

    for (size_t i = 0; i < n && request->json; i++)
        ok &= cJSON_AddItemToArray(list, release_json(&releases[i], &ok)) != 0;
    if (request->json)
        return print_json(list, ok && list);
    if (n == 0)
        puts("no terms are loaded: phenotypes are matched by = only, and genes have no place");
    for (size_t i = 0; i < n; i++) {
        char loaded[CLOCK_TEXT_BYTES];

        clock_text(releases[i].loaded_s, loaded);
        printf("%-14s  %-24s  %8" PRIu64 " %s  loaded %s\n", releases[i].system,
               releases[i].release, releases[i].n_terms, unit_of(&releases[i]), loaded);
    }
    return EXIT_OK;
}

/*** verbs ***/

#define PROGRESS_FIRST_MS 2000
#define PROGRESS_EACH_MS 15000

/* When the next line of progress is due. */
struct progress_shown {
    int64_t min_ms;
};

/* A line now and then, for files that take minutes. */
static void show_progress(void *of, uint64_t done, uint64_t total)
{
    struct progress_shown *shown = of;
    int64_t now = clock_mono_ms();

    if (now < shown->min_ms || !total)
        return;
    shown->min_ms = now + PROGRESS_EACH_MS;
    fprintf(stderr, "rikstal-node terms: %" PRIu64 " %% of %" PRIu64 " MB\n",
            100 * (done < total ? done : total) / total, total / 1000000);
}

static int load(const struct request *request, char **word, struct err *err)
{
    struct terms_load_result result;
    struct store *store = NULL;
    struct progress_shown shown = {.min_ms = clock_mono_ms() + PROGRESS_FIRST_MS};
    struct terms_load_options options = request->load;
    bool ok = store_open_in(request->dir, &store, err);

    options.dir = request->dir;
    options.progress = request->quiet ? NULL : show_progress;
    options.progress_of = &shown;
    ok = ok && terms_load(store_db(store), word[0], word[1], &options, &result, err);
    store_close(store);
    return ok ? print_loaded(request, &result) : arguments_failed(&terms_table, err);
}

static int status(const struct request *request, struct err *err)
{
    struct term_release releases[TERM_SYSTEMS_MAX];
    struct store *store = NULL;
    size_t n = 0;
    bool ok = store_open_in(request->dir, &store, err) &&
              terms_releases(store_db(store), releases, &n, err);

    store_close(store);
    return ok ? print_status(request, releases, n) : arguments_failed(&terms_table, err);
}

/*** command line ***/

static const char *assembly_word(size_t i)
{
    static const char *const names[] = {"GRCh37", "GRCh38", NULL};

    return names[i];
}

static bool assembly_read(const char *text, void *target, struct err *err)
{
    uint8_t *assembly = target;

    *assembly = strcasecmp(text, "GRCh37") == 0   ? VARIANT_GRCH37
                : strcasecmp(text, "GRCh38") == 0 ? VARIANT_GRCH38
                                                  : 0;
    return *assembly || err_set(err, ERR_INVALID, "--assembly is GRCh37 or GRCh38");
}

#define AT(member) .at = offsetof(struct request, member)

static const struct option_spec specs[] = {
    {"dir", OPTION_PATH, "DIR", "the node's folder", AT(dir), .needed = OPTION_ALWAYS},
    {"assembly", OPTION_READ, "NAME",
     "of genes, which need it; of fasta, whose lengths must then be that assembly's",
     AT(load.assembly), .words = assembly_word, .read = assembly_read, .verbs = "load"},
    {"release", OPTION_TEXT, "TEXT",
     "the release, for files that do not say theirs (all but hpo); otherwise it is made from the "
     "file's hash. HPO files say theirs",
     AT(load.release), .verbs = "load"},
    {"json", OPTION_FLAG, NULL, "JSON on standard output", AT(json)},
    {"quiet", OPTION_FLAG, NULL, "no progress", AT(quiet), .verbs = "load"},
};

static const struct option_words words[] = {
    {"load", "SYSTEM FILE", "a system and one file", 2, 2,
     "a terminology, a gene table or a reference genome into the store, whole or not at all"},
    {"status", NULL, NULL, 0, 0, "what is loaded"},
};

const struct option_table terms_table = {
    .command = "rikstal-node terms",
    .about =
        "Loads a terminology, a gene table or a reference genome into this node, whole or not at "
        "all. It\n"
        "replaces the one of the same system; the same file again is \"nothing to do\". What is "
        "loaded\n"
        "counts after the next `rikstal-node publish`. Files are plain, gzip or xz, and local.",
    .words = words,
    .n_words = sizeof(words) / sizeof(words[0]),
    .specs = specs,
    .n_specs = sizeof(specs) / sizeof(specs[0]),
    .details =
        "Systems and their files:\n"
        "  hpo     the Human Phenotype Ontology: hp.obo, or hp.json (obographs)\n"
        "  icd10   ICD-10-SE: CSV or TSV with a header that has code and label (kod, klartext,\n"
        "          titel), or without a header code,label; headings and further rows are skipped\n"
        "  atc icd9 icdo3 kva   CSV in the same forms\n"
        "  icd10cm in the same forms, or the six columns of the public list\n"
        "  hgnc    names of genes (symbols of today, former ones, aliases, ids): HGNC's complete "
        "set,\n"
        "          TSV with the columns hgnc_id and symbol and, where they are there, status,\n"
        "          prev_symbol, alias_symbol, ensembl_gene_id, refseq_accession\n"
        "  genes   where genes lie and what of them codes, of one assembly: refFlat (UCSC, 6 or "
        "11\n"
        "          columns), Ensembl's table (TSV with symbol, chr, start, end), or TSV with the\n"
        "          columns symbol, chromosome, start, end and, if known, coding "
        "(\"100-200,300-400\",\n"
        "          1-based, inclusive) and assembly\n"
        "  fasta   the reference genome of an assembly, which its lengths tell: plain, gzip or xz. "
        "A copy\n"
        "          of the chromosomes 1-22, X, Y and MT is kept in DIR/reference (3 GB for all of "
        "them)\n"
        "          with an index of its own; FILE.fai, where it is there, must fit. Imports "
        "left-align by\n"
        "          it and check REF, and a change in a question is left-aligned by the one that "
        "was\n"
        "          there at the last publish\n"
        "\n"
        "Only HPO, MONDO, ORPHA and HGNC may be shipped with rikstal; ICD-10-SE, ATC and OMIM come "
        "from\n"
        "the region's own licensed copies.",
    .exits = "0 ok, or nothing to do; 1 failure; 2 usage, or a file that is not taken; 7 the\n"
             "store is in use by another import or publish.",
};

int terms_command(int argc, char **argv)
{
    struct request request = {0};
    struct arguments arguments;
    struct err err = {0};
    int code;

    if (!arguments_read(&terms_table, argc, argv, &request, &arguments, &code))
        return code;
    assert(request.dir && (arguments.verb != 0 || arguments.n == 2));
    return arguments.verb == 0 ? load(&request, arguments.word, &err) : status(&request, &err);
}
