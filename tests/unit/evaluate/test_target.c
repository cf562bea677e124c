/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of targets:
 * - a stretch, and a gene, count as tested from exactly 95 % on, and not one base below;
 * - one assay must cover it; two that do so together do not count;
 * - where a reference is loaded, every spelling of a change is the same change, for the region's
 * own count as for the keeper, and a change whose REF it does not have is refused;
 * - an indel by another spelling cannot be told of who may carry it by one, whichever of the two is
 *   left-aligned, nor of who lost what may be one;
 * - a gene that the table does not have was tested in nobody; nor was anything on the other
 * assembly.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "node/evaluate/target.h"
#include "node/snapshot/snapshot.h"
#include "proto/base/arena.h"
#include "proto/query/parse.h"
#include "tests/unit/evaluate/ask.h"
#include "tests/unit/refused.h"

/* Persons 0..3 have the assays wgs38, wgs37, panel38 (1000-1999), narrow38 (1000-1960); 4 has none;
 * 5 has two samples, by panel38 and by narrow38. Nobody carries anything. */
static struct world *assayed(bool has_genes)
{
    struct world *world = calloc(1, sizeof(*world));

    world->has_genes = has_genes;
    world->n_persons = 6;
    world->n_files = 3;
    for (size_t i = 0; i < WORLD_VARIANTS; i++)
        world->variants[i] = (struct world_variant){
            .name = {VARIANT_GRCH38, 1, 70000 + (uint32_t)i, "A", "C"}, .af_nano = -1};
    for (size_t f = 0; f < 3; f++)
        world->files[f] = (struct world_file){.assembly = f == 1 ? VARIANT_GRCH37 : VARIANT_GRCH38,
                                              .judges = true};
    for (size_t p = 0; p < 6; p++) {
        size_t f = p == 1 ? 1 : 0;

        world->persons[p] = (struct world_person){.age = -1};
        world->files[f].has_person[p] = true;
        world->files[f].assay[p] = p < 4 ? (int)p : p == 4 ? -1 : 2;
    }
    world->files[2].has_person[5] = true;
    world->files[2].assay[5] = 3;
    world_build(world);
    return world;
}

static void end(struct world *world)
{
    world_clear(world);
    free(world);
}

static void test_a_stretch_is_tested_from_95_percent_on(void **state)
{
    struct world *world = assayed(true);

    (void)state;
    assert_string_equal(ask(world, "variant(locus = GRCh38:1:1000-1999)"), "N?NN?N");
    /* 950 of 1000 bases are 95 %, 949 are not; narrow38 ends 39 bases before */
    assert_string_equal(ask(world, "variant(locus = GRCh38:1:1050-2049)"), "N?N??N");
    assert_string_equal(ask(world, "variant(locus = GRCh38:1:1051-2050)"), "N?????");
    assert_string_equal(ask(world, "variant(locus = GRCh38:1:1961-1961)"), "N?N??N");
    assert_string_equal(ask(world, "variant(locus = GRCh38:1:1960-1960)"), "N?NN?N");
    end(world);
}

static void test_other_chromosomes_and_assemblies_are_not_covered(void **state)
{
    struct world *world = assayed(true);

    (void)state;
    assert_string_equal(ask(world, "variant(locus = GRCh38:2:1000-1999)"), "N?????");
    assert_string_equal(ask(world, "variant(locus = GRCh37:1:1000-1999)"), "?N????");
    assert_string_equal(ask(world, "variant(change = GRCh38:1-1999-A-G)"), "N?N??N");
    assert_string_equal(ask(world, "variant(change = GRCh38:1-2000-A-G)"), "N?????");
    end(world);
}

static void test_a_gene_is_tested_where_the_table_has_it(void **state)
{
    struct world *world = assayed(true);

    (void)state;
    assert_string_equal(ask(world, "variant(gene = AAA1)"), "N?NN?N"); /* 961 of 1000 */
    assert_string_equal(ask(world, "variant(gene = BBB2)"), "N?????");
    assert_string_equal(ask(world, "variant(gene in (AAA1, BBB2))"), "N?????");
    assert_string_equal(ask(world, "variant(gene = DDD4)"), "??????");
    assert_string_equal(ask(world, "variant(gene = DDD4 and consequence in (lof))"), "??????");
    end(world);
}

static void test_without_a_gene_table_no_gene_was_tested(void **state)
{
    struct world *world = assayed(false);

    (void)state;
    assert_string_equal(ask(world, "variant(gene = AAA1)"), "??????");
    assert_string_equal(ask(world, "variant(consequence in (lof))"), "NN????"); /* whole genomes */
    end(world);
}

/* Persons 0..3 by wgs38: 0 has the first of these variants, 1 the second, 2 the third, 3 nothing.
 */
static struct world *spelled_on(const struct variant names[static 3], const char *reference)
{
    struct world *world = calloc(1, sizeof(*world));

    world->reference = reference;
    world->n_persons = 4;
    world->n_files = 2;
    for (size_t i = 0; i < WORLD_VARIANTS; i++)
        world->variants[i] = (struct world_variant){
            .name = {VARIANT_GRCH38, 1, 70000 + (uint32_t)i, "A", "C"}, .af_nano = -1};
    for (size_t i = 0; i < 3; i++) {
        world->variants[i].name = names[i];
        world->persons[i].genotype[i] = GENO_HET;
    }
    /* One file a variant, so that none of the others is judged there. */
    for (size_t f = 0; f < 2; f++)
        world->files[f] =
            (struct world_file){.assembly = VARIANT_GRCH38, .judges = true, .sites = f ? 6 : 1};
    for (size_t p = 0; p < 4; p++) {
        world->persons[p].age = -1;
        world->files[p ? 1 : 0].has_person[p] = true;
    }
    world_build(world);
    return world;
}

static struct world *spelled(const struct variant names[static 3])
{
    return spelled_on(names, NULL);
}

/* 0 has the deletion as the question spells it, 1 and 2 further to the right and not left-aligned
 * (2 other bases). */
static void test_an_indel_by_another_spelling_cannot_be_told(void **state)
{
    static const struct variant names[] = {{VARIANT_GRCH38, 1, 500, "CA", "C"},
                                           {VARIANT_GRCH38, 1, 504, "AA", "A"},
                                           {VARIANT_GRCH38, 1, 520, "TT", "T"}};
    struct world *world = spelled(names);

    (void)state;
    assert_string_equal(ask(world, "variant(change = GRCh38:1-500-CA-C)"), "Y?NN");
    assert_string_equal(ask(world, "variant(change = GRCh38:1-504-AA-A)"), "?YNN"); /* 0: no word */
    assert_string_equal(ask(world, "variant(change = GRCh38:1-503-AA-A)"), "????");
    assert_string_equal(ask(world, "variant(change = GRCh38:1-519-GT-G)"), "NN?N");
    end(world);
}

static void test_another_spelling_at_the_limit_and_one_past(void **state)
{
    static const struct variant names[] = {
        {VARIANT_GRCH38, 1, 500, "CA", "C"},
        {VARIANT_GRCH38, 1, 500 + TARGET_SHIFT_MAX, "AA", "A"},
        {VARIANT_GRCH38, 1, 500 + TARGET_SHIFT_MAX + 1, "AA", "A"}};
    struct world *world = spelled(names);

    (void)state;
    assert_string_equal(ask(world, "variant(change = GRCh38:1-500-CA-C)"), "Y?NN");
    end(world);
}

/* One joint file lists both spellings, and each person is plainly the reference at the other. */
static void test_who_has_one_spelling_is_no_certain_no_by_another(void **state)
{
    static const struct variant names[] = {{VARIANT_GRCH38, 1, 500, "CA", "C"},
                                           {VARIANT_GRCH38, 1, 504, "AA", "A"},
                                           {VARIANT_GRCH38, 1, 520, "TT", "T"}};
    struct world *world = spelled(names);

    (void)state;
    world_clear(world);
    world->files[1].sites = 7;
    world->files[1].has_person[0] = true;
    world_build(world);
    assert_string_equal(ask(world, "variant(change = GRCh38:1-504-AA-A)"), "?YNN");
    assert_string_equal(ask(world, "variant(change = GRCh38:1-500-CA-C)"), "Y?NN");
    end(world);
}

/*
 * All by wgs38; person i lost `gaps[i]`, and nobody carries anything. The gaps are lines that a
 * reader did not take: of two bases where they may be an indel, of one where they exchange it.
 */
static struct world *lost(const struct world_gap gaps[static 6])
{
    struct world *world = assayed(true);

    world_clear(world);
    for (size_t p = 0; p < 6; p++) {
        world->files[0].has_person[p] = true;
        world->files[0].assay[p] = 0;
        world->files[0].gap[p] = gaps[p];
    }
    world_build(world);
    return world;
}

static void test_what_was_lost_beside_an_indel_may_be_it(void **state)
{
    static const struct world_gap gaps[] = {
        {2000 + TARGET_SHIFT_MAX, 2001 + TARGET_SHIFT_MAX, GAP_REFUSED, true},
        {2001 + TARGET_SHIFT_MAX, 2002 + TARGET_SHIFT_MAX, GAP_REFUSED, true},
        {2100, 2100, GAP_FILTERED, true}, /* an exchange of one base */
        {1999 - TARGET_SHIFT_MAX, 2000 - TARGET_SHIFT_MAX, GAP_FAILED, true},
        {1998 - TARGET_SHIFT_MAX, 1999 - TARGET_SHIFT_MAX, GAP_FAILED, true},
        {2100, 2200, GAP_LOW, true}, /* looked at badly, and nothing seen */
    };
    struct world *world = lost(gaps);

    (void)state;
    for (int keeper = 0; keeper < 2; keeper++) {
        assert_string_equal(ask(world, "variant(change = GRCh38:1-2000-CA-C)"), "?NNNNN");
        assert_string_equal(ask(world, "variant(change = GRCh38:1-2000-CAT-C)"), "?NN?NN");
        assert_string_equal(ask(world, "variant(change = GRCh38:1-2000-CA-GT)"), "NNN?NN");
        assert_string_equal(ask(world, "variant(change = GRCh38:1-2000-C-G)"), "NNNNNN");
        snapshot_by_assays(world->snapshot);
        world->fixed_work = true;
    }
    end(world);
}

/*
 * 1 and 3.. are bases of no pattern, but for these: 1-3 AAA, then C; 500 C and six A, then T; 601 G
 * and ACACACAC, then G.
 */
static const char *reference(void)
{
    static char bases[2001];
    uint32_t seed = 1;

    for (size_t i = 0; i < 2000; i++) {
        seed = seed * 1664525 + 1013904223;
        bases[i] = "ACGT"[seed >> 30];
    }
    memcpy(bases, "AAAC", 4);
    memcpy(bases + 498, "GCAAAAAATG", 10);
    memcpy(bases + 600, "GACACACACG", 10);
    return bases;
}

/* 0 has the deletion left-aligned, 1 has it and has it not; 2 another one. */
static struct world *with_reference(bool loaded)
{
    static const struct variant names[] = {{VARIANT_GRCH38, 1, 500, "CA", "C"},
                                           {VARIANT_GRCH38, 1, 504, "AA", "A"},
                                           {VARIANT_GRCH38, 1, 601, "GAC", "G"}};
    struct world *world = spelled_on(names, loaded ? reference() : NULL);

    return world;
}

static const struct {
    const char *change;
    const char *answer;
} spellings[] = {
    {"1-500-CA-C", "Y?NN"},  {"1-504-AA-A", "YYNN"}, /* 1 carries it as it is asked for */
    {"1-503-AA-A", "Y?NN"},  {"1-505-AAT-AT", "Y?NN"},  {"1-499-GCAA-GCA", "Y?NN"},
    {"1-604-ACA-A", "NNYN"}, {"1-607-CAC-C", "NNYN"},   {"1-601-GACACAC-GACAC", "NNYN"},
    {"1-606-A-ACA", "NNNN"},                            /* a duplication */
    {"1-609-C-CAC", "NNNN"}, {"1-500-CAA-GTA", "NNNN"}, /* several bases for as many */
    {"1-3-A-AA", "NNNN"},                               /* at the chromosome's start */
    {"1-2-AA-A", "NNNN"},
};

static void test_a_reference_spells_changes_the_same_for_count_and_keeper(void **state)
{
    struct world *world = with_reference(true);
    char question[128];

    (void)state;
    for (int keeper = 0; keeper < 2; keeper++) {
        for (size_t i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++) {
            (void)snprintf(question, sizeof(question), "variant(change = GRCh38:%s)",
                           spellings[i].change);
            if (strcmp(ask(world, question), spellings[i].answer) != 0)
                fail_msg("%s: %s, not %s", question, ask(world, question), spellings[i].answer);
        }
        snapshot_by_assays(world->snapshot);
        world->fixed_work = true;
    }
    end(world);
}

static bool check(struct world *world, const char *question, struct err *err)
{
    struct target_changes none = {0};
    struct arena *arena = arena_new(1 << 20);
    struct ast ast;
    bool ok;

    assert_true(parse_text(question, arena, &ast, err));
    ok = target_check_changes(world->snapshot, &ast, &none, arena, err);
    arena_free(arena);
    return ok;
}

static void test_a_change_whose_ref_is_another_is_refused(void **state)
{
    struct world *world = with_reference(true);
    struct err err = {0};

    (void)state;
    assert_true(check(world, "variant(change = GRCh38:1-500-CA-C)", &err));
    assert_true(
        check(world, "variant(change = GRCh38:2-500-G-C)", &err)); /* not in the reference */
    assert_true(check(world, "variant(change = GRCh37:1-500-G-C)", &err)); /* nor has it GRCh37 */
    assert_refused(check(world, "sex = female and not variant(change = GRCh38:1-500-CG-C)", &err),
                   &err, ERR_INVALID);
    assert_non_null(strstr(err.text, "GRCh38:1:501 is A there"));
    assert_refused(check(world, "variant(change = GRCh38:1-1990-AAAAAAAAAAAAAAAAA-A)", &err), &err,
                   ERR_INVALID);
    end(world);
    world = with_reference(false);
    assert_true(check(world, "variant(change = GRCh38:1-500-CG-C)", &err));
    assert_string_equal(ask(world, "variant(change = GRCh38:1-503-AA-A)"), "????");
    end(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_stretch_is_tested_from_95_percent_on),
        cmocka_unit_test(test_other_chromosomes_and_assemblies_are_not_covered),
        cmocka_unit_test(test_a_gene_is_tested_where_the_table_has_it),
        cmocka_unit_test(test_an_indel_by_another_spelling_cannot_be_told),
        cmocka_unit_test(test_without_a_gene_table_no_gene_was_tested),
        cmocka_unit_test(test_another_spelling_at_the_limit_and_one_past),
        cmocka_unit_test(test_who_has_one_spelling_is_no_certain_no_by_another),
        cmocka_unit_test(test_what_was_lost_beside_an_indel_may_be_it),
        cmocka_unit_test(test_a_reference_spells_changes_the_same_for_count_and_keeper),
        cmocka_unit_test(test_a_change_whose_ref_is_another_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
