/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of gene files: refFlat's half-open, 0-based stretches become 1-based inclusive ones,
 * exons are cut to the coding stretch, transcripts are joined; tables with a header are read by
 * name; unplaced contigs are counted; every broken line is named and nothing is loaded.
 */
#include "tests/unit/terms/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/terms/gene_files.h"
#include "node/terms/genes.h"
#include "node/terms/term_file.h"
#include "node/terms/terms.h"
#include "tests/unit/refused.h"

static bool read_file(struct bench *b, const char *text, uint8_t assembly, uint64_t *skipped)
{
    struct term_release release = {.release = "x"};
    struct gene_writer *writer = NULL;
    struct term_file *file = NULL;
    bool ok;

    *skipped = 0;
    bench_text(b, text);
    assert_true(term_file_open(b->path, &file, &b->err));
    assert_true(gene_writer_open(b->db, assembly, &writer, &b->err));
    ok = gene_files_read(file, writer, skipped, &b->err) &&
         gene_writer_commit(writer, &release, &b->err);
    gene_writer_close(writer);
    term_file_close(file);
    return ok;
}

static void test_refflat_counts_from_one_and_keeps_what_codes(void **state)
{
    static const char text[] =
        "A\tNM_1\tchr1\t+\t100\t900\t250\t700\t3\t100,400,600,\t300,500,900,\n"
        "A\tNM_2\tchr1\t+\t50\t900\t290\t310\t2\t100,305,\t300,320,\n"
        "B\tNR_1\tchr2\t-\t10\t20\t20\t20\t1\t10,\t20,\n"
        "C\tNM_3\tchr6_apd_hap1\t-\t10\t20\t20\t20\t1\t10,\t20,\n";
    struct gene_table *table = NULL;
    const struct gene *gene;
    struct bench b;
    uint64_t skipped;

    (void)state;
    bench_up(&b);
    assert_true(read_file(&b, text, 1, &skipped));
    assert_int_equal(skipped, 1);
    assert_true(gene_table_load(b.db, 1, &table, &b.err));
    gene = gene_table_find(table, "A");
    assert_int_equal(gene->n_spans, 1);
    assert_int_equal(gene->spans[0].start, 51);
    assert_int_equal(gene->spans[0].end, 900);
    assert_int_equal(gene->n_coding, 4); /* 251-300, 306-310, 401-500, 601-700 */
    assert_int_equal(gene->coding[0].start, 251);
    assert_int_equal(gene->coding[0].end, 300);
    assert_int_equal(gene->coding[1].start, 306);
    assert_int_equal(gene->coding[3].end, 700);
    assert_int_equal(gene_table_find(table, "B")->n_coding, 0); /* does not code */
    assert_null(gene_table_find(table, "C"));
    gene_table_free(table);
    bench_down(&b);
}

static void test_tables_with_a_header_are_read_by_name(void **state)
{
    static const char ensembl[] = "ensgene\tsymbol\tchr\tstart\tend\tdescription\n"
                                  "ENSG1\tA\tX\t5\t9\tsay \"hi\"\n"
                                  "ENSG2\tNA\t1\t5\t9\t\n"
                                  "ENSG3\tP\tCHR_HG2002_PATCH\t5\t9\t\n";
    static const char ours[] = "symbol\tchromosome\tstart\tend\tcoding\tassembly\n"
                               "A\t1\t5\t90\t7-9,20-30\tGRCh38\n"
                               "A\t1\t500\t900\t\tGRCh37\n"
                               "B\tMT\t1\t2\t\tGRCh38\n";
    struct gene_table *table = NULL;
    struct bench b;
    uint64_t skipped;

    (void)state;
    bench_up(&b);
    assert_true(read_file(&b, ensembl, 2, &skipped));
    assert_int_equal(skipped, 2);
    assert_true(read_file(&b, ours, 2, &skipped));
    assert_int_equal(skipped, 1);
    assert_true(gene_table_load(b.db, 2, &table, &b.err));
    assert_int_equal(bench_number(&b, "SELECT count(*) FROM gene WHERE assembly = 2"), 2);
    assert_int_equal(gene_table_find(table, "A")->n_coding, 2);
    assert_int_equal(gene_table_find(table, "A")->spans[0].end, 90);
    gene_table_free(table);
    bench_down(&b);
}

static void test_six_columns_are_spans_alone(void **state)
{
    struct gene_table *table = NULL;
    struct bench b;
    uint64_t skipped;

    (void)state;
    bench_up(&b);
    assert_true(read_file(&b, "A\tNR\tchr1\t-\t0\t10\n", 1, &skipped));
    assert_true(gene_table_load(b.db, 1, &table, &b.err));
    assert_int_equal(gene_table_find(table, "A")->spans[0].start, 1);
    gene_table_free(table);
    bench_down(&b);
}

static void test_a_line_has_so_many_columns_and_not_one_more(void **state)
{
    enum { COLUMNS_MAX = 64 }; /* of node/terms/gene_files.c */
    struct bench b;
    uint64_t skipped;

    (void)state;
    bench_up(&b);
    for (int most = COLUMNS_MAX; most <= COLUMNS_MAX + 1; most++) {
        char more[2 * COLUMNS_MAX] = "", text[512];

        for (int i = 6; i < most; i++)
            memcpy(more + 2 * (i - 6), "\tx", 3);
        snprintf(text, sizeof(text),
                 "ensgene\tsymbol\tchr\tstart\tend\tdescription%s\nENSG1\tA\tX\t5\t9\t-%s\n", more,
                 more);
        if (most == COLUMNS_MAX)
            assert_true(read_file(&b, text, 2, &skipped));
        else
            assert_refused(read_file(&b, text, 2, &skipped), &b.err, ERR_INVALID);
    }
    bench_down(&b);
}

static void test_a_broken_line_is_named_and_nothing_is_loaded(void **state)
{
    static const char *const second_lines[] = {
        "A\tNM\tchr1\t+\tx\t900\t250\t700\t1\t100,\t300,",
        "A\tNM\tchr1\t+\t100\t900\t250\t700\t2\t100,\t300,",
        "A\tNM\tchr1\t+\t100\t900\t250\t700\t1\t100,\t300,400,",
        "A\tNM\tchr1\t+\t100\t900\t250\t700\t1\t300,\t100,",
        "A\tNM\tchr1\t+\t100\t900\t250\t700\tn\t100,\t300,",
        "A\tNM\tchr1\t+\t100\t99999999999\t250\t700\t1\t100,\t300,",
        "A\tNM\tchr1",
    };
    struct bench b;
    uint64_t skipped;

    (void)state;
    bench_up(&b);
    for (size_t i = 0; i < sizeof(second_lines) / sizeof(second_lines[0]); i++) {
        char text[512];

        snprintf(text, sizeof(text), "B\tNR_1\tchr2\t-\t10\t20\t20\t20\t1\t10,\t20,\n%s\n",
                 second_lines[i]);
        assert_refused(read_file(&b, text, 1, &skipped), &b.err, ERR_INVALID);
        assert_non_null(strstr(b.err.text, "line 2: "));
    }
    assert_refused(read_file(&b, "symbol\tchr\tstart\tend\tcoding\nA\t1\t5\t9\t7_8\n", 1, &skipped),
                   &b.err, ERR_INVALID);
    assert_refused(read_file(&b, "what,is,this\n", 1, &skipped), &b.err, ERR_INVALID);
    assert_refused(read_file(&b, "", 1, &skipped), &b.err, ERR_INVALID);
    bench_down(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refflat_counts_from_one_and_keeps_what_codes),
        cmocka_unit_test(test_tables_with_a_header_are_read_by_name),
        cmocka_unit_test(test_six_columns_are_spans_alone),
        cmocka_unit_test(test_a_line_has_so_many_columns_and_not_one_more),
        cmocka_unit_test(test_a_broken_line_is_named_and_nothing_is_loaded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
