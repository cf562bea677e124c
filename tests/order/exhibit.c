/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/order/exhibit.h"

#include <assert.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/evaluate/asked_of.h"
#include "node/evaluate/criterion.h"
#include "node/import/consents.h"
#include "node/import/event_map.h"
#include "node/import/identity.h"
#include "node/import/persons.h"
#include "node/import/phenopacket.h"
#include "node/import/run.h"
#include "node/import/vcf.h"
#include "node/publish/publish.h"
#include "node/snapshot/snapshot.h"
#include "node/store/delivery.h"
#include "node/store/store.h"
#include "node/terms/genes.h"
#include "node/terms/graph.h"
#include "node/terms/term_writer.h"
#include "node/terms/terms.h"
#include "proto/base/arena.h"
#include "proto/base/date.h"
#include "proto/query/code_system.h"
#include "proto/query/parse.h"

#define PATH_BYTES 256
#define TEMPLATES 4 /* with and without HPO and genes */
#define TEMPLATE_HPO 1u
#define TEMPLATE_GENES 2u
#define TODAY_YEAR 2026

struct exhibit {
    char dir[PATH_BYTES];
    char report[PATH_BYTES]; /* of what was not taken; each import writes over it */
    struct store *store;
    struct term_graph *hp;
    struct arena *arena;
    struct snapshot *snapshot;
    struct population *population;
    struct limits limits;
    uint32_t refused; /* bits of sheets */
    char failed[512]; /* an import that ended otherwise than by a refusal; "" */
    struct person_id ids[DRAFT_PERSONS_MAX];
    uint8_t *templates[TEMPLATES];
    size_t template_bytes[TEMPLATES];
};

static void must(bool ok, const struct err *err)
{
    if (!ok) {
        fprintf(stderr, "order: %s\n", err->text);
        abort();
    }
}

static void path_of(const struct exhibit *exhibit, const char *name, char path[static PATH_BYTES])
{
    int n = snprintf(path, PATH_BYTES, "%s/%s", exhibit->dir, name);

    assert(n > 0 && n < PATH_BYTES);
}

/* ---- templates: stores that hold terms alone ------------------------------------------------- */

static void put_hpo(struct store *store)
{
    struct term_release release = {.system = "hp", .release = "made here"};
    struct term_writer *writer;
    struct err err;

    must(term_writer_open(store_db(store), "hp", &writer, &err), &err);
    for (unsigned t = 0; t + 1 < DRAFT_TERMS; t++) {
        struct term term = {.code = draft_terms[t], .label = "a term"};

        must(term_writer_add(writer, &term, NULL, &err), &err);
    }
    for (unsigned t = 0; t + 1 < DRAFT_TERMS; t++)
        for (unsigned up = 0; up < DRAFT_TERMS; up++)
            if (draft_term_parents[t] >> up & 1)
                must(term_writer_parent(writer, draft_terms[t], draft_terms[up], &err), &err);
    must(term_writer_alias(writer, DRAFT_ALIAS, draft_terms[3], &err), &err);
    must(term_writer_commit(writer, &release, &err), &err);
    term_writer_close(writer);
}

static void put_genes(struct store *store, uint8_t assembly)
{
    uint32_t shift = assembly == VARIANT_GRCH37 ? DRAFT_SHIFT : 0;
    struct term_release release = {.release = "made here"};
    struct gene_writer *writer;
    struct err err;

    must(gene_writer_open(store_db(store), assembly, &writer, &err), &err);
    for (unsigned g = 0; g + 1 < DRAFT_GENES; g++) {
        struct gene_interval span = {(uint8_t)draft_spans[g].chromosome,
                                     draft_spans[g].start - shift, draft_spans[g].end - shift};

        must(gene_writer_span(writer, draft_genes[g], &span, &err), &err);
    }
    must(gene_writer_commit(writer, &release, &err), &err);
    gene_writer_close(writer);
}

static uint8_t *slurp(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    struct stat stat;
    uint8_t *bytes;

    assert(file && fstat(fileno(file), &stat) == 0);
    *size = (size_t)stat.st_size;
    bytes = malloc(*size);
    assert(bytes && fread(bytes, 1, *size, file) == *size);
    (void)fclose(file);
    return bytes;
}

static void spill(const char *path, const uint8_t *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");

    assert(file && fwrite(bytes, 1, size, file) == size);
    assert(fclose(file) == 0);
}

static void remove_store(const struct exhibit *exhibit)
{
    static const char *const names[] = {"store.db", "store.db-wal", "store.db-shm"};
    char path[PATH_BYTES];

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        path_of(exhibit, names[i], path);
        (void)unlink(path);
    }
}

static void make_template(struct exhibit *exhibit, unsigned which)
{
    char path[PATH_BYTES];
    struct store *store;
    struct err err;

    remove_store(exhibit);
    path_of(exhibit, "store.db", path);
    must(store_open(path, &store, &err), &err);
    must(terms_prepare(store_db(store), &err), &err);
    if (which & TEMPLATE_HPO)
        put_hpo(store);
    if (which & TEMPLATE_GENES) {
        put_genes(store, VARIANT_GRCH37);
        put_genes(store, VARIANT_GRCH38);
    }
    store_close(store);
    exhibit->templates[which] = slurp(path, &exhibit->template_bytes[which]);
}

/* ---- life ------------------------------------------------------------------------------------ */

static void put_key(struct exhibit *exhibit)
{
    static const char digits[] =
        "rikstal-pid-v1 "
        "0707070707070707070707070707070707070707070707070707070707070707\n";
    struct identity *identity;
    char path[PATH_BYTES];
    struct err err;

    path_of(exhibit, "keys", path);
    assert(mkdir(path, 0700) == 0);
    path_of(exhibit, "keys/pid.key", path);
    spill(path, (const uint8_t *)digits, sizeof(digits) - 1);
    assert(chmod(path, 0400) == 0);
    must(identity_open(exhibit->dir, &identity, &err), &err);
    for (unsigned p = 0; p < DRAFT_PERSONS_MAX; p++) {
        char name[8];
        struct identity_who who = {.id = name};

        snprintf(name, sizeof(name), "P%u", p);
        must(identity_person(identity, &who, &exhibit->ids[p], &err), &err);
    }
    identity_close(identity);
}

struct exhibit *exhibit_new(const char *under)
{
    struct exhibit *exhibit = calloc(1, sizeof(*exhibit));

    assert(exhibit);
    snprintf(exhibit->dir, sizeof(exhibit->dir), "%s/rikstal-order-XXXXXX", under);
    if (!mkdtemp(exhibit->dir)) {
        perror(exhibit->dir);
        abort();
    }
    path_of(exhibit, "rejects.jsonl", exhibit->report);
    put_key(exhibit);
    for (unsigned i = 0; i < TEMPLATES; i++)
        make_template(exhibit, i);
    exhibit->limits = (struct limits){.deadline_ms = INT64_MAX};
    return exhibit;
}

static int remove_one(const char *path, const struct stat *stat, int flag, struct FTW *ftw)
{
    (void)stat, (void)flag, (void)ftw;
    return remove(path);
}

static void take_down(struct exhibit *exhibit)
{
    snapshot_close(exhibit->snapshot);
    arena_free(exhibit->arena);
    term_graph_free(exhibit->hp);
    exhibit->snapshot = NULL;
    exhibit->arena = NULL;
    exhibit->hp = NULL;
}

void exhibit_free(struct exhibit *exhibit)
{
    take_down(exhibit);
    nftw(exhibit->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    for (unsigned i = 0; i < TEMPLATES; i++)
        free(exhibit->templates[i]);
    free(exhibit);
}

uint32_t exhibit_refused(const struct exhibit *exhibit)
{
    return exhibit->refused;
}

/* ---- import ---------------------------------------------------------------------------------- */

static void write_sheet(const struct exhibit *exhibit, const struct sheets *sheets,
                        const struct sheet *sheet, enum sheet_side side)
{
    char path[PATH_BYTES];
    FILE *file;

    path_of(exhibit, sheet->name, path);
    file = fopen(path, "w");
    assert(file);
    sheet_write(sheets, sheet, side, file);
    assert(fclose(file) == 0);
}

static const struct sheet *find(const struct sheets *sheets, const char *of, const char *suffix)
{
    char name[64];

    snprintf(name, sizeof(name), "%s%s", of, suffix);
    for (size_t i = 0; i < sheets->n; i++)
        if (strcmp(sheets->at[i].name, name) == 0 && !sheets->at[i].gone)
            return &sheets->at[i];
    return NULL;
}

struct job {
    struct exhibit *exhibit;
    const struct sheets *sheets;
    enum sheet_side side;
    uint32_t reads; /* bits of the sheets that are being imported */
};

/* A refused file leaves nothing. What is no refusal of the file is the node's own fault. */
static void import(const struct job *job, const struct run_reader *reader,
                   struct run_inputs *inputs, const struct run_options *options)
{
    struct run_result result;
    struct err err;

    if (!run_import(reader, inputs, options, &result, &err)) {
        job->exhibit->refused |= job->reads;
        if (err.code != ERR_INVALID && !job->exhibit->failed[0])
            snprintf(job->exhibit->failed, sizeof(job->exhibit->failed), "%s: %s",
                     inputs->items[0].name, err.text);
    }
    run_inputs_close(inputs);
}

static struct run_options options_of(const struct job *job)
{
    return (struct run_options){.dir = job->exhibit->dir,
                                .store = job->exhibit->store,
                                .report = job->exhibit->report,
                                .quiet = true,
                                .rejects_max = UINT64_MAX};
}

static void open_input(const struct job *job, struct run_inputs *inputs, const char *name)
{
    char path[PATH_BYTES];
    struct err err;

    path_of(job->exhibit, name, path);
    must(run_inputs_add(inputs, path, true, &err), &err);
}

static void import_vcf(const struct job *job, const struct sheet *sheet)
{
    const struct sheet *assay = find(job->sheets, sheet->name, ".assay");
    const struct sheet *bed = find(job->sheets, sheet->name, ".bed");
    const struct sheet *samples = find(job->sheets, sheet->name, ".samples");
    struct vcf_options vcf = VCF_OPTIONS_DEFAULT;
    struct run_options options = options_of(job);
    struct run_inputs inputs = {0};
    char text[512] = "";
    struct run_reader reader = {.kind = "vcf",
                                .version = "order",
                                .sites_are_units = true,
                                .read = vcf_import,
                                .options = &vcf,
                                .options_text = text};
    bool whole = assay && sheet_says(job->sheets, assay, job->side, "whole");
    bool panel = assay && bed && sheet_says(job->sheets, assay, job->side, "panel");

    vcf.beside = true; /* the files of a world add up */
    vcf.persons = vcf.bed = vcf.fasta = vcf.fasta_index = VCF_NO_INPUT;
    open_input(job, &inputs, sheet->name);
    if (samples) {
        write_sheet(job->exhibit, job->sheets, samples, job->side);
        open_input(job, &inputs, samples->name);
        vcf.persons = 1;
    }
    if (panel) {
        write_sheet(job->exhibit, job->sheets, bed, job->side);
        open_input(job, &inputs, bed->name);
        vcf.bed = samples ? 2 : 1;
    }
    if (whole || panel)
        vcf.assay = options.assay = sheet->name;
    options.assay_whole = whole;
    vcf_describe(&vcf, text, sizeof(text));
    import(job, &reader, &inputs, &options);
}

/*
 * What the feed of a sheet declares. What was declared and is not: a declaration of less, and not a
 * feed of which nothing is known, whose rows say by themselves what they state in full.
 */
static struct deliveries declared(const struct job *job, const struct sheet *sheet)
{
    static const struct {
        const char *word;
        struct delivery delivery;
    } all[] = {
        {"diagnosis:icd10", {EVENT_DIAGNOSIS, "icd10", PERSON_NO_DATE}},
        {"phenotype:hp", {EVENT_PHENOTYPE, "hp", PERSON_NO_DATE}},
        {"lab:npu", {EVENT_LAB, "npu", PERSON_NO_DATE}},
        {"observation:loinc", {EVENT_OBSERVATION, "loinc", PERSON_NO_DATE}},
    };
    const struct sheet *said = find(job->sheets, sheet->name, ".delivers");
    struct deliveries deliveries = {0};
    bool whole = false;

    for (size_t i = 0; said && i < sizeof(all) / sizeof(all[0]); i++) {
        whole |= sheet_says(job->sheets, said, SHEET_WHOLE, all[i].word);
        if (sheet_says(job->sheets, said, job->side, all[i].word) &&
            !deliveries_add(&deliveries, &all[i].delivery))
            abort();
    }
    if (whole && !deliveries.n)
        deliveries = (struct deliveries){.at = {{.since = PERSON_NO_DATE}}, .n = 1};
    return deliveries;
}

static void import_feed(const struct job *job, const struct sheet *sheet)
{
    struct event_map map = {.n_columns = 0};
    struct deliveries deliveries = declared(job, sheet);
    struct run_options options = options_of(job);
    struct persons_options persons = {.hp = job->exhibit->hp, .undeclared = !deliveries.n};
    struct run_inputs inputs = {0};
    struct run_reader reader = {
        .kind = "persons", .version = "order", .read = persons_read, .options = &persons};

    if (sheet->kind == SHEET_EVENTS) {
        reader.kind = "events";
        persons.map = &map; /* the columns are called by their own names */
    }
    options.feed = sheet->name;
    options.deliveries = deliveries.n ? &deliveries : NULL;
    open_input(job, &inputs, sheet->name);
    import(job, &reader, &inputs, &options);
}

static void import_consents(const struct job *job, const struct sheet *sheet)
{
    struct run_options options = options_of(job);
    struct run_inputs inputs = {0};
    struct run_reader reader = {.kind = "consent", .version = "order", .read = consents_read};

    open_input(job, &inputs, sheet->name);
    import(job, &reader, &inputs, &options);
}

static void import_packets(struct job *job)
{
    struct run_options options = options_of(job);
    struct phenopacket_options packets = {.hp = job->exhibit->hp};
    struct run_inputs inputs = {0};
    struct run_reader reader = {
        .kind = "phenopackets", .version = "order", .read = phenopacket_read, .options = &packets};

    job->reads = 0;
    for (size_t i = 0; i < job->sheets->n; i++)
        if (job->sheets->at[i].kind == SHEET_PACKET && !job->sheets->at[i].gone) {
            open_input(job, &inputs, job->sheets->at[i].name);
            job->reads |= UINT32_C(1) << i;
        }
    if (inputs.n)
        import(job, &reader, &inputs, &options);
    else
        run_inputs_close(&inputs);
}

static void import_all(struct job *job)
{
    for (size_t i = 0; i < job->sheets->n; i++) {
        const struct sheet *sheet = &job->sheets->at[i];

        if (sheet->gone)
            continue;
        job->reads = UINT32_C(1) << i;
        if (sheet->kind == SHEET_VCF || sheet->kind == SHEET_PERSONS ||
            sheet->kind == SHEET_EVENTS || sheet->kind == SHEET_PACKET ||
            sheet->kind == SHEET_CONSENT)
            write_sheet(job->exhibit, job->sheets, sheet, job->side);
        if (sheet->kind == SHEET_VCF)
            import_vcf(job, sheet);
        else if (sheet->kind == SHEET_PERSONS || sheet->kind == SHEET_EVENTS)
            import_feed(job, sheet);
        else if (sheet->kind == SHEET_CONSENT)
            import_consents(job, sheet);
    }
    import_packets(job);
}

/* ---- making and asking ----------------------------------------------------------------------- */

static bool open_fresh(struct exhibit *exhibit, const struct sheets *sheets, enum sheet_side side,
                       struct err *err)
{
    const struct sheet *terms = find(sheets, "terms", "");
    unsigned which = 0;
    char path[PATH_BYTES];

    take_down(exhibit);
    exhibit->refused = 0;
    exhibit->failed[0] = '\0';
    remove_store(exhibit);
    if (terms && sheet_says(sheets, terms, side, "hpo"))
        which |= TEMPLATE_HPO;
    if (terms && sheet_says(sheets, terms, side, "genes"))
        which |= TEMPLATE_GENES;
    path_of(exhibit, "snapshot", path);
    nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    path_of(exhibit, "store.db", path);
    spill(path, exhibit->templates[which], exhibit->template_bytes[which]);
    return store_open(path, &exhibit->store, err) &&
           term_graph_load(store_db(exhibit->store), "hp", &exhibit->hp, err);
}

bool exhibit_make(struct exhibit *exhibit, const struct sheets *sheets, enum sheet_side side,
                  struct err *err)
{
    struct job job = {exhibit, sheets, side, 0};
    struct publish_options options = {.date = date_from_civil(TODAY_YEAR, 6, 30)};
    struct publish_result result;
    char path[PATH_BYTES];
    bool ok = open_fresh(exhibit, sheets, side, err);

    path_of(exhibit, "snapshot", path);
    options.folder = path;
    if (ok) {
        import_all(&job);
        ok = publish(exhibit->store, &options, &result, err);
    }
    store_close(exhibit->store);
    exhibit->store = NULL;
    if (!ok || !snapshot_open(path, SNAPSHOT_HASH_NEW, &exhibit->snapshot, err))
        return false;
    exhibit->arena = arena_new(1 << 26);
    return population_new(exhibit->snapshot, &eligibility_everybody, exhibit->arena,
                          &exhibit->population, err);
}

const char *exhibit_failed(const struct exhibit *exhibit)
{
    return exhibit->failed[0] ? exhibit->failed : NULL;
}

void exhibit_by_assays(struct exhibit *exhibit)
{
    snapshot_by_assays(exhibit->snapshot);
}

static void note_answers(const struct exhibit *exhibit, size_t segment, const struct kleene *who,
                         char answers[static DRAFT_PERSONS_MAX + 1])
{
    const struct segment_persons *persons =
        segment_persons(snapshot_segment(exhibit->snapshot, segment));

    for (uint32_t i = 0; i < persons->n; i++) {
        bool alive = persons->alive[i / 64] >> (i % 64) & 1;

        for (unsigned p = 0; alive && p < DRAFT_PERSONS_MAX; p++)
            if (memcmp(&persons->id[i], &exhibit->ids[p], sizeof(exhibit->ids[p])) == 0)
                answers[p] = set_has(&who->yes, i)           ? 'Y'
                             : set_has(&who->cannot_tell, i) ? '?'
                                                             : 'N';
    }
}

bool exhibit_ask(struct exhibit *exhibit, const char *question,
                 char answers[static DRAFT_PERSONS_MAX + 1], struct err *err)
{
    struct asked_of of = {.snapshot = exhibit->snapshot,
                          .population = exhibit->population,
                          .region = "12",
                          .limits = &exhibit->limits,
                          .fixed_work = snapshot_is_by_assays(exhibit->snapshot)};
    struct arena *arena = arena_new(1 << 22);
    struct criterion *criterion = NULL;
    struct kleene who;
    struct ast ast;
    bool ok = parse_text(question, arena, &ast, err) && criterion_new(&of, &ast, &criterion, err);

    memset(answers, '-', DRAFT_PERSONS_MAX);
    answers[DRAFT_PERSONS_MAX] = '\0';
    for (size_t s = 0; ok && s < snapshot_info(exhibit->snapshot)->n_segments; s++) {
        ok = criterion_run(criterion, s, &who, err);
        if (ok)
            note_answers(exhibit, s, &who, answers);
    }
    criterion_free(criterion);
    arena_free(arena);
    return ok;
}
