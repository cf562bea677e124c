/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A question against releases: unknown means that every release that was read lacks it; what some
 * nodes know is known, with the nodes that lack it; a release that cannot be read hides nothing.
 */
#include "proto/terms/term_check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base/arena.h"
#include "proto/query/diagnostic.h"
#include "proto/query/parse.h"
#include "tests/unit/terms/releases.h"

struct checked {
    struct arena *arena;
    struct ast ast;
    struct term_findings findings;
    struct err err;
};

static void check(struct checked *c, struct releases *r, const char *question)
{
    c->arena = arena_new((size_t)4 << 20);
    assert_non_null(c->arena);
    assert_true(parse_text(question, c->arena, &c->ast, &c->err));
    assert_true(term_check(&c->ast, &r->sources, c->arena, &c->findings, &c->err));
}

static void done(struct checked *c)
{
    arena_free(c->arena);
}

static void test_what_no_release_has_is_unknown(void **state)
{
    struct releases r;
    struct checked c;

    (void)state;
    releases_up(&r);
    releases_add(&r, RELEASES_ICD10_OLD, 1);
    releases_add(&r, RELEASES_ICD10_NEW, 2);
    check(&c, &r, "diagnosis = C59");
    assert_int_equal(c.findings.n, 1);
    assert_int_equal(c.findings.finding[0].state, TERM_UNKNOWN);
    assert_int_equal(c.findings.finding[0].lacking, 3);
    assert_string_equal(c.findings.finding[0].near, "icd10:C50 Br\u00f6st");
    done(&c);
    check(&c, &r, "diagnosis = C50.9"); /* nearer than C500 and C508 is its category */
    assert_string_equal(c.findings.finding[0].near, "icd10:C50 Br\u00f6st");
    done(&c);
    releases_down(&r);
}

static void test_what_some_know_is_known_and_lacking_elsewhere(void **state)
{
    struct releases r;
    struct checked c;

    (void)state;
    releases_up(&r);
    releases_add(&r, RELEASES_ICD10_OLD, 1);
    releases_add(&r, RELEASES_ICD10_NEW, 2);
    releases_add(&r, RELEASES_ICD10_OLD, 4);
    check(&c, &r, "diagnosis = C50.8");
    assert_int_equal(c.findings.finding[0].state, TERM_KNOWN);
    assert_int_equal(c.findings.finding[0].lacking, 5);
    assert_string_equal(c.findings.finding[0].label, "\u00d6verv\u00e4xt");
    done(&c);
    releases_down(&r);
}

static void test_a_release_that_cannot_be_read_hides_nothing(void **state)
{
    struct releases r;
    struct checked c;

    (void)state;
    releases_up(&r);
    check(&c, &r, "diagnosis = C59 or variant(gene = NOPE1)");
    assert_int_equal(c.findings.finding[0].state, TERM_UNCHECKED);
    assert_int_equal(c.findings.finding[1].state, TERM_UNCHECKED);
    done(&c);
    releases_add(&r, RELEASES_ICD10_OLD, 1);
    releases_add(&r, RELEASES_HGNC, 1);
    releases_unread(&r, "icd10", 2);
    releases_unread(&r, "hgnc", 2);
    check(&c, &r, "diagnosis = C59 or diagnosis = C50 or variant(gene = NOPE1)");
    assert_int_equal(c.findings.finding[0].state, TERM_UNCHECKED);
    assert_int_equal(c.findings.finding[1].state, TERM_KNOWN);
    assert_int_equal(c.findings.finding[1].lacking, 0);
    assert_int_equal(c.findings.finding[2].state, TERM_UNCHECKED);
    done(&c);
    releases_down(&r);
}

static void test_the_hint_is_for_equal_alone(void **state)
{
    static const struct {
        const char *question;
        bool hint;
    } rows[] = {{"diagnosis = C50", true},        {"diagnosis under C50", false},
                {"diagnosis = E11", false},       {"diagnosis = C50 or diagnosis under C50", false},
                {"phenotype = HP:0000118", true}, {"phenotype excluded HP:0000118", false},
                {"phenotype = HP:0001250", false}};
    struct releases r;
    struct checked c;

    (void)state;
    releases_up(&r);
    releases_add(&r, RELEASES_ICD10_OLD, 1);
    releases_add(&r, RELEASES_HP, 1);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        check(&c, &r, rows[i].question);
        assert_int_equal(c.findings.n, 1);
        assert_int_equal(c.findings.finding[0].hint_under, rows[i].hint);
        done(&c);
    }
    releases_down(&r);
}

static void test_today_and_obsolete(void **state)
{
    struct releases r;
    struct checked c;

    (void)state;
    releases_up(&r);
    releases_add(&r, RELEASES_HP, 1);
    check(&c, &r, "phenotype in (HP:0002279, HP:0000057, HP:0000058, HP:0001250)");
    assert_string_equal(c.findings.finding[0].today, "HP:0001250");
    assert_string_equal(c.findings.finding[1].today, "HP:0001250");
    assert_null(c.findings.finding[2].today);
    assert_true(c.findings.finding[2].obsolete);
    assert_null(c.findings.finding[3].today);
    assert_false(c.findings.finding[3].obsolete);
    done(&c);
    releases_down(&r);
}

static void test_genes_by_hgnc_before_a_table(void **state)
{
    struct releases r;
    struct checked c;

    (void)state;
    releases_up(&r);
    releases_add(&r, RELEASES_GENES, 1);
    releases_add(&r, RELEASES_GENES, 2);
    releases_add(&r, RELEASES_HGNC, 1);
    check(&c, &r, "variant(gene in (HER2, XYZ, LINC9, NOPE1, BRCA1))");
    assert_int_equal(c.findings.n, 5);
    assert_int_equal(c.findings.finding[0].state, TERM_KNOWN);
    assert_string_equal(c.findings.finding[0].today, "ERBB2");
    assert_int_equal(c.findings.finding[0].hgnc, 3430);
    assert_int_equal(c.findings.finding[0].lacking, 2);
    /* XYZ is ambiguous at the node with HGNC's table, and a symbol at the other. */
    assert_int_equal(c.findings.finding[1].state, TERM_KNOWN);
    assert_int_equal(c.findings.finding[1].lacking, 1);
    assert_int_equal(c.findings.finding[2].state, TERM_KNOWN);
    assert_int_equal(c.findings.finding[2].lacking, 0);
    assert_int_equal(c.findings.finding[3].state, TERM_UNKNOWN);
    assert_int_equal(c.findings.finding[4].state, TERM_KNOWN);
    assert_null(c.findings.finding[4].today);
    done(&c);
    releases_down(&r);
}

static void test_ambiguous_everywhere_is_told_with_its_genes(void **state)
{
    struct diagnostics found;
    struct releases r;
    struct checked c;

    (void)state;
    releases_up(&r);
    releases_add(&r, RELEASES_HGNC, 1);
    check(&c, &r, "variant(gene = XYZ)");
    assert_int_equal(c.findings.finding[0].state, TERM_AMBIGUOUS);
    diagnostics_init(&found, "variant(gene = XYZ)", 19);
    term_check_tell(&c.findings, "no region's", &found);
    assert_int_equal(found.n, 1);
    assert_non_null(strstr(found.list[0].expected, "BRCA1, BRCA2"));
    done(&c);
    releases_down(&r);
}

static void test_mistakes_are_told_where_they_stand(void **state)
{
    static const char question[] = "sex = female and diagnosis in (C50, C59) and\n"
                                   "variant(gene = BRCA9)";
    struct diagnostics found;
    struct releases r;
    struct checked c;

    (void)state;
    releases_up(&r);
    releases_add(&r, RELEASES_ICD10_OLD, 1);
    releases_add(&r, RELEASES_HGNC, 1);
    check(&c, &r, question);
    diagnostics_init(&found, question, strlen(question));
    term_check_tell(&c.findings, "no region's", &found);
    assert_int_equal(found.n, 2);
    assert_int_equal(found.list[0].fault, FAULT_UNKNOWN);
    assert_string_equal(found.list[0].message, "no region's release of icd10 has icd10:C59");
    assert_int_equal(found.list[0].line, 1);
    assert_int_equal(found.list[0].column, 37);
    assert_string_equal(found.list[0].suggestion, "icd10:C50 Br\u00f6st");
    assert_int_equal(found.list[1].line, 2);
    assert_int_equal(found.list[1].column, 16);
    assert_string_equal(found.list[1].suggestion, "BRCA1");
    done(&c);
    releases_down(&r);
}

static void test_the_last_node_has_its_bit(void **state)
{
    struct releases r;
    struct checked c;

    (void)state;
    releases_up(&r);
    releases_add(&r, RELEASES_ICD10_OLD, UINT64_C(1) << (TERM_CHECK_NODES_MAX - 1));
    releases_add(&r, RELEASES_ICD10_NEW, 1);
    check(&c, &r, "diagnosis = C50.8");
    assert_true(c.findings.finding[0].lacking == UINT64_C(1) << (TERM_CHECK_NODES_MAX - 1));
    done(&c);
    releases_down(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_no_release_has_is_unknown),
        cmocka_unit_test(test_what_some_know_is_known_and_lacking_elsewhere),
        cmocka_unit_test(test_a_release_that_cannot_be_read_hides_nothing),
        cmocka_unit_test(test_the_hint_is_for_equal_alone),
        cmocka_unit_test(test_today_and_obsolete),
        cmocka_unit_test(test_genes_by_hgnc_before_a_table),
        cmocka_unit_test(test_ambiguous_everywhere_is_told_with_its_genes),
        cmocka_unit_test(test_mistakes_are_told_where_they_stand),
        cmocka_unit_test(test_the_last_node_has_its_bit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
