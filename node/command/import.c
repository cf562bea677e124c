/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rikstal-node import: foreign files into the store, a run a file; list and undo of what was done.
 *
 * It reads options and prints outcomes; what an import is stands in node/import/run.h.
 */
#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/command/commands.h"
#include "node/command/import_outcome.h"
#include "node/command/import_request.h"
#include "node/command/import_runs.h"
#include "node/import/consents.h"
#include "node/import/persons.h"
#include "node/import/phenopacket.h"
#include "node/import/run.h"
#include "node/import/vcf.h"
#include "node/store/import_run.h"
#include "node/store/store.h"
#include "node/terms/graph.h"
#include "proto/base/arguments.h"
#include "proto/base/bytes.h"
#include "proto/base/clock.h"

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

/* The references that are loaded; none where --fasta names one. */
static bool find_references(struct import_request *request, struct err *err)
{
    struct store *store = NULL;
    bool ok = request->fasta || store_open_in(request->dir, &store, err);

    for (uint8_t i = 1; ok && !request->fasta && i <= 2; i++)
        ok = reference_read(store_db(store), i, &request->references[i], &request->has_reference[i],
                            err);
    store_close(store);
    return ok;
}

/* A reference and its index behind the other inputs. */
static bool add_reference(const struct import_request *request, struct run_inputs *inputs,
                          const struct reference *reference, int *place, struct err *err)
{
    char path[PATH_MAX], index[PATH_MAX];
    int behind;

    if (!reference_path(request->dir, reference, false, path, sizeof(path)) ||
        !reference_path(request->dir, reference, true, index, sizeof(index)))
        return err_set(err, ERR_INVALID, "the folder's name is too long");
    return (add_input(inputs, path, false, place, err) &&
            add_input(inputs, index, false, &behind, err)) ||
           err_wrap(err, "load it again with rikstal-node terms load fasta: ");
}

static bool add_references(struct import_request *request, struct run_inputs *inputs,
                           struct err *err)
{
    for (int i = 1; i <= 2; i++) {
        request->vcf.references[i] = 0;
        if (request->has_reference[i] && !add_reference(request, inputs, &request->references[i],
                                                        &request->vcf.references[i], err))
            return false;
    }
    return true;
}

/* Another reference is another result. */
static void describe_references(const struct import_request *request, char *text, size_t size)
{
    for (int i = 1; i <= 2; i++) {
        size_t n = strlen(text);
        char hex[17];

        if (!request->has_reference[i])
            continue;
        bytes_to_hex(request->references[i].hash, 8, hex);
        (void)snprintf(text + n, size - n, ";reference=%s", hex);
    }
}

static bool open_vcf(struct import_request *request, char *file, struct run_inputs *inputs,
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
    return add_references(request, inputs, err);
}

static int import_vcf(struct import_request *request, char *file)
{
    char options_text[512] = "";
    struct run_reader reader = {.kind = "vcf",
                                .version = "vcf 8",
                                .sites_are_units = true,
                                .read = vcf_import,
                                .options = &request->vcf,
                                .options_text = options_text};
    struct run_inputs inputs = {0};
    struct run_result result;
    struct err err = {0};
    bool ok;

    ok = open_vcf(request, file, &inputs, &err);
    vcf_describe(&request->vcf, options_text, sizeof(options_text));
    describe_references(request, options_text, sizeof(options_text));
    ok = ok && run_import(&reader, &inputs, &request->run, &result, &err);
    run_inputs_close(&inputs);
    return ok ? import_outcome_report(file, &result, request->json, request->run.dry_run)
              : import_outcome_failed(file, &err);
}

/* One store for all of them: what each commits is safe from a crash, and from a power cut at close.
 */
static int import_files(struct import_request *request)
{
    int outcome = EXIT_OK;
    struct err err = {0};

    if (!find_references(request, &err))
        return import_outcome_failed(request->run.dir, &err);
    if (!request->run.dry_run && !store_open_in(request->run.dir, &request->run.store, &err))
        return import_outcome_failed(request->run.dir, &err);
    for (size_t i = 0; i < request->n_files; i++)
        outcome = import_outcome_worse(outcome, import_vcf(request, request->files[i]));
    store_close(request->run.store);
    request->run.store = NULL;
    return outcome;
}

static int import_vcfs(struct import_request *request)
{
    if (request->bed && !request->run.assay)
        return usage("--bed goes with --assay NAME");
    if (request->run.assay_whole && (!request->run.assay || request->bed))
        return usage("--whole-genome goes with --assay NAME and without --bed");
    return import_files(request);
}

/* ---- feeds ---- */

/*
 * The files of a run as one feed, or none; own is the name that it has without --feed, or NULL.
 * What nobody has declared is told.
 */
static bool settle_feed(struct import_request *request, const char *kind, const char *own,
                        struct err *err)
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
    bool ok = store_open_in(dir, &store, err) && term_graph_load(store_db(store), "hp", graph, err);

    store_close(store);
    return ok;
}

static int import_phenopackets(struct import_request *request)
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
    return ok ? import_outcome_report(request->files[0], &result, request->json,
                                      request->run.dry_run)
              : import_outcome_failed(request->files[0], &err);
}

/* n files as one import. */
static int import_rows(struct import_request *request, char **files, size_t n,
                       const struct run_reader *reader)
{
    struct run_inputs inputs = {0};
    struct run_result result;
    struct err err = {0};
    bool ok = run_inputs_open(&inputs, files, n, NULL, &err) &&
              run_import(reader, &inputs, &request->run, &result, &err);

    run_inputs_close(&inputs);
    return ok ? import_outcome_report(files[0], &result, request->json, request->run.dry_run)
              : import_outcome_failed(files[0], &err);
}

/* What nobody declared is told. */
static void tell_undeclared(const struct persons_options *options, const char *file)
{
    if (options->undeclared)
        fprintf(
            stderr,
            "rikstal-node import: %s: nobody has declared what this feed delivers in full, so "
            "who has no record of a kind \"cannot tell\"; say --delivers diagnosis:icd10 --from "
            "2015-01-01, for example, or --delivers nothing\n",
            file);
}

static int import_persons_files(struct import_request *request, const struct term_graph *hp,
                                size_t first, size_t n)
{
    struct feed given = request->feed;
    struct err err = {0};
    int outcome;

    if (!settle_feed(request, "persons", base_name(request->files[first]), &err))
        return import_outcome_failed(request->files[first], &err);

    struct persons_options options = {.hp = hp, .undeclared = !request->feed.declared.n};
    struct run_reader reader = {.kind = "persons",
                                .version = "persons " PERSONS_VERSION,
                                .rows = true,
                                .read = persons_read,
                                .options = &options};

    tell_undeclared(&options, request->files[first]);
    outcome = import_rows(request, request->files + first, n, &reader);
    request->feed = given; /* the next file is a feed of its own */
    return outcome;
}

static int import_persons(struct import_request *request)
{
    struct term_graph *graph = NULL;
    struct err err = {0};
    int outcome = EXIT_OK;

    if (!load_terms(request->dir, &graph, &err))
        return import_outcome_failed(request->dir, &err);
    if (request->feed.name)
        outcome = import_persons_files(request, graph, 0, request->n_files);
    for (size_t i = 0; !request->feed.name && i < request->n_files; i++)
        outcome = import_outcome_worse(outcome, import_persons_files(request, graph, i, 1));
    term_graph_free(graph);
    return outcome;
}

/* All files are one extract of the feed. */
static int import_events(struct import_request *request)
{
    struct term_graph *graph = NULL;
    struct persons_options options = {.map = &request->events};
    char mapping[96];
    struct run_reader reader = {.kind = "events",
                                .version = "events " PERSONS_VERSION,
                                .rows = true,
                                .read = persons_read,
                                .options = &options,
                                .options_text = mapping};
    struct err err = {0};
    int outcome;

    if (!event_map_settle(&request->events, &err))
        return usage(err.text);
    if (!settle_feed(request, "events", NULL, &err) || !load_terms(request->dir, &graph, &err))
        return import_outcome_failed(request->files[0], &err);
    options.hp = graph;
    options.undeclared = !request->feed.declared.n;
    tell_undeclared(&options, request->files[0]);
    event_map_describe(&request->events, mapping, sizeof(mapping));
    outcome = import_rows(request, request->files, request->n_files, &reader);
    term_graph_free(graph);
    return outcome;
}

/* The files of a feed together, or a run a file. */
static int import_consents(struct import_request *request)
{
    struct run_reader reader = {
        .kind = "consent", .version = "consents " CONSENTS_VERSION, .read = consents_read};
    struct err err = {0};
    int outcome = EXIT_OK;

    if (!settle_feed(request, "consent", NULL, &err))
        return import_outcome_failed(request->files[0], &err);
    if (request->feed.name)
        return import_rows(request, request->files, request->n_files, &reader);
    for (size_t i = 0; i < request->n_files; i++)
        outcome =
            import_outcome_worse(outcome, import_rows(request, request->files + i, 1, &reader));
    return outcome;
}

static int list_imports(struct import_request *request)
{
    return import_runs_list(request->dir, request->json);
}

static int undo_import(struct import_request *request)
{
    return import_runs_undo(request->dir, request->files[0]);
}

/* ---- the command --------------------------------------------------------------------------------
 */

int import_command(int argc, char **argv)
{
    static int (*const runs[])(struct import_request *) = {
        [IMPORT_VCF] = import_vcfs,         [IMPORT_PHENOPACKETS] = import_phenopackets,
        [IMPORT_PERSONS] = import_persons,  [IMPORT_EVENTS] = import_events,
        [IMPORT_CONSENT] = import_consents, [IMPORT_LIST] = list_imports,
        [IMPORT_UNDO] = undo_import};
    struct import_request request;
    struct arguments arguments;
    int code;

    import_request_init(&request);
    if (!arguments_read(&import_table, argc, argv, &request, &arguments, &code))
        return code;
    assert(arguments.verb < sizeof(runs) / sizeof(runs[0]));
    assert(arguments.verb == IMPORT_LIST || arguments.n > 0);
    import_request_settle(&request, &arguments);
    return runs[arguments.verb](&request);
}
