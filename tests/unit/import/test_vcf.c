/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The VCF reader's promises: what a line says arrives as normalised variants with their calls; each
 * allele is offered, filtered or rejected, and the sums agree; what breaks the order, the assembly
 * or the form refuses the file. The oracles on real data are in tests/system.
 */
#include "tests/unit/import/loss_bench.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "node/import/identity.h"
#include "node/import/vcf.h"
#include "tests/unit/refused.h"

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
    char gaps[4096];  /* all gaps, likewise */
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
    b->options = (struct vcf_options)VCF_OPTIONS_DEFAULT;
    b->options.persons = b->options.bed = VCF_NO_INPUT;
    b->options.fasta = b->options.fasta_index = VCF_NO_INPUT;
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
    if (item->kind == STREAM_GAP)
        loss_bench_text(&item->gap, b->gaps, sizeof(b->gaps));
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

    if (!vcf_import(&b->job, &b->stream.err))
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

/* What a body leaves of gaps behind, in a file of n samples (S1, S2, ...). */
static void expect_gaps(unsigned n_samples, const char *body, const char *gaps)
{
    static struct bench b;
    char text[4096];
    size_t n = (size_t)snprintf(text, sizeof(text), "%s%s", START,
                                "##contig=<ID=MT,length=16569>\n"
                                "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT");

    for (unsigned i = 1; i <= n_samples; i++)
        n += (size_t)snprintf(text + n, sizeof(text) - n, "\tS%u", i);
    (void)snprintf(text + n, sizeof(text) - n, "\n%s", body);
    bench_up(&b, text);
    if (!read_vcf(&b))
        fail_msg("%s", b.stream.err.text);
    assert_string_equal(b.gaps, gaps);
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

/* Whatever makes another result of the same file makes another text. */
static void test_every_option_that_changes_the_result_is_in_the_text(void **state)
{
    static const char *const filters[] = {"LowQual", "q10"};
    struct vcf_options options[11];
    char text[11][256];
    size_t n = sizeof(options) / sizeof(options[0]);

    (void)state;
    for (size_t i = 0; i < n; i++) {
        options[i] = (struct vcf_options)VCF_OPTIONS_DEFAULT;
        options[i].persons = options[i].bed = options[i].fasta = VCF_NO_INPUT;
    }
    options[1].assembly = ASSEMBLY_GRCH38;
    options[2].persons = 1;
    options[3].bed = 1;
    options[4].fasta = 1;
    options[5].depth++;
    options[6].quality++;
    options[7].block_depth++;
    options[8].block_quality++;
    options[9].keep_filters = filters;
    options[9].n_keep_filters = 2;
    options[10].beside = true;
    for (size_t i = 0; i < n; i++) {
        vcf_describe(&options[i], text[i], sizeof(text[i]));
        for (size_t k = 0; k < i; k++)
            if (strcmp(text[i], text[k]) == 0)
                fail_msg("options %zu and %zu: %s", k, i, text[i]);
    }
    assert_non_null(strstr(text[9], "LowQual,q10,"));
    assert_null(strstr(text[0], "beside"));
    assert_non_null(strstr(text[10], "beside"));
}

static void test_a_line_with_several_alleles_is_split_and_trimmed(void **state)
{
    (void)state;
    expect(HEAD "22\t200\t.\tCAG\tC,CAGAG,CTG\t.\tPASS\t.\tGT:DP\t1/2:3\t./3\n",
           "22:200 C>CAG 0=het 1=none\n"
           "22:200 CAG>C 0=het 1=none\n"
           "22:201 A>T 1=carrier\n");
    /* One copy of a chromosome of which everybody has two cannot be. */
    expect(HEAD "chr22\t5\t.\ta\tc\t.\t.\t.\tGT\t1\t0\n", "22:5 A>C 0=carrier 1=none\n");
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
    assert_int_equal(b.closing.offered, 3); /* one unreadable genotype costs its sample alone */
    assert_int_equal(b.closing.filtered[FILTER_SYMBOLIC], 1);
    assert_int_equal(b.closing.filtered[FILTER_STAR], 1);
    assert_int_equal(b.closing.filtered[FILTER_COLUMN], 2);
    assert_int_equal(b.closing.filtered[FILTER_NO_ALT], 1);
    assert_int_equal(b.closing.filtered[FILTER_BREAKEND], 1);
    assert_int_equal(b.closing.filtered[FILTER_OFF_CONTIG], 1);
    assert_int_equal(b.closing.rejected, 7);
    assert_int_equal(b.rejects[REJECT_VCF_COLUMNS], 2);
    assert_int_equal(b.rejects[REJECT_VCF_ALLELE], 3);
    assert_int_equal(b.rejects[REJECT_VCF_GENOTYPE], 2); /* a line without GT, and an item */
    assert_int_equal(b.rejects[REJECT_VCF_POSITION], 1);
    bench_down(&b);
}

static void test_whom_a_lost_line_concerns(void **state)
{
    (void)state;
    /* Who has a plain reference call stays; a sample's column is its own record. */
    expect_gaps(4, "22\t9\t.\tAC\tA\t.\tLowQual\t.\tGT\t0/1\t0/0\t./.\t7/7\n",
                "22:9-10 filtered 0=own\n22:9-10 unreadable 3=own\n22:9-10 not called 2=own\n");
    /* Without a reference an indel in a repeat may begin far to the left. */
    expect_gaps(2, "22\t5000\t.\tAA\tA\t.\tLowQual\t.\tGT\t0/1\t0/0\n",
                "22:4000-5001 filtered 0=own\n");
    expect_gaps(2, "22\t500\t.\tA\tAA\t.\tLowQual\t.\tGT\t0/1\t0/0\n", "22:1-500 filtered 0=own\n");
    /* an allele that cannot be read may have been an indel, which may begin further to the left */
    expect_gaps(2, "22\t5000\t.\tR\tA\t.\t.\t.\tGT\t0/1\t0/0\n", "22:4000-5001 refused 0=own\n");
    expect_gaps(2, "22\t5000\t.\tA\tC,R\t.\t.\t.\tGT\t0/1\t0/2\n", "22:4000-5001 refused 1=own\n");
    expect_gaps(2, "22\t9\t.\tA\tR!\t.\t.\t.\tGT\t0/1\t0/0\n", "22:1-10 refused 0=own\n");
    /* one base is an exchange of it; what may be an insertion has two (node/store/gap.h) */
    expect_gaps(2, "22\t9\t.\tA\tC\t.\tLowQual\t.\tGT\t0/1\t0/0\n", "22:9-9 filtered 0=own\n");
    expect_gaps(2, "22\t9\t.\tA\tAC\t.\tLowQual\t.\tGT\t0/1\t0/0\n", "22:9-10 filtered 0=own\n");
    expect_gaps(2, "22\t51304566\t.\tA\tAC\t.\tLowQual\t.\tGT\t0/1\t0/0\n",
                "22:51304566-51304566 filtered 0=own\n");
    expect_gaps(2, "22\t9\t.\tA\tC\t.\t.\t.\tGT\t0/1\n", "22:9-9 refused 0=own 1=own\n");
    expect_gaps(2, "22\t9\t.\t\tC\t.\t.\t.\tGT\t0/1\t0/0\n", "22:1-10 refused 0=own\n");
    expect_gaps(2, "22\tx\t.\tA\tC\t.\t.\t.\tGT\t0/1\t0/0\n", "22:1-51304566 refused 0=own\n");
    /* Of a file of one sample everything is its own. */
    expect_gaps(1, "22\t9\t.\tA\tC\t.\t.\t.\tGT\t./.\n", "22:9-9 not called 0=own\n");
    expect_gaps(1,
                "22\t9\t.\tA\tC\t.\t.\t.\tGT:DP\t0/0:0\n"
                "22\t11\t.\tA\tC\t.\t.\t.\tGT:FT\t0/0:bad\n",
                "22:9-9 low depth or quality 0=own\n22:11-11 failed 0=own\n");
    expect_gaps(2, "22\t9\t.\tA\tC\t.\t.\t.\tGT:FT\t0/1:bad\t0/0:bad\n", "22:9-9 failed 0=own\n");
}

static void test_no_allele_beside_others(void **state)
{
    (void)state;
    expect(HEAD "22\t8\t.\tA\tC\t.\t.\t.\tGT\t0/1\t1/1\n"
                "22\t9\t.\tA\t.,G\t.\t.\t.\tGT\t0/1\t0/2\n",
           "22:8 A>C 0=het 1=hom\n22:9 A>G 1=het\n");
    expect_gaps(2, "22\t9\t.\tA\t.,G\t.\t.\t.\tGT\t0/1\t0/2\n", "22:9-10 refused 0=own\n");
}

static void test_not_called_where_no_stored_allele_meets_all_of_ref(void **state)
{
    (void)state;
    /* What is stored is 22:11 C>T: of 9 and 10 its calls say nothing. */
    expect_gaps(4, "22\t9\t.\tAAC\tAAT\t.\t.\t.\tGT\t0/1\t./.\t0/0\t./1\n",
                "22:9-11 not called 1=own 3=own\n");
    expect_gaps(2, "22\t9\t.\tACA\tATA\t.\t.\t.\tGT:FT\t0/0:bad\t0/1\n", "22:9-11 failed 0=own\n");
    /* Of several alleles one is enough. */
    expect_gaps(2, "22\t9\t.\tAAC\tAAT,A\t.\t.\t.\tGT\t0/1\t./.\n", "");
    expect_gaps(2, "22\t9\t.\tAC\tA\t.\t.\t.\tGT\t0/1\t./.\n", "");
    expect_gaps(2, "22\t9\t.\tC\tT\t.\t.\t.\tGT\t0/1\t./.\n", "");
}

static void test_structural_alleles_lose_their_whole_stretch(void **state)
{
    (void)state;
    expect_gaps(2, "22\t9\t.\tA\t<DEL>\t.\t.\tEND=500\tGT\t0/1\t0/0\n",
                "22:9-500 structural call 0=own\n");
    expect_gaps(2,
                "22\t9\t.\tA\t<DUP:TANDEM>\t.\t.\tSVLEN=300;CIPOS=-3,2;CIEND=-1,9\tGT\t0/1\t0/0\n",
                "22:6-318 structural call 0=own\n");
    expect_gaps(2, "22\t9\t.\tA\t<DEL>\t.\t.\t.\tGT\t0/0\t1/1\n",
                "22:9-51304566 structural 1=own\n");
    expect_gaps(2, "22\t9\t.\tA\t<INS:ME:ALU>\t.\t.\tSVLEN=300\tGT\t0/1\t0/0\n",
                "22:9-10 structural call 0=own\n");
    expect_gaps(2, "22\t9\t.\tA\tA]chr21:77]\t.\t.\t.\tGT\t0/1\t0/0\n",
                "22:9-10 structural 0=own\n21:77-77 structural 0=own\n");
    expect_gaps(2, "22\t9\t.\tA\t<TRA>\t.\t.\tCHR2=21;END=55\tGT\t0/1\t0/0\n",
                "22:9-10 structural 0=own\n21:55-55 structural 0=own\n");
    expect_gaps(2, "22\t9\t.\tA\tC,<DEL>\t.\t.\tEND=20\tGT\t0/1\t0/2\n",
                "22:9-20 structural 1=own\n");
}

static void test_blocks_of_a_gvcf_leave_gaps_between_them(void **state)
{
    static const char body[] =
        "22\t100\t.\tA\t<NON_REF>\t.\t.\tEND=199\tGT:DP:GQ:MIN_DP\t0/0:30:50:20\n"
        "22\t200\t.\tA\t<NON_REF>\t.\t.\tEND=249\tGT:DP:GQ:MIN_DP\t0/0:30:50:9\n"
        "22\t250\t.\tA\tC,<NON_REF>\t.\t.\t.\tGT:DP:GQ\t0/1:30:50\n"
        "22\t251\t.\tA\t<NON_REF>\t.\t.\t.\tGT:DP:GQ\t0/0:30:50\n"
        "22\t252\t.\tA\t<NON_REF>\t.\t.\tEND=300\tGT:DP:GQ\t0/0:30:19\n";

    (void)state;
    expect_gaps(1, body,
                "22:1-99 no block 0=own\n"
                "22:200-249 low depth or quality 0=own\n"
                "22:252-51304566 low depth or quality 0=own\n");
}

static void test_contigs_that_are_none_of_ours(void **state)
{
    static struct bench b;

    (void)state;
    expect_gaps(2,
                "GL000192.1\t9\t.\tA\tC\t.\t.\t.\tGT\t0/1\t0/0\n"
                "hs37d5\t9\t.\tA\tC\t.\t.\t.\tGT\t0/1\t0/0\n",
                "");
    expect_gaps(2, "25\t20000\t.\tA\tC\t.\t.\t.\tGT\t0/1\t0/0\n",
                "23:20000-20000 contig left out 0=own\n");
    bench_up(&b, HEAD "nobody_knows\t9\t.\tA\tC\t.\tPASS\t.\tGT\t0/1\t0/0\n");
    assert_true(read_vcf(&b));
    assert_non_null(strstr(b.gaps, "1:1-249250621 refused 0=own\n"));
    assert_non_null(strstr(b.gaps, "25:1-16569 refused 0=own\n"));
    bench_down(&b);
    bench_up(&b, HEAD "\t9\t.\tA\tC\t.\tPASS\t.\tGT\t0/1\t0/0\n");
    assert_true(read_vcf(&b));
    assert_non_null(strstr(b.gaps, "1:1-249250621 refused 0=own\n"));
    bench_down(&b);
    /* Lines of no place may stand among those of a chromosome, whose order still counts. */
    bench_up(&b, HEAD "22\t9\t.\tA\tC\t.\tPASS\t.\tGT\t0/1\t0/0\n"
                      "\t10\t.\tA\tC\t.\tPASS\t.\tGT\t0/0\t0/1\n"
                      "22\t11\t.\tA\tC\t.\tPASS\t.\tGT\t0/1\t0/0\n");
    assert_true(read_vcf(&b));
    assert_non_null(strstr(b.gaps, "1:1-249250621 refused 1=own\n"));
    bench_down(&b);
    refuse(HEAD "22\t9\t.\tA\tC\t.\tPASS\t.\tGT\t0/1\t0/0\n"
                "\t10\t.\tA\tC\t.\tPASS\t.\tGT\t0/0\t0/1\n"
                "22\t8\t.\tA\tC\t.\tPASS\t.\tGT\t0/1\t0/0\n",
           "not sorted");
    refuse(HEAD "NC_000022.11\t9\t.\tA\tC\t.\tPASS\t.\tGT\t0/1\t0/0\n", "another assembly");
    refuse(HEAD "22\t9\t.\tA\tC\t.\tPASS\t.\tGT\t0/1\t0/0\n"
                "chr21\t9\t.\tA\tC\t.\tPASS\t.\tGT\t0/1\t0/0\n",
           "named in two ways");
    refuse(HEAD "22\t51304568\t.\tA\tC\t.\tPASS\t.\tGT\t0/1\t0/0\n", "past the end");
}

static void test_files_that_say_nothing_of_their_samples(void **state)
{
    static struct bench b;

    (void)state;
    refuse(HEAD "22\t9\t.\tA\tC\t.\tPASS\t.\tDP\t1\t1\n", "no genotypes");
    refuse(HEAD "22\t9\t.\tA\t<NON_REF>\t.\t.\tEND=20\tGT:DP\t./.:9\t./.:9\n", "not genotyped");
    refuse(HEAD "22\t9\t.\tA\tC\t.\tPASS\t.\tGT\t0/1", "cut off");
    bench_up(&b, HEAD "22\t9\t.\tA\tC\t.\tPASS\t.\tGT\t0/1\t0/0"); /* a whole last line */
    assert_true(read_vcf(&b));
    assert_string_equal(b.sites, "22:9 A>C 0=het\n");
    bench_down(&b);
    bench_up(&b, START "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tS1\n"
                       "22\t9\t.\tA\tC\t.\tLowQual\t.\tGT\t0/1\n");
    assert_true(read_vcf(&b));
    assert_non_null(strstr(b.gaps, "1:1-249250621 refused 0=own\n")); /* nothing was taken */
    assert_int_equal(b.closing.loss.records, 1);
    assert_int_equal(b.closing.loss.records_lost, 1);
    assert_int_equal(b.closing.loss.carriers_lost, 1);
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

static const char fasta_text[] = ">22\nGGGCACACAGTTT\n", fai_text[] = "22\t13\t4\t13\t14\n";

/* As --fasta, or as the loaded reference of GRCh37, whose chromosome 22 it then has. */
static bool read_with_reference(struct bench *b, bool loaded)
{
    bool ok;

    b->inputs[1] = (struct run_input){.fd = bench_text(fasta_text)};
    b->inputs[2] = (struct run_input){.fd = bench_text(fai_text)};
    if (loaded)
        b->options.references[ASSEMBLY_GRCH37] = 1;
    else
        b->options.fasta = 1;
    b->options.fasta_index = loaded ? VCF_NO_INPUT : 2;
    ok = read_vcf(b);
    (void)close(b->inputs[1].fd);
    (void)close(b->inputs[2].fd);
    return ok;
}

static void test_a_reference_aligns_and_convicts(void **state)
{
    static struct bench b;

    (void)state;
    for (int loaded = 0; loaded < 2; loaded++) {
        bench_up(&b, HEAD "21\t3\t.\tCA\tC\t.\tPASS\t.\tGT\t0/0\t0/1\n"
                          "22\t2\t.\tG\tA\t.\tPASS\t.\tGT\t0/0\t0/1\n"
                          "22\t7\t.\tACA\tA\t.\tPASS\t.\tGT\t0/1\t0/0\n");
        if (!read_with_reference(&b, loaded))
            fail_msg("%s", b.stream.err.text);
        assert_string_equal(b.sites, "21:3 CA>C 1=het\n22:2 G>A 1=het\n22:3 GCA>G 0=het\n");
        bench_down(&b);
        bench_up(&b, HEAD "22\t1\t.\tT\tC\t.\tPASS\t.\tGT\t0/1\t0/0\n");
        assert_refused(read_with_reference(&b, loaded), &b.stream.err, ERR_INVALID);
        assert_non_null(strstr(b.stream.err.text, "GRCh37 in 1 of 1 records"));
        bench_down(&b);
    }
}

/* 100 good records and one whose REF is another: 1 % is exceeded by the second of those. */
static void test_a_few_records_that_differ_are_rejected(void **state)
{
    static char text[16384];
    static struct bench b;

    (void)state;
    for (int bad = 1; bad < 3; bad++) {
        size_t n = (size_t)snprintf(text, sizeof(text), HEAD);

        for (int i = 0; i < 100; i++)
            n += (size_t)snprintf(text + n, sizeof(text) - n,
                                  "22\t1\t.\tG\tC\t.\tPASS\t.\tGT\t0/1\t0/0\n");
        for (int i = 0; i < bad; i++)
            n += (size_t)snprintf(text + n, sizeof(text) - n,
                                  "22\t4\t.\tG\tC\t.\tPASS\t.\tGT\t0/1\t0/0\n");
        bench_up(&b, text);
        if (bad == 1) {
            if (!read_with_reference(&b, false))
                fail_msg("%s", b.stream.err.text);
            assert_int_equal(b.rejects[REJECT_VCF_REFERENCE], 1);
            assert_string_equal(b.gaps, "22:4-4 refused 0=own\n");
        } else {
            assert_refused(read_with_reference(&b, false), &b.stream.err, ERR_INVALID);
            assert_non_null(strstr(b.stream.err.text, "in 2 of 102 records"));
        }
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
        cmocka_unit_test(test_every_option_that_changes_the_result_is_in_the_text),
        cmocka_unit_test(test_a_line_with_several_alleles_is_split_and_trimmed),
        cmocka_unit_test(test_order_and_duplicates),
        cmocka_unit_test(test_every_allele_is_accounted_for),
        cmocka_unit_test(test_whom_a_lost_line_concerns),
        cmocka_unit_test(test_no_allele_beside_others),
        cmocka_unit_test(test_not_called_where_no_stored_allele_meets_all_of_ref),
        cmocka_unit_test(test_structural_alleles_lose_their_whole_stretch),
        cmocka_unit_test(test_blocks_of_a_gvcf_leave_gaps_between_them),
        cmocka_unit_test(test_contigs_that_are_none_of_ours),
        cmocka_unit_test(test_files_that_say_nothing_of_their_samples),
        cmocka_unit_test(test_alleles_at_the_limit_and_one_past),
        cmocka_unit_test(test_keep_filter_keeps),
        cmocka_unit_test(test_persons_must_cover_the_samples),
        cmocka_unit_test(test_a_reference_aligns_and_convicts),
        cmocka_unit_test(test_a_few_records_that_differ_are_rejected),
        cmocka_unit_test(test_hg19s_mitochondrion_is_another_contig),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
