/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of breakdown: for random worlds and questions, every person who meets the question,
 * or of whom it cannot be told, is told of exactly once, in the part that their facts say; nobody
 * else is; so the parts add up to the count.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "node/evaluate/breakdown.h"
#include "proto/base/arena.h"
#include "proto/query/ast.h"
#include "proto/query/parse.h"
#include "tests/unit/evaluate/naive.h"
#include "tests/unit/evaluate/world.h"

struct table {
    uint32_t cells[2 * 4 * 11 * 4];
};

static void add(void *of, const struct breakdown_person *is)
{
    struct table *table = of;

    assert_false(is->matched && is->cannot_tell);
    table->cells[2 * is->part] += is->matched;
    table->cells[2 * is->part + 1] += is->cannot_tell;
}

/* The widest assay of any sample: none, panel, exome, genome. */
static uint32_t assay_class(const struct world *world, size_t person)
{
    uint32_t class = 0;

    for (size_t f = 0; f < world->n_files; f++) {
        const struct world_file *file = &world->files[f];

        if (file->has_person[person] && file->assay[person] >= 0) {
            uint32_t is = world_assays[file->assay[person]].whole ? 3 : 1;

            class = is > class ? is : class;
        }
    }
    return class;
}

static void expect(const struct world *world, const struct ast_node *node, struct table *table)
{
    for (size_t p = 0; p < world->n_persons; p++) {
        const struct world_person *person = &world->persons[p];
        enum value value = naive(world, p, node);
        uint32_t age = person->age < 0 ? 10 : (uint32_t)person->age / 10;
        uint32_t part = (person->sex * 11 + age) * 4 + assay_class(world, p);

        if (value != NO && !person->dead_end)
            table->cells[2 * part + (value == CANNOT_TELL)]++;
    }
}

static void test_every_person_is_in_one_part(void **state)
{
    const char *const names[] = {"sex", "age_band", "assay"};
    struct arena *arena = arena_new(1 << 24);
    struct world *world = calloc(1, sizeof(*world));
    struct dimension_table breakdown;
    struct err err;

    (void)state;
    assert_true(dimension_table_of(names, 3, &breakdown, &err));
    for (unsigned long seed = 4001; seed < 4031; seed++) {
        world_make(world, seed);
        for (int i = 0; i < 10; i++) {
            struct asked_of of = world_asked_of(world);
            struct table is = {0}, expected = {0};
            struct ast ast;
            char text[4096];

            do {
                arena_clear(arena);
                world_question(world, text, sizeof(text));
            } while (!parse_text(text, arena, &ast, &err));
            assert_true(breakdown_walk(&of, &ast, &breakdown, add, &is, &err));
            expect(world, ast.root, &expected);
            if (memcmp(&is, &expected, sizeof(is)) != 0)
                fail_msg("seed %lu: another table for: %s", seed, text);
        }
        world_clear(world);
    }
    free(world);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_person_is_in_one_part)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
