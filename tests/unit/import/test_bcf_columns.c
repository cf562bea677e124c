/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promise of bcf_columns and genotypes_bcf: samples that are read from the arrays of a BCF
 * record give the calls, the doubts and the figures that their text gives. Shown for random
 * records, also with bytes that no VCF can have, and for the whole reader on random files and on
 * the beginnings of the shared ones, each read as BCF and as text.
 */
#include "tests/unit/import/bench.h"

#include <htslib/hfile.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "node/import/bcf_columns.h"
#include "node/import/bcf_text.h"
#include "node/import/genotypes.h"
#include "node/import/identity.h"
#include "proto/base/random.h"
#include "tests/unit/import/bcf_bench.h"

#define SAMPLES_MAX 300u
#define SHARED_RECORDS 1500

static const char *const keep[] = {"LowGQ"};
static const struct genotypes_rules rules = {
    .keep_filters = keep, .n_keep_filters = 1, .depth = 2, .quality = 10};

static const char head[] = "##fileformat=VCFv4.2\n##reference=GRCh38\n"
                           "##contig=<ID=chr1,length=248956422>\n"
                           "##contig=<ID=chrX,length=156040895>\n"
                           "##contig=<ID=chrM,length=16569>\n"
                           "##FORMAT=<ID=AF,Number=A,Type=Float,Description=\"x\">\n"
                           "##FORMAT=<ID=FREQ,Number=1,Type=String,Description=\"x\">\n"
                           "##INFO=<ID=END,Number=1,Type=Integer,Description=\"x\">\n"
                           "##FILTER=<ID=low,Description=\"x\">\n"
                           "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"x\">\n"
                           "##FORMAT=<ID=FT,Number=1,Type=String,Description=\"x\">\n"
                           "##FORMAT=<ID=DP,Number=1,Type=Integer,Description=\"x\">\n"
                           "##FORMAT=<ID=GQ,Number=1,Type=Integer,Description=\"x\">\n"
                           "##FORMAT=<ID=MIN_DP,Number=1,Type=Integer,Description=\"x\">\n"
                           "##FORMAT=<ID=AD,Number=R,Type=Integer,Description=\"x\">\n"
                           "##FORMAT=<ID=LGT,Number=1,Type=String,Description=\"x\">\n"
                           "##FORMAT=<ID=LAA,Number=.,Type=Integer,Description=\"x\">\n"
                           "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT";

static const char *const formats[] = {"GT",         "GT",
                                      "GT:DP",      "GT:DP:GQ",
                                      "GT:FT",      "GT:AD:DP:GQ:FT",
                                      "GQ:GT:FT",   "GT:MIN_DP:DP:GQ",
                                      "GT:AD",      "LGT:LAA",
                                      "GT:LGT:LAA", "DP"};

/* ---- random records -----------------------------------------------------------------------------
 */

static const char *any_genotype(bool plain)
{
    static const char *const odd[] = {"0/1",
                                      "1|0",
                                      "1/1",
                                      "./.",
                                      ".|.",
                                      "0/.",
                                      "./1",
                                      "2|1",
                                      "3/3",
                                      "1",
                                      "0",
                                      ".",
                                      "0/4",
                                      "9|9",
                                      "70/1",
                                      "1/.",
                                      "0/0/1",
                                      "0/0/0",
                                      "200|0",
                                      "0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/1",
                                      "1/1/1/1/1/1/1/1/1/1/1/1/1/1/1/1/1"};
    static const char *const usual[] = {"0|0", "0/0", "0|0", "0|0", "0|1", "1|1", "./.", "0/1"};

    if (plain || random_below(4))
        return usual[random_below(random_below(4) ? 4 : 8)];
    return odd[random_below(sizeof(odd) / sizeof(*odd))];
}

static const char *any_number(void)
{
    static const char *const values[] = {"0",   "1",   "2", "9",   "10",    "99",
                                         "127", "128", ".", "300", "40000", "-3"};

    return values[random_below(sizeof(values) / sizeof(*values))];
}

static void add_value(kstring_t *line, const char *field, size_t length, bool plain)
{
    static const char *const reads[] = {"3,4", "0,0", ".", "0,.", "-1,9", "300,0"};
    static const char *const filters[] = {"PASS", ".", "LowGQ", "LowGQ;PASS", "bad", "LowGQ;bad"};

    if (length == 2 && memcmp(field, "FT", 2) == 0)
        kputs(filters[random_below(6)], line);
    else if (length == 3 && memcmp(field, "LAA", 3) == 0)
        kputs(random_below(2) ? "1,2" : ".", line);
    else if (length == 2 && memcmp(field, "AD", 2) == 0)
        kputs(reads[random_below(6)], line);
    else if (field[length - 1] == 'T')
        kputs(any_genotype(plain), line);
    else
        kputs(any_number(), line);
}

/* A column; what stands behind may be left out. */
static void add_column(kstring_t *line, const char *format, bool plain)
{
    kputc('\t', line);
    for (;;) {
        size_t length = strcspn(format, ":");

        add_value(line, format, length, plain);
        format += length;
        if (!*format++ || (!plain && random_below(20) == 0))
            return;
        kputc(':', line);
    }
}

static void any_line(kstring_t *line, unsigned round, unsigned n_samples)
{
    static const char *const alts[] = {"C",        "C,G",   "C,<NON_REF>", "<NON_REF>",
                                       "C,G,T,CC", "<DEL>", "*,G",         "."};
    const char *format = formats[random_below(sizeof(formats) / sizeof(*formats))];
    const char *alt = alts[random_below(round % 3 ? 2 : 8)];
    bool plain = random_below(3) > 0;

    line->l = 0;
    ksprintf(line, "chr%s\t%u\t.\tA\t%s\t.\t%s\t%s\t%s", round < 40 ? "1" : "X", 20000 + 7 * round,
             alt, random_below(8) ? "PASS" : "low", *alt == '<' ? "END=30000" : ".", format);
    for (unsigned i = 0; i < n_samples; i++)
        add_column(line, format, plain);
}

/* ---- one record, both ways ----------------------------------------------------------------------
 */

struct ways {
    bcf_hdr_t *header;
    bcf1_t *record;
    kstring_t text;
    struct genotypes *columns;
    struct genotypes *spelled;
    unsigned compared;
};

static void ways_up(struct ways *w, unsigned n_samples)
{
    struct err err;

    *w = (struct ways){.header = bcf_bench_header(head, n_samples), .record = bcf_init()};
    assert_true(genotypes_open(n_samples, &rules, &w->columns, &err));
    assert_true(genotypes_open(n_samples, &rules, &w->spelled, &err));
}

static void ways_down(struct ways *w)
{
    genotypes_close(w->columns);
    genotypes_close(w->spelled);
    free(w->text.s);
    bcf_destroy(w->record);
    bcf_hdr_destroy(w->header);
}

/* Bytes that no VCF can have: values of GT, FT and numbers as a damaged or hostile file has them.
 */
static void spoil(bcf1_t *record)
{
    for (unsigned i = 0; i < record->n_fmt; i++) {
        const bcf_fmt_t *field = &record->d.fmt[i];
        size_t size = (size_t)field->size * record->n_sample;

        for (unsigned k = 0; size && k < 6; k++)
            field->p[random_below((uint32_t)size)] =
                random_below(2) ? (uint8_t)random_below(256) : (uint8_t)(126 + random_below(6));
    }
}

static void expect_same_doubts(const struct ways *w)
{
    const struct genotypes_doubt *one, *other;
    size_t n, n_other;

    one = genotypes_doubts(w->columns, &n);
    other = genotypes_doubts(w->spelled, &n_other);
    assert_int_equal(n, n_other);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(one[i].sample, other[i].sample);
        assert_int_equal(one[i].reason, other[i].reason);
        assert_int_equal(one[i].carries, other[i].carries);
    }
}

static void expect_same(const struct ways *w, const struct genotypes_line *line)
{
    uint32_t seen[2], lost[2];

    for (unsigned alt = 0; !line->lost && alt < line->n_alts; alt++) {
        size_t size, other_size;
        const uint8_t *calls = genotypes_calls(w->columns, alt, &size);
        const uint8_t *other = genotypes_calls(w->spelled, alt, &other_size);

        assert_int_equal(size, other_size);
        assert_memory_equal(calls, other, size);
    }
    expect_same_doubts(w);
    genotypes_carriers(w->columns, &seen[0], &lost[0]);
    genotypes_carriers(w->spelled, &seen[1], &lost[1]);
    assert_int_equal(seen[0], seen[1]);
    assert_int_equal(lost[0], lost[1]);
    assert_int_equal(genotypes_unreadable(w->columns), genotypes_unreadable(w->spelled));
}

static void compare_line(struct ways *w, struct genotypes_line line)
{
    struct bcf_columns columns;
    struct vcf_line split;

    w->text.l = 0;
    if (!bcf_columns_find(w->header, w->record, &columns))
        return;
    assert_true(bcf_text_add(w->header, w->record, &w->text));
    w->text.s[--w->text.l] = 0;
    assert_true(vcf_line_split(w->text.s, w->text.l, &split));
    line.format = split.format;
    line.samples = split.samples;
    assert_int_equal(genotypes_read(w->spelled, &line), GENOTYPES_OK);
    line.samples = (struct text_span){0};
    line.columns = &columns;
    assert_int_equal(genotypes_read(w->columns, &line), GENOTYPES_OK);
    expect_same(w, &line);
    w->compared++;
}

static void compare_ways(struct ways *w)
{
    struct genotypes_line line = {
        .n_alts = 1 + random_below(4), .two_copies = random_below(2), .lost = random_below(3) == 0};

    compare_line(w, line);
}

static void test_a_record_gives_what_its_text_gives(void **state)
{
    static const unsigned samples[] = {1, 2, 3, 4, 5, 9, 127, 128, 131, SAMPLES_MAX};

    (void)state;
    random_seed(7);
    for (size_t s = 0; s < sizeof(samples) / sizeof(*samples); s++) {
        kstring_t text = {0};
        struct ways w;

        ways_up(&w, samples[s]);
        for (unsigned round = 0; round < 200; round++) {
            any_line(&text, round, samples[s]);
            bcf_bench_parse(w.header, text.s, w.record);
            assert_true(bcf_text_unpack(w.header, w.record));
            if (random_below(2))
                spoil(w.record);
            compare_ways(&w);
        }
        assert_true(w.compared > 60);
        ways_down(&w);
        free(text.s);
    }
}

/* A call takes more bytes the further the carrier before it is away: here one, two and three. */
static void test_carriers_far_apart_are_kept(void **state)
{
    static const unsigned seconds[] = {1, 15, 16, 17, 2047, 2048, 2049, 2050, 4999};
    struct ways w;

    (void)state;
    ways_up(&w, 5000);
    for (size_t i = 0; i < sizeof(seconds) / sizeof(*seconds); i++) {
        kstring_t text = {0};

        kputs("chr1\t5\t.\tA\tC\t.\tPASS\t.\tGT", &text);
        for (unsigned sample = 0; sample < 5000; sample++)
            kputs(sample == 0 ? "\t0/1" : sample == seconds[i] ? "\t1|1" : "\t0|0", &text);
        bcf_bench_parse(w.header, text.s, w.record);
        assert_true(bcf_text_unpack(w.header, w.record));
        compare_line(&w, (struct genotypes_line){.n_alts = 1});
        free(text.s);
    }
    assert_int_equal(w.compared, sizeof(seconds) / sizeof(*seconds));
    ways_down(&w);
}

/* ---- which records are read as text -------------------------------------------------------------
 */

static bool is_found(struct ways *w, const char *format, const char *column)
{
    kstring_t text = {0};
    struct bcf_columns columns;
    bool found;

    ksprintf(&text, "chr1\t5\t.\tA\tC,G\t.\t.\t.\t%s\t%s", format, column);
    bcf_bench_parse(w->header, text.s, w->record);
    assert_true(bcf_text_unpack(w->header, w->record));
    found = bcf_columns_find(w->header, w->record, &columns);
    free(text.s);
    return found;
}

static void test_what_its_text_alone_can_say_is_left_to_the_text(void **state)
{
    struct ways w;

    (void)state;
    ways_up(&w, 1);
    assert_true(is_found(&w, "GT", "0/1"));
    assert_true(is_found(&w, "GT:FT:DP:GQ:AD:MIN_DP", "0/1:PASS:3:4:1,2,3:9"));
    assert_true(is_found(&w, "GT:FT", "0/1:.")); /* a missing word */
    assert_false(is_found(&w, "LGT:LAA", "0/1:1"));
    assert_false(is_found(&w, "GT:LGT:LAA", "0/1:0/1:1"));
    assert_false(is_found(&w, "DP", "3"));
    assert_true(is_found(&w, "GT:FT", "0/1:PASS"));
    w.record->d.fmt[1].p[1] = ':';
    assert_false(bcf_columns_find(w.header, w.record, &(struct bcf_columns){0}));
    w.record->d.fmt[1].p[1] = '\t';
    assert_false(bcf_columns_find(w.header, w.record, &(struct bcf_columns){0}));
    ways_down(&w);
}

/* ---- whole files --------------------------------------------------------------------------------
 */

static void test_a_file_of_random_records_gives_what_its_text_gives(void **state)
{
    static const unsigned samples[] = {1, 3, 200};

    (void)state;
    random_seed(11);
    for (unsigned round = 0; round < 30; round++) {
        unsigned n = samples[round % 3];
        bcf_hdr_t *header = bcf_bench_header(head, n);
        struct bcf_bench_files files;
        kstring_t text = {0};
        bcf1_t *record = bcf_init();

        bcf_bench_open(&files, header);
        for (unsigned i = 0; i < 80; i++) {
            any_line(&text, i, n);
            if (n < 5)
                fprintf(stderr, "%s\n", text.s);
            bcf_bench_parse(header, text.s, record);
            bcf_bench_write(&files, record);
        }
        bcf_bench_expect_alike(&files);
        free(text.s);
        bcf_destroy(record);
        bcf_hdr_destroy(header);
    }
}

/* On MT shares of reads are kept: of a BCF the same ones. */
static void test_shares_of_reads_are_those_of_the_text(void **state)
{
    static const char *const formats_of_shares[] = {"GT:AF", "GT:FREQ", "GT:DP:AD", "GT:AD:AF"};
    static const char *const shares[] = {"0.25", "25%", "9:3,1", "3,1:0.25"};
    bcf_hdr_t *header = bcf_bench_header(head, 2);
    struct bcf_bench_files files;
    kstring_t text = {0};
    bcf1_t *record = bcf_init();

    (void)state;
    bcf_bench_open(&files, header);
    for (unsigned i = 0; i < 4; i++) {
        text.l = 0;
        ksprintf(&text, "chrM\t%u\t.\tA\tC\t.\tPASS\t.\t%s\t0/1:%s\t0/0:%s", 100 + 10 * i,
                 formats_of_shares[i], shares[i], shares[i]);
        bcf_bench_parse(header, text.s, record);
        bcf_bench_write(&files, record);
    }
    bcf_bench_expect_alike(&files);
    free(text.s);
    bcf_destroy(record);
    bcf_hdr_destroy(header);
}

/* The beginning of a shared file; false where it is not here. */
static bool compare_shared(const char *name)
{
    const char *dir = getenv("RIKSTAL_SHARED");
    struct bcf_bench_files files;
    kstring_t line = {0};
    bcf_hdr_t *header;
    bcf1_t *record = bcf_init();
    char path[512];
    htsFile *in;

    snprintf(path, sizeof(path), "%s/data/%s", dir ? dir : "../../shared", name);
    in = access(path, R_OK) == 0 ? hts_open(path, "r") : NULL;
    if (!in) {
        print_message("skipped: there is no %s\n", path);
        bcf_destroy(record);
        return false;
    }
    header = bcf_hdr_read(in);
    assert_non_null(header);
    bcf_bench_open(&files, header);
    for (unsigned i = 0; i < SHARED_RECORDS && hts_getline(in, '\n', &line) >= 0; i++) {
        bcf_bench_parse(header, line.s, record);
        bcf_bench_write(&files, record);
    }
    bcf_bench_expect_alike(&files);
    free(line.s);
    bcf_destroy(record);
    bcf_hdr_destroy(header);
    hts_close(in);
    return true;
}

static void test_the_shared_files_give_what_their_text_gives(void **state)
{
    static const char *const names[] = {
        "multisample/kg_grch38_chr22_50.0-50.8M_2548s.vcf.gz",
        "multisample/shapeit4_unphased_203s.vcf.gz",
        "germline/PG_NA12878_hg38-chr21.vcf.gz",
        "gvcf/NA12878.prod.chr20snippet.g.vcf.gz",
    };
    unsigned n = 0;

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        n += compare_shared(names[i]);
    if (!n)
        skip();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_record_gives_what_its_text_gives),
        cmocka_unit_test(test_carriers_far_apart_are_kept),
        cmocka_unit_test(test_what_its_text_alone_can_say_is_left_to_the_text),
        cmocka_unit_test(test_a_file_of_random_records_gives_what_its_text_gives),
        cmocka_unit_test(test_shares_of_reads_are_those_of_the_text),
        cmocka_unit_test(test_the_shared_files_give_what_their_text_gives),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
