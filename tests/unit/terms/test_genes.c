/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of gene tables: what overlaps or touches is one interval; a gene is found by symbol
 * and by place; a table replaces its assembly's and leaves the other's; what is out of range is
 * refused.
 */
#include "tests/unit/terms/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/terms/genes.h"
#include "node/terms/terms.h"
#include "tests/unit/refused.h"

struct row {
    const char *symbol;
    bool coding;
    struct gene_interval at;
};

static bool write_rows(struct bench *b, uint8_t assembly, const struct row *rows, size_t n)
{
    struct term_release release = {.release = "r1"};
    struct gene_writer *writer = NULL;
    bool ok = gene_writer_open(b->db, assembly, &writer, &b->err);

    for (size_t i = 0; i < n && ok; i++)
        ok = rows[i].coding ? gene_writer_coding(writer, rows[i].symbol, &rows[i].at, &b->err)
                            : gene_writer_span(writer, rows[i].symbol, &rows[i].at, &b->err);
    ok = ok && gene_writer_commit(writer, &release, &b->err);
    gene_writer_close(writer);
    return ok;
}

static const struct row some[] = {
    {"BRCA1", false, {17, 1000, 2000}}, {"BRCA1", true, {17, 1300, 1400}},
    {"BRCA1", true, {17, 1100, 1200}},  {"BRCA1", true, {17, 1201, 1250}},
    {"BRCA1", true, {17, 1150, 1180}},  {"NBR2", false, {17, 1990, 3000}},
    {"TP53", false, {17, 100, 5000}},   {"SHOX", false, {23, 10, 20}},
    {"SHOX", false, {24, 10, 20}},
};
#define N_SOME (sizeof(some) / sizeof(some[0]))

static void test_intervals_are_merged_and_read_back(void **state)
{
    struct gene_table *table = NULL;
    const struct gene *gene;
    struct bench b;

    (void)state;
    bench_up(&b);
    assert_true(write_rows(&b, 2, some, N_SOME));
    assert_true(gene_table_load(b.db, 2, &table, &b.err));
    assert_int_equal(bench_number(&b, "SELECT count(*) FROM gene"), 4);
    gene = gene_table_find(table, "BRCA1");
    assert_non_null(gene);
    assert_int_equal(gene->n_spans, 1);
    assert_int_equal(gene->n_coding, 2); /* 1100-1250 touches and overlaps, 1300-1400 */
    assert_int_equal(gene->coding[0].start, 1100);
    assert_int_equal(gene->coding[0].end, 1250);
    assert_int_equal(gene->coding[1].end, 1400);
    assert_int_equal(gene_table_find(table, "SHOX")->n_spans, 2);
    assert_int_equal(gene_table_find(table, "TP53")->n_coding, 0);
    assert_null(gene_table_find(table, "brca1"));
    for (size_t i = 0; i < N_SOME; i++)
        assert_string_equal(gene_table_find(table, some[i].symbol)->symbol, some[i].symbol);
    gene_table_free(table);
    bench_down(&b);
}

static void test_assemblies_are_replaced_one_by_one(void **state)
{
    static const struct row one[] = {{"ATM", false, {11, 5, 6}}};
    struct gene_table *table = NULL;
    struct bench b;

    (void)state;
    bench_up(&b);
    assert_true(gene_table_load(b.db, 1, &table, &b.err));
    assert_null(table);
    assert_true(write_rows(&b, 1, one, 1));
    assert_true(write_rows(&b, 2, some, N_SOME));
    assert_true(write_rows(&b, 2, one, 1));
    assert_int_equal(bench_number(&b, "SELECT count(*) FROM gene WHERE assembly = 1"), 1);
    assert_int_equal(bench_number(&b, "SELECT count(*) FROM gene WHERE assembly = 2"), 1);
    assert_int_equal(bench_number(&b, "SELECT count(*) FROM term_release"), 2);
    bench_down(&b);
}

static void test_a_symbol_holds_at_the_limit_and_one_past(void **state)
{
    char symbol[GENE_SYMBOL_BYTES_MAX + 2] = "";
    const struct row row = {symbol, false, {1, 1, 2}};
    struct bench b;

    (void)state;
    bench_up(&b);
    memset(symbol, 'G', GENE_SYMBOL_BYTES_MAX);
    assert_true(write_rows(&b, 2, &row, 1));
    symbol[GENE_SYMBOL_BYTES_MAX] = 'G';
    assert_refused(write_rows(&b, 2, &row, 1), &b.err, ERR_INVALID);
    assert_int_equal(bench_number(&b, "SELECT count(*) FROM gene"), 1);
    bench_down(&b);
}

static void test_what_is_out_of_range_changes_nothing(void **state)
{
    static const struct row bad[] = {
        {"", false, {1, 1, 2}},         {"A B", false, {1, 1, 2}}, {"A", false, {0, 1, 2}},
        {"A", false, {26, 1, 2}},       {"A", false, {1, 0, 2}},   {"A", false, {1, 3, 2}},
        {"A", false, {1, 1, 1u << 28}}, {"A", true, {1, 1, 2}}, /* coding bases, but no place */
    };
    static const struct row edge[] = {{"A", false, {25, 1, GENE_POSITION_MAX}}};
    struct bench b;

    (void)state;
    bench_up(&b);
    assert_true(write_rows(&b, 2, edge, 1));
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_refused(write_rows(&b, 2, &bad[i], 1), &b.err, ERR_INVALID);
    }
    assert_refused(write_rows(&b, 2, NULL, 0), &b.err, ERR_INVALID);
    assert_int_equal(bench_number(&b, "SELECT count(*) FROM gene"), 1);
    bench_down(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_intervals_are_merged_and_read_back),
        cmocka_unit_test(test_assemblies_are_replaced_one_by_one),
        cmocka_unit_test(test_a_symbol_holds_at_the_limit_and_one_past),
        cmocka_unit_test(test_what_is_out_of_range_changes_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
