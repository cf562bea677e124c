/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of the page of the language: it is the page in deploy, it names every field, word
 * and code system, and every example of it is a question that has the field.
 */
#include "proto/query/language_page.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base/arena.h"
#include "proto/base/bytes.h"
#include "proto/base/file.h"
#include "proto/query/code_system.h"
#include "proto/query/parse.h"
#include "proto/query/vocabulary.h"

static void test_it_is_the_page_in_deploy(void **state)
{
    const char *path = getenv("RIKSTAL_LANGUAGE_PAGE");
    struct arena *arena = arena_new(1 << 20);
    struct bytes page = {0};
    uint8_t *data;
    size_t size;
    struct err err;

    (void)state;
    assert_non_null(path);
    language_page(&page);
    assert_true(file_read(path, 1 << 19, arena, &data, &size, &err));
    if (size != page.size || memcmp(data, page.data, size) != 0)
        fail_msg("deploy/language.md is not what rikstal language prints: print it anew");
    bytes_clear(&page);
    arena_free(arena);
}

static bool has_field(const struct ast_node *node, enum ast_field field)
{
    if (node->kind == AST_TEST && node->field == field)
        return true;
    for (uint32_t i = 0; i < node->n_children; i++)
        if (has_field(node->children[i], field))
            return true;
    return false;
}

static struct ast question(struct arena *arena, const char *text)
{
    struct ast ast;
    struct err err;

    if (!parse_text(text, arena, &ast, &err))
        fail_msg("%s: %s", text, err.text);
    return ast;
}

static void test_every_example_is_a_question(void **state)
{
    struct arena *arena = arena_new(1 << 20);

    (void)state;
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        struct ast ast;

        if (!language_examples[i])
            fail_msg("language_page.c has no example of %s", vocabulary_fields[i].name);
        ast = question(arena, language_examples[i]);
        if (!has_field(ast.root, (enum ast_field)i))
            fail_msg("%s has no %s", language_examples[i], vocabulary_fields[i].name);
    }
    for (size_t i = 0; language_constructs[i].question; i++)
        (void)question(arena, language_constructs[i].question);
    arena_free(arena);
}

static void test_one_field_is_shown_alone(void **state)
{
    struct bytes out = {0};

    (void)state;
    assert_true(language_page_field("age", &out));
    bytes_add_u8(&out, 0);
    assert_non_null(strstr((char *)out.data, "age: age in years"));
    assert_non_null(strstr((char *)out.data, "days, weeks, months or years"));
    assert_non_null(strstr((char *)out.data, "age < 6 months\n"));
    bytes_clear(&out);
    assert_false(language_page_field("genee", &out));
    assert_int_equal(out.size, 0);
}

static void test_it_names_everything(void **state)
{
    struct bytes page = {0};

    (void)state;
    language_page(&page);
    bytes_add_u8(&page, 0);
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        char name[64];
        size_t n;
        const struct word *words = field_words((enum ast_field)i, &n);

        snprintf(name, sizeof(name), "| `%s` |", vocabulary_fields[i].name);
        assert_non_null(strstr((char *)page.data, name));
        for (size_t k = 0; k < n; k++) {
            snprintf(name, sizeof(name), "`%s`", words[k].text);
            assert_non_null(strstr((char *)page.data, name));
        }
    }
    for (size_t i = 0; i < code_systems_n; i++)
        assert_non_null(strstr((char *)page.data, code_systems[i].english));
    bytes_clear(&page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_is_the_page_in_deploy),
        cmocka_unit_test(test_every_example_is_a_question),
        cmocka_unit_test(test_one_field_is_shown_alone),
        cmocka_unit_test(test_it_names_everything),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
