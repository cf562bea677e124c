/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What registers and phenopackets say of a draft's persons. A packet says all of a phenotype, a
 * feed all that it declares; of the rest a feed says of each person all or nothing.
 */
#include <stdio.h>
#include <string.h>

#include "tests/order/draft.h"

#define SPOIL(variable, what, ...)                                                                 \
    static const char *const variable##_words[] = {__VA_ARGS__, NULL};                             \
    static const struct sheet_spoil variable = {what, variable##_words}

SPOIL(sex_spoil, "sex", "femaIe", "9", "x y");
SPOIL(birth_date_spoil, "birth date", "1980-13-45", "1980-05", "19800", "x");
SPOIL(birth_year_spoil, "birth year", "19x0", "98", "20261");
SPOIL(age_spoil, "age", "x4", "-3", "999");
SPOIL(deceased_spoil, "deceased", "mayb", "2");
SPOIL(death_date_spoil, "death date", "2023-02-31", "2023-02", "x");
SPOIL(kind_spoil, "kind", "diagnos1s", "x");
SPOIL(system_spoil, "system", "icd99", "x y");
SPOIL(code_spoil, "code", "C5O", "HP:12", "50", "\"C50", "C50\"x");
SPOIL(date_spoil, "event date", "2020-13-45", "2020-03", "2020", "x");
SPOIL(excluded_spoil, "excluded", "maybe", "no,x", "2");
SPOIL(packet_sex_spoil, "packet, sex", "FEMAIL", "7", "");
SPOIL(packet_birth_spoil, "packet, birth", "1980-05", "x", "1980-13-45T00:00:00Z", "");
SPOIL(packet_status_spoil, "packet, vital status", "DECEASD", "7", "");
SPOIL(packet_death_spoil, "packet, death", "2023-02", "x", "");
SPOIL(feature_spoil, "packet, feature", "HP:12", "HPO 1", "", "XX:0000001");
SPOIL(feature_excluded_spoil, "packet, excluded", "\"maybe\"", "7", "[]");
SPOIL(disease_spoil, "packet, disease", "OMIM:x", "OM1M:123", "");
SPOIL(packet_spoil, "packet, form", "", "}}", "],");
SPOIL(hpo_cut, "HPO", "");
SPOIL(genes_cut, "gene table", "");
SPOIL(delivers_cut, "declaration", "");

#define DEATH_YEAR 2023

static void put_terms(struct draft *draft)
{
    sheet_begin(&draft->sheets, SHEET_TERMS, "terms");
    if (draft->has_hpo) {
        sheet_line(&draft->sheets, -1, &hpo_cut);
        sheet_put(&draft->sheets, "", "hpo", NULL);
    }
    if (draft_chance(draft, 85)) {
        draft->keeps_genes = draft_chance(draft, 50);
        sheet_line(&draft->sheets, -1, draft->keeps_genes ? NULL : &genes_cut);
        sheet_put(&draft->sheets, "", "genes", NULL);
    }
}

/* A code as some source spells it. */
static const char *spelling(struct draft *draft, unsigned term)
{
    return term == 3 && draft_chance(draft, 40) ? DRAFT_ALIAS : draft_terms[term];
}

/* ---- persons --------------------------------------------------------------------------------- */

#define PERSONS_HEADER                                                                             \
    "person,sex,birth_year,birth_date,age,deceased,death_date,kind,system,code,date,excluded"

static void put_facts(struct draft *draft, size_t p, bool with)
{
    const struct draft_person *person = &draft->persons[p];
    static const char *const sexes[] = {"", "female", "male"};
    struct sheets *sheets = &draft->sheets;
    char date[16];

    sheet_line(sheets, DRAFT_VARIANTS_MAX + (int)p, NULL);
    sheet_number(sheets, "P", (long)p, NULL);
    sheet_put(sheets, ",", with ? sexes[person->sex] : "", with && person->sex ? &sex_spoil : NULL);
    snprintf(date, sizeof(date), "%u", person->year);
    sheet_put(sheets, ",", with && person->known_by == 2 ? date : "",
              with && person->known_by == 2 ? &birth_year_spoil : NULL);
    snprintf(date, sizeof(date), "%u-%02u-%02u", person->year, person->month, person->day);
    sheet_put(sheets, ",", with && person->known_by == 1 ? date : "",
              with && person->known_by == 1 ? &birth_date_spoil : NULL);
    snprintf(date, sizeof(date), "%u", DEATH_YEAR - person->year);
    sheet_put(sheets, ",", with && person->known_by == 3 ? date : "",
              with && person->known_by == 3 ? &age_spoil : NULL);
    with &= person->dead || person->alive;
    sheet_put(sheets, ",", !with ? "" : person->dead ? "yes" : "no", with ? &deceased_spoil : NULL);
    with &= person->dead && person->known_by < 3;
    sheet_put(sheets, ",", with ? "2023-05-17" : "", with ? &death_date_spoil : NULL);
}

/* Is it dated? */
static bool put_event(struct draft *draft, const char *kind, const char *system, const char *code,
                      bool excluded)
{
    struct sheets *sheets = &draft->sheets;
    bool dated = draft_chance(draft, 50);

    sheet_put(sheets, ",", kind, &kind_spoil);
    sheet_put(sheets, ",", system, &system_spoil);
    sheet_put(sheets, ",", code, &code_spoil);
    sheet_put(sheets, ",", dated ? "2020-03-05" : "", dated ? &date_spoil : NULL);
    sheet_put(sheets, ",", excluded ? "yes" : "no", &excluded_spoil);
    return dated;
}

/* The facts stand in their own row, in the first one of an event, or in all of them. */
static void put_person(struct draft *draft, size_t p, bool icd, bool hp)
{
    struct draft_person *person = &draft->persons[p];
    bool with = draft_chance(draft, 50), repeats = draft_chance(draft, 30);

    if (!with) {
        put_facts(draft, p, true);
        sheet_put(&draft->sheets, ",,,,,", "", NULL);
        with = repeats;
    }
    for (unsigned i = 0; icd && i < DRAFT_ICD; i++)
        if (person->icd >> i & 1) {
            put_facts(draft, p, with);
            put_event(draft, "diagnosis", "icd10", draft_icd[i], false);
            with = repeats;
        }
    for (unsigned t = 0; hp && t < DRAFT_TERMS; t++)
        if ((person->present | person->excluded) >> t & 1) {
            put_facts(draft, p, with);
            if (put_event(draft, "phenotype", "hp", spelling(draft, t), person->excluded >> t & 1))
                person->dated |= 1u << t;
            with = repeats;
        }
}

static void put_persons(struct draft *draft)
{
    struct sheets *sheets = &draft->sheets;
    bool icd = draft_chance(draft, 60), hp = draft_chance(draft, 40);

    sheet_begin(sheets, SHEET_DELIVERS, "persons.csv.delivers");
    for (unsigned i = 0; i < 2; i++)
        if (i ? hp : icd) {
            sheet_line(sheets, -1, &delivers_cut);
            sheet_put(sheets, "", i ? "phenotype:hp" : "diagnosis:icd10", NULL);
        }
    sheet_begin(sheets, SHEET_PERSONS, "persons.csv");
    sheet_line(sheets, -1, NULL);
    sheet_put(sheets, "", PERSONS_HEADER, NULL);
    for (size_t p = 0; p < draft->n_persons; p++)
        if (draft_chance(draft, 80) || icd || hp)
            put_person(draft, p, icd || draft_chance(draft, 50), hp || draft_chance(draft, 50));
}

/* ---- packets --------------------------------------------------------------------------------- */

static void put_subject(struct draft *draft, size_t p)
{
    const struct draft_person *person = &draft->persons[p];
    static const char *const sexes[] = {"UNKNOWN_SEX", "FEMALE", "MALE"};
    struct sheets *sheets = &draft->sheets;
    char date[32];

    sheet_line(sheets, DRAFT_VARIANTS_MAX + (int)p, NULL);
    sheet_number(sheets, "{\"id\":\"P", (long)p, NULL);
    sheet_put(sheets, "\",\"subject\":{\"id\":\"S\",\"sex\":\"", sexes[person->sex],
              person->sex ? &packet_sex_spoil : NULL);
    sheet_put(sheets, "\"", "", NULL);
    snprintf(date, sizeof(date), "%u-%02u-%02uT00:00:00Z", person->year, person->month,
             person->day);
    if (person->known_by == 1) {
        sheet_put(sheets, ",\"dateOfBirth\":\"", date, &packet_birth_spoil);
        sheet_put(sheets, "\"", "", NULL);
    }
    if (!person->dead && !person->alive)
        return;
    sheet_put(sheets, ",\"vitalStatus\":{\"status\":\"", person->dead ? "DECEASED" : "ALIVE",
              &packet_status_spoil);
    sheet_put(sheets, "\"", "", NULL);
    if (person->dead && person->known_by < 3) {
        sheet_put(sheets, ",\"timeOfDeath\":{\"timestamp\":\"", "2023-05-17T00:00:00Z",
                  &packet_death_spoil);
        sheet_put(sheets, "\"}", "", NULL);
    }
    sheet_put(sheets, "}", "", NULL);
}

static void put_packet(struct draft *draft, size_t p)
{
    const struct draft_person *person = &draft->persons[p];
    struct sheets *sheets = &draft->sheets;
    const char *between = "";
    char name[32];

    snprintf(name, sizeof(name), "p%zu.json", p);
    sheet_begin(sheets, SHEET_PACKET, name);
    put_subject(draft, p);
    sheet_put(sheets, "},\"phenotypicFeatures\":[", "", NULL);
    for (unsigned t = 0; t < DRAFT_TERMS; t++) {
        bool excluded = person->excluded >> t & 1;

        if (!((person->present | person->excluded) >> t & 1))
            continue;
        sheet_put(sheets, between, "{\"type\":{\"id\":\"", NULL);
        sheet_put(sheets, "", spelling(draft, t), &feature_spoil);
        sheet_put(sheets, "\"},\"excluded\":", excluded ? "true" : "false",
                  &feature_excluded_spoil);
        if (person->dated >> t & 1) /* sources agree */
            sheet_put(sheets, ",\"onset\":{\"timestamp\":\"", "2020-03-05T00:00:00Z\"}", NULL);
        sheet_put(sheets, "}", "", NULL);
        between = ",";
    }
    sheet_put(sheets, "],\"diseases\":[{\"term\":{\"id\":\"", "OMIM:614959", &disease_spoil);
    sheet_put(sheets, "\"}}],\"metaData\":{\"phenopacketSchemaVersion\":\"2.0\"}", "}",
              &packet_spoil);
}

void draft_clinical(struct draft *draft)
{
    put_terms(draft);
    put_persons(draft);
    for (size_t p = 0; p < draft->n_persons; p++)
        if (draft_chance(draft, 40))
            put_packet(draft, p);
}
