/*
 * The promises of the JSON: every part of the tree is there, numbers are text, and the form has a
 * version.
 */
#include "proto/query/ast_json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base/arena.h"
#include "proto/base/json.h"
#include "proto/query/parse.h"

static void assert_json(const char *text, const char *expected)
{
    struct arena *arena = arena_new(1 << 20);
    struct ast ast;
    struct err err;
    cJSON *tree;
    char *printed;

    assert_true(parse_text(text, arena, &ast, &err));
    tree = ast_json(&ast);
    assert_non_null(tree);
    assert_int_equal(cJSON_GetObjectItemCaseSensitive(tree, "schema_version")->valueint,
                     AST_JSON_VERSION);
    printed = cJSON_PrintUnformatted(json_object(tree, "question"));
    assert_string_equal(printed, expected);
    cJSON_free(printed);
    cJSON_Delete(tree);
    arena_free(arena);
}

static void test_every_part_is_there(void **state)
{
    (void)state;
    assert_json("", "{\"kind\":\"all\"}");
    assert_json("age >= 18", "{\"kind\":\"test\",\"field\":\"age\",\"op\":\"range\","
                             "\"low\":\"18\",\"high\":null}");
    assert_json("not af < 0.1% or sex in (male, other)",
                "{\"kind\":\"or\",\"of\":[{\"kind\":\"not\",\"of\":[{\"kind\":\"variant\","
                "\"bare\":true,\"of\":[{\"kind\":\"test\",\"field\":\"af\",\"op\":\"range\","
                "\"low\":null,\"high\":\"0.000999999\"}]}]},{\"kind\":\"test\",\"field\":\"sex\","
                "\"op\":\"in\",\"values\":[{\"text\":\"male\"},{\"text\":\"other\"}]}]}");
    assert_json("at least 1 of (diagnosis under C50.1, phenotype excluded HP:0001250)",
                "{\"kind\":\"at_least\",\"n\":1,\"of\":[{\"kind\":\"test\","
                "\"field\":\"diagnosis\",\"op\":\"under\",\"values\":[{\"text\":\"icd10:C50.1\","
                "\"system\":\"icd10\",\"code\":\"C501\"}]},{\"kind\":\"test\","
                "\"field\":\"phenotype\",\"op\":\"excluded\",\"values\":[{\"text\":"
                "\"HP:0001250\",\"system\":\"hp\",\"code\":\"HP:0001250\"}]}]}");
    assert_json("variant(change = GRCh38:X-5-A-T and locus = GRCh38:X:1-9)",
                "{\"kind\":\"variant\",\"bare\":false,\"of\":[{\"kind\":\"and\",\"of\":["
                "{\"kind\":\"test\",\"field\":\"change\",\"op\":\"in\",\"values\":[{\"text\":"
                "\"GRCh38:X-5-A-T\",\"assembly\":\"GRCh38\",\"chromosome\":\"X\",\"start\":5,"
                "\"end\":5,\"ref\":\"A\",\"alt\":\"T\"}]},{\"kind\":\"test\",\"field\":\"locus\","
                "\"op\":\"in\",\"values\":[{\"text\":\"GRCh38:X:1-9\",\"assembly\":\"GRCh38\","
                "\"chromosome\":\"X\",\"start\":1,\"end\":9}]}]}]}");
}

static int left = -1; /* allocations that cJSON still gets; -1: all */

static void *scarce(size_t size)
{
    if (left == 0)
        return NULL;
    left -= left > 0;
    return malloc(size);
}

static void test_out_of_memory_gives_no_tree_at_each_allocation(void **state)
{
    cJSON_Hooks hooks = {scarce, free};
    struct arena *arena = arena_new(1 << 20);
    cJSON *tree = NULL;
    struct ast ast;
    struct err err;
    int n;

    (void)state;
    assert_true(parse_text("gene = A and age > 3 and at least 1 of (sex = male, age = 3)", arena,
                           &ast, &err));
    cJSON_InitHooks(&hooks);
    for (n = 0; !tree; n++) {
        left = n;
        tree = ast_json(&ast);
    }
    left = -1;
    assert_true(n > 20);
    cJSON_Delete(tree);
    cJSON_InitHooks(NULL);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_part_is_there),
        cmocka_unit_test(test_out_of_memory_gives_no_tree_at_each_allocation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
