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
        {"Snomed.CT:22298006", "snomed.ct", "22298006", "snomed.ct:22298006"},
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
        "x:\"",
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
    char code_text[CODE_CODE_MAX + 1], system[CODE_SYSTEM_MAX + 1];
    struct code code;

    (void)state;
    memset(code_text, 'a', sizeof(code_text));
    memset(system, 's', sizeof(system));
    code_text[CODE_CODE_MAX - 1] = 0;
    system[CODE_SYSTEM_MAX - 1] = 0;
    assert_true(code_make(system, code_text, &code));
    code_text[CODE_CODE_MAX - 1] = 'a';
    code_text[CODE_CODE_MAX] = 0;
    assert_false(code_make("x", code_text, &code));
    system[CODE_SYSTEM_MAX - 1] = 's';
    system[CODE_SYSTEM_MAX] = 0;
    assert_false(code_make(system, "x", &code));
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
    assert_non_null(code_form("icd10"));
    assert_null(code_form("igsr"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spellings_become_one),
        cmocka_unit_test(test_other_forms_are_refused),
        cmocka_unit_test(test_lengths_hold_at_the_limit_and_one_past),
        cmocka_unit_test(test_two_parts_are_read_as_files_give_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
