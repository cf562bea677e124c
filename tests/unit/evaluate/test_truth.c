/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promise of truth: matched, undetermined and persons are what counting the model gives, for
 * random worlds and questions, and a failed evaluation leaves what was there.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "node/evaluate/truth.h"
#include "proto/base/arena.h"
#include "proto/query/ast.h"
#include "proto/query/parse.h"
#include "tests/unit/evaluate/naive.h"
#include "tests/unit/evaluate/world.h"
#include "tests/unit/refused.h"

static struct true_count expected_of(const struct world *world, const struct ast_node *node)
{
    struct true_count sum = {0};

    for (size_t p = 0; p < world->n_persons; p++) {
        enum value value = naive(world, p, node);

        if (world->persons[p].dead_end)
            continue;
        sum.persons++;
        sum.matched += value == YES;
        sum.undetermined += value == CANNOT_TELL;
    }
    return sum;
}

static void test_counts_are_those_of_the_model(void **state)
{
    struct arena *arena = arena_new(1 << 24);
    struct world *world = calloc(1, sizeof(*world));

    (void)state;
    for (unsigned long seed = 5001; seed < 5021; seed++) {
        world_make(world, seed);
        for (int i = 0; i < 20; i++) {
            struct asked_of of = world_asked_of(world);
            struct true_count is, expected;
            struct err err;
            struct ast ast;
            char text[4096];

            do {
                arena_clear(arena);
                world_question(world, text, sizeof(text));
            } while (!parse_text(text, arena, &ast, &err));
            assert_true(truth_count(&of, &ast, &is, &err));
            expected = expected_of(world, ast.root);
            if (is.matched != expected.matched || is.undetermined != expected.undetermined ||
                is.persons != expected.persons)
                fail_msg("seed %lu: another count for: %s", seed, text);
        }
        world_clear(world);
    }
    free(world);
    arena_free(arena);
}

static void test_a_failed_count_leaves_what_was_there(void **state)
{
    struct arena *arena = arena_new(1 << 22);
    struct world *world = calloc(1, sizeof(*world));
    struct true_count is = {1, 2, 3};
    struct asked_of of;
    struct err err;
    struct ast ast;

    (void)state;
    world_make(world, 3);
    assert_true(parse_text("sex = male", arena, &ast, &err));
    of = world_asked_of(world);
    world->limits.deadline_ms = INT64_MIN;
    assert_refused(truth_count(&of, &ast, &is, &err), &err, ERR_UNAVAILABLE);
    assert_int_equal(is.matched, 1);
    assert_int_equal(is.undetermined, 2);
    assert_int_equal(is.persons, 3);
    world_clear(world);
    free(world);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counts_are_those_of_the_model),
        cmocka_unit_test(test_a_failed_count_leaves_what_was_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
