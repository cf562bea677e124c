/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of codes: every spelling of a code becomes one, printing and parsing it gives it
 * back, and what has not the form of its system is refused.
 */
#include "proto/query/code.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void test_spellings_become_one(void **state)
{
    static const struct {
        const char *text;
        const char *system;
        const char *code;
        const char *printed;
    } codes[] = {
        {"HP:0001250", "hp", "HP:0001250", "HP:0001250"},
        {"hpo:0001250", "hp", "HP:0001250", "HP:0001250"},
        {"C50", "icd10", "C50", "icd10:C50"},
        {"c50.1", "icd10", "C501", "icd10:C50.1"},
        {"icd10:C501", "icd10", "C501", "icd10:C50.1"},
        {"ICD-10-SE:F84.0A", "icd10", "F840A", "icd10:F84.0A"},
        {"OMIM:613707", "omim", "613707", "omim:613707"},
        {"MIM:613707", "omim", "613707", "omim:613707"},
        {"Orphanet:558", "orpha", "558", "orpha:558"},
        {"ORPHA:558", "orpha", "558", "orpha:558"},
        {"MONDO:0007947", "mondo", "0007947", "mondo:0007947"},
        {"atc:l01xk01", "atc", "L01XK01", "atc:L01XK01"},
        {"igsr:EUR", "igsr", "EUR", "igsr:EUR"},
        {"C50.-", "icd10", "C50", "icd10:C50"},
        {"icd10:G63.2*", "icd10", "G632", "icd10:G63.2"},
        {"icd10:E10.4\xe2\x80\xa0", "icd10", "E104", "icd10:E10.4"},
        {"icd10:L03-P", "icd10", "L03P", "icd10:L03.P"},
        {"http://hl7.org/fhir/sid/icd-10-se|S72.00", "icd10", "S7200", "icd10:S72.00"},
        {"ICD-10-CM:C4A.0", "icd10cm", "C4A0", "icd10cm:C4A.0"},
        {"Snomed.CT:22298006", "snomed", "22298006", "snomed:22298006"},
        {"http://snomed.info/sct/45991000052106|22298006", "snomed", "22298006", "snomed:22298006"},
        {"https://snomed.info/sct/|22298006", "snomed", "22298006", "snomed:22298006"},
        {"urn:oid:2.16.840.1.113883.6.96|22298006", "snomed", "22298006", "snomed:22298006"},
        {"SNOMED CT:22298006", "snomed", "22298006", "snomed:22298006"},
        {"KV\xc3\x85:aa001", "kva", "AA001", "kva:AA001"},
        {"KVA\xcc\x8a:JAB30", "kva", "JAB30", "kva:JAB30"},
        {"ICD-O-3:M8500/3", "icdo3", "8500/3", "icdo3:8500/3"},
        {"icdo3:C50.4", "icdo3", "C504", "icdo3:C50.4"},
        {"OMIM:PS227650", "omimps", "227650", "omimps:PS227650"},
        {"http://www.orpha.net|ORPHA:558", "orpha", "558", "orpha:558"},
        {"NPU:npu03429", "npu", "NPU03429", "npu:NPU03429"},
        {"http://loinc.org|2160-0", "loinc", "2160-0", "loinc:2160-0"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++) {
        struct code code, again;
        char printed[CODE_TEXT_MAX];

        assert_true(code_parse(codes[i].text, strlen(codes[i].text), &code));
        assert_string_equal(code.system, codes[i].system);
        assert_string_equal(code.code, codes[i].code);
        code_print(&code, printed);
        assert_string_equal(printed, codes[i].printed);
        assert_true(code_parse(printed, strlen(printed), &again));
        assert_string_equal(again.system, code.system);
        assert_string_equal(again.code, code.code);
    }
}

static void test_other_forms_are_refused(void **state)
{
    static const char *const texts[] = {
        "",        ":",           "C",           "C5",         "5C0",
        "C50.",    "C5.01",       "C50.1234567", "C50-C59",    "icd10:",
        "HP:1250", "HP:00012500", "HP:000125x",  "omim:12345", "omim:1234567",
        "orpha:",  "orpha:x",     "mondo:123",   "atc:L0",     "atc:L01X1",
        "atc:1",   "x y:1",       "1x:1",        "x:",         "x:a b",
        "x:\"",    "C5O",         "icd10:C5l",   "C4A",        "icd10:C50.1 C77.3",
        "igsr:E",  "snomed:12",   "kva:A1",      "lab:1",      "snomed:OMIM:254837009",
    };
    struct code code;

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
        if (code_parse(texts[i], strlen(texts[i]), &code))
            fail_msg("accepted: %s", texts[i]);
    assert_false(code_parse("a\0b:1", 5, &code));
}

static void test_lengths_hold_at_the_limit_and_one_past(void **state)
{
    struct code code;
    char long_text[CODE_TEXT_MAX + 8];

    (void)state;
    assert_true(code_make("snomed", "123456789012345679", &code)); /* 18 digits */
    assert_false(code_make("snomed", "1234567890123456795", &code));
    assert_true(code_make("icd10", "C501234", &code));
    assert_false(code_make("icd10", "C5012345", &code));
    memset(long_text, 's', sizeof(long_text));
    long_text[sizeof(long_text) - 1] = 0;
    assert_int_equal(code_take(long_text, "C50", &code), CODE_NO_SYSTEM);
    assert_int_equal(code_take("icd10", long_text, &code), CODE_NO_FORM);
    assert_int_equal(code_read(long_text, strlen(long_text), &code), CODE_NO_FORM);
}

static void test_a_wrong_code_is_told_from_a_wrong_system(void **state)
{
    char repaired[CODE_TEXT_MAX];
    struct code code;

    (void)state;
    assert_int_equal(code_read("icd:C50", 7, &code), CODE_NO_SYSTEM);
    assert_int_equal(code_read("icd10:C5O", 9, &code), CODE_NO_FORM);
    assert_true(code_repair("icd10:C5O", 9, repaired));
    assert_string_equal(repaired, "icd10:C50");
    assert_true(code_repair("C5l,I", 5, repaired));
    assert_string_equal(repaired, "icd10:C51.1");
    assert_false(code_repair("icd:C5O", 7, repaired));
}

static void test_two_parts_are_read_as_files_give_them(void **state)
{
    struct code code;

    (void)state;
    assert_true(code_make("HP", "HP:0001250", &code));
    assert_string_equal(code.code, "HP:0001250");
    assert_true(code_make("HP", "HP_0001250", &code));
    assert_string_equal(code.code, "HP:0001250");
    assert_true(code_make("OMIM", "OMIM:613707", &code));
    assert_string_equal(code.code, "613707");
    assert_non_null(code_shape("icd10"));
    assert_null(code_shape("lab"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spellings_become_one),
        cmocka_unit_test(test_other_forms_are_refused),
        cmocka_unit_test(test_lengths_hold_at_the_limit_and_one_past),
        cmocka_unit_test(test_a_wrong_code_is_told_from_a_wrong_system),
        cmocka_unit_test(test_two_parts_are_read_as_files_give_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
