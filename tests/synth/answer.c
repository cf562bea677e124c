/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/synth/answer.h"

#include <string.h>

enum answer answer_both(enum answer a, enum answer b)
{
    return a < b ? a : b;
}

enum answer answer_either(enum answer a, enum answer b)
{
    return a > b ? a : b;
}

enum answer answer_negate(enum answer a)
{
    return (enum answer)(YES - a);
}

enum answer answer_diagnosis(const struct person *person, const char *prefix)
{
    for (int i = 0; i < person->n_diagnoses; i++)
        if (strncmp(person->diagnoses[i], prefix, strlen(prefix)) == 0)
            return YES;
    return NO;
}

enum answer answer_treatment(const struct person *person, const char *prefix)
{
    for (int i = 0; i < person->course.n_treatments; i++)
        if (strncmp(person->course.treatments[i].code, prefix, strlen(prefix)) == 0)
            return YES;
    return NO;
}

enum answer answer_feature(const struct person *person, const char *id)
{
    for (int i = 0; i < person->n_features; i++)
        if (feature_under(person->features[i], id))
            return YES;
    return NO;
}

/* One of two ages, of which nobody knows which. */
static enum answer one_of(int age, int other, int low, int high)
{
    bool is = age >= low && age <= high, may_be = other >= low && other <= high;

    return is != may_be ? CANNOT_TELL : is ? YES : NO;
}

enum answer answer_age(const struct plan *plan, const struct person *person, int low, int high)
{
    int age = plan->year - person->birth_year; /* or a year less, before the birthday */

    if (!person->birth_year)
        return CANNOT_TELL;
    if (person->course.born != NO_DAY)
        age = date_years_between(person->course.born, person->course.died);
    return one_of(age, plan->year_ends || person->course.born != NO_DAY ? age : age - 1, low, high);
}

enum answer answer_age_on(const struct person *person, int32_t day, int low, int high)
{
    int year, month, of_month, age;

    if (day == NO_DAY || !person->birth_year)
        return CANNOT_TELL;
    date_to_civil(day, &year, &month, &of_month);
    age = year - person->birth_year;
    if (person->course.born == NO_DAY)
        return one_of(age, month == 12 && of_month == 31 ? age : age - 1, low, high);
    age = date_years_between(person->course.born, day);
    return one_of(age, age, low, high);
}

enum answer answer_sex(const struct person *person, enum sex sex)
{
    if (person->sex == SEX_UNKNOWN)
        return CANNOT_TELL;
    return person->sex == sex ? YES : NO;
}

enum answer answer_carries(const struct plan *plan, const struct person *person, const char *symbol,
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
    if (person->course
            .has_tumour) /* asked of either origin, and the tumours' assay lacks the gene */
        return CANNOT_TELL;
    if (person->assay == ASSAY_WGS || (person->assay == ASSAY_PANEL && gene < PANEL_GENES))
        return NO;
    return CANNOT_TELL;
}

enum answer answer_tumour(const struct person *person, int change)
{
    static const enum answer of_calls[] = {
        [CALL_REF] = NO, [CALL_HET] = YES, [CALL_MISSING] = CANNOT_TELL};

    return person->course.has_tumour ? of_calls[person->course.tumour[change]] : CANNOT_TELL;
}
