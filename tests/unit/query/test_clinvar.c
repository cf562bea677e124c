/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promise of ClinVar significances: every spelling that files use sets the bits of what it
 * says.
 */
#include "proto/query/vocabulary.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define BIT(name) (UINT32_C(1) << CLINVAR_##name)

static void test_spellings_set_their_bits(void **state)
{
    static const struct {
        const char *text;
        uint32_t mask;
    } spellings[] = {
        {"Pathogenic", BIT(PATHOGENIC)},
        {"Likely_pathogenic", BIT(LIKELY_PATHOGENIC)},
        {"likely pathogenic", BIT(LIKELY_PATHOGENIC)},
        {"probable-pathogenic", BIT(LIKELY_PATHOGENIC)},
        {"Pathogenic/Likely_pathogenic", BIT(PATHOGENIC) | BIT(LIKELY_PATHOGENIC)},
        {"pathogenic&likely_pathogenic", BIT(PATHOGENIC) | BIT(LIKELY_PATHOGENIC)},
        {"Benign/Likely_benign|risk_factor", BIT(BENIGN) | BIT(LIKELY_BENIGN) | BIT(RISK_FACTOR)},
        {"Uncertain_significance", BIT(UNCERTAIN)},
        {"Uncertain_significance/Uncertain_risk_allele", BIT(UNCERTAIN)},
        {"Conflicting_interpretations_of_pathogenicity", BIT(CONFLICTING)},
        {"Conflicting_classifications_of_pathogenicity", BIT(CONFLICTING)},
        {"_other", BIT(OTHER)},
        {"other_", BIT(OTHER)},
        {"Likely pathogenic -", BIT(LIKELY_PATHOGENIC)},
        {"Affects,_association", BIT(AFFECTS) | BIT(ASSOCIATION)},
        {"Pathogenic,_low_penetrance", BIT(PATHOGENIC)},
        {"drug_response", BIT(DRUG_RESPONSE)},
        {"protective", BIT(PROTECTIVE)},
        {"not_provided", BIT(NOT_PROVIDED)},
        {"5", BIT(PATHOGENIC)},
        {"4|2,0", BIT(LIKELY_PATHOGENIC) | BIT(BENIGN) | BIT(UNCERTAIN)},
        {"255", BIT(OTHER)},
        {"", 0},
        {".", 0},
        {"||", 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(spellings) / sizeof(*spellings); i++) {
        size_t unknown = 0;
        uint32_t mask = clinvar_mask(spellings[i].text, strlen(spellings[i].text), &unknown);

        if (mask != spellings[i].mask)
            fail_msg("%s: %x", spellings[i].text, mask);
    }
}

static void test_words_that_are_not_known_are_counted_and_set_no_bit(void **state)
{
    static const char *const odd[] = {"Path0genic", "benign-ish", "5a", "256", "?", "-", "_", " "};
    char text[500];
    size_t unknown = 0;

    (void)state;
    memset(text, 'a', sizeof(text));
    assert_int_equal(clinvar_mask(text, sizeof(text), &unknown), 0);
    assert_int_equal(unknown, 1);
    for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
        unknown = 0;
        assert_int_equal(clinvar_mask(odd[i], strlen(odd[i]), &unknown), 0);
        assert_int_equal(unknown, 1);
    }
    unknown = 0;
    assert_int_equal(clinvar_mask("Pathogenic|novel_word", 21, &unknown), BIT(PATHOGENIC));
    assert_int_equal(unknown, 1);
    unknown = 0;
    assert_int_equal(clinvar_mask("Benign|", 7, &unknown), BIT(BENIGN)); /* a place without one */
    assert_int_equal(unknown, 1);
    assert_int_equal(clinvar_mask("", 0, &unknown), 0);
    assert_int_equal(unknown, 1);
}

static void test_every_word_of_a_question_reads_its_own_bit(void **state)
{
    size_t n;
    const struct word *words = field_words(FIELD_CLINVAR, &n);

    (void)state;
    assert_int_equal(n, CLINVAR_BITS);
    for (size_t i = 0; i < n; i++) {
        size_t unknown = 0;

        assert_true(clinvar_mask(words[i].text, strlen(words[i].text), &unknown) == words[i].mask);
        assert_int_equal(unknown, 0);
    }
}

/* WORD_MAX counts the NUL: a word of 63 bytes is read whole, and what is behind them is cut off. */
static void test_a_word_at_the_limit_and_one_past(void **state)
{
    const size_t word_max = 64;
    char text[128];

    (void)state;
    for (size_t length = word_max - 1; length <= word_max; length++) {
        size_t unknown = 0;

        /* blanks in front count for nothing */
        memset(text, '_', sizeof(text));
        memcpy(text + length, "Pathogenic", 10);
        assert_int_equal(clinvar_mask(text, length + 10, &unknown), BIT(PATHOGENIC));
        assert_int_equal(unknown, 0);
        /* neither does a known word whose tail is cut off count as known */
        memset(text, 'x', sizeof(text));
        memcpy(text, "Pathogenic", 10);
        assert_int_equal(clinvar_mask(text, length, &unknown), 0);
        assert_int_equal(unknown, 1);
        /* the next word is read */
        memcpy(text + length, "|Benign", 7);
        assert_int_equal(clinvar_mask(text, length + 7, &unknown), BIT(BENIGN));
        assert_int_equal(unknown, 2);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spellings_set_their_bits),
        cmocka_unit_test(test_words_that_are_not_known_are_counted_and_set_no_bit),
        cmocka_unit_test(test_every_word_of_a_question_reads_its_own_bit),
        cmocka_unit_test(test_a_word_at_the_limit_and_one_past),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
