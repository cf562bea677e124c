/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/synth/country.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct region regions[REGIONS] = {
    {"01", "Stockholm", 2454821},
    {"03", "Uppsala", 404589},
    {"04", "Sörmland", 301944},
    {"05", "Östergötland", 472298},
    {"06", "Jönköpings län", 368856},
    {"07", "Kronoberg", 203686},
    {"08", "Kalmar län", 246667},
    {"09", "Gotland", 61029},
    {"10", "Blekinge", 157973},
    {"12", "Skåne", 1421781},
    {"13", "Halland", 343746},
    {"14", "Västra Götaland", 1767016},
    {"17", "Värmland", 283548},
    {"18", "Örebro län", 308116},
    {"19", "Västmanland", 280813},
    {"20", "Dalarna", 287253},
    {"21", "Gävleborg", 285642},
    {"22", "Västernorrland", 242148},
    {"23", "Jämtland Härjedalen", 132572},
    {"24", "Västerbotten", 278729},
    {"25", "Norrbotten", 248480},
};

const struct feature features[] = {
    {"HP:0000001", NULL, "anything"},
    {"HP:0000118", "HP:0000001", "a feature of the body"},
    {"HP:0000707", "HP:0000118", "of the nervous system"},
    {"HP:0012638", "HP:0000707", "of its function"},
    {"HP:0001250", "HP:0012638", "seizures"},
    {"HP:0002069", "HP:0001250", "seizures of both sides"},
    {"HP:0007359", "HP:0001250", "seizures of one place"},
    {"HP:0001263", "HP:0012638", "late development"},
    {"HP:0001249", "HP:0012638", "intellectual disability"},
    {"HP:0001252", "HP:0012638", "low muscle tone"},
    {"HP:0000152", "HP:0000118", "of head or neck"},
    {"HP:0000252", "HP:0000152", "small head"},
    {"HP:0001626", "HP:0000118", "of heart or vessels"},
    {"HP:0001639", "HP:0001626", "thick heart muscle"},
    {"HP:0002616", "HP:0001626", "wide aorta"},
    {"HP:0000924", "HP:0000118", "of the skeleton"},
    {"HP:0002757", "HP:0000924", "bones that break"},
    {"HP:0001166", "HP:0000924", "long fingers"},
    {"HP:0002086", "HP:0000118", "of the airways"},
    {"HP:0006538", "HP:0002086", "repeated airway infections"},
    {"HP:0000077", "HP:0000118", "of the kidneys"},
    {"HP:0000107", "HP:0000077", "cysts of the kidneys"},
    {"HP:0003011", "HP:0000118", "of the muscles"},
    {"HP:0001324", "HP:0003011", "weak muscles"},
    {"HP:0003236", "HP:0003011", "raised creatine kinase"},
    {"HP:0000951", "HP:0000118", "of the skin"},
    {"HP:0000957", "HP:0000951", "pale brown spots"},
};

size_t features_count(void)
{
    return sizeof(features) / sizeof(features[0]);
}

static const struct disease diseases[] = {
    {"SCN1A",
     "OMIM:607208",
     "synthetic disease 1",
     {"HP:0002069", "HP:0001263", "HP:0001249", "HP:0001252"}},
    {"SCN2A", "OMIM:613721", "synthetic disease 2", {"HP:0007359", "HP:0001263", "HP:0000252"}},
    {"KCNQ2", "OMIM:613720", "synthetic disease 3", {"HP:0001250", "HP:0001263"}},
    {"STXBP1", "OMIM:612164", "synthetic disease 4", {"HP:0001250", "HP:0001249", "HP:0001252"}},
    {"MECP2", "OMIM:312750", "synthetic disease 5", {"HP:0001263", "HP:0000252", "HP:0001250"}},
    {"TSC2", "OMIM:613254", "synthetic disease 6", {"HP:0007359", "HP:0000107", "HP:0001249"}},
    {"NF1", "OMIM:162200", "synthetic disease 7", {"HP:0000957", "HP:0001263"}},
    {"FBN1", "OMIM:154700", "synthetic disease 8", {"HP:0002616", "HP:0001166"}},
    {"MYH7", "OMIM:192600", "synthetic disease 9", {"HP:0001639"}},
    {"COL1A1", "OMIM:166200", "synthetic disease 10", {"HP:0002757"}},
    {"CFTR", "OMIM:219700", "synthetic disease 11", {"HP:0006538"}},
    {"DMD", "OMIM:310200", "synthetic disease 12", {"HP:0001324", "HP:0003236", "HP:0001263"}},
};

#define DISEASES (sizeof(diseases) / sizeof(diseases[0]))

int feature_under(const char *id, const char *ancestor)
{
    while (id) {
        const char *parent = NULL;

        if (strcmp(id, ancestor) == 0)
            return 1;
        for (size_t i = 0; i < features_count(); i++)
            if (strcmp(features[i].id, id) == 0)
                parent = features[i].parent;
        id = parent;
    }
    return 0;
}

uint32_t region_share(int r, uint32_t persons)
{
    uint64_t all = 0;

    for (int i = 0; i < REGIONS; i++)
        all += regions[i].population;
    return (uint32_t)(((uint64_t)persons * regions[r].population + all / 2) / all);
}

/* An age pyramid in bands of ten years, per thousand. */
static int draw_age(struct dice *dice)
{
    static const uint32_t bands[] = {112, 121, 124, 141, 122, 126, 112, 99, 38, 5};
    uint32_t at = dice_below(dice, 1000);
    int band = 0;

    while (at >= bands[band])
        at -= bands[band++];
    return band * 10 + (int)dice_below(dice, 10);
}

static void add_diagnosis(struct person *person, const char *code)
{
    for (int i = 0; i < person->n_diagnoses; i++)
        if (strcmp(person->diagnoses[i], code) == 0)
            return;
    if (person->n_diagnoses < DIAGNOSES_MAX)
        person->diagnoses[person->n_diagnoses++] = code;
}

static bool carries_truncating(const struct person *person, const struct variant *variants,
                               const char *symbol)
{
    int first = gene_index(symbol) * VARIANTS_PER_GENE;

    for (int v = first; v < first + VARIANTS_PER_GENE; v++)
        if (variants[v].truncating && person->calls[v] >= CALL_HET && person->calls[v] <= CALL_HEMI)
            return true;
    return false;
}

static void draw_diagnoses(struct dice *dice, struct person *person, int age,
                           const struct variant *variants)
{
    static const char *const breast[] = {"C50.1", "C50.4", "C50.9"};
    bool at_risk = carries_truncating(person, variants, "BRCA1") ||
                   carries_truncating(person, variants, "BRCA2");

    if (person->sex == SEX_FEMALE && age >= 30 && dice_chance(dice, at_risk ? 550000 : 25000)) {
        add_diagnosis(person, breast[dice_below(dice, 3)]);
        if (dice_chance(dice, 400000))
            person->drug = dice_chance(dice, 500000) ? "L01XK01" : "L02BA01";
    }
    if (age >= 40 && dice_chance(dice, 30000))
        add_diagnosis(person, "C34.1");
    if (age >= 35 && dice_chance(dice, 90000))
        add_diagnosis(person, dice_chance(dice, 300000) ? "E11.9" : "E11.2");
    if (age >= 40 && dice_chance(dice, 200000))
        add_diagnosis(person, "I10");
    if (dice_chance(dice, 9000))
        add_diagnosis(person, "G40.3");
    if (age < 18 && dice_chance(dice, 4000))
        add_diagnosis(person, "C91.0");
}

static void draw_disease(struct dice *dice, struct person *person)
{
    const struct disease *disease = &diseases[dice_below(dice, DISEASES)];

    person->disease = disease;
    for (int i = 0; i < FEATURES_MAX && disease->features[i]; i++)
        if (dice_chance(dice, 800000))
            person->features[person->n_features++] = disease->features[i];
    if (dice_chance(dice, 300000) && !feature_under(disease->features[0], "HP:0001626"))
        person->excluded = "HP:0001626";
}

static uint8_t draw_call(struct dice *dice, const struct variant *variant, enum sex sex)
{
    bool one, two;

    if (dice_chance(dice, 5000))
        return CALL_MISSING;
    one = dice_chance(dice, variant->per_million);
    if (variant->gene->chromosome[0] == 'X' && sex == SEX_MALE)
        return one ? CALL_HEMI : CALL_REF;
    two = dice_chance(dice, variant->per_million);
    return one && two ? CALL_HOM : one || two ? CALL_HET : CALL_REF;
}

static void draw_person(struct dice *dice, struct person *person, const struct variant *variants,
                        int year)
{
    int age = draw_age(dice);
    int n_variants;

    person->sex = dice_chance(dice, 10000)    ? SEX_UNKNOWN
                  : dice_chance(dice, 502000) ? SEX_MALE
                                              : SEX_FEMALE;
    person->birth_year = dice_chance(dice, 20000) ? 0 : year - age;
    person->assay = dice_chance(dice, 120000)   ? ASSAY_WGS
                    : dice_chance(dice, 200000) ? ASSAY_PANEL
                                                : ASSAY_NONE;
    n_variants = person->assay == ASSAY_WGS     ? VARIANTS
                 : person->assay == ASSAY_PANEL ? PANEL_GENES * VARIANTS_PER_GENE
                                                : 0;
    for (int v = 0; v < n_variants; v++)
        person->calls[v] = draw_call(dice, &variants[v], person->sex);
    if (dice_chance(dice, 30000))
        draw_disease(dice, person);
    draw_diagnoses(dice, person, age, variants);
}

struct person *country_people(const struct plan *plan, int r, uint32_t n)
{
    struct person *people = calloc(n ? n : 1, sizeof(*people));
    struct dice dice, course;

    if (!people)
        return NULL;
    dice_seed(&dice, plan->seed * 1000 + (uint64_t)r + 1);
    dice_seed(&course, plan->seed * 1000 + (uint64_t)r + 501);
    for (uint32_t i = 0; i < n; i++) {
        snprintf(people[i].id, sizeof(people[i].id), "synth-%s-%06u", regions[r].code, i + 1);
        draw_person(&dice, &people[i], plan->variants, plan->year);
        course_draw(&course, &people[i], plan->year);
    }
    return people;
}
