/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/synth/truth.h"

#include <string.h>

enum answer { NO, CANNOT_TELL, YES }; /* ordered, so that AND is the least and OR the greatest */

static enum answer both(enum answer a, enum answer b)
{
    return a < b ? a : b;
}

static enum answer has_diagnosis(const struct person *person, const char *prefix)
{
    for (int i = 0; i < person->n_diagnoses; i++)
        if (strncmp(person->diagnoses[i], prefix, strlen(prefix)) == 0)
            return YES;
    return NO;
}

static enum answer has_feature(const struct person *person, const char *id)
{
    for (int i = 0; i < person->n_features; i++)
        if (feature_under(person->features[i], id))
            return YES;
    return NO;
}

static enum answer age_between(const struct plan *plan, const struct person *person, int low,
                               int high)
{
    int age = plan->year - person->birth_year; /* or a year less, before the birthday */
    bool now = age >= low && age <= high;
    bool before = plan->year_ends ? now : age - 1 >= low && age - 1 <= high;

    if (!person->birth_year || now != before)
        return CANNOT_TELL;
    return now ? YES : NO;
}

static enum answer is_sex(const struct person *person, enum sex sex)
{
    if (person->sex == SEX_UNKNOWN)
        return CANNOT_TELL;
    return person->sex == sex ? YES : NO;
}

typedef bool variant_test(const struct variant *variant);

/*
 * Some variant of the gene that passes the test. A gene that the assay does not read cannot be
 * told, nor whether a person carries such a variant where their call of it is missing.
 */
static enum answer carries(const struct plan *plan, const struct person *person, const char *symbol,
                           variant_test *test)
{
    int gene = gene_index(symbol);

    for (int v = gene * VARIANTS_PER_GENE; v < (gene + 1) * VARIANTS_PER_GENE; v++)
        if (test(&plan->variants[v]) && person->calls[v] >= CALL_HET &&
            person->calls[v] <= CALL_HEMI)
            return YES;
    for (int v = gene * VARIANTS_PER_GENE; v < (gene + 1) * VARIANTS_PER_GENE; v++)
        if (test(&plan->variants[v]) && person->calls[v] == CALL_MISSING)
            return CANNOT_TELL;
    if (person->assay == ASSAY_WGS || (person->assay == ASSAY_PANEL && gene < PANEL_GENES))
        return NO;
    return CANNOT_TELL;
}

static bool truncating(const struct variant *variant)
{
    return variant->truncating;
}

static bool rare_missense_or_worse(const struct variant *variant)
{
    return variant->missense_or_worse && variant->per_million <= 5000;
}

static bool pathogenic(const struct variant *variant)
{
    return strcmp(variant->clinical, "Pathogenic") == 0;
}

static const char *const questions[TRUTHS] = {
    "variant(gene in (BRCA1, BRCA2) and consequence in (lof)) and diagnosis under icd10:C50 "
    "and age >= 18",
    "phenotype under HP:0001250 and sex = female",
    "variant(gene = ATM and consequence in (missense_or_worse) and af <= 0.5%)",
    "diagnosis under icd10:E11 and age between 40 and 60",
    "at least 2 of (phenotype under HP:0001250, phenotype under HP:0001263, "
    "phenotype under HP:0000252)",
    "not variant(gene = BRCA1 and consequence in (lof)) and diagnosis = icd10:C50.4",
    "phenotype excluded HP:0001639",
    "variant(gene = SCN1A and clinvar = pathogenic) or phenotype under HP:0002069",
};

const char *truth_question(int q)
{
    return questions[q];
}

static enum answer either(enum answer a, enum answer b)
{
    return a > b ? a : b;
}

static enum answer negate(enum answer a)
{
    return (enum answer)(YES - a);
}

static enum answer answer_of(int q, const struct plan *plan, const struct person *p)
{
    int present;

    switch (q) {
    case 0:
        return both(both(either(carries(plan, p, "BRCA1", truncating),
                                carries(plan, p, "BRCA2", truncating)),
                         has_diagnosis(p, "C50")),
                    age_between(plan, p, 18, 200));
    case 1:
        return both(has_feature(p, "HP:0001250"), is_sex(p, SEX_FEMALE));
    case 2:
        return carries(plan, p, "ATM", rare_missense_or_worse);
    case 3:
        return both(has_diagnosis(p, "E11"), age_between(plan, p, 40, 60));
    case 4:
        present = (has_feature(p, "HP:0001250") == YES) + (has_feature(p, "HP:0001263") == YES) +
                  (has_feature(p, "HP:0000252") == YES);
        return present >= 2 ? YES : NO;
    case 5:
        return both(negate(carries(plan, p, "BRCA1", truncating)), has_diagnosis(p, "C50.4"));
    case 6: /* absent above HP:0001639 is absent in it */
        return p->excluded && feature_under("HP:0001639", p->excluded) ? YES : NO;
    default:
        return either(carries(plan, p, "SCN1A", pathogenic), has_feature(p, "HP:0002069"));
    }
}

void truth_tally(const struct plan *plan, const struct person *people, uint32_t n,
                 struct truth tally[TRUTHS])
{

    for (uint32_t i = 0; i < n; i++) {
        for (int q = 0; q < TRUTHS; q++) {
            enum answer answer = answer_of(q, plan, &people[i]);

            tally[q].matched += answer == YES;
            tally[q].undetermined += answer == CANNOT_TELL;
        }
    }
}
