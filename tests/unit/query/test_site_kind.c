/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: each frequency is in one band, and its own is one that the band gives; a question is
 * decided by kinds when each band lies in its range or outside as a whole, and no test is of a
 * gene, a place or a change.
 */
#include "proto/query/site_kind.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "proto/base/arena.h"
#include "proto/query/ast.h"
#include "proto/query/parse.h"

static void test_bands_are_in_order_and_give_one_of_theirs(void **state)
{
    static const int64_t at[] = {-1,        0,         1,         9999,       10000,
                                 10001,     9999999,   10000000,  10000001,   599999999,
                                 600000000, 600000001, 999999999, 1000000000, 1000000001};
    uint8_t before = 0;

    (void)state;
    for (size_t i = 0; i < sizeof(at) / sizeof(at[0]); i++) {
        uint8_t band = site_kind_band(at[i]);

        assert_true(band < SITE_KIND_BANDS);
        assert_true(band >= before);
        before = band;
        assert_int_equal(site_kind_band(site_kind_frequency(band)), band);
    }
    assert_int_equal(before, SITE_KIND_BANDS - 1);
    assert_int_equal(site_kind_band(-1), site_kind_band(INT64_MIN));
    assert_int_not_equal(site_kind_band(600000000), site_kind_band(600000001));
    assert_int_not_equal(site_kind_band(600000000), site_kind_band(599999999));
    for (uint8_t band = 0; band < SITE_KIND_BANDS; band++)
        assert_int_equal(site_kind_band(site_kind_frequency(band)), band);
}

static bool decides(const char *text)
{
    struct arena *arena = arena_new(1 << 20);
    struct ast ast;
    struct err err;
    bool is;

    if (!parse_text(text, arena, &ast, &err))
        fail_msg("%s: %s", text, err.text);
    assert_int_equal(ast.root->kind, AST_VARIANT);
    is = site_kind_decides(ast.root->children[0]);
    arena_free(arena);
    return is;
}

static void test_what_kinds_decide(void **state)
{
    (void)state;
    assert_true(decides("variant(zygosity = hom and af >= 60%)"));
    assert_true(decides("variant(zygosity = hom and af > 60%)"));
    assert_true(decides("variant(af <= 0.1%)"));
    assert_true(decides("variant(af < 1% and consequence in (lof))"));
    assert_true(decides("variant(af >= 1% and af <= 5%)"));
    assert_true(decides("variant(not (clinvar = pathogenic or zygosity = het))"));
    assert_true(decides("variant(at least 1 of (af <= 1%, zygosity = hom))"));
    assert_false(decides("variant(af >= 61%)"));
    assert_false(decides("variant(af <= 0.15%)"));
    assert_false(decides("variant(zygosity = hom and not af <= 33%)"));
    assert_false(decides("variant(gene = SCN5A)"));
    assert_false(decides("variant(not gene = SCN5A)"));
    assert_false(decides("variant(zygosity = hom or locus = GRCh38:1:1000-2000)"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bands_are_in_order_and_give_one_of_theirs),
        cmocka_unit_test(test_what_kinds_decide),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
