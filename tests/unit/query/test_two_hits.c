/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: two hits( ) names the genes in one test beside the others, and has none that is not of
 * a small variant; what it cannot have is refused at its place.
 */
#include "proto/query/two_hits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base/arena.h"
#include "proto/base/bytes.h"
#include "proto/query/ast.h"
#include "proto/query/diagnostic.h"
#include "proto/query/parse.h"
#include "proto/query/print.h"

static void test_the_genes_are_those_of_the_test_beside_the_others(void **state)
{
    static const struct {
        const char *text;
        uint32_t n_genes;
    } cases[] = {
        {"two hits(gene = PAH)", 1},
        {"germline two hits(consequence = lof and gene in (ATM, PAH))", 2},
        {"somatic two hits(gene = TP53 and (af <= 0.01 or clinvar = pathogenic))", 1},
    };
    struct arena *arena = arena_new(1 << 20);

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct bytes again = {0};
        struct ast ast;
        struct err err;

        assert_true(parse_text(cases[i].text, arena, &ast, &err));
        assert_true(two_hits_is(ast.root));
        assert_int_equal(two_hits_gene(ast.root)->n_values, cases[i].n_genes);
        print(&ast, &again);
        assert_int_equal(again.size, strlen(cases[i].text));
        assert_memory_equal(again.data, cases[i].text, again.size);
        bytes_clear(&again);
    }
    arena_free(arena);
}

static void refused(const char *text, enum fault fault, uint32_t from)
{
    struct arena *arena = arena_new(1 << 20);
    struct diagnostics found;
    struct ast ast;

    assert_false(parse(text, strlen(text), arena, &ast, &found));
    assert_int_equal(found.list[0].fault, fault);
    assert_int_equal(found.list[0].from, from);
    arena_free(arena);
}

static void test_what_it_cannot_have_is_refused_at_its_place(void **state)
{
    (void)state;
    refused("two hits(consequence in (lof))", FAULT_TWO_HITS, 0);
    refused("two hits(gene = PAH or consequence in (lof))", FAULT_TWO_HITS, 0);
    refused("sex = male and two hits(gene != PAH)", FAULT_TWO_HITS, 15);
    refused("two hits(gene = PAH and gene = ATM)", FAULT_TWO_HITS, 24);
    refused("two hits(gene = PAH and vaf > 5%)", FAULT_TWO_HITS, 24);
    refused("two hits(gene = PAH and change = GRCh38:12-5-A-C)", FAULT_TWO_HITS, 24);
    refused("two hits(gene = PAH and locus = GRCh38:12:5)", FAULT_TWO_HITS, 24);
    refused("not two hits(gene = PAH and svtype = DEL)", FAULT_TWO_HITS, 28);
    refused("two variant(gene = PAH)", FAULT_SYNTAX, 4);
    refused("variant(two hits(gene = PAH))", FAULT_NESTING, 8);
    refused("two hits(gene = PAH and age > 5)", FAULT_SCOPE, 24);
}

static void of_genes(char *text, size_t size, unsigned n)
{
    size_t at = (size_t)snprintf(text, size, "two hits(gene in (");

    for (unsigned i = 0; i < n; i++)
        at += (size_t)snprintf(text + at, size - at, "%sA%u", i ? ", " : "", i);
    snprintf(text + at, size - at, "))");
}

static void test_so_many_genes_and_not_one_more(void **state)
{
    struct arena *arena = arena_new(1 << 20);
    char text[16 * (TWO_HITS_GENES_MAX + 2)];
    struct ast ast;
    struct err err;

    (void)state;
    of_genes(text, sizeof(text), TWO_HITS_GENES_MAX);
    assert_true(parse_text(text, arena, &ast, &err));
    of_genes(text, sizeof(text), TWO_HITS_GENES_MAX + 1);
    refused(text, FAULT_TWO_HITS, 9);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_genes_are_those_of_the_test_beside_the_others),
        cmocka_unit_test(test_what_it_cannot_have_is_refused_at_its_place),
        cmocka_unit_test(test_so_many_genes_and_not_one_more),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
