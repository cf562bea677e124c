/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of fixed work (node/evaluate/asked_of.h), in pairs of worlds that differ in what is
 * known of one person:
 * - as many rows are looked at in both, whatever the question;
 * - as many carriers' lists are walked in both, and no walk may end early;
 * - without it they are not (the control): a question that names a secret beside a variant tells by
 *   its work whether the person has the secret;
 * - the answer is the same with it and without;
 * - a measure by bins reads as many rows and visits as many persons in both.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "node/evaluate/binned.h"
#include "node/evaluate/criterion.h"
#include "node/snapshot/snapshot.h"
#include "proto/base/arena.h"
#include "proto/query/ast.h"
#include "proto/query/parse.h"
#include "tests/unit/evaluate/world.h"

enum { MALE = 2 };

/* What one person's record says. */
struct facts {
    unsigned sex;
    int age;
    uint32_t icd;
    enum genotype at_x;
    enum genotype at_1;
};

/* Persons who carry this and that, the last of whom is as told; all sites are there without him. */
static void make(struct world *world, const struct facts *last)
{
    memset(world, 0, sizeof(*world));
    world->n_persons = 6;
    world->has_genes = true;
    world->files[0] = (struct world_file){
        .assembly = VARIANT_GRCH38, .has_af = true, .judges = true, .sites = 0xffff};
    for (size_t i = 0; i < WORLD_VARIANTS; i++) {
        world->variants[i].af_nano = 600000000;
        world->variants[i].name = (struct variant){VARIANT_GRCH38, i % 2 ? CHROMOSOME_X : 1,
                                                   10000000 + (uint32_t)i, "A", "C"};
    }
    world->n_files = 2;
    world->has_tumours = true;
    world->files[1] = world->files[0];
    world->files[1].somatic = true;
    for (size_t p = 0; p < world->n_persons; p++) {
        world->persons[p] = (struct world_person){.sex = 1 + p % 2, .age = 40 + (int)p};
        world->persons[p].tumour = p == 5 && last->at_1 == GENO_REF ? 0 : 0xffff;
        world->files[1].has_person[p] = true;
        world->files[1].assay[p] = -1;
        world->files[0].has_person[p] = true;
        world->files[0].assay[p] = 0;
        for (size_t i = 0; i + 1 < world->n_persons && i < WORLD_VARIANTS; i++)
            world->persons[p].genotype[i] = p == 0 ? GENO_HOM : GENO_HET;
    }
    world->persons[5].sex = last->sex;
    world->persons[5].age = last->age;
    world->persons[5].icd = last->icd;
    world->persons[5].genotype[0] = (uint8_t)last->at_1;
    world->persons[5].genotype[1] = (uint8_t)last->at_x;
    world_build(world);
}

/* Between evaluation and the snapshot: what walks over lists of carriers were asked for. */
static uint64_t lists, short_walks;

bool __real_segment_carriers(struct segment *segment, const struct segment_sought *sought,
                             uint64_t *words, struct err *err);
bool __wrap_segment_carriers(struct segment *segment, const struct segment_sought *sought,
                             uint64_t *words, struct err *err);
bool __wrap_segment_carriers(struct segment *segment, const struct segment_sought *sought,
                             uint64_t *words, struct err *err)
{
    lists += sought->n;
    short_walks += sought->until != NULL;
    return __real_segment_carriers(segment, sought, words, err);
}

struct seen {
    uint64_t rows;
    uint64_t lists;
    uint64_t short_walks; /* that may end before their last list */
    uint32_t yes;
    uint32_t cannot_tell;
};

static struct seen ask(struct world *world, const char *text, bool fixed)
{
    struct arena *arena = arena_new(1 << 20);
    struct asked_of of = world_asked_of(world);
    struct criterion *criterion;
    struct seen seen = {0};
    struct kleene who;
    struct ast ast;
    struct err err;

    of.fixed_work = fixed;
    world->limits.seen = lists = short_walks = 0;
    if (!parse_text(text, arena, &ast, &err))
        fail_msg("%s: %s", text, err.text);
    assert_true(criterion_new(&of, &ast, &criterion, &err));
    for (size_t s = 0; s < snapshot_info(world->snapshot)->n_segments; s++) {
        assert_true(criterion_run(criterion, s, &who, &err));
        seen.yes += set_count(&who.yes);
        seen.cannot_tell += set_count(&who.cannot_tell);
    }
    criterion_free(criterion);
    arena_free(arena);
    seen.rows = world->limits.seen;
    seen.lists = lists;
    seen.short_walks = short_walks;
    return seen;
}

static const char *const questions[] = {
    "diagnosis = icd10:I21.9 and variant(zygosity = hom and af >= 60%)",
    "age >= 90 and sex = male and variant(zygosity = hom and af >= 60%)",
    "sex = female and age >= 45 and not variant(zygosity = het)",
    "at least 2 of (age >= 90 and variant(zygosity = hom), sex = male, variant(gene = AAA1))",
    "not (age >= 90 and (sex = male or variant(zygosity = hemi)))",
    "age >= 90 and diagnosis under (icd10:I20-I25, icd10:II) and tested(variant(zygosity = hom))",
    "age >= 90 and event(diagnosis under icd10:C50 and age >= 40)",
    "sequence(diagnosis = icd10:C50 then within 1 year diagnosis under icd10:C) and sex = male",
    "age >= 90 and somatic variant(vaf >= 5%)",
    "sex = male and variant(vaf < 5% and zygosity = hom)",
    "age >= 90 and two hits(gene = AAA1 and af <= 5%) and not variant(zygosity = het)",
    "age >= 90 and variant(gene = AAA1) and variant(locus = GRCh38:X:9000000-11000000)",
};
#define N_QUESTIONS (sizeof(questions) / sizeof(questions[0]))

static const struct facts pairs[][2] = {
    {{MALE, 95, 0, GENO_HEMI, GENO_HOM}, {MALE, 45, 0, GENO_HEMI, GENO_HOM}},
    {{MALE, 95, 1, GENO_HET, GENO_HOM}, {MALE, 95, 0, GENO_HET, GENO_HOM}},
    {{1, 45, 1, GENO_HET, GENO_REF}, {MALE, 45, 1, GENO_HET, GENO_REF}},
    {{1, 95, 1, GENO_HOM, GENO_HET}, {1, 95, 1, GENO_REF, GENO_REF}},
};
#define N_PAIRS (sizeof(pairs) / sizeof(pairs[0]))

/* How many of the questions about how many of the pairs are told apart by the work. */
static size_t told_apart(bool fixed)
{
    struct world *with = calloc(1, sizeof(*with)), *without = calloc(1, sizeof(*without));
    size_t n = 0;

    for (size_t i = 0; i < N_PAIRS; i++) {
        make(with, &pairs[i][0]);
        make(without, &pairs[i][1]);
        for (size_t k = 0; k < N_QUESTIONS; k++) {
            struct seen a = ask(with, questions[k], fixed);
            struct seen b = ask(without, questions[k], fixed);

            if (fixed)
                assert_true(a.rows > 0);
            n += a.rows != b.rows || a.lists != b.lists;
        }
        world_clear(with);
        world_clear(without);
    }
    free(with);
    free(without);
    return n;
}

static void test_fixed_work_does_not_follow_from_a_person(void **state)
{
    (void)state;
    assert_int_equal(told_apart(true), 0);
}

static void test_without_it_the_work_tells_the_secret(void **state)
{
    (void)state;
    assert_true(told_apart(false) > 0);
}

/* A walk that ends where all who can be found are found tells whether they are. */
static void test_no_walk_over_carriers_may_end_early(void **state)
{
    struct world *world = calloc(1, sizeof(*world));
    uint64_t walked = 0, quick = 0;

    (void)state;
    for (size_t i = 0; i < N_PAIRS; i++) {
        make(world, &pairs[i][0]);
        for (size_t k = 0; k < N_QUESTIONS; k++) {
            struct seen fixed = ask(world, questions[k], true);

            assert_int_equal(fixed.short_walks, 0);
            walked += fixed.lists;
            quick += ask(world, questions[k], false).short_walks;
        }
        world_clear(world);
    }
    assert_true(walked > 0);
    assert_true(quick > 0); /* the control */
    free(world);
}

static void test_the_answer_is_the_same(void **state)
{
    struct world *world = calloc(1, sizeof(*world));

    (void)state;
    for (size_t i = 0; i < N_PAIRS; i++) {
        make(world, &pairs[i][0]);
        for (size_t k = 0; k < N_QUESTIONS; k++) {
            struct seen fixed = ask(world, questions[k], true);
            struct seen quick = ask(world, questions[k], false);

            assert_int_equal(fixed.yes, quick.yes);
            assert_int_equal(fixed.cannot_tell, quick.cannot_tell);
            assert_true(fixed.rows >= quick.rows);
        }
        world_clear(world);
    }
    free(world);
}

static void count_visit(void *of, const struct breakdown_person *is)
{
    uint64_t *visits = of;

    assert_false(is->matched && is->cannot_tell);
    (*visits)++;
}

/* Rows and visits of a curve from diagnosis to another, among those of an age. */
static void walk(struct world *world, enum measure_kind kind, uint64_t *rows, uint64_t *visits)
{
    static const int32_t edges[] = {0, 30, 365};
    struct shape_step roles[] = {{SHAPE_FROM, 1}, {SHAPE_TO, 1}, {SHAPE_AMONG, 2}};
    struct arena *arena = arena_new(1 << 20);
    struct asked_of of = world_asked_of(world);
    struct shape shape = {.measure.kind = kind, .roles = roles, .n_roles = 3};
    struct bins bins;
    struct ast ast;
    struct err err;

    of.fixed_work = true;
    assert_true(bins_of(BINS_DAYS, edges, 3, arena, &bins, &err));
    shape.bins = &bins;
    shape.n_parts = bins.dimension.n_classes;
    assert_true(parse_text("event(diagnosis = icd10:C50.1) and event(diagnosis under icd10:C and "
                           "age >= 40) and age >= 90 and sex = male",
                           arena, &ast, &err));
    world->limits.seen = *visits = 0;
    assert_true(binned_walk(&of, &ast, &shape, count_visit, visits, &err));
    *rows = world->limits.seen;
    arena_free(arena);
}

static void test_bins_take_the_same_work_whoever_is_in_them(void **state)
{
    static const enum measure_kind kinds[] = {MEASURE_HISTOGRAM, MEASURE_SURVIVAL};
    struct world *world = calloc(1, sizeof(*world));

    (void)state;
    for (size_t i = 0; i < N_PAIRS; i++)
        for (size_t k = 0; k < 2; k++) {
            uint64_t rows[2], visits[2];

            for (int of = 0; of < 2; of++) {
                make(world, &pairs[i][of]);
                walk(world, kinds[k], &rows[of], &visits[of]);
                world_clear(world);
            }
            assert_true(rows[0] > 0 && visits[0] > 0);
            assert_int_equal(rows[0], rows[1]);
            assert_int_equal(visits[0], visits[1]);
        }
    free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fixed_work_does_not_follow_from_a_person),
        cmocka_unit_test(test_without_it_the_work_tells_the_secret),
        cmocka_unit_test(test_no_walk_over_carriers_may_end_early),
        cmocka_unit_test(test_the_answer_is_the_same),
        cmocka_unit_test(test_bins_take_the_same_work_whoever_is_in_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
