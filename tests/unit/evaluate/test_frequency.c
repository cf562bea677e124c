/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of frequency, against a model, for random worlds and cohorts:
 * - for every variant, ref, het, hom, hemi and not assessed are what looking at each person gives;
 * - each person of the cohort, and each of whom membership cannot be told, is in exactly one of
 * them;
 * - a walk visits every variant that somebody carries, in order, and agrees with asking one by one;
 * - a change that nobody was seen with has ref and not assessed only.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "node/evaluate/frequency.h"
#include "node/snapshot/snapshot.h"
#include "proto/base/arena.h"
#include "proto/query/ast.h"
#include "proto/query/parse.h"
#include "tests/unit/evaluate/naive.h"
#include "tests/unit/evaluate/world.h"

static const char *const cohorts[] = {"",
                                      "sex = female",
                                      "not age >= 40",
                                      "code = igsr:GBR",
                                      "variant(gene = AAA1)",
                                      "age < 50 and sex != male"};

static struct genotype_counts expected_of(const struct world *world, const struct ast_node *cohort,
                                          int variant)
{
    struct genotype_counts sum = {0};

    for (size_t p = 0; p < world->n_persons; p++) {
        enum value member = naive(world, p, cohort);
        enum genotype genotype = (enum genotype)world->persons[p].genotype[variant];

        if (member == NO || world->persons[p].dead_end)
            continue;
        if (!naive_carries(world, p, variant))
            genotype = GENO_REF;
        if (member == CANNOT_TELL || !naive_tested(world, p, variant))
            sum.not_assessed++;
        else if (genotype == GENO_CARRIER)
            sum.carrier++;
        else if (genotype == GENO_REF)
            sum.ref++;
        else if (genotype == GENO_HET)
            sum.het++;
        else if (genotype == GENO_HOM)
            sum.hom++;
        else
            sum.hemi++;
    }
    return sum;
}

struct visit {
    const struct world *world;
    const struct ast_node *cohort;
    const char *text;
    unsigned long seed;
    uint64_t last;
    uint32_t seen; /* bits of variants */
};

static void compare(const struct visit *visit, int variant, const struct genotype_counts *is)
{
    struct genotype_counts expected = expected_of(visit->world, visit->cohort, variant);

    if (memcmp(is, &expected, sizeof(expected)) != 0)
        fail_msg("seed %lu, variant %d, cohort \"%s\": %lu %lu %lu %lu %lu, expected %lu %lu %lu "
                 "%lu %lu",
                 visit->seed, variant, visit->text, is->ref, is->het, is->hom, is->hemi,
                 is->not_assessed, expected.ref, expected.het, expected.hom, expected.hemi,
                 expected.not_assessed);
}

static bool visit_one(void *of, uint64_t vid, const struct genotype_counts *is, struct err *err)
{
    struct visit *visit = of;

    (void)err;
    assert_true(visit->seen == 0 || vid > visit->last);
    visit->last = vid;
    for (int v = 0; v < WORLD_VARIANTS; v++)
        if (visit->world->variants[v].vid == vid) {
            visit->seen |= 1u << v;
            compare(visit, v, is);
            return true;
        }
    fail_msg("seed %lu: a variant that is not of this world", visit->seed);
    return false;
}

static void ask_one_by_one(struct frequency *frequency, const struct visit *visit)
{
    for (int v = 0; v < WORLD_VARIANTS; v++) {
        const struct variant *name = &visit->world->variants[v].name;
        struct ast_value change = {.kind = VALUE_CHANGE,
                                   .locus = {(enum ast_assembly)name->assembly, name->chromosome,
                                             name->position, name->position},
                                   .ref = name->ref,
                                   .alt = name->alt};
        struct genotype_counts is;
        struct err err;

        if (name->chromosome == CHROMOSOME_NONE)
            continue;
        assert_true(frequency_change(frequency, &change, &is, &err));
        compare(visit, v, &is);
    }
}

static void test_genotypes_are_what_looking_at_each_person_gives(void **state)
{
    struct arena *arena = arena_new(1 << 22);
    struct world *world = calloc(1, sizeof(*world));

    (void)state;
    for (unsigned long seed = 3001; seed < 3061; seed++) {
        world_make(world, seed);
        for (size_t c = 0; c < sizeof(cohorts) / sizeof(cohorts[0]); c++) {
            struct visit visit = {.world = world, .text = cohorts[c], .seed = seed};
            struct asked_of of = world_asked_of(world);
            struct frequency *frequency;
            struct ast ast;
            struct err err;

            arena_clear(arena);
            assert_true(parse_text(cohorts[c], arena, &ast, &err));
            visit.cohort = ast.root;
            assert_true(frequency_new(&of, &ast, &frequency, &err));
            assert_true(frequency_walk(frequency, 0, UINT64_MAX, visit_one, &visit, &err));
            for (int v = 0; v < WORLD_VARIANTS; v++)
                for (size_t p = 0; p < world->n_persons; p++)
                    if (naive_carries(world, p, v) && !world->persons[p].dead_end)
                        assert_true(visit.seen >> v & 1);
            ask_one_by_one(frequency, &visit);
            frequency_free(frequency);
        }
        world_clear(world);
    }
    free(world);
    arena_free(arena);
}

static void test_a_change_that_nobody_was_seen_with_is_reference_or_not_assessed(void **state)
{
    struct ast_value change = {.kind = VALUE_CHANGE,
                               .locus = {ASSEMBLY_GRCH38, 1, 1777, 1777},
                               .ref = "ACGTACGTACGTACGT",
                               .alt = "A"};
    struct arena *arena = arena_new(1 << 22);
    struct world *world = calloc(1, sizeof(*world));
    struct frequency *frequency;
    struct genotype_counts is;
    struct asked_of of;
    struct ast ast;
    struct err err;

    (void)state;
    world_make(world, 5);
    of = world_asked_of(world);
    assert_true(parse_text("", arena, &ast, &err));
    assert_true(frequency_new(&of, &ast, &frequency, &err));
    assert_true(frequency_change(frequency, &change, &is, &err));
    assert_int_equal(is.het + is.hom + is.hemi, 0);
    assert_int_equal(is.ref + is.not_assessed, snapshot_info(world->snapshot)->n_persons);
    frequency_free(frequency);
    world_clear(world);
    free(world);
    arena_free(arena);
}

enum { AT_X, AT_Y, AT_MT, AT_PAR, PLACES };

/* Nine persons, all judged by one file at four places, each with the same genotype everywhere. */
static struct world *sexes(int assay)
{
    static const struct {
        unsigned sex;
        uint8_t genotype;
    } is[] = {{1, GENO_REF}, {1, GENO_HET}, {1, GENO_HOM}, {2, GENO_REF}, {2, GENO_HEMI},
              {2, GENO_HOM}, {2, GENO_HET}, {0, GENO_REF}, {0, GENO_HET}};
    static const uint8_t chromosomes[PLACES] = {23, 24, 25, 23};
    static const uint32_t positions[PLACES] = {20000000, 20000000, 1000, 100000};
    struct world *world = calloc(1, sizeof(*world));

    assert_non_null(world);
    world->n_persons = sizeof(is) / sizeof(is[0]);
    world->n_files = 1;
    world->files[0] =
        (struct world_file){.assembly = VARIANT_GRCH38, .judges = true, .sites = (1 << PLACES) - 1};
    for (size_t v = 0; v < WORLD_VARIANTS; v++)
        world->variants[v] = (struct world_variant){
            .af_nano = -1, .name = {VARIANT_GRCH38, 1, 7000 + (uint32_t)v, "A", "C"}};
    for (size_t v = 0; v < PLACES; v++)
        world->variants[v].name =
            (struct variant){VARIANT_GRCH38, chromosomes[v], positions[v], "A", "C"};
    for (size_t p = 0; p < world->n_persons; p++) {
        world->persons[p] = (struct world_person){.sex = is[p].sex, .age = -1};
        for (size_t v = 0; v < PLACES; v++)
            world->persons[p].genotype[v] = is[p].genotype;
        world->files[0].has_person[p] = true;
        world->files[0].assay[p] = assay;
    }
    world_build(world);
    return world;
}

static void test_copies_of_a_place_follow_sex_and_pseudo_autosomal_regions(void **state)
{
    static const struct genotype_counts expected[PLACES] = {
        [AT_X] = {.ref = 1,
                  .het = 1,
                  .hom = 1,
                  .hemi = 2,
                  .ref_haploid = 1,
                  .carrier = 2,
                  .not_assessed = 1},
        [AT_Y] = {.hemi = 2, .ref_haploid = 1, .carrier = 2, .not_assessed = 4},
        [AT_MT] = {.hemi = 6, .ref_haploid = 3},
        [AT_PAR] = {.ref = 3, .het = 3, .hom = 2, .hemi = 1},
    };
    struct arena *arena = arena_new(1 << 22);
    struct world *world = sexes(-1);
    struct asked_of of = world_asked_of(world);
    struct frequency *frequency;
    struct ast ast;
    struct err err;

    (void)state;
    assert_true(parse_text("", arena, &ast, &err));
    assert_true(frequency_new(&of, &ast, &frequency, &err));
    for (int v = 0; v < PLACES; v++) {
        const struct variant *name = &world->variants[v].name;
        struct ast_value change = {
            .kind = VALUE_CHANGE,
            .locus = {ASSEMBLY_GRCH38, name->chromosome, name->position, name->position},
            .ref = "A",
            .alt = "C"};
        struct genotype_counts is;

        assert_true(frequency_change(frequency, &change, &is, &err));
        assert_memory_equal(&is, &expected[v], sizeof(is));
    }
    frequency_free(frequency);
    world_clear(world);
    free(world);
    arena_free(arena);
}

/* Whole genomes: of a place that no file lists, too, each has as many copies as the sex says. */
static void test_copies_of_a_place_that_nobody_carries(void **state)
{
    static const struct {
        unsigned chromosome;
        uint32_t position;
        struct genotype_counts expected;
    } places[] = {
        {23, 30000000, {.ref = 3, .ref_haploid = 4, .not_assessed = 2}},
        {24, 15000000, {.ref_haploid = 4, .not_assessed = 5}},
        {1, 30000000, {.ref = 9}},
    };
    struct arena *arena = arena_new(1 << 22);
    struct world *world = sexes(0);
    struct asked_of of = world_asked_of(world);
    struct frequency *frequency;
    struct ast ast;
    struct err err;

    (void)state;
    assert_true(parse_text("", arena, &ast, &err));
    assert_true(frequency_new(&of, &ast, &frequency, &err));
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        struct ast_value change = {.kind = VALUE_CHANGE,
                                   .locus = {ASSEMBLY_GRCH38, (uint8_t)places[i].chromosome,
                                             places[i].position, places[i].position},
                                   .ref = "A",
                                   .alt = "C"};
        struct genotype_counts is;

        assert_true(frequency_change(frequency, &change, &is, &err));
        assert_memory_equal(&is, &places[i].expected, sizeof(is));
    }
    frequency_free(frequency);
    world_clear(world);
    free(world);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_genotypes_are_what_looking_at_each_person_gives),
        cmocka_unit_test(test_a_change_that_nobody_was_seen_with_is_reference_or_not_assessed),
        cmocka_unit_test(test_copies_of_a_place_follow_sex_and_pseudo_autosomal_regions),
        cmocka_unit_test(test_copies_of_a_place_that_nobody_carries),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
