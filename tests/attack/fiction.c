/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The naive interpreter: looks at one person at a time and follows the words of the language. A
 * fact that is not recorded makes a test "cannot tell"; not tested and not seen is "cannot tell".
 */
#include "tests/attack/wording.h"

#define UNDER_C50 7u /* C50, C50.1, C50.2 */
#define LOF 16u

struct fiction_person fiction_random(struct rng *rng)
{
    struct fiction_person person = {
        .age = rng_below(rng, 4) ? (int)rng_below(rng, 100) : -1,
        .birth_year = rng_below(rng, 4) ? 1930 + (int)rng_below(rng, 90) : -1,
        .sex = (unsigned)rng_below(rng, 3),
        .codes = (uint32_t)(rng_below(rng, 16) & rng_below(rng, 16)),
        .terms = rng_below(rng, 2),
        .present = (uint32_t)(rng_below(rng, 8) & rng_below(rng, 8)),
        .excluded = (uint32_t)rng_below(rng, 8),
        .n_variants = (unsigned)rng_below(rng, 4),
        .tested = rng_below(rng, 2),
    };

    person.excluded &= ~person.present;
    for (unsigned i = 0; i < person.n_variants; i++)
        person.variant[i] = (struct fiction_variant){
            .gene = (unsigned)rng_below(rng, 3),
            .consequence = (int)rng_below(rng, 5) - 1,
            .zygosity = (int)rng_below(rng, 4) - 1,
            .clinvar = (uint32_t)rng_below(rng, 4),
            .af = rng_below(rng, 4) ? (int)rng_below(rng, 120) : -1,
        };
    return person;
}

static enum kleene_word known(bool holds)
{
    return holds ? YES : NO;
}

static enum kleene_word among(uint32_t values, int index)
{
    return index < 0 ? CANNOT_TELL : known(values >> index & 1);
}

static enum kleene_word within(const struct phrase *test, int value)
{
    if (value < 0)
        return CANNOT_TELL;
    return known((test->low < 0 || value >= test->low) && (test->high < 0 || value <= test->high));
}

static enum kleene_word diagnosis(const struct phrase *test, const struct fiction_person *person)
{
    uint32_t values = test->values;

    if (!test->other_operator)
        return known(values & person->codes);
    if (values & 1)
        values |= UNDER_C50;
    return values & person->codes ? YES : person->terms ? NO : CANNOT_TELL;
}

static enum kleene_word of_person(const struct phrase *test, const struct fiction_person *person)
{
    switch (test->field) {
    case P_AGE:
        return within(test, person->age);
    case P_BIRTH_YEAR:
        return within(test, person->birth_year);
    case P_SEX:
        return among(test->values, (int)person->sex - 1);
    case P_DIAGNOSIS:
        return diagnosis(test, person);
    default:
        return known(test->values & (test->other_operator ? person->excluded : person->present));
    }
}

static enum kleene_word of_variant(const struct phrase *test, const struct fiction_variant *variant)
{
    uint32_t values = test->values;

    switch (test->field) {
    case P_GENE:
        return among(values, (int)variant->gene);
    case P_CONSEQUENCE:
        return among(values & LOF ? values | 3 : values, variant->consequence);
    case P_ZYGOSITY:
        return among(values, variant->zygosity);
    case P_CLINVAR:
        return known(values & variant->clinvar);
    default:
        return within(test, variant->af);
    }
}

static enum kleene_word answer(const struct phrase *phrase, const struct fiction_person *person,
                               const struct fiction_variant *variant);

/* Some variant that the person carries; of one not seen it cannot be told without a test. */
static enum kleene_word some_variant(const struct phrase *phrase,
                                     const struct fiction_person *person)
{
    enum kleene_word best = person->tested ? NO : CANNOT_TELL;

    for (unsigned i = 0; i < person->n_variants; i++) {
        enum kleene_word one = answer(phrase->child[0], person, &person->variant[i]);

        best = one > best ? one : best;
    }
    return best;
}

static enum kleene_word at_least(const struct phrase *phrase, const struct fiction_person *person,
                                 const struct fiction_variant *variant)
{
    uint32_t need = phrase->kind == P_OR    ? 1
                    : phrase->kind == P_AND ? phrase->n
                                            : phrase->at_least,
             yes = 0, possible = 0;

    for (uint32_t i = 0; i < phrase->n; i++) {
        enum kleene_word one = answer(phrase->child[i], person, variant);

        yes += one == YES;
        possible += one != NO;
    }
    return yes >= need ? YES : possible >= need ? CANNOT_TELL : NO;
}

static enum kleene_word answer(const struct phrase *phrase, const struct fiction_person *person,
                               const struct fiction_variant *variant)
{
    switch (phrase->kind) {
    case P_TEST:
        return variant ? of_variant(phrase, variant) : of_person(phrase, person);
    case P_NOT:
        return (enum kleene_word)(YES - answer(phrase->child[0], person, variant));
    case P_VARIANT:
        return some_variant(phrase, person);
    default:
        return at_least(phrase, person, variant);
    }
}

enum kleene_word fiction_answer(const struct phrase *phrase, const struct fiction_person *person)
{
    return answer(phrase, person, NULL);
}
