/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of expressions inside variant( ... ):
 * - "not", "or" and "at least n of" are about one variant: somebody with one variant that fails and
 *   another that passes is yes;
 * - a negated place asks for the whole genome, a place beside another test only for that place;
 * - an "or" needs every part to be tested, an "and" one of its places;
 * - a variant without coordinates, or on the other assembly, cannot be compared with a place: it is
 *   cannot tell for who was not tested there, and no for who was.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/unit/evaluate/ask.h"

enum { STOP_GAINED = 1 << 3, SYNONYMOUS = 1 << 21 };

/*
 * All samples are judged by annotated files. AAA1 is 1000-1999 on GRCh38.
 *
 * variant               note
 * 0   38:1:1000 A>C     stop gained in AAA1, pathogenic
 * 1   38:1:1500 C>G     synonymous in AAA1
 * 3   37:1:1200 T>A     stop gained in AAA1
 * 14  no coordinates    in AAA1, said by a file that judges no sites
 *
 * person  carries     assays
 * 0       0, 1        whole genome (38)
 * 1       1           whole genome (38)
 * 2       1           panel, 1000-1999 (38)
 * 3       3           whole genome (37)
 * 4       3           whole genomes (37 and 38)
 * 5       14          panel, 1000-1999 (38)
 */
static void fill_variants(struct world *world)
{
    struct world_variant *v = world->variants;

    for (size_t i = 0; i < WORLD_VARIANTS; i++) {
        v[i].af_nano = -1;
        v[i].name = (struct variant){VARIANT_GRCH38, 1, 70000 + (uint32_t)i, "A", "C"};
    }
    v[0].name = (struct variant){VARIANT_GRCH38, 1, 1000, "A", "C"};
    v[1].name = (struct variant){VARIANT_GRCH38, 1, 1500, "C", "G"};
    v[3].name = (struct variant){VARIANT_GRCH37, 1, 1200, "T", "A"};
    v[14].name = (struct variant){VARIANT_GRCH38, CHROMOSOME_NONE, 0, "AAA1", "a deletion"};
    v[0].notes[0] = (struct world_note){0, STOP_GAINED, 1};
    v[1].notes[0] = (struct world_note){0, SYNONYMOUS, 0};
    v[3].notes[0] = (struct world_note){0, STOP_GAINED, 0};
    v[14].notes[0] = (struct world_note){0, 0, 0};
    v[0].n_notes = v[1].n_notes = v[3].n_notes = v[14].n_notes = 1;
}

static struct world *carriers(void)
{
    struct world *world = calloc(1, sizeof(*world));
    struct world_file *on38 = &world->files[0], *on37 = &world->files[1];

    world->n_persons = 6;
    world->has_genes = true;
    world->n_files = 3;
    fill_variants(world);
    *on38 = (struct world_file){
        .assembly = VARIANT_GRCH38, .has_annotation = true, .judges = true, .sites = 3};
    *on37 = (struct world_file){
        .assembly = VARIANT_GRCH37, .has_annotation = true, .judges = true, .sites = 1 << 3};
    world->files[2] = (struct world_file){.assembly = VARIANT_GRCH38, .sites = 1 << 14};
    for (size_t p = 0; p < 6; p++) {
        world->persons[p] = (struct world_person){.age = -1};
        on38->has_person[p] = p != 3;
        on38->assay[p] = p == 2 || p == 5 ? 2 : 0;
        on37->has_person[p] = p == 3 || p == 4;
        on37->assay[p] = 1;
    }
    world->files[2].has_person[5] = true;
    world->files[2].assay[5] = -1;
    world->persons[0].genotype[0] = GENO_HET;
    world->persons[0].genotype[1] = GENO_HOM;
    world->persons[1].genotype[1] = GENO_HET;
    world->persons[2].genotype[1] = GENO_HET;
    world->persons[3].genotype[3] = GENO_HET;
    world->persons[4].genotype[3] = GENO_HET;
    world->persons[5].genotype[14] = GENO_HET;
    world_build(world);
    return world;
}

static void end(struct world *world)
{
    world_clear(world);
    free(world);
}

static void test_not_is_about_one_variant(void **state)
{
    struct world *world = carriers();

    (void)state;
    assert_string_equal(ask(world, "variant(gene = AAA1 and not consequence in (lof))"), "YYY?N?");
    assert_string_equal(ask(world,
                            "variant(gene = AAA1) and not variant(gene = AAA1 and consequence "
                            "in (lof))"),
                        "NYYNN?");
    assert_string_equal(ask(world, "variant(gene = AAA1 and not zygosity = het)"), "YNN?NN");
    assert_string_equal(ask(world, "variant(gene = AAA1 and not clinvar = pathogenic)"), "YYYYY?");
    end(world);
}

static void test_or_and_at_least_are_about_one_variant(void **state)
{
    struct world *world = carriers();

    (void)state;
    assert_string_equal(ask(world, "variant(gene = AAA1 and (consequence in (lof) or zygosity = "
                                   "hom))"),
                        "YNNYY?");
    assert_string_equal(ask(world, "variant(at least 2 of (gene = AAA1, consequence in (lof), "
                                   "zygosity = hom))"),
                        "YN?YY?");
    assert_string_equal(ask(world, "variant(gene = AAA1 and consequence in (lof) and zygosity = "
                                   "hom)"),
                        "NNN?NN");
    end(world);
}

static void test_who_must_have_been_tested(void **state)
{
    struct world *world = carriers();

    (void)state;
    /* an "and": one of its places is enough; an "or": all of them; "not": the whole genome */
    assert_string_equal(ask(world, "variant(gene = AAA1 and locus = GRCh38:1:1000-1100)"),
                        "YNN?NN");
    assert_string_equal(ask(world, "variant(gene = BBB2 or locus = GRCh38:1:1000-1100)"), "YN??N?");
    assert_string_equal(ask(world, "variant(locus = GRCh38:1:1000-1100 or zygosity = hom)"),
                        "YN??N?");
    assert_string_equal(ask(world, "variant(not gene = AAA1)"), "NN?NN?");
    end(world);
}

static void test_places_that_cannot_be_compared(void **state)
{
    struct world *world = carriers();

    (void)state;
    /* 3 has a variant of AAA1 on the other assembly only; 4 was tested on both; 5 has one without
     * coordinates, and was tested at the place by a panel */
    assert_string_equal(ask(world, "variant(gene = AAA1 and locus = GRCh38:1:1400-1600)"),
                        "YYY?NN");
    assert_string_equal(ask(world, "variant(gene = AAA1 and locus = GRCh38:1:2400-2600)"),
                        "NNN?N?");
    assert_string_equal(ask(world, "variant(gene = AAA1 and locus = GRCh37:1:1100-1300)"),
                        "???YY?");
    assert_string_equal(ask(world, "variant(locus = GRCh38:1:1400-1600)"), "YYY?NN");
    end(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_not_is_about_one_variant),
        cmocka_unit_test(test_or_and_at_least_are_about_one_variant),
        cmocka_unit_test(test_who_must_have_been_tested),
        cmocka_unit_test(test_places_that_cannot_be_compared),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
