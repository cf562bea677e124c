/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of variant( ... ):
 * - all tests hold for one and the same variant, seen in one gene;
 * - zygosity is that of the carrier; where it is not recorded it cannot be told;
 * - who carries a variant whose frequency or consequence is not known cannot be told, and nobody
 * else is touched by that;
 * - who was not tested cannot be told, who was is no; "not called" is not tested;
 * - a variant without coordinates counts in its gene; assemblies are never mixed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "proto/query/vocabulary.h"
#include "tests/unit/evaluate/ask.h"

enum { STOP_GAINED = 1 << 3, MISSENSE = 1 << 12, SYNONYMOUS = 1 << 21 };
enum { A, B, C, D }; /* genes; D is not in the table */

/*
 * variant              notes                           frequency  where it is seen
 * 0  38:1:1000 A>C     stop gained in A, pathogenic    0.1 %      file 0
 * 1  38:1:1950 C>G     synonymous in A, stop in B      2 %        file 0
 * 2  38:1:2500 G>T     missense in B                   0          file 0
 * 3  37:1:1000 T>A     -                                          file 1 (no annotation, no
 * frequency) 4  38:1:5000 A>C     -                                          file 2 (no annotation,
 * no frequency) 14 no coordinates, A -                                          file 3 (does not
 * judge sites)
 */
static void fill_variants(struct world *world, int gene)
{
    static const char *const bases[] = {"A", "C", "G", "T", "A", "C"};
    static const uint32_t positions[] = {1000, 1950, 2500, 1000, 5000};
    struct world_variant *v = world->variants;

    for (size_t i = 0; i < WORLD_VARIANTS; i++) {
        v[i].af_nano = -1;
        v[i].name = (struct variant){VARIANT_GRCH38, 1, 7000 + (uint32_t)i, "A", "C"};
    }
    for (size_t i = 0; i < 5; i++)
        v[i].name = (struct variant){i == 3 ? VARIANT_GRCH37 : VARIANT_GRCH38, 1, positions[i],
                                     bases[i % 4], bases[(i + 1) % 4]};
    v[14].name = (struct variant){VARIANT_GRCH38, CHROMOSOME_NONE, 0, "AAA1", "a deletion"};
    v[0].notes[0] = (struct world_note){gene, STOP_GAINED, 1};
    v[0].n_notes = 1;
    v[0].incomplete = gene < 0; /* import says so of a note without a gene */
    v[0].af_nano = 1000000;
    v[1].notes[0] = (struct world_note){A, SYNONYMOUS, 0};
    v[1].notes[1] = (struct world_note){B, STOP_GAINED, 0};
    v[1].n_notes = 2;
    v[1].af_nano = 20000000;
    v[2].notes[0] = (struct world_note){B, MISSENSE, 0};
    v[2].n_notes = 1;
    v[2].af_nano = 0;
    v[14].notes[0] = (struct world_note){A, 0, 0};
    v[14].n_notes = 1;
}

/*
 * person  carries       assay                files
 * 0       0 het         whole genome (38)    0
 * 1       1 hom         whole genome (38)    0
 * 2       2 carrier     none                 0
 * 3       -             panel, 1000-1999     0
 * 4       3 het         whole genome (37)    1
 * 5       4 hemi        none                 2
 * 6       14 het        none                 3
 * 7       -             none                 none
 */
/* unread: another file says of variant 0 what could not be read, in no gene. */
static struct world *carriers_of(int gene, bool unread)
{
    static const int assays[] = {0, 0, -1, 2};
    struct world *world = calloc(1, sizeof(*world));

    world->n_persons = 8;
    world->has_genes = true;
    world->n_files = 4;
    fill_variants(world, gene);
    if (unread) {
        world->variants[0].notes[1] = (struct world_note){-1, CONSEQUENCE_UNREAD, 1};
        world->variants[0].n_notes = 2;
    }
    for (size_t p = 0; p < 8; p++)
        world->persons[p] = (struct world_person){.sex = 1, .age = -1};
    world->persons[0].genotype[0] = GENO_HET;
    world->persons[1].genotype[1] = GENO_HOM;
    world->persons[2].genotype[2] = GENO_CARRIER;
    world->persons[4].genotype[3] = GENO_HET;
    world->persons[5].genotype[4] = GENO_HEMI;
    world->persons[6].genotype[14] = GENO_HET;
    world->files[0] = (struct world_file){.assembly = VARIANT_GRCH38,
                                          .has_af = true,
                                          .has_annotation = true,
                                          .judges = true,
                                          .sites = 7};
    world->files[1] =
        (struct world_file){.assembly = VARIANT_GRCH37, .judges = true, .sites = 1 << 3};
    world->files[2] =
        (struct world_file){.assembly = VARIANT_GRCH38, .judges = true, .sites = 1 << 4};
    world->files[3] = (struct world_file){.assembly = VARIANT_GRCH38, .sites = 1 << 14};
    for (size_t p = 0; p < 4; p++) {
        world->files[0].has_person[p] = true;
        world->files[0].assay[p] = assays[p];
    }
    world->files[1].has_person[4] = world->files[2].has_person[5] = true;
    world->files[3].has_person[6] = true;
    world->files[1].assay[4] = 1;
    world->files[2].assay[5] = world->files[3].assay[6] = -1;
    world->files[0].no_call[3] = 1 << 2;
    world_build(world);
    return world;
}

static struct world *carriers(void)
{
    return carriers_of(A, false);
}

static void end(struct world *world)
{
    world_clear(world);
    free(world);
}

/* A term of a transcript in a gene without a name: it may be any gene whose span meets the variant.
 */
static void test_a_note_without_a_gene_is_of_any_gene_there(void **state)
{
    struct world *world = carriers_of(-1, false);

    (void)state;
    assert_string_equal(ask(world, "variant(gene = AAA1)"), "YY?N??Y?");
    assert_string_equal(ask(world, "variant(gene = AAA1 and consequence in (lof))"), "YN?N????");
    assert_string_equal(ask(world, "variant(gene = AAA1 and not consequence in (lof))"),
                        "?Y?N????");
    assert_string_equal(ask(world, "variant(gene = BBB2)"), "NYY?????");
    end(world);
}

/* Where one file names all genes of a variant, what another could not read is no variant elsewhere.
 */
static void test_an_unread_note_is_in_no_other_gene(void **state)
{
    static const char *const questions[] = {"variant(not gene = AAA1)", "variant(gene = AAA1)",
                                            "variant(gene = AAA1 and consequence in (lof))",
                                            "variant(gene = BBB2)"};

    (void)state;
    for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++) {
        struct world *with = carriers_of(A, true), *without = carriers();
        char word[9];

        snprintf(word, sizeof(word), "%s", ask(without, questions[i]));
        assert_string_equal(ask(with, questions[i]), word);
        end(with);
        end(without);
    }
}

static void test_all_tests_hold_for_the_same_variant_in_the_same_gene(void **state)
{
    struct world *world = carriers();

    (void)state;
    assert_string_equal(ask(world, "variant(gene = AAA1)"), "YY?N??Y?");
    assert_string_equal(ask(world, "variant(gene = AAA1 and consequence in (lof))"), "YN?N????");
    assert_string_equal(ask(world, "variant(gene = BBB2 and consequence in (lof))"), "NY??????");
    assert_string_equal(ask(world, "variant(gene = AAA1) and variant(consequence in (lof))"),
                        "YY?N????");
    assert_string_equal(ask(world, "variant(gene = AAA1 and clinvar = pathogenic)"), "YN?N????");
    end(world);
}

static void test_zygosity_is_that_of_the_carrier(void **state)
{
    struct world *world = carriers();

    (void)state;
    assert_string_equal(ask(world, "variant(gene = AAA1 and zygosity = het)"), "YN?N??Y?");
    assert_string_equal(ask(world, "variant(gene = AAA1 and zygosity = hom)"), "NY?N????");
    assert_string_equal(ask(world, "variant(change = GRCh38:1-2500-G-T and zygosity = het)"),
                        "NN??????");
    assert_string_equal(ask(world, "variant(change = GRCh38:1-2500-G-T and zygosity in (het, hom, "
                                   "hemi))"),
                        "NNY?????");
    assert_string_equal(ask(world, "variant(change = GRCh38:1-5000-A-C and zygosity = hemi)"),
                        "NN???Y??");
    end(world);
}

static void test_an_unknown_frequency_touches_carriers_only(void **state)
{
    struct world *world = carriers();

    (void)state;
    assert_string_equal(ask(world, "variant(gene = AAA1 and af <= 0.5%)"), "YN?N????");
    assert_string_equal(ask(world, "variant(gene = BBB2 and af <= 0.5%)"), "NNY?????");
    assert_string_equal(ask(world, "variant(locus = GRCh38:1:1000-1999 and af > 1%)"), "NY?N????");
    assert_string_equal(ask(world, "variant(change = GRCh38:1-5000-A-C and af <= 0.5%)"),
                        "NN??????");
    end(world);
}

static void test_who_was_tested_is_no_and_who_was_not_cannot_be_told(void **state)
{
    struct world *world = carriers();

    (void)state;
    /* 0..3 are judged by file 0; 3 is not called at the third site, and its panel ends before it */
    assert_string_equal(ask(world, "variant(change = GRCh38:1-1000-A-C)"), "YNNN????");
    assert_string_equal(ask(world, "variant(change = GRCh38:1-2500-G-T)"), "NNY?????");
    assert_string_equal(ask(world, "not variant(change = GRCh38:1-1000-A-C)"), "NYYY????");
    /* a change that nobody was seen with: by assay only */
    assert_string_equal(ask(world, "variant(change = GRCh38:1-1500-A-C)"), "NN?N????");
    assert_string_equal(ask(world, "variant(locus = GRCh38:1:1000-1999)"), "YY?N????");
    assert_string_equal(ask(world, "variant(locus = GRCh38:1:2000-2999)"), "NNY?????");
    assert_string_equal(ask(world, "variant(gene = DDD4)"), "????????");
    assert_string_equal(ask(world, "variant(consequence in (lof))"), "YY??????");
    end(world);
}

static void test_assemblies_are_never_mixed(void **state)
{
    struct world *world = carriers();

    (void)state;
    assert_string_equal(ask(world, "variant(change = GRCh37:1-1000-T-A)"), "????Y???");
    assert_string_equal(ask(world, "variant(locus = GRCh37:1:1000-1999)"), "????Y???");
    assert_string_equal(ask(world, "variant(locus = GRCh37:1:2000-2999)"), "????N???");
    assert_string_equal(ask(world, "variant(locus = GRCh38:1:1000-1000)"), "YN?N????");
    end(world);
}

static void
test_an_unannotated_variant_counts_in_the_span_with_its_consequence_unknown(void **state)
{
    struct world *world = carriers();

    (void)state;
    assert_string_equal(ask(world, "variant(gene = CCC3)"), "NN???Y??");
    assert_string_equal(ask(world, "variant(gene = CCC3 and consequence in (lof))"), "NN??????");
    end(world);
}

/* X: 0 a woman het, 1 a man hom, 2 of unknown sex hom, 3 a man het, 5 a woman not called. MT: 4
 * hom. */
static struct world *copies(void)
{
    static const unsigned sexes[] = {1, 2, 0, 2, 1, 1};
    struct world *world = calloc(1, sizeof(*world));

    world->n_persons = 6;
    world->n_files = 1;
    fill_variants(world, A);
    world->variants[0].name = (struct variant){VARIANT_GRCH38, CHROMOSOME_X, 10000000, "A", "C"};
    world->variants[1].name = (struct variant){VARIANT_GRCH38, CHROMOSOME_MT, 1000, "A", "C"};
    world->files[0] = (struct world_file){.assembly = VARIANT_GRCH38, .judges = true, .sites = 3};
    for (size_t p = 0; p < 6; p++) {
        world->persons[p] = (struct world_person){.sex = sexes[p], .age = -1};
        world->files[0].has_person[p] = true;
    }
    world->persons[0].genotype[0] = world->persons[3].genotype[0] = GENO_HET;
    world->persons[1].genotype[0] = world->persons[2].genotype[0] = GENO_HOM;
    world->persons[4].genotype[1] = GENO_HOM;
    world->files[0].no_call[5] = 1;
    world_build(world);
    return world;
}

static void test_a_zygosity_follows_the_copies_that_a_person_has(void **state)
{
    const char *const on_x = "variant(locus = GRCh38:X:9000000-11000000 and zygosity = %s)";
    struct world *world = copies();

    (void)state;
    for (int fixed = 0; fixed < 2; fixed++) {
        char text[128];

        world->fixed_work = fixed;
        snprintf(text, sizeof(text), on_x, "hemi");
        assert_string_equal(ask(world, text), "NY??N?");
        snprintf(text, sizeof(text), on_x, "hom");
        assert_string_equal(ask(world, text), "NN??N?");
        snprintf(text, sizeof(text), on_x, "het");
        assert_string_equal(ask(world, text), "YN??N?");
        assert_string_equal(ask(world, "variant(zygosity = hemi and locus = GRCh38:MT:900-1100)"),
                            "NNNNYN");
    }
    end(world);
}

#define PERCENT INT64_C(10000000)

/*
 * Tumours of five persons, all of whom carry variant 0; person 2 has two samples.
 *
 * person  shares of reads
 * 0       30 %
 * 1       2 %
 * 2       2 % and 60 %
 * 3       not said
 * 4       2 % and not said
 */
static struct world *tumours(void)
{
    static const int64_t first[] = {30 * PERCENT, 2 * PERCENT, 2 * PERCENT, -1, 2 * PERCENT};
    static const int64_t second[] = {0, 0, 60 * PERCENT, 0, -1};
    struct world *world = calloc(1, sizeof(*world));

    fill_variants(world, A);
    world->n_persons = 5;
    world->n_files = 3;
    world->has_genes = world->has_tumours = true;
    world->files[0] = (struct world_file){.assembly = VARIANT_GRCH38, .judges = true};
    for (size_t f = 1; f < 3; f++)
        world->files[f] = (struct world_file){.assembly = VARIANT_GRCH38,
                                              .has_annotation = true,
                                              .judges = true,
                                              .somatic = true,
                                              .sites = 1,
                                              .shares = f == 1 ? first : second};
    for (size_t p = 0; p < world->n_persons; p++) {
        world->persons[p] = (struct world_person){.sex = 1, .age = -1, .tumour = 1};
        world->files[0].has_person[p] = world->files[1].has_person[p] = true;
        world->files[2].has_person[p] = p == 2 || p == 4;
    }
    world_build(world);
    return world;
}

static void test_a_share_of_reads_is_that_of_one_call(void **state)
{
    struct world *world = tumours();

    (void)state;
    for (int fixed = 0; fixed < 2; fixed++) {
        world->fixed_work = fixed;
        assert_string_equal(ask(world, "somatic variant(gene = AAA1 and vaf >= 5%)"), "YNY??");
        assert_string_equal(ask(world, "somatic variant(gene = AAA1 and vaf < 5%)"), "NYY?Y");
        assert_string_equal(ask(world, "somatic variant(gene = AAA1 and not vaf < 5%)"), "YNY??");
        /* one call has more than 5 %, and another less than 50 %; none is between */
        assert_string_equal(ask(world, "somatic variant(gene = AAA1 and vaf >= 5% and vaf < 50%)"),
                            "YNN??");
        assert_string_equal(ask(world, "somatic variant(gene = AAA1 and vaf >= 0)"), "YYY?Y");
        assert_string_equal(ask(world, "somatic variant(gene = BBB2 and vaf >= 5%)"), "NNNNN");
        assert_string_equal(ask(world, "germline variant(gene = AAA1 and vaf >= 5%)"), "NNNNN");
        assert_string_equal(ask(world, "somatic variant(gene = AAA1 and vaf <= 30%)"), "?YY?Y");
    }
    end(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_tests_hold_for_the_same_variant_in_the_same_gene),
        cmocka_unit_test(test_a_note_without_a_gene_is_of_any_gene_there),
        cmocka_unit_test(test_an_unread_note_is_in_no_other_gene),
        cmocka_unit_test(test_zygosity_is_that_of_the_carrier),
        cmocka_unit_test(test_an_unknown_frequency_touches_carriers_only),
        cmocka_unit_test(test_who_was_tested_is_no_and_who_was_not_cannot_be_told),
        cmocka_unit_test(test_assemblies_are_never_mixed),
        cmocka_unit_test(test_a_zygosity_follows_the_copies_that_a_person_has),
        cmocka_unit_test(test_a_share_of_reads_is_that_of_one_call),
        cmocka_unit_test(
            test_an_unannotated_variant_counts_in_the_span_with_its_consequence_unknown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
