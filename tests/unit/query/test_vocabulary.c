/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of the vocabulary: the table of fields is indexed by enum ast_field; words and
 * classes stand for the right bits; what is not in this release is known by name; nothing is both.
 */
#include "proto/query/vocabulary.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void test_fields_stand_at_their_number(void **state)
{
    (void)state;
    for (int i = 0; i < FIELD_COUNT; i++) {
        assert_int_equal(vocabulary_fields[i].field, i);
        assert_ptr_equal(field_by_name(vocabulary_fields[i].name), &vocabulary_fields[i]);
        assert_int_equal(vocabulary_fields[i].scope, (i >= FIELD_GENE && i <= FIELD_CLINVAR) ||
                                                             i == FIELD_VAF || i >= FIELD_SVTYPE
                                                         ? SCOPE_VARIANT
                                                     : i == FIELD_DATE ? SCOPE_EVENT
                                                                       : SCOPE_PERSON);
        assert_null(unsupported_by_name(vocabulary_fields[i].name));
    }
    assert_null(field_by_name("Gene"));
    assert_null(field_by_name(""));
}

static void test_the_rest_of_the_language_is_known_by_name(void **state)
{
    static const char *const names[] = {"sample", "tmb",        "msi",        "hrd",  "purity",
                                        "fusion", "pgx.CYP2D6", "consent",    "hgvs", "rank_score",
                                        "repeat", "origin",     "inheritance"};

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        assert_non_null(unsupported_by_name(names[i]));
        assert_null(field_by_name(names[i]));
    }
    assert_null(unsupported_by_name("lab"));
    assert_null(unsupported_by_name("vaf"));
    assert_null(unsupported_by_name("treatments"));
}

static void test_words_of_consequence_have_the_bit_of_their_term(void **state)
{
    size_t n;
    const struct word *words = field_words(FIELD_CONSEQUENCE, &n);
    uint64_t seen = 0;

    (void)state;
    assert_int_equal(n, CONSEQUENCE_BITS + 2); /* and the two classes */
    for (size_t i = 2; i < n; i++) {
        int bit = consequence_bit(words[i].text, strlen(words[i].text));

        assert_true(bit >= 0 && words[i].mask == UINT64_C(1) << bit);
        assert_false(seen & words[i].mask);
        seen |= words[i].mask;
    }
}

static uint64_t bit(const char *term)
{
    return UINT64_C(1) << consequence_bit(term, strlen(term));
}

static void test_classes_are_what_they_say(void **state)
{
    const uint64_t lof = field_word(FIELD_CONSEQUENCE, "lof")->mask;
    const uint64_t missense = field_word(FIELD_CONSEQUENCE, "missense_or_worse")->mask;

    (void)state;
    assert_true(lof == (bit("transcript_ablation") | bit("splice_acceptor_variant") |
                        bit("splice_donor_variant") | bit("stop_gained") |
                        bit("frameshift_variant") | bit("exon_loss_variant")));
    assert_true((missense & lof) == lof);
    assert_true(missense & bit("missense_variant"));
    assert_true(missense & bit("inframe_deletion"));
    assert_false(missense & bit("synonymous_variant"));
    assert_false(missense & bit("splice_region_variant"));
}

static void test_the_mask_of_a_test_is_the_union_of_its_words(void **state)
{
    struct ast_value values[] = {{.text = "pathogenic"}, {.text = "benign"}};
    struct ast_node test = {
        .kind = AST_TEST, .field = FIELD_CLINVAR, .op = OP_IN, .n_values = 2, .values = values};

    (void)state;
    assert_true(vocabulary_test_mask(&test) == (1 << CLINVAR_PATHOGENIC | 1 << CLINVAR_BENIGN));
    test.field = FIELD_SEX;
    values[0].text = "female";
    values[1].text = "unknown";
    assert_true(vocabulary_test_mask(&test) == (1 << SEX_FEMALE | 1 << SEX_UNKNOWN));
    test.field = FIELD_ZYGOSITY;
    values[0].text = "hom";
    test.n_values = 1;
    assert_true(vocabulary_test_mask(&test) == 1 << ZYGOSITY_HOM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields_stand_at_their_number),
        cmocka_unit_test(test_the_rest_of_the_language_is_known_by_name),
        cmocka_unit_test(test_words_of_consequence_have_the_bit_of_their_term),
        cmocka_unit_test(test_classes_are_what_they_say),
        cmocka_unit_test(test_the_mask_of_a_test_is_the_union_of_its_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
