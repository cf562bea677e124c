/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of named sets: a set is its values or its question, whatever the order and comments
 * of its text; name, version and hash are in the canonical bytes, and the expansion in the tree; a
 * list on the wire is taken only when its hash is that of what it carries; limits count what a set
 * has.
 */
#include "proto/query/named_set.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base/arena.h"
#include "proto/base/bytes.h"
#include "proto/query/canon.h"
#include "proto/query/explain.h"
#include "proto/query/parse.h"
#include "proto/query/print.h"
#include "proto/query/wire.h"
#include "tests/unit/refused.h"

static char big[NAMED_SET_TEXT_MAX];

static const struct {
    const char *name;
    uint32_t version;
    const char *text;
} shelf[] = {
    {"epilepsy", 3, "# a panel\nSCN1A, KCNQ2\nSTXBP1\n"},
    {"epilepsy", 2, "SCN1A"},
    {"other", 1, "STXBP1 SCN1A\n\nKCNQ2 SCN1A # the same in another order"},
    {"breast", 1, "icd10:C50-C56\nicd10:D05"},
    {"ecog_0_1", 1, "age >= 18 and # performance\n diagnosis under icd10:C50"},
    {"carriers", 1, "gene = SCN1A and consequence in (lof)"},
    {"two_meanings", 1, "gene = A and not consequence = lof"},
    {"nested", 1, "@ecog_0_1 and age < 70"},
    {"empty", 1, "# nothing"},
    {"wrong", 1, "SCN1A\n(\n"},
    {"unclean", 1, "SCN1A\nKCNQ2 \xc2\xa0 STXBP1"},
    {"big", 1, big},
};

static bool find(void *of, const struct named_set_wanted *wanted, struct named_set_text *out,
                 struct err *err)
{
    (void)of;
    for (size_t i = 0; i < sizeof(shelf) / sizeof(*shelf); i++)
        if (strcmp(shelf[i].name, wanted->name) == 0 &&
            (!wanted->version || wanted->version == shelf[i].version)) {
            *out = (struct named_set_text){shelf[i].version, shelf[i].text, strlen(shelf[i].text)};
            return true;
        }
    return err_set(err, ERR_INVALID, "not on the shelf");
}

static const struct named_sets sets = {find, NULL};

static struct ast tree(struct arena *arena, const char *text)
{
    struct diagnostics found;
    struct ast ast;

    if (!parse_with_sets(text, strlen(text), &sets, arena, &ast, &found))
        fail_msg("%s: %s, expected %s", text, found.list[0].message, found.list[0].expected);
    return ast;
}

static void assert_prints(struct arena *arena, const char *text, const char *canonical)
{
    struct ast ast = tree(arena, text), again;
    struct bytes out = {0};

    print(&ast, &out);
    bytes_add_u8(&out, 0);
    assert_string_equal((const char *)out.data, canonical);
    again = tree(arena, canonical);
    assert_true(print_same(ast.root, again.root));
    assert_int_equal(ast.n_nodes, again.n_nodes);
    bytes_clear(&out);
}

static void test_a_question_names_them_with_their_version(void **state)
{
    struct arena *arena = arena_new(1 << 22);

    (void)state;
    assert_prints(arena, "gene in @epilepsy", "variant(gene in @epilepsy@3)");
    assert_prints(arena, "gene in @epilepsy@2", "variant(gene in @epilepsy@2)");
    assert_prints(arena, "gene in (@epilepsy, brca1, @other)",
                  "variant(gene in (BRCA1, @epilepsy@3, @other@1))");
    assert_prints(arena, "not diagnosis under @breast", "not diagnosis under @breast@1");
    assert_prints(arena, "diagnosis under (@breast, C18)",
                  "diagnosis under (icd10:C18, @breast@1)");
    assert_prints(arena, "@ecog_0_1 and not @carriers and sex = male",
                  "@ecog_0_1@1 and not @carriers@1 and sex = male");
    assert_prints(arena, "variant(gene in @epilepsy and not gene in @other)",
                  "variant(gene in @epilepsy@3 and not gene in @other@1)");
    arena_free(arena);
}

static void test_the_expansion_is_in_the_tree(void **state)
{
    struct arena *arena = arena_new(1 << 22);
    struct ast ast = tree(arena, "gene in (BRCA1, @epilepsy)");
    const struct ast_node *test = ast.root->children[0];

    (void)state;
    assert_int_equal(test->n_values, 4);
    assert_string_equal(test->values[0].text, "BRCA1");
    assert_string_equal(test->values[1].text, "SCN1A");
    assert_string_equal(test->values[3].text, "STXBP1");
    assert_int_equal(test->values[3].from, 16); /* where the question names the set */
    assert_int_equal(test->n_sets, 1);
    assert_int_equal(test->sets[0].first, 1);
    assert_int_equal(test->sets[0].n, 3);
    ast = tree(arena, "not @ecog_0_1");
    assert_int_equal(ast.root->children[0]->kind, AST_SET);
    assert_int_equal(ast.root->children[0]->children[0]->kind, AST_AND);
    assert_int_equal(ast.n_nodes, 5);
    arena_free(arena);
}

static struct bytes canon_of(struct arena *arena, const char *text)
{
    struct ast ast = tree(arena, text);
    struct bytes out = {0};
    struct err err;

    assert_true(canon_criterion(&ast, &out, &err));
    return out;
}

static bool same_canon(struct arena *arena, const char *a, const char *b)
{
    struct bytes one = canon_of(arena, a), other = canon_of(arena, b);
    bool same = one.size == other.size && memcmp(one.data, other.data, one.size) == 0;

    bytes_clear(&one);
    bytes_clear(&other);
    return same;
}

static void test_name_version_and_hash_are_canonical(void **state)
{
    struct arena *arena = arena_new(1 << 22);
    struct ast one, other;

    (void)state;
    assert_true(same_canon(arena, "gene in @epilepsy", "gene in (@epilepsy@3)"));
    assert_true(same_canon(arena, "gene in (A, @epilepsy)", "gene in (@epilepsy, A, A)"));
    assert_false(same_canon(arena, "gene in @epilepsy", "gene in @epilepsy@2"));
    assert_false(same_canon(arena, "gene in @epilepsy", "gene in @other"));
    assert_false(same_canon(arena, "gene in @epilepsy", "gene in (SCN1A, KCNQ2, STXBP1)"));
    assert_false(same_canon(arena, "@ecog_0_1", "age >= 18 and diagnosis under icd10:C50"));
    one = tree(arena, "gene in @epilepsy");
    other = tree(arena, "gene in @other");
    assert_memory_equal(one.root->children[0]->sets[0].hash, other.root->children[0]->sets[0].hash,
                        AST_SET_HASH_BYTES); /* of the values, and not of the text */
    arena_free(arena);
}

/* ---- the wire -------------------------------------------------------------------------------- */

static struct wire_list encoded(struct arena *arena, const char *text)
{
    struct ast ast = tree(arena, text);
    struct wire_list list;
    struct err err;

    assert_true(wire_encode(&ast, arena, &list, &err));
    return list;
}

static bool taken(struct arena *arena, const struct wire_list *list, struct ast *ast)
{
    struct err err;

    return wire_decode(list->ops, list->n, arena, ast, &err);
}

static void test_the_wire_carries_them(void **state)
{
    static const char *const texts[] = {
        "gene in @epilepsy", "gene in (A, @epilepsy, @other)", "diagnosis under (C18, @breast)",
        "not @ecog_0_1 and (@carriers or sex = male)", "@ecog_0_1 and @ecog_0_1"};
    struct arena *arena = arena_new(1 << 22);

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        struct wire_list list = encoded(arena, texts[i]);
        struct ast sent = tree(arena, texts[i]), ast;

        assert_true(taken(arena, &list, &ast));
        assert_true(print_same(ast.root, sent.root));
    }
    arena_free(arena);
}

static void test_a_hostile_list_is_refused(void **state)
{
    struct arena *arena = arena_new(1 << 24);
    struct ast ast;
    struct err err;

    (void)state;
    for (int what = 0; what < 14; what++) {
        struct wire_list list = encoded(arena, "gene in (A, @epilepsy, @other) and @ecog_0_1");
        Rikstal__V1__Op *genes = NULL, *set = NULL;

        assert_true(taken(arena, &list, &ast));
        for (size_t i = 0; i < list.n; i++) {
            genes = list.ops[i]->n_sets == 2 ? list.ops[i] : genes;
            set = list.ops[i]->kind == AST_SET ? list.ops[i] : set;
        }
        switch (what) {
        case 0: /* another value under the same hash */
            genes->values[2]->text = "KCNQ3";
            break;
        case 1:
            genes->sets[0]->hash.data[0] ^= 1;
            break;
        case 2:
            set->sets[0]->hash.data[0] ^= 1;
            break;
        case 3:
            genes->sets[0]->name = "epi lepsy";
            break;
        case 4:
            genes->sets[0]->name = "epilepsy@3";
            break;
        case 5:
            genes->sets[0]->version = 0;
            break;
        case 6: /* values of no set behind those of sets */
            genes->sets[0]->first = 0;
            break;
        case 7:
            genes->sets[1]->n = UINT32_MAX;
            break;
        case 8:
            genes->sets[1]->first++;
            break;
        case 9: /* one name for two expansions */
            genes->sets[1]->name = "epilepsy";
            genes->sets[1]->version = 3;
            break;
        case 10:
            set->n_sets = 0;
            break;
        case 11:
            set->sets[0]->n = 1;
            break;
        case 12: /* a set on an "and" */
            list.ops[list.n - 1]->sets = set->sets;
            list.ops[list.n - 1]->n_sets = 1;
            break;
        default:
            genes->sets[0]->hash.len = 31;
        }
        print_message("hostile list %d\n", what);
        assert_refused(wire_decode(list.ops, list.n, arena, &ast, &err), &err, ERR_INVALID);
    }
    arena_free(arena);
}

/* ---- what is refused ------------------------------------------------------------------------- */

static void test_what_is_no_set_is_named(void **state)
{
    static const struct {
        const char *text;
        enum fault fault;
        const char *says;
    } of[] = {
        {"gene in @nothing", FAULT_SET, "not on the shelf"},
        {"gene in @epilepsy@9", FAULT_SET, "not on the shelf"},
        {"gene in @epilepsy@0", FAULT_SET, "no name of a set"},
        {"gene in @", FAULT_SET, "no name of a set"},
        {"gene in @3a", FAULT_SET, "no name of a set"},
        {"gene = @epilepsy", FAULT_SET, "several values"},
        {"gene in @empty", FAULT_SET, "no values"},
        {"@empty", FAULT_SET, "empty"},
        {"gene in @wrong", FAULT_SYNTAX, "in @wrong, line 2"},
        {"gene in @unclean", FAULT_CHARACTER, "in @unclean, line 2: a no-break space"},
        {"gene in @breast", FAULT_KIND, "in @breast, line 1"},
        {"@epilepsy", FAULT_FIELD, "in @epilepsy, line 2"},
        {"@two_meanings", FAULT_SAME_VARIANT, "in @two_meanings, line 1"},
        {"@nested", FAULT_SET, "in @nested, line 1"},
        {"variant(@carriers)", FAULT_SET, "inside variant"},
        {"tested(@carriers)", FAULT_TESTED, "one variant"},
        {"age in @epilepsy", FAULT_OPERATOR, "age"},
    };
    struct arena *arena = arena_new(1 << 22);

    (void)state;
    for (size_t i = 0; i < sizeof(of) / sizeof(*of); i++) {
        struct diagnostics found;
        struct ast ast;
        bool parsed = parse_with_sets(of[i].text, strlen(of[i].text), &sets, arena, &ast, &found);

        if (parsed || found.list[0].fault != of[i].fault ||
            !strstr(found.list[0].message, of[i].says))
            fail_msg("%s: Q%03d %s", of[i].text, parsed ? 0 : (int)found.list[0].fault,
                     parsed ? "" : found.list[0].message);
    }
    arena_free(arena);
}

static void test_without_a_source_there_are_none(void **state)
{
    struct arena *arena = arena_new(1 << 20);
    struct diagnostics found;
    struct ast ast;

    (void)state;
    assert_false(parse("gene in @epilepsy", 17, arena, &ast, &found));
    assert_int_equal(found.list[0].fault, FAULT_SET);
    assert_non_null(strstr(found.list[0].message, "no sets are known here"));
    arena_free(arena);
}

static void fill_big(int n)
{
    size_t used = 0;

    for (int i = 0; i < n; i++)
        used += (size_t)snprintf(big + used, sizeof(big) - used, "G%d ", i);
}

/* Two thousand genes, and as many as a question may have. */
static void test_values_at_the_limit_and_one_past(void **state)
{
    struct arena *arena = arena_new((size_t)64 << 20);
    struct diagnostics found;
    struct wire_list list;
    struct ast ast;

    (void)state;
    fill_big(2000);
    ast = tree(arena, "gene in @big and consequence in (lof)");
    assert_int_equal(ast.root->children[0]->children[0]->n_values, 2000);
    list = encoded(arena, "gene in @big and consequence in (lof)");
    assert_true(taken(arena, &list, &ast));
    fill_big(AST_VALUES_MAX - 1);
    list = encoded(arena, "variant(gene in (X, @big))");
    assert_true(taken(arena, &list, &ast));
    assert_false(parse_with_sets("variant(gene in (X, Y, @big))", 29, &sets, arena, &ast, &found));
    assert_int_equal(found.list[0].fault, FAULT_VALUES);
    fill_big(AST_VALUES_MAX + 1);
    assert_false(parse_with_sets("gene in @big", 12, &sets, arena, &ast, &found));
    assert_int_equal(found.list[0].fault, FAULT_VALUES);
    arena_free(arena);
}

static void test_names_at_the_limit_and_one_past(void **state)
{
    char text[NAMED_SET_NAME_MAX + 2], name[NAMED_SET_NAME_MAX + 1];
    uint32_t version;

    (void)state;
    memset(text, 'a', sizeof(text));
    assert_true(named_set_read(text, NAMED_SET_NAME_MAX, name, &version));
    assert_false(named_set_read(text, NAMED_SET_NAME_MAX + 1, name, &version));
    assert_true(named_set_read("a-b_1@999999", 12, name, &version));
    assert_string_equal(name, "a-b_1");
    assert_int_equal(version, NAMED_SET_VERSION_MAX);
    assert_false(named_set_read("a@1000000", 9, name, &version));
    assert_false(named_set_read("a@01", 4, name, &version));
    assert_false(named_set_read("a@", 2, name, &version));
    assert_false(named_set_read("a@1@2", 5, name, &version));
    assert_false(named_set_read("../a", 4, name, &version));
    assert_false(named_set_read("", 0, name, &version));
}

static void test_they_are_explained(void **state)
{
    struct arena *arena = arena_new(1 << 22);
    struct ast ast = tree(arena, "gene in (A, @epilepsy) and @ecog_0_1");
    struct bytes out = {0};

    (void)state;
    explain(&ast, LANGUAGE_ENGLISH, &out);
    bytes_add_u8(&out, 0);
    assert_non_null(strstr((char *)out.data, "gene A or @epilepsy, version 3 (one of 3 values)\n"));
    assert_non_null(strstr((char *)out.data, "the set @ecog_0_1, version 1:\n"));
    bytes_clear(&out);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_question_names_them_with_their_version),
        cmocka_unit_test(test_the_expansion_is_in_the_tree),
        cmocka_unit_test(test_name_version_and_hash_are_canonical),
        cmocka_unit_test(test_the_wire_carries_them),
        cmocka_unit_test(test_a_hostile_list_is_refused),
        cmocka_unit_test(test_what_is_no_set_is_named),
        cmocka_unit_test(test_without_a_source_there_are_none),
        cmocka_unit_test(test_values_at_the_limit_and_one_past),
        cmocka_unit_test(test_names_at_the_limit_and_one_past),
        cmocka_unit_test(test_they_are_explained),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
