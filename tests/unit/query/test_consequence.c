/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of consequence terms: every term has its own bit and rank; the spellings of VEP and
 * SnpEff are read; an unknown term is counted and sets nothing.
 */
#include "proto/query/vocabulary.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static int bit_of(const char *term)
{
    return consequence_bit(term, strlen(term));
}

static void test_bits_are_stable(void **state)
{
    (void)state;
    assert_int_equal(bit_of("transcript_ablation"), 0);
    assert_int_equal(bit_of("stop_gained"), 3);
    assert_int_equal(bit_of("missense_variant"), 12);
    assert_int_equal(bit_of("synonymous_variant"), 21);
    assert_int_equal(bit_of("sequence_variant"), 40);
    assert_int_equal(bit_of("exon_loss_variant"), 41);
}

/* What a transcript says lies in its gene; what is said of its neighbourhood does not. */
static void test_terms_lie_in_a_gene_or_outside(void **state)
{
    (void)state;
    assert_true(consequence_in_gene(UINT64_C(1) << bit_of("transcript_ablation")));
    assert_true(consequence_in_gene(UINT64_C(1) << bit_of("missense_variant")));
    assert_false(consequence_in_gene(UINT64_C(1) << bit_of("intergenic_variant")));
    assert_false(consequence_in_gene(UINT64_C(1) << bit_of("upstream_gene_variant")));
    assert_true(consequence_in_gene(UINT64_C(1) << bit_of("upstream_gene_variant") |
                                    UINT64_C(1) << bit_of("stop_gained")));
    assert_false(consequence_in_gene(0));
    assert_false(consequence_in_gene(CONSEQUENCE_UNREAD));
}

static void test_every_bit_has_its_own_rank(void **state)
{
    uint64_t ranks = 0;

    (void)state;
    for (int bit = 0; bit < CONSEQUENCE_BITS; bit++)
        ranks |= UINT64_C(1) << consequence_rank(UINT64_C(1) << bit);
    assert_true(ranks == (UINT64_C(1) << CONSEQUENCE_BITS) - 1);
    assert_int_equal(consequence_rank(0), CONSEQUENCE_BITS);
}

static void test_former_names_and_finer_terms_are_read(void **state)
{
    (void)state;
    assert_int_equal(bit_of("nc_transcript_variant"), bit_of("non_coding_transcript_variant"));
    assert_int_equal(bit_of("non_coding_exon_variant"),
                     bit_of("non_coding_transcript_exon_variant"));
    assert_int_equal(bit_of("disruptive_inframe_deletion"), bit_of("inframe_deletion"));
    assert_int_equal(bit_of("initiator_codon_variant"), -1); /* two annotators differ about it */
    assert_int_equal(bit_of("STOP_GAINED"), 3);
    assert_int_equal(bit_of("stop_gaine"), -1);
    assert_int_equal(bit_of(""), -1);
}

static void test_lists_are_united_and_unknown_terms_counted(void **state)
{
    static const char vep[] = "missense_variant&splice_region_variant";
    static const char odd[] = "xyzzy,stop_gained||plugh&";
    size_t unknown = 0;

    (void)state;
    assert_true(consequence_mask(vep, strlen(vep), &unknown) == (1 << 12 | 1 << 15));
    assert_int_equal(unknown, 0);
    assert_true(consequence_mask(odd, strlen(odd), &unknown) == 1 << 3);
    assert_int_equal(unknown, 4); /* two words, and two places without one */
    assert_true(consequence_mask(odd, strlen(odd), NULL) == 1 << 3);
    unknown = 0;
    assert_true(consequence_mask("missense_variant & splice_region_variant", 40, &unknown) ==
                (1 << 12 | 1 << 15));
    assert_int_equal(unknown, 0);
    assert_true(consequence_mask("& missense_variant", 18, &unknown) == 1 << 12);
    assert_int_equal(unknown, 1);
    assert_true(consequence_mask("", 0, &unknown) == 0);
    assert_int_equal(consequence_rank(1 << 12 | 1 << 15), 13);
}

/* "A gene is changed" leaves open how; "stop_gained" does not. */
static void test_terms_that_leave_open_what_is_changed(void **state)
{
    static const char *const open[] = {"sequence_variant", "gene_variant", "CDS",
                                       "coding_sequence_variant", "missense&coding_sequence"};
    static const char *const closed[] = {"stop_gained", "intragenic_variant", "INTRAGENIC",
                                         "protein_altering_variant", "coding_transcript_variant"};

    (void)state;
    for (size_t i = 0; i < sizeof(open) / sizeof(open[0]); i++)
        assert_true(consequence_mask(open[i], strlen(open[i]), NULL) & CONSEQUENCE_UNREAD);
    for (size_t i = 0; i < sizeof(closed) / sizeof(closed[0]); i++)
        assert_false(consequence_mask(closed[i], strlen(closed[i]), NULL) & CONSEQUENCE_UNREAD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bits_are_stable),
        cmocka_unit_test(test_terms_lie_in_a_gene_or_outside),
        cmocka_unit_test(test_every_bit_has_its_own_rank),
        cmocka_unit_test(test_former_names_and_finer_terms_are_read),
        cmocka_unit_test(test_lists_are_united_and_unknown_terms_counted),
        cmocka_unit_test(test_terms_that_leave_open_what_is_changed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
