/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promise of gene symbols: HGNC's spelling from any case, and once folded nothing more changes.
 */
#include "proto/query/gene_symbol.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void test_symbols_fold_to_the_spelling_of_hgnc(void **state)
{
    static const char *const pairs[][2] = {
        {"brca1", "BRCA1"},
        {"C9ORF72", "C9orf72"},
        {"c9orf72", "C9orf72"},
        {"cxorf21", "CXorf21"},
        {"CORF1", "CORF1"},
        {"C9ORF", "C9ORF"},
        {"hla-a", "HLA-A"},
        {"mt-nd1", "MT-ND1"},
        {"", ""},
        {"c11orf42-AS1", "C11orf42-AS1"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
        char symbol[32];

        snprintf(symbol, sizeof(symbol), "%s", pairs[i][0]);
        assert_int_equal(gene_symbol_is_folded(symbol), strcmp(pairs[i][0], pairs[i][1]) == 0);
        gene_symbol_fold(symbol);
        assert_string_equal(symbol, pairs[i][1]);
        assert_true(gene_symbol_is_folded(symbol));
    }
}

static void test_only_printable_signs_make_a_symbol(void **state)
{
    (void)state;
    assert_true(gene_symbol_is_one("HLA-A"));
    assert_true(gene_symbol_is_one("17-43094464-G-A"));
    assert_false(gene_symbol_is_one(""));
    assert_false(gene_symbol_is_one("A B"));
    assert_false(gene_symbol_is_one("A\"B"));
    assert_false(gene_symbol_is_one("Å"));
    assert_false(gene_symbol_is_one("A\n"));
    assert_false(gene_symbol_is_one("A\x7f"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_symbols_fold_to_the_spelling_of_hgnc),
        cmocka_unit_test(test_only_printable_signs_make_a_symbol),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
