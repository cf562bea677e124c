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

static void assert_fault(struct arena *arena, const char *text, enum fault fault, const char *says)
{
    struct diagnostics found;
    struct ast ast;

    assert_false(parse(text, strlen(text), arena, &ast, &found));
    if (found.list[0].fault != fault || !strstr(found.list[0].expected, says))
        fail_msg("%s: Q%03d, expected: %s", text, found.list[0].fault, found.list[0].expected);
}

static void test_stretches_stand_after_under(void **state)
{
    struct arena *arena = arena_new(1 << 20);
    const struct ast_node *test = tree(arena, "diagnosis under (II, icd10:E10-E14, C50.1)");

    (void)state;
    assert_int_equal(test->n_values, 3);
    assert_int_equal(test->values[0].kind, VALUE_CODES);
    assert_string_equal(test->values[0].system, "icd10");
    assert_string_equal(test->values[0].code, "C00-D48");
    assert_string_equal(test->values[0].text, "icd10:C00-D48");
    assert_string_equal(test->values[1].text, "icd10:E10-E14");
    assert_int_equal(test->values[2].kind, VALUE_CODE);
    assert_fault(arena, "diagnosis = icd10:II", FAULT_OPERATOR, "diagnosis under icd10:C00-D48");
    assert_fault(arena, "diagnosis in (C50-C56, C18)", FAULT_OPERATOR, "under icd10:C50-C56");
    assert_fault(arena, "diagnosis under icd10:I", FAULT_FORM, "icd10:I00-I99 for the codes");
    assert_fault(arena, "diagnosis under C56-C50", FAULT_FORM, "C50.1");
    assert_fault(arena, "phenotype under icd10:C50-C56", FAULT_WORD, "HP:0001250");
    arena_free(arena);
}

/* A stretch counts as what is looked up for it, which is 78 beginnings at most. */
static void test_values_at_the_limit_and_one_past(void **state)
{
    struct arena *arena = arena_new(1 << 20);
    char text[AST_TEXT_MAX];
    struct diagnostics found;
    struct ast ast;

    (void)state;
    for (int extra = 0; extra <= 1; extra++) {
        size_t n = (size_t)snprintf(text, sizeof(text), "diagnosis under (");

        for (int i = 0; i < AST_VALUES_MAX / 78; i++)
            n += (size_t)snprintf(text + n, sizeof(text) - n, "A00.1-Z99.8,");
        for (int i = 0; i < AST_VALUES_MAX % 78 - 1 + extra; i++)
            n += (size_t)snprintf(text + n, sizeof(text) - n, "C50,");
        n += (size_t)snprintf(text + n, sizeof(text) - n, "C51)");
        assert_int_equal(parse(text, n, arena, &ast, &found), !extra);
        assert_true(!extra || found.list[0].fault == FAULT_VALUES);
    }
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
        cmocka_unit_test(test_stretches_stand_after_under),
        cmocka_unit_test(test_values_at_the_limit_and_one_past),
        cmocka_unit_test(test_places_have_their_parts),
        cmocka_unit_test(test_words_are_in_their_spelling),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
