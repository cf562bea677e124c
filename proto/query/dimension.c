/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/query/dimension.h"

#include <assert.h>

#include "proto/base/words.h"

/* In the order of the values of dimension_of_sex(). */
static const char *const sexes[] = {"unknown", "female", "male", "other"};
static const char *const ages[] = {"0-9",   "10-19", "20-29", "30-39", "40-49",  "50-59",
                                   "60-69", "70-79", "80-89", "90+",   "unknown"};
static const char *const decades[] = {"before 1910", "1910s", "1920s", "1930s", "1940s",
                                      "1950s",       "1960s", "1970s", "1980s", "1990s",
                                      "2000s",       "2010s", "2020s", "2030s", "unknown"};
static const char *const assays[] = {"none", "panel", "exome", "genome"};

#define N(array) (sizeof(array) / sizeof((array)[0]))

static const struct dimension dimensions[DIMENSION_KINDS] = {
    [DIMENSION_SEX] = {DIMENSION_SEX, "sex", N(sexes), sexes},
    [DIMENSION_AGE] = {DIMENSION_AGE, "age_band", N(ages), ages},
    [DIMENSION_DECADE] = {DIMENSION_DECADE, "birth_decade", N(decades), decades},
    [DIMENSION_ASSAY] = {DIMENSION_ASSAY, "assay", N(assays), assays},
};

uint32_t dimension_of_sex(int sex)
{
    return sex > 0 && sex < (int)N(sexes) ? (uint32_t)sex : 0;
}

/* Sizes in bases: an exome has 30 to 70 Mb, the largest panels a few Mb, a genome 3 Gb. */
#define EXOME_BASES_MIN UINT64_C(20000000)
#define GENOME_BASES_MIN UINT64_C(1000000000)

/* The names as a closed list (proto/base/words.h), in the order of their kinds. */
const char *dimension_word(size_t i)
{
    return i < DIMENSION_KINDS ? dimensions[i].name : NULL;
}

const struct dimension *dimension_by_name(const char *name)
{
    assert(name);
    size_t i;

    return words_find(dimension_word, name, &i) ? &dimensions[i] : NULL;
}

bool dimension_table_of(const char *const *names, size_t n, struct dimension_table *out,
                        struct err *err)
{
    assert(out && (names || !n));
    struct dimension_table breakdown = {.n_parts = 1};
    char list[WORDS_TEXT_BYTES];

    if (n < 1 || n > DIMENSIONS_MAX)
        return err_set(err, ERR_INVALID, "a breakdown has 1 to %d dimensions, not %zu",
                       DIMENSIONS_MAX, n);
    for (size_t i = 0; i < n; i++) {
        const struct dimension *dimension = dimension_by_name(names[i]);

        if (!dimension)
            return err_set(err, ERR_INVALID, "dimension number %zu is none of %s", i + 1,
                           words_join(dimension_word, " and ", list));
        for (size_t j = 0; j < i; j++)
            if (breakdown.dimensions[j] == dimension)
                return err_set(err, ERR_INVALID, "the dimension %s is given twice",
                               dimension->name);
        breakdown.dimensions[breakdown.n_dimensions++] = dimension;
        breakdown.n_parts *= dimension->n_classes;
    }
    *out = breakdown;
    return true;
}

void dimension_table_classes(const struct dimension_table *breakdown, uint32_t part,
                             uint32_t classes[static DIMENSIONS_MAX])
{
    assert(breakdown && part < breakdown->n_parts);
    for (size_t i = breakdown->n_dimensions; i-- > 0;) {
        classes[i] = part % breakdown->dimensions[i]->n_classes;
        part /= breakdown->dimensions[i]->n_classes;
    }
}

uint32_t dimension_of_age(int age)
{
    if (age < 0)
        return N(ages) - 1;
    return age >= 90 ? 9 : (uint32_t)age / 10;
}

uint32_t dimension_of_birth_year(int year)
{
    if (year <= 0)
        return N(decades) - 1;
    if (year < 1910)
        return 0;
    return year >= 2030 ? N(decades) - 2 : (uint32_t)(year - 1910) / 10 + 1;
}

uint32_t dimension_of_assay(uint64_t bases)
{
    if (bases == 0)
        return 0;
    return bases >= GENOME_BASES_MIN ? 3 : bases >= EXOME_BASES_MIN ? 2 : 1;
}
