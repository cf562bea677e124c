/*
 * The annotation's promises: CSQ before ANN; ClinVar of INFO and of the annotation together; the
 * highest frequency of all fields, an allele's own where the field has one an allele; each kind of
 * thing that was not understood is told once a line.
 */
#include "tests/unit/import/bench.h"

#include <string.h>

#include "node/import/annotation.h"
#include "proto/query/vocabulary.h"

struct bench {
    struct header header;
    struct annotation *annotation;
    struct stream_site site;
};

static const struct info_key csq = {.name = "CSQ", .role = INFO_CSQ};
static const struct info_key ann = {.name = "ANN", .role = INFO_ANN};
static const struct info_key clinvar = {.name = "CLNSIG", .role = INFO_CLINVAR};
static const struct info_key frequency = {
    .name = "GNOMADAF", .role = INFO_FREQUENCY, .per_alt = true};

static struct text_span span(const char *text)
{
    return (struct text_span){text, strlen(text)};
}

static void bench_up(struct bench *b)
{
    static const char vep[] = "Format: Allele|Consequence|SYMBOL|CLIN_SIG|gnomAD_AF";
    static const char snpeff[] = "annotations: 'Allele | Annotation | I | Gene_Name'";
    struct err err;

    memset(b, 0, sizeof(*b));
    assert_true(vep_format_read(&b->header.csq, vep, sizeof(vep) - 1));
    assert_true(vep_format_read(&b->header.ann, snpeff, sizeof(snpeff) - 1));
    assert_true(annotation_open(&b->header, &b->annotation, &err));
}

static void begin(struct bench *b, const char *ref, const char *alt0, const char *alt1)
{
    struct text_span alts[2] = {span(alt0), span(alt1 ? alt1 : "")};

    assert_true(annotation_begin(b->annotation, span(ref), alts, alt1 ? 2 : 1));
}

static void test_csq_is_used_before_ann(void **state)
{
    static struct bench b;

    (void)state;
    bench_up(&b);
    begin(&b, "A", "C", NULL);
    annotation_take(b.annotation, &ann, span("C|stop_gained|HIGH|OTHER"));
    annotation_take(b.annotation, &csq, span("C|missense_variant|TP53||"));
    annotation_end(b.annotation);
    annotation_site(b.annotation, 0, &b.site);
    assert_int_equal(b.site.n_notes, 1);
    assert_string_equal(b.site.notes[0].gene, "TP53");
    assert_int_equal(b.site.af_nano, STREAM_NO_AF);
    begin(&b, "A", "C", NULL);
    annotation_take(b.annotation, &ann, span("C|stop_gained|HIGH|OTHER"));
    annotation_end(b.annotation);
    annotation_site(b.annotation, 0, &b.site);
    assert_string_equal(b.site.notes[0].gene, "OTHER");
    annotation_close(b.annotation);
}

static void test_clinvar_of_both_places_counts(void **state)
{
    static struct bench b;

    (void)state;
    bench_up(&b);
    begin(&b, "A", "C", NULL);
    annotation_take(b.annotation, &clinvar, span("Pathogenic"));
    annotation_take(b.annotation, &csq, span("C|missense_variant|TP53|benign|"));
    annotation_end(b.annotation);
    annotation_site(b.annotation, 0, &b.site);
    assert_int_equal(b.site.notes[0].clinvar, 1u << CLINVAR_PATHOGENIC | 1u << CLINVAR_BENIGN);
    begin(&b, "A", "C", NULL);
    annotation_take(b.annotation, &clinvar, span("5"));
    annotation_end(b.annotation);
    annotation_site(b.annotation, 0, &b.site);
    assert_int_equal(b.site.n_notes, 1); /* ClinVar alone speaks: a row without a gene */
    assert_string_equal(b.site.notes[0].gene, "");
    annotation_close(b.annotation);
}

static void test_the_highest_frequency_of_the_allele(void **state)
{
    static struct bench b;

    (void)state;
    bench_up(&b);
    begin(&b, "A", "C", "T");
    annotation_take(b.annotation, &frequency, span("0.1,0.2"));
    annotation_take(b.annotation, &csq, span("C|missense_variant|TP53||0.05,T|stop_gained|X||0.9"));
    annotation_end(b.annotation);
    annotation_site(b.annotation, 0, &b.site);
    assert_int_equal(b.site.af_nano, 100000000);
    annotation_site(b.annotation, 1, &b.site);
    assert_int_equal(b.site.af_nano, 900000000);
    annotation_close(b.annotation);
}

static void test_each_kind_of_fault_is_told_once_a_line(void **state)
{
    static struct bench b;
    struct annotation_warning warning;

    (void)state;
    bench_up(&b);
    begin(&b, "A", "C", NULL);
    annotation_take(b.annotation, &frequency, span("2"));
    annotation_take(b.annotation, &csq,
                    span("C|odd_variant|X||,C|odd_variant|Y||,G|intron_variant|Z||"));
    annotation_end(b.annotation);
    assert_true(annotation_warning_next(b.annotation, &warning));
    assert_int_equal(warning.code, REJECT_CSQ_TERM_UNKNOWN);
    assert_true(annotation_warning_next(b.annotation, &warning));
    assert_int_equal(warning.code, REJECT_CSQ_ALLELE_UNMATCHED);
    assert_true(annotation_warning_next(b.annotation, &warning));
    assert_int_equal(warning.code, REJECT_AF_RANGE);
    assert_false(annotation_warning_next(b.annotation, &warning));
    begin(&b, "A", "C", NULL);
    annotation_end(b.annotation);
    assert_false(annotation_warning_next(b.annotation, &warning));
    annotation_site(b.annotation, 0, &b.site);
    assert_int_equal(b.site.n_notes, 0);
    annotation_close(b.annotation);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_csq_is_used_before_ann),
        cmocka_unit_test(test_clinvar_of_both_places_counts),
        cmocka_unit_test(test_the_highest_frequency_of_the_allele),
        cmocka_unit_test(test_each_kind_of_fault_is_told_once_a_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
