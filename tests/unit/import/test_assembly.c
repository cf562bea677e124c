/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The assembly's promises: contig lengths and header texts must agree with each other and with the
 * operator; what cannot be told is refused, never guessed.
 */
#include "tests/unit/import/bench.h"

#include <string.h>

#include "node/import/assembly.h"
#include "tests/unit/refused.h"

static void add_text(struct assembly_evidence *evidence, const char *text)
{
    assembly_text(evidence, 9, text, strlen(text));
}

static void add_contig(struct assembly_evidence *evidence, uint64_t line, int chromosome,
                       uint64_t length)
{
    struct contig contig = {.kind = CONTIG_CHROMOSOME, .chromosome = chromosome};

    assembly_contig(evidence, line, &contig, length);
}

static enum ast_assembly decide(const struct assembly_evidence *evidence, enum ast_assembly wanted)
{
    enum ast_assembly assembly = ASSEMBLY_UNKNOWN;
    struct err err = {0};

    if (!assembly_decide(evidence, wanted, &assembly, &err))
        assert_int_equal(err.code, ERR_INVALID);
    return assembly;
}

static void test_texts_of_real_headers(void **state)
{
    static const struct {
        const char *text;
        enum ast_assembly assembly;
    } cases[] = {
        {"GRCh37.p13", ASSEMBLY_GRCH37},
        {"gnomAD_GRCh38", ASSEMBLY_GRCH38},
        {"hg19", ASSEMBLY_GRCH37},
        {"hg38", ASSEMBLY_GRCH38},
        {"hs37d5", ASSEMBLY_GRCH37},
        {"human_g1k_v37_decoy", ASSEMBLY_GRCH37},
        {"GRCh38_full_analysis_set_plus_decoy_hla", ASSEMBLY_GRCH38},
        {"hg19-to-hg38", ASSEMBLY_UNKNOWN},
        {"lab38", ASSEMBLY_UNKNOWN}, /* a part of a word */
        /* paths and names of files say nothing */
        {"ftp://ftp.1000genomes.ebi.ac.uk//vol1/ftp/technical/reference/"
         "phase2_reference_assembly_sequence/hs37d5.fa.gz",
         ASSEMBLY_UNKNOWN},
        {"ftp://x/GRCh38_reference_genome/GRCh38_full_analysis_set_plus_decoy_hla.fa",
         ASSEMBLY_UNKNOWN},
        {"file:///seq/references/Homo_sapiens_assembly19/v1/Homo_sapiens_assembly19.fasta",
         ASSEMBLY_UNKNOWN},
        {"/data/bnf/ref/b37/human_g1k_v37_decoy.fasta", ASSEMBLY_UNKNOWN},
        {"file:///srv/lab38/human.fa", ASSEMBLY_UNKNOWN},
        {"file:///refs/hg38/genome.fa", ASSEMBLY_UNKNOWN},
        {"file:///refs/GRCh38", ASSEMBLY_UNKNOWN},
        {"C:\\refs\\hg38", ASSEMBLY_UNKNOWN},
        {"ucsc.hg19.fasta", ASSEMBLY_UNKNOWN},
        {"hg38.FA.GZ", ASSEMBLY_UNKNOWN},
        {"GRCh37.2bit", ASSEMBLY_UNKNOWN},
        {"CHM13v2.0", ASSEMBLY_UNKNOWN},
        {"", ASSEMBLY_UNKNOWN},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct assembly_evidence evidence = {0};

        add_text(&evidence, cases[i].text);
        assert_int_equal(decide(&evidence, ASSEMBLY_UNKNOWN), cases[i].assembly);
    }
}

static void test_contig_lengths_decide(void **state)
{
    struct assembly_evidence evidence = {0};

    (void)state;
    add_contig(&evidence, 1, 1, 249250621);
    add_contig(&evidence, 2, 25, 16569);
    assert_int_equal(decide(&evidence, ASSEMBLY_UNKNOWN), ASSEMBLY_GRCH37);
    assert_false(evidence.foreign_mt);
    evidence = (struct assembly_evidence){0};
    add_contig(&evidence, 1, 22, 50818468);
    add_contig(&evidence, 2, 25, 16571); /* hg19's chrM is another sequence */
    add_contig(&evidence, 3, 0, 12345);  /* unplaced */
    add_contig(&evidence, 4, 3, 0);      /* no length given */
    assert_int_equal(decide(&evidence, ASSEMBLY_UNKNOWN), ASSEMBLY_GRCH38);
    assert_true(evidence.foreign_mt);
    add_contig(&evidence, 5, 1, 248387328); /* CHM13 */
    assert_int_equal(decide(&evidence, ASSEMBLY_UNKNOWN), ASSEMBLY_UNKNOWN);
}

static void test_lengths_that_mean_unknown_say_nothing(void **state)
{
    struct assembly_evidence evidence = {0};

    (void)state;
    add_contig(&evidence, 1, 1, 1);
    add_contig(&evidence, 2, 1, INT32_MAX);
    add_contig(&evidence, 3, 25, INT32_MAX);
    assert_int_equal(decide(&evidence, ASSEMBLY_UNKNOWN), ASSEMBLY_UNKNOWN);
    assert_int_equal(decide(&evidence, ASSEMBLY_GRCH38), ASSEMBLY_GRCH38);
    assert_false(evidence.foreign_mt || evidence.rcrs);
}

static void test_a_reference_decides_and_may_contradict(void **state)
{
    struct assembly_evidence evidence = {0};

    (void)state;
    assembly_fasta(&evidence, 25, 16569); /* both assemblies have it */
    assert_int_equal(decide(&evidence, ASSEMBLY_UNKNOWN), ASSEMBLY_UNKNOWN);
    assembly_fasta(&evidence, 22, 50818468);
    assert_int_equal(decide(&evidence, ASSEMBLY_UNKNOWN), ASSEMBLY_GRCH38);
    assert_int_equal(decide(&evidence, ASSEMBLY_GRCH37), ASSEMBLY_UNKNOWN);
    add_contig(&evidence, 7, 22, 51304566);
    assert_int_equal(decide(&evidence, ASSEMBLY_UNKNOWN), ASSEMBLY_UNKNOWN);
}

static void test_bases_decide_where_nothing_else_does(void **state)
{
    struct assembly_evidence evidence = {.bases37 = {20, 0}};

    (void)state;
    assert_int_equal(decide(&evidence, ASSEMBLY_UNKNOWN), ASSEMBLY_GRCH37);
    evidence.bases38 = (struct assembly_bases){20, 14};
    assert_int_equal(decide(&evidence, ASSEMBLY_UNKNOWN), ASSEMBLY_GRCH37);
    evidence.bases38 = (struct assembly_bases){20, 0}; /* where both are the same */
    assert_int_equal(decide(&evidence, ASSEMBLY_UNKNOWN), ASSEMBLY_UNKNOWN);
    assert_int_equal(decide(&evidence, ASSEMBLY_GRCH38), ASSEMBLY_GRCH38);
    evidence = (struct assembly_evidence){.bases37 = {ASSEMBLY_COMPARED_LEAST - 1, 0}};
    assert_int_equal(decide(&evidence, ASSEMBLY_UNKNOWN), ASSEMBLY_UNKNOWN); /* too few */
}

static void test_bases_convict_at_the_share_and_one_past(void **state)
{
    struct assembly_evidence evidence = {.line38 = 3, .bases38 = {1000, 10}};
    enum ast_assembly assembly;
    struct err err = {0};

    (void)state;
    assert_int_equal(decide(&evidence, ASSEMBLY_UNKNOWN), ASSEMBLY_GRCH38);
    evidence.bases38.differ = 11;
    evidence.bases37 = (struct assembly_bases){990, 2};
    assert_refused(assembly_decide(&evidence, ASSEMBLY_UNKNOWN, &assembly, &err), &err,
                   ERR_INVALID);
    assert_non_null(strstr(err.text, "GRCh38 in 11 of 1000 records"));
    assert_non_null(strstr(err.text, "GRCh37 in 2 of 990"));
    evidence.line38 = 0;
    assert_int_equal(decide(&evidence, ASSEMBLY_GRCH38), ASSEMBLY_UNKNOWN);
    assert_int_equal(decide(&evidence, ASSEMBLY_UNKNOWN), ASSEMBLY_GRCH37);
}

static void test_disagreement_is_refused(void **state)
{
    struct assembly_evidence evidence = {0};

    (void)state;
    add_contig(&evidence, 1, 1, 249250621);
    assert_int_equal(decide(&evidence, ASSEMBLY_GRCH37), ASSEMBLY_GRCH37);
    assert_int_equal(decide(&evidence, ASSEMBLY_GRCH38), ASSEMBLY_UNKNOWN);
    add_text(&evidence, "GRCh38");
    assert_int_equal(decide(&evidence, ASSEMBLY_UNKNOWN), ASSEMBLY_UNKNOWN);
    assert_int_equal(decide(&evidence, ASSEMBLY_GRCH37), ASSEMBLY_UNKNOWN);
}

static void test_without_evidence_the_operator_says(void **state)
{
    struct assembly_evidence evidence = {0};

    (void)state;
    assert_int_equal(decide(&evidence, ASSEMBLY_UNKNOWN), ASSEMBLY_UNKNOWN);
    assert_int_equal(decide(&evidence, ASSEMBLY_GRCH38), ASSEMBLY_GRCH38);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts_of_real_headers),
        cmocka_unit_test(test_contig_lengths_decide),
        cmocka_unit_test(test_lengths_that_mean_unknown_say_nothing),
        cmocka_unit_test(test_a_reference_decides_and_may_contradict),
        cmocka_unit_test(test_bases_decide_where_nothing_else_does),
        cmocka_unit_test(test_bases_convict_at_the_share_and_one_past),
        cmocka_unit_test(test_disagreement_is_refused),
        cmocka_unit_test(test_without_evidence_the_operator_says),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
