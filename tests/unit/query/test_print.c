/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promise of the canonical text: it parses to an equal tree, whatever was typed, and printing
 * that tree gives the same text again.
 */
#include "proto/query/print.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "proto/base/arena.h"
#include "proto/base/bytes.h"
#include "proto/base/random.h"
#include "proto/query/parse.h"
#include "random_question.h"

#define ROUNDS 5000

static void test_random_questions_survive_printing_and_parsing(void **state)
{
    struct arena *arena = arena_new((size_t)4 << 20);
    struct bytes text = {0}, first = {0}, second = {0};
    int n = 0;

    (void)state;
    random_seed(1);
    for (int i = 0; i < ROUNDS; i++) {
        struct diagnostics found;
        struct ast ast, again;
        bool parsed;

        text.size = first.size = second.size = 0;
        arena_clear(arena);
        if (random_below(3) == 0)
            random_events(&text);
        else
            random_question(&text);
        parsed = parse((const char *)text.data, text.size, arena, &ast, &found);
        if (!parsed) /* only a limit may refuse it */
            assert_true(found.list[0].fault == FAULT_TEXT_LONG ||
                        found.list[0].fault == FAULT_NODES);
        if (!parsed)
            continue;
        n++;
        print(&ast, &first);
        assert_true(parse((const char *)first.data, first.size, arena, &again, &found));
        assert_true(print_same(ast.root, again.root));
        assert_int_equal(ast.n_nodes, again.n_nodes);
        print(&again, &second);
        assert_int_equal(first.size, second.size);
        assert_memory_equal(first.data, second.data, first.size);
    }
    assert_true(n > ROUNDS * 9 / 10);
    random_unseed();
    bytes_clear(&text);
    bytes_clear(&first);
    bytes_clear(&second);
    arena_free(arena);
}

static void test_different_trees_are_not_equal(void **state)
{
    static const char *const texts[] = {
        "age = 1",
        "age = 2",
        "age <= 1",
        "birth_year = 1900",
        "sex = male",
        "sex = female",
        "sex in (male, female)",
        "not sex = male",
        "sex = male and age = 1",
        "age = 1 and sex = male",
        "sex = male or age = 1",
        "at least 1 of (sex = male, age = 1)",
        "at least 2 of (sex = male, age = 1)",
        "variant(gene = A)",
        "not variant(gene = A)",
        "variant(not gene = A)",
        "diagnosis = C50",
        "diagnosis under C50",
        "code = icd10:C50",
        "",
    };
    enum { N = sizeof(texts) / sizeof(texts[0]) };
    struct arena *arena = arena_new((size_t)1 << 20);
    struct ast trees[N];
    struct err err;

    (void)state;
    for (size_t i = 0; i < N; i++)
        assert_true(parse_text(texts[i], arena, &trees[i], &err));
    for (size_t i = 0; i < N; i++)
        for (size_t k = 0; k < N; k++)
            assert_int_equal(print_same(trees[i].root, trees[k].root), i == k);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_questions_survive_printing_and_parsing),
        cmocka_unit_test(test_different_trees_are_not_equal),
    };

    return random_start() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
