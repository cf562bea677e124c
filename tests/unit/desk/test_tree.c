/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A tree as JSON is its question: random questions, and those of the language page, come back with
 * the same canonical text. What is no tree is refused, and no text of it becomes grammar.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "coordinator/desk/tree.h"
#include "proto/base/arena.h"
#include "proto/base/json.h"
#include "proto/base/random.h"
#include "proto/query/language_page.h"
#include "proto/query/parse.h"
#include "proto/query/print.h"
#include "tests/unit/query/random_question.h"
#include "tests/unit/refused.h"

#define TIMES 2000

static void canonical_of(const char *text, size_t length, struct bytes *out, cJSON **tree)
{
    struct arena *arena = arena_new(4 << 20);
    struct diagnostics found;
    struct ast ast;
    char *copy = arena_strndup(arena, text, length);

    if (!parse(copy, length, arena, &ast, &found))
        fail_msg("%s: %s", copy, found.list[0].message);
    print(&ast, out);
    if (tree)
        *tree = tree_json(&ast, copy);
    arena_free(arena);
}

static void holds(const char *text, size_t length)
{
    struct bytes canonical = {0}, written = {0}, again = {0};
    cJSON *tree;
    struct err err;

    canonical_of(text, length, &canonical, &tree);
    assert_non_null(tree);
    if (!tree_text(tree, &written, &err))
        fail_msg("%.*s: %s", (int)length, text, err.text);
    canonical_of((const char *)written.data, written.size, &again, NULL);
    if (canonical.size != again.size || memcmp(canonical.data, again.data, again.size) != 0)
        fail_msg("%.*s became %.*s", (int)canonical.size, canonical.data, (int)again.size,
                 again.data);
    cJSON_Delete(tree);
    bytes_clear(&canonical);
    bytes_clear(&written);
    bytes_clear(&again);
}

static void test_random_questions_come_back(void **state)
{
    (void)state;
    random_seed(11);
    for (int i = 0; i < TIMES; i++) {
        struct bytes text = {0};

        if (i % 2)
            random_question(&text);
        else
            random_events(&text);
        if (text.size < AST_TEXT_MAX / 2) /* every value gets quotes, which take room */
            holds((const char *)text.data, text.size);
        bytes_clear(&text);
    }
    random_unseed();
}

static void test_the_examples_of_the_language_come_back(void **state)
{
    (void)state;
    for (int i = 0; i < FIELD_COUNT; i++)
        if (language_examples[i] && !strchr(language_examples[i], '@'))
            holds(language_examples[i], strlen(language_examples[i]));
    for (const struct language_construct *one = language_constructs; one->question; one++)
        if (!strchr(one->question, '@'))
            holds(one->question, strlen(one->question));
}

static void test_the_empty_question(void **state)
{
    struct bytes text = {0};
    cJSON *tree = cJSON_Parse("{\"kind\":\"all\"}");
    struct err err;

    (void)state;
    assert_true(tree_text(tree, &text, &err));
    assert_int_equal(text.size, 0);
    cJSON_Delete(tree);
}

/* The language prints them as days. */
static void test_an_age_in_weeks_is_one_in_days(void **state)
{
    cJSON *tree = cJSON_Parse("{\"kind\":\"test\",\"field\":\"age\",\"op\":\"range\","
                              "\"high\":\"6\",\"unit\":\"weeks\"}");
    struct bytes text = {0};
    struct err err;

    (void)state;
    assert_true(tree_text(tree, &text, &err));
    bytes_add(&text, "", 1);
    assert_string_equal((const char *)text.data, "age <= 6 weeks");
    cJSON_Delete(tree);
    bytes_clear(&text);
}

static void test_what_is_no_tree_is_refused(void **state)
{
    static const char *const wrong[] = {
        "[]",
        "{}",
        "{\"kind\":\"xor\"}",
        "{\"kind\":\"and\",\"children\":[{\"kind\":\"test\",\"field\":\"age\",\"op\":\"exists\"}]}",
        "{\"kind\":\"not\"}",
        "{\"kind\":\"variant\",\"origin\":\"x\",\"children\":[]}",
        "{\"kind\":\"test\",\"field\":\"age or sex\",\"op\":\"exists\"}",
        "{\"kind\":\"test\",\"field\":\"gene\",\"op\":\"in\",\"values\":[]}",
        ("{\"kind\":\"test\",\"field\":\"gene\",\"op\":\"in\",\"values\":[\"A\\\" or sex = "
         "\\\"x\"]}"),
        "{\"kind\":\"test\",\"field\":\"gene\",\"op\":\"in\",\"sets\":[\"a, b) or (sex = male\"]}",
        "{\"kind\":\"test\",\"field\":\"age\",\"op\":\"range\"}",
        "{\"kind\":\"test\",\"field\":\"age\",\"op\":\"range\",\"low\":\"1 or sex = male\"}",
        "{\"kind\":\"test\",\"field\":\"age\",\"op\":\"range\",\"low\":\"1\",\"unit\":\"or\"}",
        "{\"kind\":\"at_least\",\"at_least\":-1,\"children\":[]}",
        "{\"kind\":\"relation\",\"side\":\"inside\"}",
        "{\"kind\":\"set\",\"set\":\"x or @y\"}",
        "{\"kind\":\"sequence\",\"children\":[{\"kind\":\"event\"},{\"kind\":\"event\"}]}",
        "{\"kind\":\"variant\",\"children\":[{\"kind\":\"all\"}]}",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        struct bytes text = {0};
        cJSON *tree = cJSON_Parse(wrong[i]);
        struct err err;

        assert_non_null(tree);
        if (tree_text(tree, &text, &err))
            fail_msg("%s became %.*s", wrong[i], (int)text.size, text.data);
        assert_int_equal(err.code, ERR_INVALID);
        cJSON_Delete(tree);
        bytes_clear(&text);
    }
}

/* Negations, n deep. */
static cJSON *deep(int n)
{
    cJSON *tree = cJSON_Parse("{\"kind\":\"test\",\"field\":\"age\",\"op\":\"exists\"}");

    for (int i = 1; i < n; i++) {
        cJSON *around = cJSON_Parse("{\"kind\":\"not\",\"children\":[]}");

        cJSON_AddItemToArray(cJSON_GetObjectItemCaseSensitive(around, "children"), tree);
        tree = around;
    }
    return tree;
}

static void test_depth_at_the_limit_and_one_past(void **state)
{
    struct bytes text = {0};
    cJSON *at = deep(AST_DEPTH_MAX), *past = deep(AST_DEPTH_MAX + 1);
    struct err err;

    (void)state;
    assert_true(tree_text(at, &text, &err));
    bytes_clear(&text);
    assert_refused(tree_text(past, &text, &err), &err, ERR_INVALID);
    bytes_clear(&text);
    cJSON_Delete(at);
    cJSON_Delete(past);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_questions_come_back),
        cmocka_unit_test(test_the_examples_of_the_language_come_back),
        cmocka_unit_test(test_the_empty_question),
        cmocka_unit_test(test_an_age_in_weeks_is_one_in_days),
        cmocka_unit_test(test_what_is_no_tree_is_refused),
        cmocka_unit_test(test_depth_at_the_limit_and_one_past),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
