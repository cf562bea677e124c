/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promise of values: what a test holds is complete and in the one spelling that everybody
 * compares. What is refused stands in test_parse.
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

static struct ast_node *tree(struct arena *arena, const char *text)
{
    struct ast ast;
    struct err err;

    if (!parse_text(text, arena, &ast, &err))
        fail_msg("%s: %s", text, err.text);
    return ast.root;
}

static void test_codes_have_their_parts(void **state)
{
    struct arena *arena = arena_new(1 << 20);
    const struct ast_node *test = tree(arena, "diagnosis in (C50.1, OMIM:613707)");

    (void)state;
    assert_int_equal(test->n_values, 2);
    assert_int_equal(test->values[0].kind, VALUE_CODE);
    assert_string_equal(test->values[0].system, "icd10");
    assert_string_equal(test->values[0].code, "C501");
    assert_string_equal(test->values[0].text, "icd10:C50.1");
    assert_string_equal(test->values[1].system, "omim");
    test = tree(arena, "phenotype excluded hp:0001250");
    assert_int_equal(test->op, OP_EXCLUDED);
    assert_string_equal(test->values[0].system, "hp");
    assert_string_equal(test->values[0].code, "HP:0001250");
    arena_free(arena);
}

static void test_places_have_their_parts(void **state)
{
    struct arena *arena = arena_new(1 << 20);
    const struct ast_value *value;

    (void)state;
    value = tree(arena, "variant(change = GRCh37:X-1000-AC-A)")->children[0]->values;
    assert_int_equal(value->kind, VALUE_CHANGE);
    assert_int_equal(value->locus.assembly, ASSEMBLY_GRCH37);
    assert_int_equal(value->locus.chromosome, 23);
    assert_int_equal(value->locus.start, 1000);
    assert_int_equal(value->locus.end, 1000);
    assert_string_equal(value->ref, "AC");
    assert_string_equal(value->alt, "A");
    value = tree(arena, "variant(locus = GRCh38:MT:5-9)")->children[0]->values;
    assert_int_equal(value->kind, VALUE_LOCUS);
    assert_int_equal(value->locus.chromosome, 25);
    assert_int_equal(value->locus.end, 9);
    arena_free(arena);
}

static void test_words_are_in_their_spelling(void **state)
{
    struct arena *arena = arena_new(1 << 20);

    (void)state;
    assert_string_equal(tree(arena, "region = sk\xC3\xA5ne")->values[0].text, "12");
    assert_string_equal(tree(arena, "region = 03")->values[0].text, "03");
    assert_string_equal(tree(arena, "variant(gene = brca1)")->children[0]->values[0].text, "BRCA1");
    assert_string_equal(tree(arena, "sex = \"male\"")->values[0].text, "male");
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_codes_have_their_parts),
        cmocka_unit_test(test_places_have_their_parts),
        cmocka_unit_test(test_words_are_in_their_spelling),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
