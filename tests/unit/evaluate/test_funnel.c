/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of funnel: for random worlds and protocols, every cell has exactly the persons that
 * the rule of funnel_cell puts there, each of whom is looked at step by step (naive.h); nobody is
 * in two cells; all that are left at the end are those that one question over all steps finds.
 * Gained by a step is who lacks that step alone.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "node/evaluate/funnel.h"
#include "node/evaluate/truth.h"
#include "proto/base/arena.h"
#include "proto/base/bytes.h"
#include "proto/query/ast.h"
#include "proto/query/parse.h"
#include "proto/query/print.h"
#include "tests/unit/evaluate/naive.h"
#include "tests/unit/evaluate/world.h"

#define STEPS 5

struct bench {
    struct world *world;
    struct arena *arena;
    struct ast step[STEPS];
    struct ast whole;
    struct shape_step extent[STEPS];
    struct shape shape;
};

/* Some random questions, of which every third excludes. False when together they are too large. */
static bool draw_protocol(struct bench *b, uint32_t n)
{
    struct bytes text = {0};
    struct err err;
    bool ok;

    for (uint32_t i = 0; i < n; i++) {
        char part[4096];
        bool excludes = i % 3 == 2;

        do
            world_question(b->world, part, sizeof(part));
        while (!parse_text(part, b->arena, &b->step[i], &err) || b->step[i].root->kind == AST_ALL);
        bytes_add_text(&text, i ? " and " : "");
        bytes_add_text(&text, excludes ? "not (" : "(");
        print(&b->step[i], &text);
        bytes_add_text(&text, ")");
        b->extent[i] = (struct shape_step){"step", b->step[i].root->kind == AST_AND && !excludes
                                                       ? b->step[i].root->n_children
                                                       : 1};
    }
    bytes_add_u8(&text, 0);
    assert_false(text.failed);
    ok = parse_text((const char *)text.data, b->arena, &b->whole, &err);
    bytes_clear(&text);
    b->shape = (struct shape){.n_parts = n, .part_cells = MEASURE_FUNNEL_CELLS, .steps = b->extent};
    return ok;
}

/* Where the rule puts this person: a cell, or -1. */
static int cell_of(const struct bench *b, size_t person)
{
    int unclear = -1;

    for (uint32_t i = 0; i < b->shape.n_parts; i++) {
        enum value value = naive(b->world, person, b->step[i].root);

        if (i % 3 == 2)
            value = value == YES ? NO : value == NO ? YES : CANNOT_TELL;
        if (value == NO)
            return i == 0 ? -1 : (int)(MEASURE_FUNNEL_CELLS * (i - 1) + FUNNEL_LAST);
        if (value == CANNOT_TELL && unclear < 0)
            unclear = (int)(MEASURE_FUNNEL_CELLS * i + FUNNEL_UNDECIDED);
    }
    return unclear >= 0 ? unclear
                        : (int)(MEASURE_FUNNEL_CELLS * (b->shape.n_parts - 1) + FUNNEL_LAST);
}

/* The only step that this person does not meet for certain, or -1. */
static int lacked_of(const struct bench *b, size_t person)
{
    int lacked = -1;

    for (uint32_t i = 0; i < b->shape.n_parts; i++) {
        if (naive(b->world, person, b->step[i].root) == (i % 3 == 2 ? NO : YES))
            continue;
        if (lacked >= 0)
            return -1;
        lacked = (int)i;
    }
    return lacked;
}

static uint32_t expect_gained(const struct bench *b, int step)
{
    uint32_t n = 0;

    for (size_t p = 0; p < b->world->n_persons; p++)
        n += !b->world->persons[p].dead_end && lacked_of(b, p) == step;
    return n;
}

static void expect(const struct bench *b, uint32_t *cells)
{
    memset(cells, 0, MEASURE_FUNNEL_CELLS * STEPS * sizeof(*cells));
    for (size_t p = 0; p < b->world->n_persons; p++) {
        int cell = b->world->persons[p].dead_end ? -1 : cell_of(b, p);

        if (cell >= 0)
            cells[cell]++;
    }
}

static void run(const struct bench *b, const struct asked_of *of, uint32_t *cells,
                uint32_t gained[static STEPS])
{
    struct funnel *funnel;
    struct err err;

    memset(cells, 0, MEASURE_FUNNEL_CELLS * STEPS * sizeof(*cells));
    memset(gained, 0, STEPS * sizeof(*gained));
    assert_true(funnel_new(of, &b->whole, &b->shape, &funnel, &err));
    for (size_t i = 0; i < population_segments(of->population); i++) {
        if (!funnel_run(funnel, i, &err))
            fail_msg("%s", err.text);
        for (uint32_t s = 0; s < b->shape.n_parts; s++) {
            cells[MEASURE_FUNNEL_CELLS * s + FUNNEL_LAST] += set_count(funnel_last(funnel, s));
            cells[MEASURE_FUNNEL_CELLS * s + FUNNEL_UNDECIDED] +=
                set_count(funnel_undecided(funnel, s));
            gained[s] += set_count(funnel_gained(funnel, s));
        }
    }
    funnel_free(funnel);
}

/* All left at the end are those whom one question over all steps finds. */
static void as_one_question(const struct bench *b, const struct asked_of *of, const uint32_t *cells)
{
    struct true_count is;
    struct err err;
    uint32_t undecided = 0;

    assert_true(truth_count(of, &b->whole, &is, &err));
    for (uint32_t s = 0; s < b->shape.n_parts; s++)
        undecided += cells[MEASURE_FUNNEL_CELLS * s + FUNNEL_UNDECIDED];
    assert_int_equal(cells[MEASURE_FUNNEL_CELLS * (b->shape.n_parts - 1) + FUNNEL_LAST],
                     is.matched);
    assert_int_equal(undecided, is.undetermined);
}

static void test_every_cell_has_whom_the_rule_puts_there(void **state)
{
    uint64_t by_kind[MEASURE_FUNNEL_CELLS] = {0}, all_gained = 0;
    struct bench b = {.arena = arena_new(1 << 24), .world = calloc(1, sizeof(*b.world))};

    (void)state;
    for (unsigned long seed = 7001; seed < 7031; seed++) {
        world_make(b.world, seed);
        for (uint32_t i = 0; i < 10; i++) {
            struct asked_of of = world_asked_of(b.world);
            uint32_t gained[STEPS];
            uint32_t is[MEASURE_FUNNEL_CELLS * STEPS], expected[MEASURE_FUNNEL_CELLS * STEPS];

            of.fixed_work = i % 2;
            do
                arena_clear(b.arena);
            while (!draw_protocol(&b, 1 + i % STEPS));
            run(&b, &of, is, gained);
            for (uint32_t s = 0; s < b.shape.n_parts; s++) {
                assert_int_equal(gained[s], expect_gained(&b, (int)s));
                all_gained += gained[s];
            }
            expect(&b, expected);
            for (uint32_t c = 0; c < MEASURE_FUNNEL_CELLS * b.shape.n_parts; c++) {
                if (is[c] != expected[c])
                    fail_msg("seed %lu, protocol %u: cell %u is %u, not %u", seed, i, c, is[c],
                             expected[c]);
                by_kind[c % MEASURE_FUNNEL_CELLS] += is[c];
            }
            as_one_question(&b, &of, is);
        }
        world_clear(b.world);
    }
    assert_true(all_gained > 100);
    assert_true(by_kind[FUNNEL_LAST] > 100 && by_kind[FUNNEL_UNDECIDED] > 100);
    free(b.world);
    arena_free(b.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_cell_has_whom_the_rule_puts_there)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
