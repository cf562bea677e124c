#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The three values of a criterion for one person of the synthetic country, and how they combine:
 * the building blocks of truth.h. They read the generator's people and nothing else.
 */
#include "tests/synth/country.h"

enum answer { NO, CANNOT_TELL, YES }; /* ordered, so that AND is the least and OR the greatest */

enum answer answer_both(enum answer a, enum answer b);
enum answer answer_either(enum answer a, enum answer b);
enum answer answer_negate(enum answer a);

/* A code that begins so. */
enum answer answer_diagnosis(const struct person *person, const char *prefix);
enum answer answer_treatment(const struct person *person, const char *prefix);
/* A feature, or one below it, recorded present. */
enum answer answer_feature(const struct person *person, const char *id);
/* The age, both ends included: in the plan's year, or at death. */
enum answer answer_age(const struct plan *plan, const struct person *person, int low, int high);
/* The age on a day, which may be NO_DAY. */
enum answer answer_age_on(const struct person *person, int32_t day, int low, int high);
enum answer answer_sex(const struct person *person, enum sex sex);

typedef bool variant_test(const struct variant *variant);

/*
 * Some variant of the gene that passes the test, of either origin; of a gene that the tumours'
 * assay does not read. A gene that an assay of the person does not read cannot be told, nor whether
 * a person carries such a variant where their call of it is missing.
 */
enum answer answer_carries(const struct plan *plan, const struct person *person, const char *symbol,
                           variant_test *test);
/* A change of the tumour, by its number; of who has no tumour sampled it cannot be told. */
enum answer answer_tumour(const struct person *person, int change);
