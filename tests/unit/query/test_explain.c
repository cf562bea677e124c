/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of the echo: it says what a short text hides, in English and in Swedish, and says
 * something of every question.
 */
#include "proto/query/explain.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base/arena.h"
#include "proto/base/bytes.h"
#include "proto/query/parse.h"

static void assert_says(const char *text, enum language language, const char *expected)
{
    struct arena *arena = arena_new(1 << 20);
    struct bytes out = {0};
    struct ast ast;
    struct err err;

    assert_true(parse_text(text, arena, &ast, &err));
    explain(&ast, language, &out);
    bytes_add_u8(&out, 0);
    if (!strstr((const char *)out.data, expected))
        fail_msg("%s:\n%s", text, (const char *)out.data);
    bytes_clear(&out);
    arena_free(arena);
}

static void test_english_says_what_the_text_hides(void **state)
{
    (void)state;
    assert_says("", LANGUAGE_ENGLISH, "all persons of the data\n");
    assert_says("not diagnosis under C50", LANGUAGE_ENGLISH,
                "no record of diagnosis icd10:C50 or a code below it\n");
    assert_says("diagnosis = C50", LANGUAGE_ENGLISH, "diagnosis exactly icd10:C50\n");
    assert_says("phenotype excluded HP:0001250", LANGUAGE_ENGLISH,
                "explicitly recorded as absent: phenotype HP:0001250\n");
    assert_says("not variant(gene = BRCA1)", LANGUAGE_ENGLISH,
                "  - tested, and no variant that has:\n    - gene BRCA1\n");
    assert_says("variant(gene = BRCA1)", LANGUAGE_ENGLISH, "at least 95 % of it");
    assert_says("variant(gene = BRCA1)", LANGUAGE_ENGLISH, "A variant is a small one");
    assert_says("variant(gene = BRCA1)", LANGUAGE_SWEDISH, "Strukturella varianter");
    assert_says("variant(gene = BRCA1 and consequence = lof)", LANGUAGE_ENGLISH,
                "one and the same variant, with all of:\n    - gene BRCA1\n"
                "    - consequence loss of function (lof)\n");
    assert_says("gene = A and zygosity = het", LANGUAGE_ENGLISH, "written without variant( )");
    assert_says("age between 18 and 65", LANGUAGE_ENGLISH, "age in years from 18 to 65\n");
    assert_says("not (age = 3 or sex = male)", LANGUAGE_ENGLISH,
                "none of:\n    - age in years 3\n");
    assert_says("not at least 2 of (age = 3, sex = male)", LANGUAGE_ENGLISH, "fewer than 2 of:");
    assert_says("not not age = 3", LANGUAGE_ENGLISH, "not:\n    - age in years 3\n");
    assert_says("lab.NPU19651 >= 4.9 mmol/l", LANGUAGE_ENGLISH,
                "laboratory result npu:NPU19651, any value at least 4.9 mmol/L\n");
    assert_says("not lab.NPU19651 between 4 and 5", LANGUAGE_ENGLISH,
                "no record of laboratory result npu:NPU19651, any value from 4 to 5 (recorded "
                "without a unit)\n");
    assert_says("lab.NPU19651 >= 4.9 mmol/l", LANGUAGE_SWEDISH,
                "laboratoriesvar npu:NPU19651, något värde minst 4.9 mmol/L\n");
    assert_says("observation.89247-1 in (a, b)", LANGUAGE_SWEDISH,
                "observation loinc:89247-1, något svar a eller b\n");
    assert_says("lab.NPU19651 >= 4", LANGUAGE_ENGLISH, "counted as undetermined");
    assert_says("sex exists", LANGUAGE_ENGLISH, "sex, whatever is recorded of it\n");
    assert_says("age < 6 months", LANGUAGE_ENGLISH, "age in completed months at most 5\n");
    assert_says("age < 6 weeks", LANGUAGE_ENGLISH, "age in days at most 41\n");
    assert_says("tested(gene = A)", LANGUAGE_ENGLISH,
                "tested, so that it can be told, for\n    - one and the same variant, with:\n");
    assert_says("tested(gene = A)", LANGUAGE_ENGLISH,
                "(tested( ) is met by who has such a variant");
    assert_says("not tested(gene = A)", LANGUAGE_ENGLISH, "without any sample");
    assert_says("event(diagnosis = C50 and age < 50 and date >= 2020-01-01)", LANGUAGE_ENGLISH,
                "an event on a known day:\n    - all of:\n      - diagnosis exactly icd10:C50\n"
                "      - age in years at most 49 at the event\n      - date at least 2020-01-01\n");
    assert_says("event(code = atc:L01XK) within 12 months before event(diagnosis under C50)",
                LANGUAGE_ENGLISH,
                "two events, the first of them at most 12 months before the second:\n");
    assert_says("sequence(code = atc:L01XK then 1 to 2 weeks code = atc:L01)", LANGUAGE_ENGLISH,
                "then 7 to 14 days later:\n");
    assert_says("not at least 2 times (code = atc:L01) within 1 year", LANGUAGE_ENGLISH,
                "not on at least 2 different days at most 1 years:\n");
    assert_says("event(code = atc:L01)", LANGUAGE_ENGLISH, "no day is counted as undetermined");
    assert_says("region != 12", LANGUAGE_ENGLISH, "not region Sk\xC3\xA5ne\n");
}

static void test_swedish_says_the_same(void **state)
{
    (void)state;
    assert_says("", LANGUAGE_SWEDISH, "alla personer");
    assert_says("not diagnosis under C50", LANGUAGE_SWEDISH,
                "ingen uppgift om diagnos icd10:C50 eller en kod under den\n");
    assert_says("gene = A and zygosity = het", LANGUAGE_SWEDISH, "en och samma variant");
    assert_says("gene = A and zygosity = het", LANGUAGE_SWEDISH, "heterozygot\n");
    assert_says("not gene = A", LANGUAGE_SWEDISH, "testad, och ingen variant som har");
    assert_says("at least 2 of (age > 3, sex = female)", LANGUAGE_SWEDISH, "minst 2 av:");
    assert_says("tested(gene = A)", LANGUAGE_SWEDISH,
                "testad, s\xC3\xA5 att det kan avg\xC3\xB6ras, f\xC3\xB6r\n"
                "    - en och samma variant, med:\n      - gen A\n");
    assert_says("not tested(gene = A)", LANGUAGE_SWEDISH, "utan n\xC3\xA5got prov");
    assert_says("event(code = atc:L01) at least 90 days after event(code = atc:L01XK)",
                LANGUAGE_SWEDISH, "den f\xC3\xB6rsta av dem minst 90 dagar efter den andra:\n");
    assert_says("sex = female", LANGUAGE_SWEDISH, "k\xC3\xB6n kvinna\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_english_says_what_the_text_hides),
        cmocka_unit_test(test_swedish_says_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
