/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of evaluate:
 * - the sealed cells of each measure hold the true numbers, in the declared order and number.
 * Sealed cells cannot be read, so the test opens them with a fixed noise key, opens cells of zeros
 * with the same key and draw, and subtracts;
 * - a person who is dropped from the population is in no cell of any measure (E1).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "node/evaluate/breakdown.h"
#include "node/evaluate/evaluate.h"
#include "node/evaluate/frequency.h"
#include "node/evaluate/truth.h"
#include "node/privacy/noise.h"
#include "proto/base/arena.h"
#include "proto/base/random.h"
#include "proto/query/ast.h"
#include "proto/query/measure.h"
#include "proto/query/parse.h"
#include "tests/unit/evaluate/world.h"

#define CELLS_AT_MOST 1024

struct bench {
    struct arena *arena;
    struct world *world;
    struct noise *noise;
};

static void bench_up(struct bench *b, unsigned long seed)
{
    uint8_t key[NOISE_KEY_BYTES] = {7};
    struct err err;

    assert_true(random_start());
    b->arena = arena_new(1 << 24);
    b->world = calloc(1, sizeof(*b->world));
    world_make(b->world, seed);
    assert_true(noise_new(key, &b->noise, &err));
}

static void bench_down(struct bench *b)
{
    noise_free(b->noise);
    world_clear(b->world);
    free(b->world);
    arena_free(b->arena);
}

/* What is in the cells; frees them. */
static void unseal(struct bench *b, const struct measure *measure, struct cells *cells,
                   int64_t *out)
{
    struct noise_draw draw = {.sigma = 5, .shares = 1};
    struct cells *zeros = cells_new(measure->n_cells);
    int64_t noise[CELLS_AT_MOST];
    struct err err;

    assert_true(measure->n_cells <= CELLS_AT_MOST);
    assert_true(noise_open(b->noise, &draw, measure, cells, out, &err));
    assert_true(noise_open(b->noise, &draw, measure, zeros, noise, &err));
    for (uint32_t i = 0; i < measure->n_cells; i++)
        out[i] -= noise[i];
    cells_free(zeros);
    cells_free(cells);
}

static void draw_question(struct bench *b, struct ast *ast)
{
    char text[4096];
    struct err err;

    do {
        arena_clear(b->arena);
        world_question(b->world, text, sizeof(text));
    } while (!parse_text(text, b->arena, ast, &err));
}

static void count_cells(struct bench *b, const struct ast *ast, int64_t *out)
{
    struct asked_of of = world_asked_of(b->world);
    struct cells *cells = cells_new(COUNT_CELLS);
    struct err err;

    assert_true(evaluate(&of, ast, &shape_count, cells, &err));
    unseal(b, &shape_count.measure, cells, out);
}

static void share_cells(struct bench *b, const struct ast *ast, int64_t *out)
{
    struct asked_of of = world_asked_of(b->world);
    struct shape shape = {.n_parts = 1, .part_cells = MEASURE_SHARE_CELLS};
    struct cells *cells = cells_new(MEASURE_SHARE_CELLS);
    struct err err;

    assert_true(measure_declare(MEASURE_SHARE, 1, &shape.measure, &err));
    assert_true(evaluate(&of, ast, &shape, cells, &err));
    unseal(b, &shape.measure, cells, out);
}

static uint32_t breakdown_cells(struct bench *b, const struct ast *ast, int64_t *out)
{
    const char *const names[] = {"birth_decade", "sex"};
    struct asked_of of = world_asked_of(b->world);
    struct shape shape = {.part_cells = COUNT_CELLS};
    struct cells *cells;
    struct err err;

    assert_true(dimension_table_of(names, 2, &shape.breakdown, &err));
    shape.n_parts = shape.breakdown.n_parts;
    assert_true(measure_declare(MEASURE_BREAKDOWN, shape.n_parts, &shape.measure, &err));
    assert_int_equal(shape.measure.n_cells, 2 * shape.n_parts);
    cells = cells_new(shape.measure.n_cells);
    assert_true(evaluate(&of, ast, &shape, cells, &err));
    unseal(b, &shape.measure, cells, out);
    return shape.measure.n_cells;
}

static void first_changes(const struct world *world, struct ast_value changes[static 3])
{
    for (int i = 0; i < 3; i++) {
        const struct variant *name = &world->variants[i].name;

        changes[i] = (struct ast_value){.kind = VALUE_CHANGE,
                                        .locus = {(enum ast_assembly)name->assembly,
                                                  name->chromosome, name->position, name->position},
                                        .ref = name->ref,
                                        .alt = name->alt};
    }
}

static void frequency_cells(struct bench *b, const struct ast *ast, int64_t *out)
{
    struct asked_of of = world_asked_of(b->world);
    struct ast_value changes[3];
    struct shape shape = {.n_parts = 3, .part_cells = MEASURE_GENOTYPE_CELLS, .changes = changes};
    struct cells *cells;
    struct err err;

    first_changes(b->world, changes);
    assert_true(measure_declare(MEASURE_FREQUENCY, 3, &shape.measure, &err));
    assert_int_equal(shape.measure.n_cells, 18);
    cells = cells_new(shape.measure.n_cells);
    assert_true(evaluate(&of, ast, &shape, cells, &err));
    unseal(b, &shape.measure, cells, out);
}

/* By days from one event to another. */
static void binned_shape(struct bench *b, struct bins *bins, struct shape_step *roles,
                         struct shape *shape)
{
    static const int32_t edges[] = {0, 30};
    struct err err;

    assert_true(bins_of(BINS_DAYS, edges, 2, b->arena, bins, &err));
    shape->bins = bins;
    shape->n_parts = bins->dimension.n_classes;
    shape->roles = roles;
    shape->n_roles = 2;
}

/* A measure that is declared and not evaluated would be admitted, charged and never answered. */
static void test_every_measure_is_evaluated(void **state)
{
    static const char *const names[] = {"sex"};
    struct shape_step step = {"I1 all", 1};
    struct shape_step roles[] = {{SHAPE_FROM, 1}, {SHAPE_TO, 1}};
    struct bins bins;
    struct ast two;
    struct ast_value changes[3];
    struct bench b;
    struct ast ast;
    struct err failed;

    (void)state;
    bench_up(&b, 6001);
    draw_question(&b, &ast);
    assert_true(parse_text("event(diagnosis under icd10:C) and event(treatment under atc:L01EB)",
                           b.arena, &two, &failed));
    first_changes(b.world, changes);
    step.operands = ast.root->kind == AST_AND ? ast.root->n_children : 1;
    for (size_t i = 0; measure_word(i); i++) {
        struct asked_of of = world_asked_of(b.world);
        struct shape shape = {.n_parts = 1};
        enum measure_kind kind;
        struct cells *cells;
        struct err err;

        assert_true(measure_read(measure_word(i), &kind, &err));
        shape.part_cells = measure_part_cells(kind);
        if (measure_declaration(kind)->parts == MEASURE_BY_DIMENSIONS) {
            assert_true(dimension_table_of(names, 1, &shape.breakdown, &err));
            shape.n_parts = shape.breakdown.n_parts;
        }
        if (measure_declaration(kind)->parts == MEASURE_BY_BINS)
            binned_shape(&b, &bins, roles, &shape);
        if (measure_declaration(kind)->parts == MEASURE_TWO_BY_TWO) {
            shape.roles = roles;
            shape.n_roles = 2;
        }
        if (measure_declaration(kind)->parts == MEASURE_BY_CHANGES)
            shape.changes = changes;
        if (measure_declaration(kind)->parts == MEASURE_BY_STEPS)
            shape.steps = &step;
        assert_true(measure_declare(kind, shape.n_parts, &shape.measure, &err));
        cells = cells_new(shape.measure.n_cells);
        if (!evaluate(&of, shape.n_roles ? &two : &ast, &shape, cells, &err))
            fail_msg("%s: %s", measure_word(i), err.text);
        cells_free(cells);
    }
    bench_down(&b);
}

static void test_sealed_cells_hold_the_true_numbers(void **state)
{
    (void)state;
    for (unsigned long seed = 6001; seed < 6011; seed++) {
        struct bench b;

        bench_up(&b, seed);
        for (int i = 0; i < 10; i++) {
            struct asked_of of = world_asked_of(b.world);
            int64_t count[MEASURE_SHARE_CELLS], parts[CELLS_AT_MOST], genotypes[18], sum[2] = {0};
            struct ast_value changes[3];
            struct frequency *frequency;
            struct true_count is;
            struct genotype_counts g;
            struct ast ast;
            struct err err;

            draw_question(&b, &ast);
            assert_true(truth_count(&of, &ast, &is, &err));
            count_cells(&b, &ast, count);
            assert_int_equal(count[0], is.matched);
            assert_int_equal(count[1], is.undetermined);
            for (uint32_t c = 0, n = breakdown_cells(&b, &ast, parts); c < n; c++)
                sum[c % 2] += parts[c];
            assert_int_equal(sum[0], is.matched);
            assert_int_equal(sum[1], is.undetermined);
            share_cells(&b, &ast, count);
            assert_int_equal(count[SHARE_MATCHED], is.matched);
            assert_int_equal(count[SHARE_UNDETERMINED], is.undetermined);
            assert_int_equal(count[SHARE_UNMATCHED], is.persons - is.matched - is.undetermined);
            frequency_cells(&b, &ast, genotypes);
            first_changes(b.world, changes);
            assert_true(frequency_new(&of, &ast, &frequency, &err));
            for (int v = 0; v < 3; v++) {
                assert_true(frequency_change(frequency, &changes[v], &g, &err));
                assert_int_equal(genotypes[6 * v], g.ref);
                assert_int_equal(genotypes[6 * v + 1], g.het);
                assert_int_equal(genotypes[6 * v + 2], g.hom);
                assert_int_equal(genotypes[6 * v + 3], g.hemi);
                assert_int_equal(genotypes[6 * v + 4], g.ref_haploid);
                assert_int_equal(genotypes[6 * v + 5], g.not_assessed + g.carrier);
            }
            frequency_free(frequency);
        }
        bench_down(&b);
    }
}

static void draw_side(struct bench *b, char text[static 2048])
{
    struct ast ast;
    struct err err;

    do
        world_question(b->world, text, 2048);
    while (!parse_text(text, b->arena, &ast, &err) || ast.root->kind == AST_ALL);
}

static struct true_count truth_of(struct bench *b, const char *format, const char *a, const char *z)
{
    struct asked_of of = world_asked_of(b->world);
    struct true_count is = {0};
    char text[8192];
    struct ast ast;
    struct err err;

    snprintf(text, sizeof(text), format, a, z);
    if (parse_text(text, b->arena, &ast, &err))
        assert_true(truth_count(&of, &ast, &is, &err));
    return is;
}

static uint32_t operands_of(struct bench *b, const char *text)
{
    struct ast ast;
    struct err err;

    assert_true(parse_text(text, b->arena, &ast, &err));
    return ast.root->kind == AST_AND ? ast.root->n_children : 1;
}

/* Each cell of two criteria is what a count of both, or of one without the other, gives. */
static void test_an_association_has_four_counts(void **state)
{
    static const char *const formats[] = {"(%s) and (%s)", "(%s) and not (%s)", "not (%s) and (%s)",
                                          "not (%s) and not (%s)"};
    static char a[2048], z[2048], text[8192];
    int64_t told = 0, all_untold = 0;
    struct bench b;

    (void)state;
    bench_up(&b, 6111);
    for (int i = 0; i < 60; i++) {
        struct asked_of of = world_asked_of(b.world);
        struct shape_step roles[2] = {{SHAPE_EXPOSURE, 1}, {SHAPE_OUTCOME, 1}};
        struct shape shape = {
            .n_parts = 1, .part_cells = MEASURE_ASSOCIATION_CELLS, .roles = roles, .n_roles = 2};
        int64_t cells[MEASURE_ASSOCIATION_CELLS], persons, sum = 0;
        struct cells *sealed;
        struct ast ast;
        struct err err;

        arena_clear(b.arena);
        draw_side(&b, a);
        draw_side(&b, z);
        snprintf(text, sizeof(text), "(%s) and (%s)", a, z);
        if (!parse_text(text, b.arena, &ast, &err))
            continue; /* too large together */
        roles[0].operands = operands_of(&b, a);
        roles[1].operands = operands_of(&b, z);
        assert_true(measure_declare(MEASURE_ASSOCIATION, 1, &shape.measure, &err));
        sealed = cells_new(shape.measure.n_cells);
        assert_true(evaluate(&of, &ast, &shape, sealed, &err));
        unseal(&b, &shape.measure, sealed, cells);
        persons = (int64_t)population_count(b.world->population);
        for (int c = 0; c < ASSOCIATION_UNTOLD; c++) {
            assert_int_equal(cells[c], truth_of(&b, formats[c], a, z).matched);
            sum += cells[c];
        }
        assert_int_equal(cells[ASSOCIATION_UNTOLD], persons - sum);
        told += sum;
        all_untold += persons - sum;
    }
    assert_true(told > 100 && all_untold > 100);
    bench_down(&b);
}

static int64_t sum_of(const int64_t *cells, size_t n)
{
    int64_t sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += cells[i];
    return sum;
}

static void test_who_is_dropped_is_in_no_cell(void **state)
{
    struct bench b;
    struct ast everybody;
    int64_t cells[CELLS_AT_MOST];
    struct err err;
    int64_t left;

    (void)state;
    bench_up(&b, 42);
    assert_true(parse_text("", b.arena, &everybody, &err));
    count_cells(&b, &everybody, cells);
    left = cells[0];
    for (uint32_t p = 0; p < b.world->n_persons; p++) {
        if (set_has(population_of(b.world->population, 0), p))
            left--;
        population_drop(b.world->population, 0, p);
        count_cells(&b, &everybody, cells);
        assert_int_equal(cells[0], left);
        assert_int_equal(cells[1], 0);
        assert_int_equal(sum_of(cells, breakdown_cells(&b, &everybody, cells)), left);
        share_cells(&b, &everybody, cells);
        assert_int_equal(sum_of(cells, MEASURE_SHARE_CELLS), left);
        frequency_cells(&b, &everybody, cells);
        for (int v = 0; v < 3; v++)
            assert_int_equal(sum_of(cells + 6 * v, 6), left);
    }
    assert_int_equal(left, 0);
    bench_down(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_measure_is_evaluated),
        cmocka_unit_test(test_sealed_cells_hold_the_true_numbers),
        cmocka_unit_test(test_an_association_has_four_counts),
        cmocka_unit_test(test_who_is_dropped_is_in_no_cell),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
