/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The annotation's promises: what is said is said of an allele and never of a file; ClinVar of INFO
 * and of the annotation together; the highest frequency of all fields, an allele's own where the
 * field has one an allele; what is missing, twice or unreadable is not known, and each kind of
 * thing that was not understood is told once a line.
 */
#include "tests/unit/import/bench.h"

#include <string.h>

#include "node/import/annotation.h"
#include "proto/query/vocabulary.h"

struct bench {
    struct header header;
    struct annotation *annotation;
    struct text_span alts[2];
    struct stream_site site;
};

static const struct info_key csq = {.name = "CSQ", .role = INFO_ANNOTATION};
static const struct info_key ann = {.name = "ANN", .role = INFO_UNREAD, .annotation = 2};
static const struct info_key clinvar = {.name = "CLNSIG", .role = INFO_CLINVAR};
static const struct info_key frequency = {
    .name = "GNOMADAF", .role = INFO_FREQUENCY, .count = INFO_COUNT_ALTS};

static struct text_span span(const char *text)
{
    return (struct text_span){text, strlen(text)};
}

static void bench_format(struct bench *b, const char *vep)
{
    struct err err;

    memset(b, 0, sizeof(*b));
    if (vep)
        assert_true(vep_format_read(&b->header.format, vep, strlen(vep)));
    assert_true(annotation_open(&b->header, &b->annotation, &err));
}

static void bench_up(struct bench *b)
{
    bench_format(b, "Format: Allele|Consequence|SYMBOL|CLIN_SIG|gnomAD_AF");
}

static void begin(struct bench *b, const char *ref, const char *alt0, const char *alt1)
{
    b->alts[0] = span(alt0);
    b->alts[1] = span(alt1 ? alt1 : "");
    assert_true(annotation_begin(b->annotation, span(ref), b->alts, alt1 ? 2 : 1));
}

static void one_line(struct bench *b, const struct info_key *key, const char *value)
{
    begin(b, "A", "C", NULL);
    if (value)
        annotation_take(b->annotation, key, span(value));
    annotation_end(b->annotation);
    annotation_site(b->annotation, 0, &b->site);
}

/* A line without the field, with it twice, or with another annotation says nothing. */
static void test_a_line_without_its_annotation_says_nothing(void **state)
{
    static struct bench b;
    struct annotation_warning warning;

    (void)state;
    bench_up(&b);
    one_line(&b, &csq, "C|missense_variant|TP53||");
    assert_int_equal(b.site.n_notes, 1);
    assert_string_equal(b.site.notes[0].gene, "TP53");
    assert_true(b.site.notes[0].complete);
    one_line(&b, &csq, NULL);
    assert_int_equal(b.site.n_notes, 0);
    assert_int_equal(b.site.af_nano, STREAM_NO_AF);
    begin(&b, "A", "C", NULL);
    annotation_take(b.annotation, &csq, span("C|missense_variant|TP53||"));
    annotation_take(b.annotation, &csq, span("C|missense_variant|TP53||"));
    annotation_take(b.annotation, &frequency, span("0.001"));
    annotation_end(b.annotation);
    annotation_site(b.annotation, 0, &b.site);
    assert_int_equal(b.site.n_notes, 1); /* that ClinVar's word is lost */
    assert_string_equal(b.site.notes[0].gene, "");
    assert_true(b.site.notes[0].clinvar == CLINVAR_UNREAD);
    assert_int_equal(b.site.af_nano, STREAM_NO_AF); /* the lost entry may say another */
    assert_true(annotation_warning_next(b.annotation, &warning));
    assert_int_equal(warning.code, REJECT_CSQ_TWICE);
    one_line(&b, &ann, "C|stop_gained|HIGH|OTHER");
    assert_int_equal(b.site.n_notes, 0);
    assert_true(annotation_warning_next(b.annotation, &warning));
    assert_int_equal(warning.code, REJECT_ANNOTATION_UNREAD);
    assert_string_equal(warning.field, "INFO/ANN");
    one_line(&b, &ann, "C|stop_gained|HIGH|OTHER");
    assert_false(annotation_warning_next(b.annotation, &warning)); /* once a file */
    annotation_close(b.annotation);
}

/* Of frequency and ClinVar too: a second value may be of another run, so neither is believed. */
static void test_a_field_that_stands_twice_is_doubted(void **state)
{
    static const struct info_key other = {
        .name = "SWEGENAF", .role = INFO_FREQUENCY, .count = INFO_COUNT_ALTS};
    static struct bench b;
    struct annotation_warning warning;

    (void)state;
    bench_format(&b, NULL);
    for (int times = 1; times <= 2; times++) {
        begin(&b, "A", "C", NULL);
        annotation_take(b.annotation, &other, span("0.02")); /* another field: no second one */
        for (int i = 0; i < times; i++) {
            annotation_take(b.annotation, &frequency, span("0.001"));
            annotation_take(b.annotation, &clinvar, span("Benign"));
        }
        annotation_end(b.annotation);
        annotation_site(b.annotation, 0, &b.site);
        assert_true(times == 1 ? b.site.af_nano == 20000000 : b.site.af_nano == STREAM_NO_AF);
        assert_true(b.site.notes[0].clinvar ==
                    (times == 1 ? 1u << CLINVAR_BENIGN | CLINVAR_READ : CLINVAR_UNREAD));
    }
    assert_true(annotation_warning_next(b.annotation, &warning));
    assert_int_equal(warning.code, REJECT_CSQ_TWICE);
    assert_string_equal(warning.field, "INFO/AF");
    assert_true(annotation_warning_next(b.annotation, &warning));
    assert_string_equal(warning.field, "INFO/CLNSIG");
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
    assert_true(b.site.notes[0].clinvar ==
                (1u << CLINVAR_PATHOGENIC | 1u << CLINVAR_BENIGN | CLINVAR_READ));
    one_line(&b, &csq, "C|missense_variant|TP53||");
    assert_true(b.site.notes[0].clinvar == CLINVAR_READ); /* looked up: not in ClinVar */
    annotation_close(b.annotation);
    bench_format(&b, NULL);
    one_line(&b, &clinvar, "5");
    assert_int_equal(b.site.n_notes, 1); /* ClinVar alone speaks: a row without a gene */
    assert_string_equal(b.site.notes[0].gene, "");
    assert_false(b.site.notes[0].complete);
    assert_true(b.site.notes[0].clinvar == (1u << CLINVAR_PATHOGENIC | CLINVAR_READ));
    one_line(&b, &clinvar, NULL);
    assert_int_equal(b.site.n_notes, 0);
    one_line(&b, &clinvar, ".");
    assert_true(b.site.notes[0].clinvar == CLINVAR_READ);
    one_line(&b, &clinvar, ""); /* nothing after "=" */
    assert_true(b.site.notes[0].clinvar == CLINVAR_UNREAD);
    one_line(&b, &clinvar, "Path0genic|Benign");
    assert_true(b.site.notes[0].clinvar == (1u << CLINVAR_BENIGN | CLINVAR_UNREAD));
    annotation_close(b.annotation);
}

/* What the two alleles of a line get of a value: 'P' pathogenic, 'B' benign, '-' not in ClinVar. */
static void test_values_go_to_the_allele_that_they_are_of(void **state)
{
    static const struct {
        enum info_count count;
        const char *value;
        const char *want; /* '?' for an allele of which it cannot be said */
    } cases[] = {
        {INFO_COUNT_ALTS, "Pathogenic,Benign", "PB"},
        {INFO_COUNT_ALTS, "Pathogenic,.", "P-"},
        {INFO_COUNT_ALTS, "Pathogenic", "??"},
        {INFO_COUNT_ALTS, "Pathogenic,Benign,Benign", "??"},
        {INFO_COUNT_ALLELES, "Benign,Pathogenic,Benign", "PB"},
        {INFO_COUNT_ALLELES, "Pathogenic,Benign", "??"},
        {INFO_COUNT_GENOTYPES, "Pathogenic,Benign", "??"},
        {INFO_COUNT_ANY, "Pathogenic,Benign", "PB"},
        {INFO_COUNT_ANY, "Pathogenic", "??"},
        {INFO_COUNT_ANY, "Pathogenic,_low_penetrance", "??"},
        {INFO_COUNT_ANY, "Pathogenic,_low_penetrance,Benign", "PB"},
        {INFO_COUNT_ALTS, "Pathogenic%2C_low_penetrance,Benign", "PB"},
        {INFO_COUNT_ANY, ".", "--"},
    };
    static struct bench b;

    (void)state;
    bench_format(&b, NULL);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct info_key key = {.name = "CLNSIG", .role = INFO_CLINVAR, .count = cases[i].count};
        char got[3] = "";

        begin(&b, "A", "C", "T");
        annotation_take(b.annotation, &key, span(cases[i].value));
        annotation_end(b.annotation);
        for (unsigned k = 0; k < 2; k++) {
            uint32_t mask;

            annotation_site(b.annotation, k, &b.site);
            mask = b.site.n_notes ? b.site.notes[0].clinvar : 0;
            got[k] = !(mask & CLINVAR_READ)           ? '?'
                     : mask >> CLINVAR_PATHOGENIC & 1 ? 'P'
                     : mask >> CLINVAR_BENIGN & 1     ? 'B'
                                                      : '-';
        }
        if (strcmp(got, cases[i].want) != 0)
            fail_msg("%s: %s, not %s", cases[i].value, got, cases[i].want);
    }
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

/* An empty value in an entry says "not in the resource"; anything else that is no value, nothing.
 */
static void test_a_frequency_is_0_only_where_it_was_looked_up(void **state)
{
    static const struct {
        const char *csq; /* of a file with the column; NULL: the line has none */
        const char *info;
        int64_t want;
    } cases[] = {
        {"C|intron_variant|X||", NULL, 0},
        {"C|intron_variant|X||.", NULL, 0},
        {"C|intron_variant|X||0", NULL, 0},
        {"C|intron_variant|X||-1", NULL, STREAM_NO_AF},
        {"C|intron_variant|X||1.1", NULL, STREAM_NO_AF},
        {"C|intron_variant|X||nan", NULL, STREAM_NO_AF},
        {"C|intron_variant|X||A:0.1", NULL, STREAM_NO_AF},
        {"C|intron_variant|X||0.1&x", NULL, STREAM_NO_AF},
        {"C|intron_variant|X||0.1&0.2", NULL, 200000000},
        {"G|intron_variant|X||0.1", NULL, STREAM_NO_AF},
        {"C|intron_variant|X|0.1", NULL, STREAM_NO_AF},
        {"C|intron_variant|X||0.1", "-1", STREAM_NO_AF},
        {"C|intron_variant|X||", "0.3", 300000000},
        {"C|intron_variant|X||0.1", "", STREAM_NO_AF}, /* nothing after "=" is no value */
        {"C|intron_variant|X||", ".", 0},
        {NULL, "0.3", STREAM_NO_AF}, /* the annotation may have said more */
        {NULL, NULL, STREAM_NO_AF},
    };
    static const struct {
        const char *info; /* of a file that has no other frequencies */
        int64_t want;
    } alone[] = {
        {NULL, STREAM_NO_AF},
        {".", 0},
        {"0", 0},
        {"1", 1000000000},
        {"1.0001", STREAM_NO_AF},
        {"1e-3", 1000000},
        {"0.1,0.2", STREAM_NO_AF},
        {"-0.5", STREAM_NO_AF},
        {"", STREAM_NO_AF}, /* nothing after "=" is no value */
    };
    static struct bench b;

    (void)state;
    bench_up(&b);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        begin(&b, "A", "C", NULL);
        if (cases[i].info)
            annotation_take(b.annotation, &frequency, span(cases[i].info));
        if (cases[i].csq)
            annotation_take(b.annotation, &csq, span(cases[i].csq));
        annotation_end(b.annotation);
        annotation_site(b.annotation, 0, &b.site);
        assert_int_equal(b.site.af_nano, cases[i].want);
    }
    annotation_close(b.annotation);
    bench_format(&b, NULL);
    for (size_t i = 0; i < sizeof(alone) / sizeof(alone[0]); i++) {
        one_line(&b, &frequency, alone[i].info);
        assert_int_equal(b.site.af_nano, alone[i].want);
    }
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
    /* an entry that no base is said of has another cause than one of the wrong bases */
    begin(&b, "TGG", "T", "TG");
    annotation_take(b.annotation, &csq, span("deletion|frameshift_variant|X||"));
    annotation_end(b.annotation);
    assert_true(annotation_warning_next(b.annotation, &warning));
    assert_int_equal(warning.code, REJECT_CSQ_ALLELE_AMBIGUOUS);
    annotation_close(b.annotation);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_line_without_its_annotation_says_nothing),
        cmocka_unit_test(test_a_field_that_stands_twice_is_doubted),
        cmocka_unit_test(test_clinvar_of_both_places_counts),
        cmocka_unit_test(test_values_go_to_the_allele_that_they_are_of),
        cmocka_unit_test(test_the_highest_frequency_of_the_allele),
        cmocka_unit_test(test_a_frequency_is_0_only_where_it_was_looked_up),
        cmocka_unit_test(test_each_kind_of_fault_is_told_once_a_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
