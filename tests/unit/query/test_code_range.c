/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of stretches of codes: chapters, letters and ranges have one spelling; the
 * beginnings that stand for a stretch are begun by exactly its codes; what may be two things, or is
 * no stretch, is none.
 */
#include "proto/query/code_range.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void assert_reads(const char *text, const char *canonical)
{
    struct code_range range;
    char out[CODE_TEXT_MAX];

    if (!code_range_read(text, strlen(text), &range))
        fail_msg("%s is read as no stretch", text);
    code_range_print(&range, out);
    assert_string_equal(out, canonical);
    assert_true(code_range_read(out, strlen(out), &range));
}

static void test_a_stretch_has_one_spelling(void **state)
{
    (void)state;
    assert_reads("icd10:C50-C56", "icd10:C50-C56");
    assert_reads("ICD-10-SE:c50-c56", "icd10:C50-C56");
    assert_reads("C50-C56", "icd10:C50-C56");
    assert_reads("icd10:C18.0-C18.5", "icd10:C18.0-C18.5");
    assert_reads("icd10:II", "icd10:C00-D48");
    assert_reads("xviii", "icd10:R00-R99");
    assert_reads("icd10:XXII", "icd10:U00-U99");
    assert_reads("icd10:C", "icd10:C00-C99");
    assert_reads("icd9:140-239", "icd9:140-239");
}

static void test_what_is_no_stretch_is_none(void **state)
{
    static const char *const texts[] = {"icd10:C56-C50",
                                        "icd10:C50-C50",
                                        "icd10:C50-C56.1",
                                        "icd10:C50-",
                                        "icd10:-C50",
                                        "icd10:C50",
                                        "icd10:IIII",
                                        "icd10cm:C43-C44",
                                        "HP:0001250-0001251",
                                        "icd10:I",
                                        "icd10:v",
                                        "X",
                                        "nosystem:A-B",
                                        "",
                                        "icd9:V10-V20"};
    struct code_range range;

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
        if (code_range_read(texts[i], strlen(texts[i]), &range))
            fail_msg("%s is read as a stretch", texts[i]);
}

static void test_what_is_a_chapter_and_a_letter_is_asked_back(void **state)
{
    (void)state;
    assert_non_null(strstr(code_range_twofold("icd10:I", 7), "icd10:A00-B99 for chapter I"));
    assert_non_null(strstr(code_range_twofold("v", 1), "icd10:V00-V99"));
    assert_non_null(strstr(code_range_twofold("X", 1), "icd10:X00-X99"));
    assert_null(code_range_twofold("icd10:II", 8));
    assert_null(code_range_twofold("icd9:V", 6));
    assert_null(code_range_twofold("C", 1));
}

static bool begins(const struct code_prefixes *prefixes, const char *code)
{
    size_t found = 0;

    for (size_t i = 0; i < prefixes->n; i++)
        found += strncmp(prefixes->at[i], code, strlen(prefixes->at[i])) == 0;
    assert_true(found <= 1); /* none stands twice */
    return found;
}

/* Every category, and codes below it, against the order of spelling. */
static void test_the_beginnings_are_those_of_the_codes_between(void **state)
{
    static const char *const texts[] = {"icd10:C50-C56", "icd10:II",         "icd10:C",
                                        "icd10:XX",      "icd10:A01-Z98",    "icd10:C18.0-C18.5",
                                        "icd10:A00-Z99", "icd10:A01.1-Z98.8"};

    (void)state;
    for (size_t t = 0; t < sizeof(texts) / sizeof(*texts); t++) {
        struct code_prefixes prefixes;
        struct code_range range;

        assert_true(code_range_read(texts[t], strlen(texts[t]), &range));
        code_range_prefixes(&range, &prefixes);
        for (char letter = 'A'; letter <= 'Z'; letter++)
            for (int n = 0; n < 1000; n++) {
                size_t length = strlen(range.first);
                char code[8];

                snprintf(code, sizeof(code), "%c%03d", letter, n);
                assert_int_equal(begins(&prefixes, code),
                                 strncmp(code, range.first, length) >= 0 &&
                                     strncmp(code, range.last, length) <= 0);
            }
    }
}

static void test_there_are_few_beginnings(void **state)
{
    struct code_prefixes prefixes;
    struct code_range range;

    (void)state;
    assert_true(code_range_read("icd10:C", 7, &range));
    code_range_prefixes(&range, &prefixes);
    assert_int_equal(prefixes.n, 1);
    assert_string_equal(prefixes.at[0], "C");
    assert_true(code_range_read("icd10:II", 8, &range));
    code_range_prefixes(&range, &prefixes);
    assert_int_equal(prefixes.n, 14);
    assert_true(code_range_read("icd10:A00.1-Z99.8", 17, &range)); /* the most */
    code_range_prefixes(&range, &prefixes);
    assert_int_equal(prefixes.n, 24 + 2 * 3 * 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_stretch_has_one_spelling),
        cmocka_unit_test(test_what_is_no_stretch_is_none),
        cmocka_unit_test(test_what_is_a_chapter_and_a_letter_is_asked_back),
        cmocka_unit_test(test_the_beginnings_are_those_of_the_codes_between),
        cmocka_unit_test(test_there_are_few_beginnings),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
