/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: a disease is one code of a system of diseases, in many spellings of people and in one
 * of a question; whatever else is refused, and "" is no disease.
 */
#include "proto/query/disease.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/refused.h"

static void test_people_spell_it_in_many_ways(void **state)
{
    static const char *const spellings[][2] = {
        {"C50", "icd10:C50"},
        {"icd10:c50.1", "icd10:C50.1"},
        {"ICD-10-SE:C501", "icd10:C50.1"},
        {"ORPHA:558", "orpha:558"},
        {"Orphanet:558", "orpha:558"},
        {"MONDO:0007947", "mondo:0007947"},
        {"OMIM:613707", "omim:613707"},
        {"hp:0001250", "HP:0001250"},
    };
    char spelled[CODE_TEXT_MAX];
    struct code disease;
    struct err err;

    (void)state;
    for (size_t i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++) {
        assert_true(disease_parse(spellings[i][0], &disease, &err));
        code_print(&disease, spelled);
        assert_string_equal(spelled, spellings[i][1]);
        assert_true(disease_check(spelled, &err));
    }
}

static void test_a_question_has_one_spelling(void **state)
{
    static const char *const others[] = {
        "C50",      "icd10:C501",  "icd10:c50",         "ICD10:C50",  "icd10:C50 ", " icd10:C50",
        "icd10:C5", "icd10:",      "ORPHA:558",         "orpha:x",    "mondo:1",    "omim:12345",
        "atc:L01",  "igsr:GBR",    "icd10:C50,orpha:1", "hp:0001250", "HP:1",       "icd10:C50*",
        "variant",  "icd10:C50\n", "orpha:12345678",
    };
    struct err err;

    (void)state;
    assert_true(disease_check("", &err));
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        assert_refused(disease_check(others[i], &err), &err, ERR_INVALID);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_people_spell_it_in_many_ways),
        cmocka_unit_test(test_a_question_has_one_spelling),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
