/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of criterion, against a model:
 * - for random worlds and random questions, through the real store and snapshot, every person is in
 *   the set (yes, cannot tell, no) that the language's definition puts them in (naive.c);
 * - withdrawn persons, and persons who are not of the population, are in no set, whatever the
 *   question: in no complement and in no undetermined set either;
 * - two questions with the same canonical bytes have the same two sets;
 * - an evaluation ends when it is cancelled and when its time is over.
 *
 * RIKSTAL_WORLDS sets how many worlds are made (120), RIKSTAL_SEED the first of them (1).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "node/evaluate/criterion.h"
#include "node/snapshot/snapshot.h"
#include "proto/base/arena.h"
#include "proto/base/bytes.h"
#include "proto/base/clock.h"
#include "proto/query/ast.h"
#include "proto/query/canon.h"
#include "proto/query/parse.h"
#include "proto/query/two_hits.h"
#include "tests/unit/evaluate/naive.h"
#include "tests/unit/evaluate/world.h"
#include "tests/unit/refused.h"

#define QUESTIONS_A_WORLD 60
#define TEXT_MAX 4096

static unsigned long from_environment(const char *name, unsigned long fallback)
{
    const char *text = getenv(name);

    return text ? strtoul(text, NULL, 10) : fallback;
}

/* Random text may break a rule of the language; then another one is drawn. */
static void draw_question(struct world *world, struct arena *arena, char *text, struct ast *ast)
{
    struct err err;

    do {
        arena_clear(arena);
        world_question(world, text, TEXT_MAX);
    } while (!parse_text(text, arena, ast, &err));
}

static size_t person_of(const struct person_id *id)
{
    return (size_t)strtoul((const char *)id->b + strlen("person "), NULL, 10);
}

static enum value value_in(const struct kleene *who, uint32_t ordinal)
{
    bool yes = set_has(&who->yes, ordinal);
    bool cannot_tell = set_has(&who->cannot_tell, ordinal);

    assert_false(yes && cannot_tell);
    return yes ? YES : cannot_tell ? CANNOT_TELL : NO;
}

static void compare(struct world *world, const struct ast *ast, const char *text,
                    unsigned long seed)
{
    static const char *const names[] = {"no", "cannot tell", "yes"};
    struct asked_of of = world_asked_of(world);
    struct criterion *criterion;
    struct kleene who;
    struct err err;
    size_t seen = 0, alive = 0;

    assert_true(criterion_new(&of, ast, &criterion, &err));
    for (size_t s = 0; s < snapshot_info(world->snapshot)->n_segments; s++) {
        const struct segment_persons *persons =
            segment_persons(snapshot_segment(world->snapshot, s));

        if (!criterion_run(criterion, s, &who, &err))
            fail_msg("%s: %s", text, err.text);
        for (uint32_t i = 0; i < SET_PERSONS_MAX; i++) {
            enum value is = value_in(&who, i);
            enum value expected;

            if (i >= persons->n || !(persons->alive[i / 64] >> (i % 64) & 1)) {
                assert_int_equal(is, NO);
                continue;
            }
            expected = naive(world, person_of(&persons->id[i]), ast->root);
            if (is != expected)
                fail_msg("seed %lu, person %zu: %s, expected %s: %s", seed,
                         person_of(&persons->id[i]), names[is], names[expected], text);
            seen++;
        }
    }
    for (size_t p = 0; p < world->n_persons; p++)
        alive += !world->persons[p].dead_end;
    assert_int_equal(seen, alive);
    criterion_free(criterion);
}

static void ask_worlds(unsigned long n)
{
    unsigned long first = from_environment("RIKSTAL_SEED", 1);
    struct arena *arena = arena_new(1 << 24);
    char text[TEXT_MAX];
    struct ast ast;

    for (unsigned long seed = first; seed < first + n; seed++) {
        struct world *world = calloc(1, sizeof(*world));

        world_make(world, seed);
        world->fixed_work = seed % 2;
        for (int i = 0; i < QUESTIONS_A_WORLD; i++) {
            draw_question(world, arena, text, &ast);
            compare(world, &ast, text, seed);
        }
        world_clear(world);
        free(world);
    }
    arena_free(arena);
    print_message("%lu worlds, %lu questions\n", n, n * QUESTIONS_A_WORLD);
}

static void test_every_person_is_where_the_definition_puts_them(void **state)
{
    (void)state;
    ask_worlds(from_environment("RIKSTAL_WORLDS", 120));
}

/* The same of worlds with tumours, and of questions for an origin, for either, and for who was
 * tested for it. */
static void test_a_call_counts_for_its_origin_alone(void **state)
{
    (void)state;
    world_with_tumours = true;
    ask_worlds(from_environment("RIKSTAL_WORLDS", 120));
    world_with_tumours = false;
}

/* ---- canonical bytes
 * ----------------------------------------------------------------------------- */

static void run_all(struct world *world, const struct ast *ast, struct kleene *out)
{
    struct asked_of of = world_asked_of(world);
    struct criterion *criterion;
    struct err err;

    assert_int_equal(snapshot_info(world->snapshot)->n_segments, 1);
    assert_true(criterion_new(&of, ast, &criterion, &err));
    assert_true(criterion_run(criterion, 0, out, &err));
    criterion_free(criterion);
}

/* Rewrites that keep the meaning: reversed children, doubled ones, double negations. */
static struct ast_node *rewrite(struct world *world, struct arena *arena,
                                const struct ast_node *node)
{
    struct ast_node *copy = arena_alloc(arena, sizeof(*copy));
    bool in_time = (node->kind >= AST_EVENT && node->kind <= AST_TIMES) ||
                   two_hits_is(node); /* its order is its meaning, or it has one form alone */
    bool twice = (node->kind == AST_AND || node->kind == AST_OR) && world_draw(world, 2);

    *copy = *node;
    copy->n_children = node->n_children + twice;
    copy->children = arena_array(arena, copy->n_children + 1, sizeof(struct ast_node *));
    for (uint32_t i = 0; i < node->n_children; i++)
        copy->children[in_time ? i : node->n_children - 1 - i] =
            in_time ? node->children[i] : rewrite(world, arena, node->children[i]);
    if (twice)
        copy->children[node->n_children] = copy->children[0];
    if (world_draw(world, 4) == 0 && node->kind != AST_ALL) {
        for (int i = 0; i < 2; i++) {
            struct ast_node *negated = arena_alloc(arena, sizeof(*negated));

            negated->kind = AST_NOT;
            negated->n_children = 1;
            negated->children = arena_alloc(arena, sizeof(struct ast_node *));
            negated->children[0] = copy;
            copy = negated;
        }
    }
    return copy;
}

static bool same_canon(const struct ast *a, const struct ast *b)
{
    struct bytes one = {0}, other = {0};
    struct err err;
    bool same;

    assert_true(canon_criterion(a, &one, &err));
    assert_true(canon_criterion(b, &other, &err));
    same = one.size == other.size && memcmp(one.data, other.data, one.size) == 0;
    bytes_clear(&one);
    bytes_clear(&other);
    return same;
}

static void test_equal_canonical_bytes_have_equal_sets(void **state)
{
    struct arena *arena = arena_new(1 << 24);
    struct world *world = calloc(1, sizeof(*world));
    unsigned unified = 0;
    char text[TEXT_MAX];

    (void)state;
    for (unsigned long seed = 1001; seed < 1041; seed++) {
        world_make(world, seed);
        for (int i = 0; i < 50; i++) {
            struct kleene a_who, b_who;
            struct ast a, b;

            draw_question(world, arena, text, &a);
            b = (struct ast){rewrite(world, arena, a.root), a.n_nodes};
            if (!same_canon(&a, &b))
                continue;
            unified++;
            run_all(world, &a, &a_who);
            run_all(world, &b, &b_who);
            if (memcmp(&a_who, &b_who, sizeof(a_who)) != 0)
                fail_msg("seed %lu: another set after a rewrite of: %s", seed, text);
        }
        world_clear(world);
    }
    free(world);
    arena_free(arena);
    print_message("%u of 2000 rewrites have the same canonical bytes, and the same sets\n",
                  unified);
    assert_true(unified > 1000);
}

/* ---- the population, and limits
 * ------------------------------------------------------------------ */

static void test_who_is_not_of_the_population_is_in_no_set(void **state)
{
    struct arena *arena = arena_new(1 << 24);
    struct world *world = calloc(1, sizeof(*world));
    char text[TEXT_MAX];

    (void)state;
    for (unsigned long seed = 2001; seed < 2031; seed++) {
        world_make(world, seed);
        for (int i = 0; i < 40; i++) {
            struct kleene before, after;
            uint32_t out = world_draw(world, (uint32_t)world->n_persons);
            struct set kept;
            struct err err;
            struct ast ast;

            draw_question(world, arena, text, &ast);
            run_all(world, &ast, &before);
            assert_true(population_new(world->snapshot, &eligibility_everybody, arena,
                                       &world->population, &err));
            population_drop(world->population, 0, out);
            run_all(world, &ast, &after);
            assert_false(set_has(&after.yes, out) || set_has(&after.cannot_tell, out));
            set_first(&kept, SET_PERSONS_MAX);
            kept.words[out / 64] &= ~(UINT64_C(1) << (out % 64));
            kleene_within(&before, &kept); /* nobody else has moved */
            assert_memory_equal(&before, &after, sizeof(before));
            assert_true(population_new(world->snapshot, &eligibility_everybody, world->arena,
                                       &world->population, &err));
        }
        world_clear(world);
    }
    free(world);
    arena_free(arena);
}

static void test_an_evaluation_ends_when_it_must(void **state)
{
    struct arena *arena = arena_new(1 << 24);
    struct world *world = calloc(1, sizeof(*world));
    atomic_bool cancelled = true;
    struct criterion *criterion;
    struct asked_of of;
    struct kleene who;
    struct err err;
    struct ast ast;

    (void)state;
    world_make(world, 7);
    assert_true(parse_text("sex = female", arena, &ast, &err));
    of = world_asked_of(world);
    assert_true(criterion_new(&of, &ast, &criterion, &err));
    assert_true(criterion_run(criterion, 0, &who, &err));
    world->limits.cancelled = &cancelled;
    assert_refused(criterion_run(criterion, 0, &who, &err), &err, ERR_UNAVAILABLE);
    world->limits.cancelled = NULL;
    world->limits.deadline_ms = clock_mono_ms() - 1;
    assert_refused(criterion_run(criterion, 0, &who, &err), &err, ERR_UNAVAILABLE);
    criterion_free(criterion);
    world_clear(world);
    free(world);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_person_is_where_the_definition_puts_them),
        cmocka_unit_test(test_a_call_counts_for_its_origin_alone),
        cmocka_unit_test(test_equal_canonical_bytes_have_equal_sets),
        cmocka_unit_test(test_who_is_not_of_the_population_is_in_no_set),
        cmocka_unit_test(test_an_evaluation_ends_when_it_must),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
