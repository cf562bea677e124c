/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promise of a test: operators become the few that evaluation knows, ranges are closed, and !=
 * is a not over =. What is refused stands in test_parse.
 */
#include "proto/query/parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base/arena.h"
#include "proto/base/number.h"

static struct ast_node *tree(struct arena *arena, const char *text)
{
    struct ast ast;
    struct err err;

    if (!parse_text(text, arena, &ast, &err))
        fail_msg("%s: %s", text, err.text);
    return ast.root;
}

static void test_ranges_are_closed(void **state)
{
    static const struct {
        const char *text;
        int64_t low;
        int64_t high;
    } ranges[] = {
        {"age = 18", 18 * NUMBER_NANO, 18 * NUMBER_NANO},
        {"age >= 18", 18 * NUMBER_NANO, INT64_MAX},
        {"age > 18", 19 * NUMBER_NANO, INT64_MAX},
        {"age <= 18", INT64_MIN, 18 * NUMBER_NANO},
        {"age < 18", INT64_MIN, 17 * NUMBER_NANO},
        {"age between 18 and 64 years", 18 * NUMBER_NANO, 64 * NUMBER_NANO},
        {"age >= 150", 150 * NUMBER_NANO, INT64_MAX}, /* the most, and the least, that may be */
        {"age <= 0", INT64_MIN, 0},
        {"birth_year > 1969", 1970 * NUMBER_NANO, INT64_MAX},
    };
    struct arena *arena = arena_new(1 << 20);

    (void)state;
    for (size_t i = 0; i < sizeof(ranges) / sizeof(*ranges); i++) {
        const struct ast_node *test = tree(arena, ranges[i].text);

        assert_int_equal(test->op, OP_RANGE);
        assert_true(test->low_nano == ranges[i].low && test->high_nano == ranges[i].high);
        assert_int_equal(test->n_values, 0);
    }
    arena_free(arena);
}

static void test_shares_step_by_one_nano(void **state)
{
    struct arena *arena = arena_new(1 << 20);

    (void)state;
    assert_int_equal(tree(arena, "af < 0.1%")->children[0]->high_nano, 999999);
    assert_int_equal(tree(arena, "af > 0")->children[0]->low_nano, 1);
    arena_free(arena);
}

static void test_unequal_is_a_not(void **state)
{
    struct arena *arena = arena_new(1 << 20);
    const struct ast_node *node = tree(arena, "sex != male");

    (void)state;
    assert_int_equal(node->kind, AST_NOT);
    assert_int_equal(node->n_children, 1);
    assert_int_equal(node->children[0]->kind, AST_TEST);
    assert_true(node->children[0]->negated);
    assert_false(tree(arena, "not sex = male")->children[0]->negated);
    arena_free(arena);
}

static void test_nodes_know_where_they_stood(void **state)
{
    struct arena *arena = arena_new(1 << 20);
    const struct ast_node *node = tree(arena, "  age >= 18 years and sex in (male)  ");

    (void)state;
    assert_int_equal(node->from, 2);
    assert_int_equal(node->to, 35);
    assert_int_equal(node->children[0]->from, 2);
    assert_int_equal(node->children[0]->to, 17);
    assert_int_equal(node->children[1]->from, 22);
    assert_int_equal(node->children[1]->to, 35);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ranges_are_closed),
        cmocka_unit_test(test_shares_step_by_one_nano),
        cmocka_unit_test(test_unequal_is_a_not),
        cmocka_unit_test(test_nodes_know_where_they_stood),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
