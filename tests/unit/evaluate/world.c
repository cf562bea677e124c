/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/evaluate/world.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "node/publish/publish.h"
#include "node/snapshot/snapshot.h"
#include "node/store/assay.h"
#include "node/store/calls.h"
#include "node/store/delivery.h"
#include "node/store/entry.h"
#include "node/store/fraction.h"
#include "node/store/import_run.h"
#include "node/store/note.h"
#include "node/store/store.h"
#include "node/terms/genes.h"
#include "node/terms/term_writer.h"
#include "node/terms/terms.h"
#include "proto/base/arena.h"
#include "proto/base/date.h"
#include "proto/query/vocabulary.h"

const struct world_assay world_assays[WORLD_ASSAYS] = {
    {"wgs38", VARIANT_GRCH38, true, 0, 0},
    {"wgs37", VARIANT_GRCH37, true, 0, 0},
    {"panel38", VARIANT_GRCH38, false, 1000, 1999},
    {"narrow38", VARIANT_GRCH38, false, 1000, 1960},
};
const char *const world_genes[WORLD_GENES] = {"AAA1", "BBB2", "CCC3", "DDD4"};
const uint32_t world_gene_spans[WORLD_GENES][WORLD_SPANS][2] = {
    {{1000, 1999}}, {{1900, 2899}}, {{2450, 2549}, {5000, 5999}}, {{0, 0}}};
const char *const world_terms[WORLD_TERMS] = {"HP:0000118", "HP:0000008", "HP:0000002",
                                              "HP:0000003", "HP:0000004", "HP:0000005",
                                              "HP:0000006", "HP:0000007", "HP:9999999"};
/* A small web: 4 has two parents. */
const uint32_t world_term_parents[WORLD_TERMS] = {0,      1 << 0, 1 << 0, 1 << 1, 1 << 1 | 1 << 2,
                                                  1 << 2, 1 << 3, 1 << 4, 0};
const struct world_delivery world_delivered[WORLD_DELIVERED] = {{EVENT_PHENOTYPE, "hp"},
                                                                {EVENT_DIAGNOSIS, "icd10"},
                                                                {EVENT_OTHER, "igsr"},
                                                                {EVENT_TREATMENT, "atc"}};
const char *const world_icd[4] = {"C50", "C501", "C509", "E119"};
const char *const world_atc[3] = {"L01EB02", "L01EB04", "N02BE01"};
/* The second lies under the first where HPO is loaded, the fourth under the third. */
const char *const world_diseases[WORLD_DISEASES] = {"HP:0000008", "HP:0000003", "icd10:C50",
                                                    "icd10:C50.1", "orpha:558"};

static void must(bool ok, const struct err *err)
{
    if (!ok) {
        fprintf(stderr, "world: %s\n", err->text);
        abort();
    }
}

uint32_t world_draw(struct world *world, uint32_t below)
{
    world->seed ^= world->seed << 13;
    world->seed ^= world->seed >> 7;
    world->seed ^= world->seed << 17;
    return (uint32_t)((world->seed >> 11) % below);
}

static bool chance(struct world *world, uint32_t percent)
{
    return world_draw(world, 100) < percent;
}

/* ---- inventing ---------------------------------------------------------------------------------
 */

static void invent_variant(struct world *world, size_t i)
{
    static const uint32_t positions[] = {1000, 1400, 1950, 1999, 2000, 2500, 4999, 5000};
    static const char *const bases[] = {"A", "C", "G", "T"};
    struct world_variant *v = &world->variants[i];
    uint32_t clinvar = chance(world, 60) ? 0 : 1u << world_draw(world, 5);

    *v = (struct world_variant){
        .af_nano = -1, .incomplete = chance(world, 30), .part_clinvar = chance(world, 30)};
    v->name = (struct variant){.assembly = i % 4 == 3 ? VARIANT_GRCH37 : VARIANT_GRCH38,
                               .chromosome = 1,
                               .position = positions[i % 8] + (i >= 8),
                               .ref = bases[i % 4],
                               .alt = i == 5 ? "CCCCCCCCCCCCCCCCCC" : bases[(i + 1) % 4]};
    if (i == 8) /* holds the changes of 0 and 9 */
        v->name = (struct variant){VARIANT_GRCH38, 1, 1000, "AC", "CG"};
    if (i == 9)
        v->name.position = 1001;
    if (i == 2)
        v->name.ref = "GTTT";
    if (i == 4)
        v->name.ref = "ACGTACGTACGTACGTACGTACGTACGTACGTACGTACGTACGTACGTACGTACGTACGT";
    if (i >= WORLD_VARIANTS - 2) {
        v->name.chromosome = CHROMOSOME_NONE;
        v->name.position = 0;
        v->name.ref = world_genes[i % 2];
        v->name.alt = i % 2 ? "a deletion" : "an inversion";
    }
    v->n_notes = world_draw(world, WORLD_NOTES_MAX + 1);
    if (v->name.chromosome == CHROMOSOME_NONE && v->n_notes == 0)
        v->n_notes = 1;
    for (size_t n = 0; n < v->n_notes; n++) {
        v->notes[n].gene = (int)((world_draw(world, 2) + 2 * n) % WORLD_GENES);
        v->notes[n].consequences = chance(world, 20) ? 0 : UINT64_C(1) << world_draw(world, 24);
        v->notes[n].consequences |= chance(world, 20) ? CONSEQUENCE_UNREAD : 0;
        v->notes[n].clinvar = clinvar;
    }
    if (v->name.chromosome == CHROMOSOME_NONE)
        v->notes[0].gene = (int)(i % 2);
    if (chance(world, 60))
        v->af_nano = world_draw(world, 5) * INT64_C(5000000);
}

static void invent_person(struct world *world, struct world_person *p)
{
    *p = (struct world_person){.sex = world_draw(world, 4),
                               .age = chance(world, 25) ? -1 : (int)world_draw(world, 90),
                               .group = world_draw(world, 3)};
    p->birth_year = p->age < 0 && chance(world, 50) ? 0 : WORLD_YEAR - (p->age < 0 ? 0 : p->age);
    if (p->age < 0)
        p->birth_year = 0;
    for (int i = 0; i < WORLD_TERMS; i++) {
        if (chance(world, 15))
            p->present |= 1u << i;
        else if (chance(world, 15))
            p->excluded |= 1u << i;
    }
    p->icd = world_draw(world, 16) & world_draw(world, 16);
    p->atc =
        (unsigned)(world->seed >> 7 & world->seed >> 17 & 7); /* older worlds stay as they were */
    world_days(world, p);
    for (int i = 0; i < WORLD_VARIANTS; i++)
        p->genotype[i] = chance(world, 75) ? GENO_REF : (uint8_t)(1 + world_draw(world, 4));
    p->stated = world_draw(world, 1 << WORLD_DELIVERED) & world_draw(world, 1 << WORLD_DELIVERED);
    if (chance(world, 10))
        p->lost = world_draw(world, 1 << WORLD_DELIVERED);
    p->lost_any = chance(world, 5);
    if (chance(world, 20)) {
        p->refused = world_draw(world, 1 << WORLD_TERMS) & world_draw(world, 1 << WORLD_TERMS);
        p->refused_icd = world_draw(world, 16);
    }
    p->dead_end = chance(world, 5);
}

static struct world_gap invent_gap(struct world *world)
{
    static const uint32_t lengths[] = {1, 1, 2, 40, 60, 3000};
    uint32_t start = 900 + world_draw(world, 5200);

    if (chance(world, 50))
        start = world->variants[world_draw(world, WORLD_VARIANTS - 2)].name.position;
    return (struct world_gap){.start = start,
                              .end = start + lengths[world_draw(world, 6)] - 1,
                              .reason = (enum gap_reason)world_draw(world, GAP_REASONS),
                              .own = chance(world, 50)};
}

static void invent_file(struct world *world, struct world_file *file)
{
    *file = (struct world_file){.assembly = chance(world, 75) ? VARIANT_GRCH38 : VARIANT_GRCH37,
                                .judges = chance(world, 75)};
    file->has_af = file->judges && chance(world, 50);
    file->has_annotation = file->judges && chance(world, 50);
    for (int i = 0; i < WORLD_VARIANTS; i++) {
        const struct variant *name = &world->variants[i].name;
        bool fits =
            name->chromosome == CHROMOSOME_NONE ? !file->judges : name->assembly == file->assembly;

        if (fits && chance(world, 60))
            file->sites |= 1u << i;
    }
    for (size_t p = 0; p < world->n_persons; p++) {
        int assay = (int)world_draw(world, WORLD_ASSAYS + 2);

        file->has_person[p] = chance(world, 50);
        file->assay[p] = -1;
        if (file->judges && assay < WORLD_ASSAYS && world_assays[assay].assembly == file->assembly)
            file->assay[p] = assay;
        for (int i = 0; file->judges && i < WORLD_VARIANTS; i++)
            if (chance(world, 8))
                file->no_call[p] |= 1u << i;
        if (file->judges && chance(world, 25))
            file->gap[p] = invent_gap(world);
    }
}

static void say_notes(struct world *world)
{
    for (size_t f = 0; f < world->n_files; f++)
        for (int i = 0; i < WORLD_VARIANTS; i++) {
            struct world_variant *v = &world->variants[i];

            if (!(world->files[f].sites >> i & 1))
                continue;
            v->full_notes |= world->files[f].has_annotation;
            v->has_notes |= world->files[f].has_annotation || !world->files[f].judges;
        }
}

/* ---- into the store ----------------------------------------------------------------------------
 */

static struct person_id pid_of(size_t person)
{
    struct person_id id = {{0}};

    snprintf((char *)id.b, sizeof(id.b), "person %zu", person);
    return id;
}

size_t world_person_of(const struct person_id *id)
{
    return strtoul((const char *)id->b + strlen("person "), NULL, 10);
}

static int64_t put_entry(struct store *store, size_t person, unsigned what,
                         const struct person_facts *facts)
{
    struct person_id id = pid_of(person);
    struct entry_key key = {{0}};
    uint8_t content[32] = {0};
    enum entry_outcome outcome;
    struct err err;
    int64_t entry;

    snprintf((char *)key.b, sizeof(key.b), "%zu/%u", person, what);
    struct entry_said said = {.key = &key, .content = content, .facts = facts};

    must(entry_put(store, &id, &said, &outcome, &entry, &err), &err);
    return entry;
}

static void put_event(struct store *store, int64_t entry, struct event event)
{
    struct err err;

    event.date = event.date ? event.date : PERSON_NO_DATE;
    event.age_days = EVENT_NO_AGE;
    must(entry_event(store, entry, &event, &err), &err);
}

#define CONSENT_ENTRY 1000 /* beside those of files */

static void put_disease(struct store *store, int64_t entry, const struct world_person *p)
{
    struct consent consent = {.mask = CONSENT_BIT(CONSENT_SAID) | CONSENT_BIT(CONSENT_PERMIT) |
                                      CONSENT_BIT(CONSENT_DISEASE),
                              .valid_from = world_validity[p->validity].from,
                              .valid_to = world_validity[p->validity].to};
    struct err err;
    bool kept;

    snprintf(consent.disease, sizeof(consent.disease), "%s", world_diseases[p->disease - 1]);
    must(entry_consent(store, entry, &consent, &kept, &err), &err);
}

/* Those of the codes whose bit is set, each on its days; NULL: without a day. */
static void put_codes(struct store *store, int64_t entry, struct event event,
                      const char *const *codes, unsigned bits, const int32_t (*days)[2])
{
    for (int c = 0; bits >> c; c++)
        for (int i = 0; i < 2; i++) {
            event.code = codes[c];
            event.date = days ? days[c][i] : 0;
            if (bits >> c & 1 && (i == 0 || event.date))
                put_event(store, entry, event);
        }
}

static void put_traces(struct store *store, int64_t entry, const struct world_person *p)
{
    for (unsigned i = 0; i < WORLD_DELIVERED; i++) {
        char code[40];
        struct event event = {
            .kind = world_delivered[i].kind, .system = EVENT_TRACE_SYSTEM, .code = code};

        snprintf(code, sizeof(code), EVENT_TRACE_STATED "%s", world_delivered[i].system);
        if (p->stated >> i & 1)
            put_event(store, entry, event);
        snprintf(code, sizeof(code), EVENT_TRACE_LOST_IN "%s", world_delivered[i].system);
        if (p->lost >> i & 1)
            put_event(store, entry, event);
    }
    put_codes(store, entry, (struct event){.kind = EVENT_PHENOTYPE, .system = ".hp"}, world_terms,
              p->refused, NULL);
    put_codes(store, entry, (struct event){.kind = EVENT_DIAGNOSIS, .system = ".icd10"}, world_icd,
              p->refused_icd, NULL);
    if (p->lost_any)
        put_event(store, entry,
                  (struct event){.kind = EVENT_DIAGNOSIS,
                                 .system = EVENT_TRACE_SYSTEM,
                                 .code = EVENT_TRACE_LOST});
}

static void put_person(struct world *world, struct store *store, size_t i)
{
    static const char *const groups[] = {"GBR", "FIN"};
    const struct world_person *p = &world->persons[i];
    struct person_facts facts = person_facts_none();
    int64_t entry;

    facts.sex = (enum person_sex)p->sex;
    if (p->age >= 0)
        facts.age_fixed = (uint8_t)p->age;
    facts.birth_year = p->birth_year;
    facts.deceased = p->age >= 0; /* so that the age is the fixed one */
    entry = put_entry(store, i, 0, &facts);
    if (p->disease)
        put_disease(store, put_entry(store, i, CONSENT_ENTRY, NULL), p);
    for (int t = 0; t < WORLD_TERMS; t++)
        if ((p->present | p->excluded) >> t & 1)
            put_event(store, entry,
                      (struct event){.kind = EVENT_PHENOTYPE,
                                     .excluded = p->excluded >> t & 1,
                                     .system = "hp",
                                     .code = world_terms[t]});
    put_codes(store, entry, (struct event){.kind = EVENT_DIAGNOSIS, .system = "icd10"}, world_icd,
              p->icd, p->icd_days);
    put_codes(store, entry, (struct event){.kind = EVENT_OTHER, .system = "igsr"}, groups, p->group,
              NULL);
    put_codes(store, entry, (struct event){.kind = EVENT_TREATMENT, .system = "atc"}, world_atc,
              p->atc, p->atc_days);
    put_traces(store, entry, p);
}

static void put_assays(struct store *store, int64_t ids[static WORLD_ASSAYS])
{
    struct err err;

    for (int i = 0; i < WORLD_ASSAYS; i++) {
        struct assay_interval interval = {1, world_assays[i].start, world_assays[i].end};
        struct assay assay = {.name = world_assays[i].name,
                              .assembly = world_assays[i].assembly,
                              .whole_genome = world_assays[i].whole,
                              .intervals = &interval,
                              .n_intervals = world_assays[i].whole ? 0 : 1};

        must(assay_put(store, &assay, &ids[i], &err), &err);
    }
}

static void put_notes(struct store *store, const struct world_file *file,
                      const struct world_variant *v)
{
    struct err err;

    if (file->has_af && v->af_nano >= 0)
        must(note_put_af(store, v->vid, v->af_nano, &err), &err);
    if (!file->has_annotation && (file->judges || v->full_notes))
        return;
    for (size_t n = 0; n < v->n_notes; n++) {
        struct note note = {.gene = v->notes[n].gene < 0 ? "" : world_genes[v->notes[n].gene],
                            .consequences = v->full_notes ? v->notes[n].consequences : 0,
                            .picked_by = NOTE_CANONICAL,
                            .complete = v->full_notes && !v->incomplete};

        if (v->full_notes)
            note.clinvar = v->notes[n].clinvar | (v->part_clinvar ? 0 : CLINVAR_READ);

        must(note_put(store, v->vid, &note, &err), &err);
    }
}

static void say_share(struct calls *calls, int64_t share)
{
    if (share >= 0)
        calls_fraction(calls, fraction_code(share));
}

static void put_calls(struct world *world, struct store *store, const struct world_file *file,
                      int64_t callset)
{
    static const enum call_code codes[] = {CALL_NONE, CALL_HET, CALL_HOM, CALL_HEMI, CALL_CARRIER};
    struct calls *calls;
    struct err err;

    must(calls_open(store, callset, &calls, &err), &err);
    calls_keep_fractions(calls, file->somatic);
    for (int i = 0; i < WORLD_VARIANTS; i++) {
        uint32_t sample = 0;

        if (!(file->sites >> i & 1))
            continue;
        must(calls_site(calls, world->variants[i].vid, &err), &err);
        for (size_t p = 0; p < world->n_persons; p++) {
            const struct world_person *person = &world->persons[p];
            uint8_t genotype = file->somatic ? (person->tumour >> i & 1 ? GENO_CARRIER : GENO_REF)
                                             : person->genotype[i];

            if (!file->has_person[p])
                continue;
            if (file->no_call[p] >> i & 1)
                must(calls_add(calls, sample, CALL_NONE, &err), &err);
            else if (genotype != GENO_REF)
                must(calls_add(calls, sample, codes[genotype], &err), &err);
            if (file->somatic && genotype != GENO_REF && !(file->no_call[p] >> i & 1))
                say_share(calls, world_share(world, (size_t)(file - world->files), p, i));
            sample++;
        }
    }
    must(calls_close(calls, &err), &err);
}

static void put_gaps(const struct world *world, struct store *store, const struct world_file *file,
                     int64_t callset)
{
    struct calls *gaps;
    struct err err;
    uint32_t sample = 0;

    must(calls_open_gaps(store, callset, &gaps, &err), &err);
    for (size_t p = 0; p < world->n_persons; p++) {
        const struct world_gap *of = &file->gap[p];
        struct gap gap = {file->assembly, 1, of->start, of->end, of->reason};
        uint64_t vid;

        if (!file->has_person[p])
            continue;
        while (of->start && gap_next(&gap, &vid)) {
            must(calls_site(gaps, vid, &err), &err);
            must(calls_add(gaps, sample, of->own ? CALL_CARRIER : CALL_NONE, &err), &err);
        }
        sample++;
    }
    must(calls_close(gaps, &err), &err);
}

static void put_file(struct world *world, struct store *store, size_t f,
                     const int64_t assays[static WORLD_ASSAYS])
{
    struct world_file *file = &world->files[f];
    struct callset callset = {.assembly = file->assembly,
                              .has_af = file->has_af,
                              .has_annotation = file->has_annotation,
                              .judges_sites = file->judges};
    struct err err;
    int64_t id;

    must(callset_put(store, &callset, &id, &err), &err);
    for (size_t p = 0; p < world->n_persons; p++)
        if (file->has_person[p]) {
            struct sample_row row = {.assay = file->assay[p] < 0 ? 0 : assays[file->assay[p]],
                                     .type = file->somatic ? SAMPLE_TUMOUR : SAMPLE_GERMLINE,
                                     .taken = world_taken(file, p)};

            must(callset_add(store, id, put_entry(store, p, (unsigned)f + 1, NULL), &row, &err),
                 &err);
        }
    for (int i = 0; i < WORLD_VARIANTS; i++) {
        struct world_variant *v = &world->variants[i];

        must(calls_vid(store, &v->name, &v->vid, &err), &err);
        if (file->sites >> i & 1)
            put_notes(store, file, v);
    }
    put_calls(world, store, file, id);
    put_gaps(world, store, file, id);
}

static void put_terms(struct store *store)
{
    struct term_release release = {.system = "hp", .release = "test"};
    struct term_writer *writer;
    struct err err;

    must(term_writer_open(store_db(store), "hp", &writer, &err), &err);
    for (int t = 0; t + 1 < WORLD_TERMS; t++)
        must(term_writer_add(writer, &(struct term){.code = world_terms[t], .label = "a term"},
                             NULL, &err),
             &err);
    for (int t = 0; t + 1 < WORLD_TERMS; t++)
        for (int up = 0; up < WORLD_TERMS; up++)
            if (world_term_parents[t] >> up & 1)
                must(term_writer_parent(writer, world_terms[t], world_terms[up], &err), &err);
    must(term_writer_alias(writer, "HP:7777777", world_terms[3], &err), &err);
    must(term_writer_commit(writer, &release, &err), &err);
    term_writer_close(writer);
}

static void put_genes(struct store *store)
{
    struct term_release release = {.release = "test"};
    struct gene_writer *writer;
    struct err err;

    must(gene_writer_open(store_db(store), VARIANT_GRCH38, &writer, &err), &err);
    for (int i = 0; i < WORLD_GENES * WORLD_SPANS; i++) {
        const uint32_t *ends = world_gene_spans[i / WORLD_SPANS][i % WORLD_SPANS];
        struct gene_interval span = {1, ends[0], ends[1]};

        if (ends[0] > 0)
            must(gene_writer_span(writer, world_genes[i / WORLD_SPANS], &span, &err), &err);
    }
    must(gene_writer_commit(writer, &release, &err), &err);
    gene_writer_close(writer);
}

static void declare(const struct world *world, struct deliveries *deliveries)
{
    for (unsigned i = 0; i < WORLD_DELIVERED; i++) {
        struct delivery delivery = {.kind = world_delivered[i].kind, .since = PERSON_NO_DATE};

        snprintf(delivery.system, sizeof(delivery.system), "%s", world_delivered[i].system);
        if (!(world->undelivered >> i & 1))
            assert(deliveries_add(deliveries, &delivery));
    }
}

static void build(struct world *world)
{
    struct import_source source = {.kind = "test", .options = "", .name = "world"};
    struct deliveries deliveries = {0};
    struct import_counts counts = {0};
    struct publish_options options;
    struct publish_result result;
    int64_t assays[WORLD_ASSAYS], import;
    struct store *store;
    struct err err;
    char path[96];
    bool known;

    snprintf(world->folder, sizeof(world->folder), "%s/rikstal-world-XXXXXX",
             access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"); /* nothing of it must last */
    assert(mkdtemp(world->folder));
    snprintf(path, sizeof(path), "%s/store.db", world->folder);
    must(store_open(path, &store, &err), &err);
    if (world->has_hpo)
        put_terms(store);
    if (world->has_genes)
        put_genes(store);
    if (world->reference)
        world_put_reference(world, store);
    declare(world, &deliveries);
    source.deliveries = &deliveries;
    must(import_run_begin(store, &source, &import, &err), &err);
    put_assays(store, assays);
    for (size_t p = 0; p < world->n_persons; p++)
        put_person(world, store, p);
    for (size_t f = 0; f < world->n_files; f++)
        put_file(world, store, f, assays);
    must(import_run_commit(store, &counts, &err), &err);
    for (size_t p = 0; p < world->n_persons; p++) {
        struct person_id id = pid_of(p);

        if (world->persons[p].dead_end)
            must(entry_withdraw_person(store, &id, &known, &err), &err);
    }
    snprintf(path, sizeof(path), "%s/snapshot", world->folder);
    options = (struct publish_options){
        .folder = path, .dir = world->folder, .date = date_from_civil(WORLD_YEAR, 12, 31)};
    must(publish(store, &options, &result, &err), &err);
    store_close(store);
    must(snapshot_open(path, SNAPSHOT_HASH_ALL, &world->snapshot, &err), &err);
}

void world_build(struct world *world)
{
    struct err err;

    say_notes(world);
    build(world);
    world->arena = arena_new(1 << 24);
    world->limits = (struct limits){.deadline_ms = INT64_MAX};
    must(population_new(world->snapshot, &eligibility_everybody, world->arena, &world->population,
                        &err),
         &err);
}

void world_make(struct world *world, uint64_t seed)
{
    memset(world, 0, sizeof(*world));
    world->seed = seed * UINT64_C(0x9e3779b97f4a7c15) | 1;
    world->has_hpo = chance(world, 80);
    world->undelivered = chance(world, 50) ? world_draw(world, 1 << WORLD_DELIVERED) : 0;
    world->has_genes = chance(world, 75);
    world->n_persons = 1 + world_draw(world, WORLD_PERSONS_MAX);
    world->n_files = 1 + world_draw(world, WORLD_FILES_MAX);
    for (size_t i = 0; i < WORLD_VARIANTS; i++)
        invent_variant(world, i);
    for (size_t p = 0; p < world->n_persons; p++)
        invent_person(world, &world->persons[p]);
    for (size_t p = 0; p < world->n_persons; p++) {
        unsigned disease = (unsigned)((seed + 7 * p) % (2 * WORLD_DISEASES)); /* draws nothing */

        world->persons[p].disease = disease <= WORLD_DISEASES ? disease : 0;
        world->persons[p].validity = (unsigned)((seed + p) % WORLD_VALIDITIES);
    }
    for (size_t f = 0; f < world->n_files; f++)
        invent_file(world, &world->files[f]);
    if (world_with_tumours)
        world_tumours(world);
    world_build(world);
}
