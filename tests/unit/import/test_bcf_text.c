/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of bcf_text: the line is htslib's, byte for byte; fields that nobody reads are not
 * in it, and the others are; it can be written without the samples.
 */
#include "node/import/bcf_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char head[] = "##fileformat=VCFv4.2\n##contig=<ID=chr1,length=1000000>\n"
                           "##INFO=<ID=AF,Number=A,Type=Float,Description=\"x\">\n"
                           "##FILTER=<ID=low,Description=\"x\">\n"
                           "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"x\">\n"
                           "##FORMAT=<ID=FT,Number=1,Type=String,Description=\"x\">\n"
                           "##FORMAT=<ID=DP,Number=1,Type=Integer,Description=\"x\">\n"
                           "##FORMAT=<ID=GQ,Number=1,Type=Integer,Description=\"x\">\n"
                           "##FORMAT=<ID=PL,Number=G,Type=Integer,Description=\"x\">\n"
                           "##FORMAT=<ID=AD,Number=R,Type=Integer,Description=\"x\">\n"
                           "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO";

struct bench {
    bcf_hdr_t *header;
    bcf1_t *record;
    kstring_t line;
    kstring_t htslib;
};

static void up(struct bench *b, unsigned samples)
{
    kstring_t text = {0};

    *b = (struct bench){.header = bcf_hdr_init("r"), .record = bcf_init()};
    assert_true(kputs(head, &text) >= 0);
    for (unsigned i = 0; i < samples; i++)
        assert_true(ksprintf(&text, i ? "\ts%u" : "\tFORMAT\ts%u", i) >= 0);
    assert_true(kputs("\n", &text) >= 0);
    assert_int_equal(bcf_hdr_parse(b->header, text.s), 0);
    free(text.s);
}

static void down(struct bench *b)
{
    free(b->line.s);
    free(b->htslib.s);
    bcf_destroy(b->record);
    bcf_hdr_destroy(b->header);
}

/* The line that becomes of this one, through a record. */
static const char *through(struct bench *b, const char *line)
{
    kstring_t text = {0};

    assert_true(kputs(line, &text) >= 0);
    assert_int_equal(vcf_parse(&text, b->header, b->record), 0);
    free(text.s);
    b->line.l = b->htslib.l = 0;
    assert_int_equal(vcf_format(b->header, b->record, &b->htslib), 0);
    assert_true(bcf_text_unpack(b->header, b->record));
    assert_true(bcf_text_add(b->header, b->record, &b->line));
    assert_int_equal(strlen(b->line.s), b->line.l);
    return b->line.s;
}

static void test_genotypes_are_written_as_htslib_writes_them(void **state)
{
    struct bench b;

    (void)state;
    up(&b, 3);
    through(&b, "chr1\t5\trs1\tA\tC,G\t5.5\tlow\tAF=0.1\tGT:DP\t0|1:3\t./.\t2/1/0:9");
    assert_string_equal(b.line.s, b.htslib.s);
    down(&b);
}

/* Appends to what is there already. */
static void expect_fixed(struct bench *b, const char *line, const char *expected)
{
    through(b, line);
    b->line.l = 0;
    assert_true(kputs("before ", &b->line) >= 0);
    assert_true(bcf_text_add_fixed(b->header, b->record, &b->line));
    assert_string_equal(b->line.s, expected);
    b->line.l = 0;
    assert_true(bcf_text_add(b->header, b->record, &b->line)); /* the samples are still there */
    assert_string_equal(b->line.s, b->htslib.s);
}

static void test_the_line_without_samples_ends_behind_format(void **state)
{
    struct bench b;

    (void)state;
    up(&b, 2);
    expect_fixed(&b, "chr1\t5\trs1\tA\tC\t5.5\tlow\tAF=0.1\tGT:DP\t0|1:3\t./.:.",
                 "before chr1\t5\trs1\tA\tC\t5.5\tlow\tAF=0.1\tGT:DP\t\n");
    expect_fixed(&b, "chr1\t5\t.\tA\tC\t.\tPASS\t.\tGT\t0|1\t1/1",
                 "before chr1\t5\t.\tA\tC\t.\tPASS\t.\tGT\t\n");
    down(&b);
}

static void test_fields_that_nobody_reads_are_left_out(void **state)
{
    struct bench b;

    (void)state;
    up(&b, 2);
    assert_string_equal(through(&b, "chr1\t5\t.\tA\tC\t.\tPASS\t.\tGT:AD:DP:GQ:PL\t"
                                    "0/1:3,4:7:99:1,2,3\t0|0:5,0:5:.:0,1,2"),
                        "chr1\t5\t.\tA\tC\t.\tPASS\t.\tGT:AD:DP:GQ\t0/1:3,4:7:99\t0|0:5,0:5:.\n");
    assert_string_equal(through(&b, "chr1\t5\t.\tA\tC\t.\tPASS\t.\tGT:PL\t0/1:1,2,3\t0|0:0,1,2"),
                        "chr1\t5\t.\tA\tC\t.\tPASS\t.\tGT\t0/1\t0|0\n");
    assert_string_equal(through(&b, "chr1\t5\t.\tA\tC\t.\tPASS\t.\tGT:FT\t0/1:low\t0|0:PASS"),
                        "chr1\t5\t.\tA\tC\t.\tPASS\t.\tGT:FT\t0/1:low\t0|0:PASS\n");
    through(&b, "chr1\t5\t.\tA\tC\t.\tPASS\t.\tPL\t1,2,3\t1,2,3"); /* no genotypes at all */
    assert_null(strstr(b.line.s, "GT"));
    assert_null(strstr(b.line.s, "PL"));
    down(&b);
}

static void test_a_record_without_samples_has_eight_columns(void **state)
{
    struct bench b;

    (void)state;
    up(&b, 0);
    through(&b, "chr1\t5\t.\tA\tC\t.\tPASS\tAF=0.5");
    assert_string_equal(b.line.s, b.htslib.s);
    down(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_genotypes_are_written_as_htslib_writes_them),
        cmocka_unit_test(test_the_line_without_samples_ends_behind_format),
        cmocka_unit_test(test_fields_that_nobody_reads_are_left_out),
        cmocka_unit_test(test_a_record_without_samples_has_eight_columns),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
