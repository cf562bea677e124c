/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of bcf_text: the line is htslib's, byte for byte, whatever the genotypes are and
 * however many samples there are; fields that nobody reads are not in it, and the others are.
 */
#include "node/import/bcf_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base/random.h"

#define SAMPLES 45 /* five groups of eight, and a rest */

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

/* Whether the first allele is marked as phased says nothing, and writers differ in it. */
static void set_first_bits(struct bench *b)
{
    assert_int_equal(bcf_unpack(b->record, BCF_UN_ALL), 0);
    for (unsigned i = 0; i < b->record->n_fmt; i++) {
        bcf_fmt_t *field = &b->record->d.fmt[i];

        if (strcmp(bcf_hdr_int2id(b->header, BCF_DT_ID, field->id), "GT") != 0)
            continue;
        assert_int_equal(field->type, BCF_BT_INT8);
        for (unsigned s = 0; s < b->record->n_sample; s++)
            field->p[(size_t)field->size * s] |= (uint8_t)random_below(2);
    }
}

/* The line that becomes of this one, through a record. */
static const char *through(struct bench *b, const char *line)
{
    kstring_t text = {0};

    assert_true(kputs(line, &text) >= 0);
    assert_int_equal(vcf_parse(&text, b->header, b->record), 0);
    free(text.s);
    set_first_bits(b);
    b->line.l = b->htslib.l = 0;
    assert_int_equal(vcf_format(b->header, b->record, &b->htslib), 0);
    assert_true(bcf_text_add(b->header, b->record, &b->line));
    assert_int_equal(strlen(b->line.s), b->line.l);
    return b->line.s;
}

static const char *some_genotype(unsigned kind)
{
    static const char *const odd[] = {"0/1", "1|0",   "1/1", "./.", ".|.", "0/.",   "./1",
                                      "9|9", "10/11", "1",   "0",   ".",   "12|0",  "0|10",
                                      "0|0", "0/0",   "9/0", "3/2", "1/.", "0/0/1", "2|1"};
    uint32_t n = sizeof(odd) / sizeof(*odd);

    if (kind == 0 || (kind == 2 && random_below(8)))
        return "0|0";
    if (kind == 1 || (kind == 3 && random_below(8)))
        return "0/0";
    return odd[random_below(n)];
}

static void test_genotypes_are_written_as_htslib_writes_them(void **state)
{
    static const unsigned samples[] = {1, 2, 7, 8, 9, 16, SAMPLES};

    (void)state;
    random_seed(42);
    for (size_t s = 0; s < sizeof(samples) / sizeof(*samples); s++) {
        struct bench b;

        up(&b, samples[s]);
        for (unsigned round = 0; round < 400; round++) {
            kstring_t line = {0};

            assert_true(ksprintf(&line,
                                 "chr1\t%u\trs1\tA\tC,G,T,AA,CC,GG,TT,AC,AG,AT,CA,CG\t5.5\t%s\t"
                                 "AF=0.1\tGT",
                                 100 + round, round % 2 ? "low" : "PASS") >= 0);
            for (unsigned i = 0; i < samples[s]; i++)
                assert_true(ksprintf(&line, "\t%s", some_genotype(round % 5)) >= 0);
            through(&b, line.s);
            assert_string_equal(b.line.s, b.htslib.s);
            free(line.s);
        }
        down(&b);
    }
}

static void test_fields_that_nobody_reads_are_left_out(void **state)
{
    struct bench b;

    (void)state;
    up(&b, 2);
    assert_string_equal(through(&b, "chr1\t5\t.\tA\tC\t.\tPASS\t.\tGT:AD:DP:GQ:PL\t"
                                    "0/1:3,4:7:99:1,2,3\t0|0:5,0:5:.:0,1,2"),
                        "chr1\t5\t.\tA\tC\t.\tPASS\t.\tGT:DP:GQ\t0/1:7:99\t0|0:5:.\n");
    assert_string_equal(through(&b, "chr1\t5\t.\tA\tC\t.\tPASS\t.\tGT:AD\t0/1:3,4\t0|0:5,0"),
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
        cmocka_unit_test(test_fields_that_nobody_reads_are_left_out),
        cmocka_unit_test(test_a_record_without_samples_has_eight_columns),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
