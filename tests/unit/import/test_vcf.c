/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The VCF reader's promises: what a line says arrives as normalised variants with their calls; each
 * allele is offered, filtered or rejected, and the sums agree; what breaks the order, the assembly
 * or the form refuses the file. The oracles on real data are in tests/system.
 */
#include "tests/unit/import/bench.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "node/import/genotypes.h"
#include "node/import/header.h"
#include "node/import/identity.h"
#include "node/import/lines.h"
#include "node/import/vcf.h"

#define START                                                                                      \
    "##fileformat=VCFv4.2\n##contig=<ID=21,length=48129895>\n##contig=<ID=22,length=51304566>\n"
#define COLUMNS "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tS1\tS2\n"
#define HEAD START COLUMNS

struct bench {
    struct bench_stream stream;
    struct identity *identity;
    struct run_input inputs[3];
    struct vcf_options options;
    struct run_job job;
    char sites[4096]; /* all sites, a line each */
    struct stream_closing closing;
    uint64_t rejects[REJECT_CODES];
    uint32_t units;
};

static void bench_up(struct bench *b, const char *text)
{
    static const uint8_t key[IDENTITY_KEY_BYTES] = {7};

    memset(b, 0, sizeof(*b));
    bench_stream_up(&b->stream);
    assert_true(identity_from_key(key, &b->identity, &b->stream.err));
    b->inputs[0] =
        (struct run_input){.name = "x.vcf", .fd = bench_text(text), .bytes = strlen(text)};
    b->options = (struct vcf_options){.samples_max = HEADER_SAMPLES_MAX,
                                      .inflation_max = LINES_INFLATION_MAX,
                                      .persons = VCF_NO_INPUT,
                                      .bed = VCF_NO_INPUT,
                                      .fasta = VCF_NO_INPUT,
                                      .fasta_index = VCF_NO_INPUT};
    b->job = (struct run_job){.inputs = b->inputs,
                              .n_inputs = 1,
                              .identity = b->identity,
                              .options = &b->options,
                              .out = b->stream.writer};
}

static void bench_down(struct bench *b)
{
    identity_close(b->identity);
    bench_stream_down(&b->stream);
}

static void take_item(struct bench *b, const struct stream_item *item)
{
    char text[512];
    size_t n = strlen(b->sites);

    if (item->kind == STREAM_SITE) {
        bench_site_text(&item->site, text, sizeof(text));
        (void)snprintf(b->sites + n, sizeof(b->sites) - n, "%s\n", text);
    }
    if (item->kind == STREAM_REJECT)
        b->rejects[item->reject.code]++;
    if (item->kind == STREAM_CLOSING)
        b->closing = item->closing;
    b->units += item->kind == STREAM_UNIT;
}

/* Reads the VCF onto the stream and what came onto it back. */
static bool read_vcf(struct bench *b)
{
    struct stream_item item;
    bool end = false;

    if (!vcf_read(&b->job, &b->stream.err))
        return false;
    assert_int_equal(lseek(b->stream.fd, 0, SEEK_SET), 0);
    assert_true(stream_reader_open(b->stream.fd, &b->stream.reader, &b->stream.err));
    for (;;) {
        if (!stream_next(b->stream.reader, &item, &end, &b->stream.err))
            fail_msg("%s", b->stream.err.text);
        if (end)
            return true;
        take_item(b, &item);
    }
}

static void expect(const char *text, const char *sites)
{
    static struct bench b;

    bench_up(&b, text);
    if (!read_vcf(&b))
        fail_msg("%s", b.stream.err.text);
    assert_string_equal(b.sites, sites);
    bench_down(&b);
}

static void refuse(const char *text, const char *why)
{
    static struct bench b;

    bench_up(&b, text);
    assert_false(read_vcf(&b));
    if (!strstr(b.stream.err.text, why))
        fail_msg("\"%s\" does not say \"%s\"", b.stream.err.text, why);
    bench_down(&b);
}

static void test_a_line_with_several_alleles_is_split_and_trimmed(void **state)
{
    (void)state;
    expect(HEAD "22\t200\t.\tCAG\tC,CAGAG,CTG\t.\tPASS\t.\tGT:DP\t1/2:3\t./3\n",
           "22:200 C>CAG 0=het 1=none\n"
           "22:200 CAG>C 0=het 1=none\n"
           "22:201 A>T 1=carrier\n");
    expect(HEAD "chr22\t5\t.\ta\tc\t.\t.\t.\tGT\t1\t0\n", "22:5 A>C 0=hemi\n");
}

static void test_order_and_duplicates(void **state)
{
    (void)state;
    expect(HEAD "22\t7\t.\tAAC\tAAT\t.\tPASS\t.\tGT\t0/1\t0/0\n"
                "22\t8\t.\tA\tG\t.\tPASS\t.\tGT\t0/1\t0/0\n"
                "22\t9\t.\tC\tT\t.\tPASS\t.\tGT\t0/0\t1/1\n",
           "22:8 A>G 0=het\n22:9 C>T 0=het 1=hom\n");
    refuse(HEAD "22\t7\t.\tA\tC\t.\tPASS\t.\tGT\t0/1\t0/0\n"
                "22\t6\t.\tA\tC\t.\tPASS\t.\tGT\t0/1\t0/0\n",
           "line 6");
    refuse(HEAD "22\t7\t.\tA\tC\t.\tPASS\t.\tGT\t0/1\t0/0\n"
                "21\t7\t.\tA\tC\t.\tPASS\t.\tGT\t0/1\t0/0\n"
                "22\t8\t.\tA\tC\t.\tPASS\t.\tGT\t0/1\t0/0\n",
           "bcftools sort");
}

static void test_every_allele_is_accounted_for(void **state)
{
    static struct bench b;

    (void)state;
    bench_up(&b, HEAD "22\t1\t.\tA\tC,<DEL>,*\t.\tPASS\t.\tGT\t0/1\t0/0\n"
                      "22\t2\t.\tA\tC,G\t.\tLowQual\t.\tGT\t0/1\t0/0\n"
                      "22\t3\t.\tA\t.\t.\tPASS\t.\tGT\t0/0\t0/0\n"
                      "22\t4\t.\tA\tA]22:9]\t.\tPASS\t.\tGT\t0/1\t0/0\n"
                      "22\t5\t.\tA\tC\t.\tPASS\t.\tGT\t0/1\n"
                      "22\t6\t.\tR\tC\t.\tPASS\t.\tGT\t0/1\t0/1\n"
                      "22\t7\t.\tA\tA,R,C\t.\tPASS\t.\tGT\t0/1\t0/1\n"
                      "22\t8\t.\tA\tC\t.\tPASS\t.\tDP\t1\t1\n"
                      "22\t9\t.\tA\tC\t.\tPASS\t.\tGT\t0/3\t1\n"
                      "22\t51304567\t.\tA\tC\t.\tPASS\t.\tGT\t0/1\t0/0\n"
                      "GL1\t4\t.\tA\tC\t.\tPASS\t.\tGT\t0/1\t0/0\n"
                      "broken\n");
    assert_true(read_vcf(&b));
    assert_int_equal(b.closing.read, 17);
    assert_int_equal(b.closing.offered, 2);
    assert_int_equal(b.closing.filtered[FILTER_SYMBOLIC], 1);
    assert_int_equal(b.closing.filtered[FILTER_STAR], 1);
    assert_int_equal(b.closing.filtered[FILTER_COLUMN], 2);
    assert_int_equal(b.closing.filtered[FILTER_NO_ALT], 1);
    assert_int_equal(b.closing.filtered[FILTER_BREAKEND], 1);
    assert_int_equal(b.closing.filtered[FILTER_OFF_CONTIG], 1);
    assert_int_equal(b.closing.rejected, 8);
    assert_int_equal(b.rejects[REJECT_VCF_COLUMNS], 2);
    assert_int_equal(b.rejects[REJECT_VCF_ALLELE], 3);
    assert_int_equal(b.rejects[REJECT_VCF_GENOTYPE], 2);
    assert_int_equal(b.rejects[REJECT_VCF_POSITION], 1);
    bench_down(&b);
}

static void test_alleles_at_the_limit_and_one_past(void **state)
{
    static char text[8192];
    static struct bench b;
    size_t n;

    (void)state;
    for (unsigned alts = GENOTYPES_ALTS_MAX; alts <= GENOTYPES_ALTS_MAX + 1; alts++) {
        n = (size_t)snprintf(text, sizeof(text), "%s22\t1\t.\tA\t", HEAD);
        for (unsigned i = 0; i < alts; i++)
            n += (size_t)snprintf(text + n, sizeof(text) - n, "%sA%c%c%c%c", i ? "," : "",
                                  "ACGT"[i >> 6 & 3], "ACGT"[i >> 4 & 3], "ACGT"[i >> 2 & 3],
                                  "ACGT"[i & 3]);
        (void)snprintf(text + n, sizeof(text) - n, "\t.\tPASS\t.\tGT\t0/0\t0/255\n");
        bench_up(&b, text);
        assert_true(read_vcf(&b));
        assert_int_equal(b.closing.read, alts);
        assert_int_equal(b.closing.offered, alts == 255 ? 255 : 0);
        assert_int_equal(b.rejects[REJECT_VCF_ALLELES_TOO_MANY], alts == 255 ? 0 : 256);
        bench_down(&b);
    }
}

static void test_keep_filter_keeps(void **state)
{
    static const char *const keep[] = {"triallelic_site"};
    static struct bench b;

    (void)state;
    bench_up(&b, HEAD "22\t1\t.\tA\tC\t.\ttriallelic_site\t.\tGT\t0/1\t0/0\n"
                      "22\t2\t.\tA\tC\t.\ttriallelic_site;LowQual\t.\tGT\t0/1\t0/0\n");
    b.options.keep_filters = keep;
    b.options.n_keep_filters = 1;
    assert_true(read_vcf(&b));
    assert_string_equal(b.sites, "22:1 A>C 0=het\n");
    bench_down(&b);
}

static void test_persons_must_cover_the_samples(void **state)
{
    static const char whole[] = "sample,person\nS2,p\nS1,p\n", part[] = "sample,person\nS1,p\n";
    static struct bench b;

    (void)state;
    bench_up(&b, HEAD);
    b.inputs[1] = (struct run_input){.fd = bench_text(whole), .bytes = sizeof(whole) - 1};
    b.options.persons = 1;
    b.job.n_inputs = 2;
    assert_true(read_vcf(&b));
    assert_int_equal(b.units, 2);
    (void)close(b.inputs[1].fd);
    bench_down(&b);
    bench_up(&b, HEAD);
    b.inputs[1] = (struct run_input){.fd = bench_text(part), .bytes = sizeof(part) - 1};
    b.options.persons = 1;
    assert_false(read_vcf(&b));
    assert_non_null(strstr(b.stream.err.text, "sample 2 of 2"));
    assert_null(strstr(b.stream.err.text, "S2"));
    (void)close(b.inputs[1].fd);
    bench_down(&b);
}

static void test_a_reference_aligns_and_convicts(void **state)
{
    static const char fasta[] = ">22\nGGGCACACAGTTT\n", fai[] = "22\t13\t4\t13\t14\n";
    static struct bench b;

    (void)state;
    for (int wrong = 0; wrong < 2; wrong++) {
        bench_up(&b, wrong ? HEAD "22\t1\t.\tT\tC\t.\tPASS\t.\tGT\t0/1\t0/0\n"
                           : HEAD "22\t2\t.\tG\tA\t.\tPASS\t.\tGT\t0/0\t0/1\n"
                                  "22\t7\t.\tACA\tA\t.\tPASS\t.\tGT\t0/1\t0/0\n");
        b.inputs[1] = (struct run_input){.fd = bench_text(fasta), .bytes = sizeof(fasta) - 1};
        b.inputs[2] = (struct run_input){.fd = bench_text(fai), .bytes = sizeof(fai) - 1};
        b.options.fasta = 1;
        b.options.fasta_index = 2;
        assert_int_equal(read_vcf(&b), !wrong);
        if (wrong)
            assert_non_null(strstr(b.stream.err.text, "another assembly"));
        else
            assert_string_equal(b.sites, "22:2 G>A 1=het\n22:3 GCA>G 0=het\n");
        (void)close(b.inputs[1].fd);
        (void)close(b.inputs[2].fd);
        bench_down(&b);
    }
}

static void test_hg19s_mitochondrion_is_another_contig(void **state)
{
    (void)state;
    expect(START "##contig=<ID=chrM,length=16571>\n" COLUMNS
                 "22\t1\t.\tA\tC\t.\tPASS\t.\tGT\t0/1\t0/0\n"
                 "chrM\t9\t.\tA\tC\t.\tPASS\t.\tGT\t1\t0\n",
           "22:1 A>C 0=het\n");
    expect(START "##contig=<ID=MT,length=16569>\n" COLUMNS "MT\t9\t.\tA\tC\t.\tPASS\t.\tGT\t1\t0\n",
           "25:9 A>C 0=hemi\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_line_with_several_alleles_is_split_and_trimmed),
        cmocka_unit_test(test_order_and_duplicates),
        cmocka_unit_test(test_every_allele_is_accounted_for),
        cmocka_unit_test(test_alleles_at_the_limit_and_one_past),
        cmocka_unit_test(test_keep_filter_keeps),
        cmocka_unit_test(test_persons_must_cover_the_samples),
        cmocka_unit_test(test_a_reference_aligns_and_convicts),
        cmocka_unit_test(test_hg19s_mitochondrion_is_another_contig),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
