/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/order/draft.h"

#include <string.h>

const char *const draft_genes[DRAFT_GENES] = {"AAA1", "BBB2", "CCC3", "XXX9", "DDD4"};
const struct draft_span draft_spans[DRAFT_GENES - 1] = {
    {1, 10000, 11999}, {1, 11500, 13499}, {1, 20000, 20999}, {23, 50000000, 50001999}};
const char *const draft_terms[DRAFT_TERMS] = {"HP:0000118", "HP:0000001", "HP:0000002",
                                              "HP:0000003", "HP:0000004", "HP:0000005",
                                              "HP:9999999"};
/* The last one is in no release. */
const unsigned draft_term_parents[DRAFT_TERMS] = {0, 1, 1, 2, 2 | 4, 8, 0};
const char *const draft_measured_codes[DRAFT_MEASURED_CODES] = {"NPU19651", "NPU03429", "89247-1"};
const char *const draft_icd[DRAFT_ICD] = {"C50.1", "C50.9", "D24", "I10"};

const char *const draft_shares[DRAFT_SHARES] = {NULL, "0.004", "0.12", "0.35"};

/* Where variants lie: well within genes, so that no spelling of an indel leaves them. */
static const struct draft_span zones[] = {
    {1, 10100, 11400}, {1, 10100, 11400}, {1, 11600, 11900},       {1, 12100, 13400},
    {1, 20100, 20900}, {1, 15000, 18000}, {23, 50000100, 50001900}};
#define ZONES (sizeof(zones) / sizeof(zones[0]))

uint32_t draft_draw(struct draft *draft, uint32_t below)
{
    return dice_below(&draft->dice, below);
}

bool draft_chance(struct draft *draft, unsigned percent)
{
    return dice_chance(&draft->dice, percent * 10000);
}

static void invent_alleles(struct draft *draft, struct draft_variant *v)
{
    static const char *const exchanged[] = {"GT", "G", "CA", "G"};
    unsigned which = v->position / 16 % 4;

    switch (draft_draw(draft, 10)) {
    case 0:
        v->ref = "ATG";
        v->alt[0] = "A";
        break;
    case 1:
        v->ref = "A";
        v->alt[0] = "ATT";
        break;
    case 2:
        v->ref = "AC";
        v->alt[0] = exchanged[which];
        break;
    case 3:
        v->ref = which < 2 ? "A" : "AC"; /* then who has both may have AC>G */
        v->alt[0] = which < 2 ? "C" : "A";
        v->alt[1] = which < 2 ? "G" : "GC";
        break;
    case 4:
        v->ref = "A";
        v->alt[0] = "<DEL>";
        v->length = 20 + draft_draw(draft, 3000);
        break;
    default:
        v->ref = "A";
        v->alt[0] = "C";
    }
}

/* Makes the same insertion of two variants close to each other: each may be the other one. */
static void pair_up(struct draft *draft, struct draft_variant *first, struct draft_variant *second)
{
    uint32_t position = first->position + 16 * (1 + draft_draw(draft, 5));

    for (size_t z = 0; z < ZONES; z++)
        if (zones[z].chromosome == first->chromosome && zones[z].start <= position &&
            zones[z].end > position) {
            *second = (struct draft_variant){
                .chromosome = first->chromosome, .position = position, .ref = "A", .alt = {"AAA"}};
            first->ref = second->ref;
            first->alt[0] = second->alt[0];
            first->alt[1] = NULL;
            first->length = 0;
            first->in_parts = false;
            return;
        }
}

static void invent_variants(struct draft *draft)
{
    draft->n_variants = 2 + draft_draw(draft, DRAFT_VARIANTS_MAX - 1);
    for (size_t i = 0; i < draft->n_variants; i++) {
        const struct draft_span *zone = &zones[draft_draw(draft, ZONES)];
        struct draft_variant v = {.chromosome = zone->chromosome};
        size_t at = i;

        v.position = zone->start + 16 * draft_draw(draft, (zone->end - zone->start) / 16);
        invent_alleles(draft, &v);
        if (i > 0 && draft_chance(draft, 15))
            pair_up(draft, &draft->variants[draft_draw(draft, (uint32_t)i)], &v);
        v.stray = draft_chance(draft, 30);
        v.somatic = draft->is_rich && draft_chance(draft, 20);
        v.in_parts = draft->is_rich && !v.alt[1] && strcmp(v.ref, "AC") == 0;
        if (v.in_parts)
            v.alt[0] = "GT";
        for (unsigned k = 0; k < 2; k++) {
            v.consequence[k] = draft_draw(draft, 4);
            v.frequency[k] = draft_draw(draft, 3);
            v.clinvar[k] = draft_draw(draft, 4);
        }
        while (at > 0 && (draft->variants[at - 1].chromosome > v.chromosome ||
                          (draft->variants[at - 1].chromosome == v.chromosome &&
                           draft->variants[at - 1].position > v.position))) {
            draft->variants[at] = draft->variants[at - 1];
            at--;
        }
        draft->variants[at] = v;
    }
    /* One line a place. */
    for (size_t i = 1; i < draft->n_variants; i++)
        if (draft->variants[i].chromosome == draft->variants[i - 1].chromosome &&
            draft->variants[i].position < draft->variants[i - 1].position + 16)
            draft->variants[i].position = draft->variants[i - 1].position + 16;
}

/* Is the term above the other one, or that one itself? */
static bool is_above(unsigned above, unsigned below)
{
    bool is = above == below;

    for (unsigned up = 0; up < DRAFT_TERMS; up++)
        is |= draft_term_parents[below] >> up & 1 && is_above(above, up);
    return is;
}

/*
 * Who has a term does not lack what lies above it. Where nobody can say what lies above what, a
 * person has terms or lacks some.
 */
static void drop_contradictions(const struct draft *draft, struct draft_person *person)
{
    unsigned unplaced = (person->present | person->excluded) >> (DRAFT_TERMS - 1) & 1;

    if (person->present && (unplaced || !draft->has_hpo))
        person->excluded = 0;
    for (unsigned t = 0; t < DRAFT_TERMS; t++)
        for (unsigned below = 0; below < DRAFT_TERMS; below++)
            if (person->present >> below & 1 && is_above(t, below))
                person->excluded &= ~(1u << t);
}

static void invent_codes(struct draft *draft, struct draft_person *person)
{
    for (unsigned t = 0; t < DRAFT_TERMS; t++) {
        unsigned percent = t + 1 == DRAFT_TERMS ? 8 : 20;

        if (draft_chance(draft, percent))
            person->present |= 1u << t;
        else if (draft_chance(draft, percent))
            person->excluded |= 1u << t;
    }
    drop_contradictions(draft, person);
    person->icd = draft_draw(draft, 1u << DRAFT_ICD) & draft_draw(draft, 1u << DRAFT_ICD);
}

static void invent_person(struct draft *draft, struct draft_person *person)
{
    memset(person, 0, sizeof(*person));
    person->sex = draft_draw(draft, 5) % 3;
    person->known_by = draft_draw(draft, 4);
    person->year = 1940 + draft_draw(draft, 60);
    person->month = 1 + draft_draw(draft, 12);
    person->day = 1 + draft_draw(draft, 28);
    person->dead = draft_chance(draft, 25);
    person->alive = !person->dead && draft_chance(draft, 50);
    invent_codes(draft, person);
    for (size_t v = 0; v < draft->n_variants; v++) {
        unsigned most = draft->variants[v].alt[1] ? 5 : 3;

        if (draft_chance(draft, 45))
            person->genotype[v] = (uint8_t)draft_draw(draft, most);
    }
}

void draft_make(struct draft *draft, struct arena *arena, uint64_t seed)
{
    dice_seed(&draft->dice, seed);
    sheets_clear(&draft->sheets, arena);
    memset(draft->variants, 0, sizeof(draft->variants));
    draft->is_rich = seed % 2;
    draft->has_hpo = draft_chance(draft, 85);
    draft->keeps_genes = false;
    invent_variants(draft);
    draft->n_persons = 1 + draft_draw(draft, DRAFT_PERSONS_MAX);
    for (size_t p = 0; p < draft->n_persons; p++)
        invent_person(draft, &draft->persons[p]);
    draft->on_mt = seed % 7 == 3; /* all other worlds stay as they were before there was any */
    for (size_t p = 0; draft->on_mt && p < draft->n_persons; p++)
        draft->persons[p].share = draft_draw(draft, DRAFT_SHARES);
    draft_clinical(draft);
    draft_genomes(draft);
    if (draft->is_rich)
        draft_events(draft);
}
