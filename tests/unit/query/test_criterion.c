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

static void test_ages_have_units(void **state)
{
    static const struct {
        const char *text;
        int64_t low, high;
        enum ast_time time;
    } ranges[] = {
        {"age < 6 months", INT64_MIN, 5, TIME_MONTHS},
        {"age <= 6 months", INT64_MIN, 6, TIME_MONTHS},
        {"age between 3 and 5 months", 3, 5, TIME_MONTHS},
        {"age between 3 months and 5 months", 3, 5, TIME_MONTHS},
        {"age < 24 months", INT64_MIN, 1, TIME_YEARS},
        {"age >= 216 months", 18, INT64_MAX, TIME_YEARS},
        {"age >= 217 months", 217, INT64_MAX, TIME_MONTHS},
        {"age = 12 months", 12, 12, TIME_MONTHS},
        {"age between 12 and 23 months", 1, 1, TIME_YEARS},
        {"age < 6 weeks", INT64_MIN, 41, TIME_DAYS},
        {"age >= 6 weeks", 42, INT64_MAX, TIME_DAYS},
        {"age = 1 week", 7, 13, TIME_DAYS},
        {"age <= 28 days", INT64_MIN, 28, TIME_DAYS},
        {"age <= 54900 days", INT64_MIN, 54900, TIME_DAYS},
        {"age <= 1800 months", INT64_MIN, 1800, TIME_MONTHS},
        {"age > 17 years", 18, INT64_MAX, TIME_YEARS},
    };
    struct arena *arena = arena_new(1 << 20);

    (void)state;
    for (size_t i = 0; i < sizeof(ranges) / sizeof(*ranges); i++) {
        const struct ast_node *test = tree(arena, ranges[i].text);
        int64_t low = ranges[i].low, high = ranges[i].high;

        if (test->time != ranges[i].time ||
            test->low_nano != (low == INT64_MIN ? low : low * NUMBER_NANO) ||
            test->high_nano != (high == INT64_MAX ? high : high * NUMBER_NANO))
            fail_msg("%s", ranges[i].text);
    }
    arena_free(arena);
}

static void test_ages_beyond_their_units_are_refused(void **state)
{
    static const struct {
        const char *text;
        enum fault fault;
    } of[] = {
        {"age <= 54901 days", FAULT_RANGE},     {"age <= 1801 months", FAULT_RANGE},
        {"age <= 7843 weeks", FAULT_RANGE},     {"age <= 151 years", FAULT_RANGE},
        {"age < 0 weeks", FAULT_EMPTY},         {"age < 2.5 years", FAULT_RANGE},
        {"age < 6 lightyears", FAULT_UNIT},     {"age between 6 months and 2 years", FAULT_UNIT},
        {"birth_year < 1990 days", FAULT_UNIT},
    };
    struct arena *arena = arena_new(1 << 20);

    (void)state;
    for (size_t i = 0; i < sizeof(of) / sizeof(*of); i++) {
        struct diagnostics found;
        struct ast ast;

        if (parse(of[i].text, strlen(of[i].text), arena, &ast, &found) ||
            found.list[0].fault != of[i].fault)
            fail_msg("%s: Q%03d", of[i].text, found.n ? found.list[0].fault : 0);
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
        cmocka_unit_test(test_ages_have_units),
        cmocka_unit_test(test_ages_beyond_their_units_are_refused),
        cmocka_unit_test(test_shares_step_by_one_nano),
        cmocka_unit_test(test_unequal_is_a_not),
        cmocka_unit_test(test_nodes_know_where_they_stood),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
