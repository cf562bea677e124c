/* SPDX-License-Identifier: Apache-2.0 */
/* A name means one gene, several, or none that is known; never silently one of several. */
#include "tests/unit/terms/bench.h"

#include <string.h>

#include "node/terms/gene_names.h"
#include "node/terms/terms_load.h"

static const char hgnc[] = "hgnc_id\tsymbol\tstatus\talias_symbol\tprev_symbol\tensembl_gene_id\n"
                           "HGNC:7526\tMMUT\tApproved\tCAP9\tMUT\tENSG00000146085\n"
                           "HGNC:3430\tERBB2\tApproved\tHER2|CAP1\tNGL\tENSG00000141736\n"
                           "HGNC:1337\tC9orf72\tApproved\tCAP9\t\tENSG00000147894\n"
                           "HGNC:20012\tCAP1\tApproved\tHER9\tHER9|MMUT\tENSG00000131236\n";
static const char genes[] = "symbol\tchromosome\tstart\tend\n"
                            "MUT\t1\t10\t20\nC9ORF72\t1\t30\t40\nLOCAL1\t1\t50\t60\n"
                            "odd\t1\t70\t80\nODD\t1\t90\t95\n";

static void load(struct bench *b, const char *system, const char *text)
{
    struct terms_load_options options = {.assembly = 2};
    struct terms_load_result result;

    bench_text(b, text);
    assert_true(terms_load(b->db, system, b->path, &options, &result, &b->err));
}

static void check(struct bench *b, const char *name, enum gene_name_state state, const char *key,
                  const char *in_table)
{
    char symbol[GENE_KEY_BYTES];
    struct gene_names *names;
    struct gene_name gene;

    assert_true(gene_names_open(b->db, &names, &b->err));
    assert_true(gene_names_find(names, name, &gene, &b->err));
    if (gene.state != state || strcmp(gene.key, key) != 0)
        fail_msg("%s: state %d, key %s", name, gene.state, gene.key);
    assert_true(gene_names_in_table(names, &gene, 2, symbol, &b->err));
    assert_string_equal(symbol, in_table);
    gene_names_close(names);
}

static void test_with_hgnc_every_name_leads_to_the_id(void **state)
{
    struct gene_names *names;
    struct gene_name gene;
    struct bench b;

    (void)state;
    bench_up(&b);
    load(&b, "hgnc", hgnc);
    load(&b, "genes", genes);
    check(&b, "MMUT", GENE_NAME_KNOWN, "HGNC:7526", "MUT");
    check(&b, "mut", GENE_NAME_KNOWN, "HGNC:7526", "MUT");
    check(&b, "ENSG00000146085.12", GENE_NAME_KNOWN, "HGNC:7526", "MUT");
    check(&b, "hgnc:7526", GENE_NAME_KNOWN, "HGNC:7526", "MUT");
    check(&b, "c9ORF72", GENE_NAME_KNOWN, "HGNC:1337", "C9ORF72");
    check(&b, "HER2", GENE_NAME_KNOWN, "HGNC:3430", "");
    check(&b, "CAP1", GENE_NAME_KNOWN, "HGNC:20012", ""); /* an approved symbol is its gene's */
    check(&b, "HER9", GENE_NAME_KNOWN, "HGNC:20012", ""); /* twice of one gene */
    check(&b, "CAP9", GENE_NAME_AMBIGUOUS, "*", "");
    check(&b, "HGNC:999999", GENE_NAME_UNKNOWN, "?HGNC:999999", "");
    check(&b, "HGNC:7526x", GENE_NAME_UNKNOWN, "?HGNC:7526X", "");
    check(&b, "local1", GENE_NAME_KNOWN, "LOCAL1", "LOCAL1");
    check(&b, "Nobody1", GENE_NAME_UNKNOWN, "?NOBODY1", "");
    assert_true(gene_names_open(b.db, &names, &b.err));
    assert_true(gene_names_find(names, "CAP9", &gene, &b.err));
    assert_string_equal(gene.others, "C9orf72, MMUT");
    assert_true(gene_names_find(names, "HER2", &gene, &b.err));
    assert_string_equal(gene.symbol, "ERBB2");
    gene_names_close(names);
    bench_down(&b);
}

static void check_said(struct bench *b, const char *name, const char *ids, const char *key)
{
    struct gene_names *names;
    struct gene_name gene;

    assert_true(gene_names_open(b->db, &names, &b->err));
    assert_true(gene_names_find_said(names, name, ids, &gene, &b->err));
    if (strcmp(gene.key, key) != 0)
        fail_msg("%s, %s: key %s", name, ids, gene.key);
    assert_int_equal(gene.state == GENE_NAME_AMBIGUOUS, *key == '*');
    assert_int_equal(gene.hgnc != 0, *key == 'H');
    gene_names_close(names);
}

static void test_the_id_beside_a_name_decides_between_its_genes(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    check_said(&b, "MMUT", "HGNC:20012", "MMUT"); /* nothing is loaded */
    load(&b, "hgnc", hgnc);
    load(&b, "genes", genes);
    check_said(&b, "MMUT", "", "HGNC:7526");
    check_said(&b, "MMUT", "HGNC:20012", "HGNC:20012"); /* a former symbol of this one */
    check_said(&b, "mmut", "ENSG00000131236.3", "HGNC:20012");
    check_said(&b, "CAP9", "ENSG00000146085", "HGNC:7526"); /* an alias of two */
    check_said(&b, "CAP9", "HGNC:1337", "HGNC:1337");
    check_said(&b, "CAP9", "HGNC:3430", "*"); /* of neither */
    check_said(&b, "ERBB2", "HGNC:7526", "*");
    check_said(&b, "LOCAL1", "HGNC:7526", "*");
    check_said(&b, "NOVEL1", "HGNC:7526", "HGNC:7526"); /* nobody else's */
    check_said(&b, "MMUT", "HGNC:999999", "HGNC:7526"); /* an id of nobody */
    check_said(&b, "MMUT", "HGNC:999999,ENSG00000131236", "HGNC:20012");
    check_said(&b, "MMUT", "HGNC:20012,ENSG00000131236", "HGNC:20012");
    check_said(&b, "MMUT", "HGNC:20012,HGNC:7526", "*");
    check_said(&b, "MMUT", "*", "*");
    check_said(&b, "ENSG00000146085", "ENSG00000146085", "HGNC:7526");
    bench_down(&b);
}

static void test_without_hgnc_case_alone_is_folded(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    check(&b, "anything", GENE_NAME_KNOWN, "ANYTHING", ""); /* nothing is loaded */
    load(&b, "genes", genes);
    check(&b, "C9orf72", GENE_NAME_KNOWN, "C9ORF72", "C9ORF72");
    check(&b, "MMUT", GENE_NAME_UNKNOWN, "?MMUT", "");
    check(&b, "Odd", GENE_NAME_KNOWN, "ODD", ""); /* two that differ in case: no place */
    bench_down(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_with_hgnc_every_name_leads_to_the_id),
        cmocka_unit_test(test_the_id_beside_a_name_decides_between_its_genes),
        cmocka_unit_test(test_without_hgnc_case_alone_is_folded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
