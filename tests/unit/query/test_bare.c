/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises about bare variant tests: those of one and are about one variant, whatever their
 * order; others stand alone; what could mean two things is refused with its own code.
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
#include "proto/base/bytes.h"
#include "proto/query/print.h"

static void assert_reads(const char *text, const char *canonical)
{
    struct arena *arena = arena_new(1 << 20);
    struct bytes out = {0};
    struct ast ast;
    struct err err;

    if (!parse_text(text, arena, &ast, &err))
        fail_msg("%s: %s", text, err.text);
    print(&ast, &out);
    bytes_add_u8(&out, 0);
    assert_string_equal((const char *)out.data, canonical);
    bytes_clear(&out);
    arena_free(arena);
}

static void assert_fault(const char *text, enum fault fault)
{
    struct arena *arena = arena_new(1 << 20);
    struct diagnostics found;
    struct ast ast;

    assert_false(parse(text, strlen(text), arena, &ast, &found));
    if (found.list[0].fault != fault)
        fail_msg("%s: Q%03d", text, found.list[0].fault);
    arena_free(arena);
}

static void test_the_tests_of_one_and_are_one_variant(void **state)
{
    (void)state;
    assert_reads("gene = A and consequence = lof", "variant(gene = A and consequence = lof)");
    assert_reads("gene = A and age = 3 and af <= 0.1 and sex = male and zygosity = hom",
                 "variant(gene = A and af <= 0.1 and zygosity = hom) and age = 3 and sex = male");
    assert_reads("age = 3 and (gene = A and (zygosity = hom))",
                 "age = 3 and variant(gene = A and zygosity = hom)");
    assert_reads("gene = A and consequence != synonymous_variant",
                 "variant(gene = A and consequence != synonymous_variant)");
    assert_reads("af >= 0.1 and af <= 0.2", "variant(af >= 0.1 and af <= 0.2)");
    assert_reads("gene = A and variant(gene = B)", "variant(gene = A) and variant(gene = B)");
    assert_reads("tested(gene = A and af <= 0.1)", "tested(variant(gene = A and af <= 0.1))");
    assert_reads(
        "gene = A and tested(gene = B) and not tested(variant(gene = C))",
        "variant(gene = A) and tested(variant(gene = B)) and not tested(variant(gene = C))");
    assert_reads("age = 1 or gene = A and zygosity = hom",
                 "age = 1 or variant(gene = A and zygosity = hom)");
}

static void test_elsewhere_a_test_stands_alone(void **state)
{
    (void)state;
    assert_reads("gene = A", "variant(gene = A)");
    assert_reads("not gene = A", "not variant(gene = A)");
    assert_reads("gene = A or gene = B", "variant(gene = A) or variant(gene = B)");
    assert_reads("at least 2 of (gene = A, gene = B, age = 3)",
                 "at least 2 of (variant(gene = A), variant(gene = B), age = 3)");
    assert_reads("not gene = A and not gene = B",
                 "not variant(gene = A) and not variant(gene = B)");
    assert_reads("age = 3 and (gene = A or gene = B)",
                 "age = 3 and (variant(gene = A) or variant(gene = B))");
    assert_reads("not (gene = A and zygosity = hom)", "not variant(gene = A and zygosity = hom)");
}

static void test_what_could_mean_two_things_is_refused(void **state)
{
    (void)state;
    assert_fault("gene = A and not consequence = lof", FAULT_SAME_VARIANT);
    assert_fault("gene = A and (zygosity = hom or zygosity = hemi)", FAULT_SAME_VARIANT);
    assert_fault("(gene = A or gene = B) and (af <= 0.1 or age = 3)", FAULT_SAME_VARIANT);
    assert_fault("gene = A and at least 1 of (af <= 0.1, age = 3)", FAULT_SAME_VARIANT);
    assert_fault("gene = A and not (age = 3 or gene = B)", FAULT_SAME_VARIANT);
    assert_fault("tested(gene = A or gene = B)", FAULT_TESTED);
    assert_fault("tested(variant(gene = A) and variant(gene = B))", FAULT_TESTED);
    assert_fault("tested(not gene = A)", FAULT_TESTED);
    assert_fault("tested(sex = male)", FAULT_TESTED);
    assert_fault("tested(tested(gene = A))", FAULT_TESTED);
    assert_fault("tested(gene != A)", FAULT_BARE_NOT);
    assert_fault("variant(tested(gene = A))", FAULT_NESTING);
    assert_fault("tested gene = A", FAULT_SYNTAX);
    assert_fault("gene != A", FAULT_BARE_NOT);
    assert_fault("not gene != A", FAULT_BARE_NOT);
    assert_fault("gene != A and age = 3", FAULT_BARE_NOT);
    assert_fault("gene != A and consequence != lof", FAULT_BARE_NOT);
    assert_fault("gene = A and gene = B", FAULT_TWICE);
    assert_fault("gene = A and age = 3 and gene = A", FAULT_TWICE);
}

static void test_the_tree_remembers_how_it_was_written(void **state)
{
    struct arena *arena = arena_new(1 << 20);
    struct ast bare, explicit;
    struct err err;

    (void)state;
    assert_true(parse_text("gene = A", arena, &bare, &err));
    assert_true(parse_text("variant(gene = A)", arena, &explicit, &err));
    assert_true(bare.root->bare);
    assert_false(explicit.root->bare);
    assert_true(print_same(bare.root, explicit.root));
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_tests_of_one_and_are_one_variant),
        cmocka_unit_test(test_elsewhere_a_test_stands_alone),
        cmocka_unit_test(test_what_could_mean_two_things_is_refused),
        cmocka_unit_test(test_the_tree_remembers_how_it_was_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
