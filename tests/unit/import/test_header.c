/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The header's promises: samples are named once and look like no personal number; a file without
 * samples, without its column line or beyond the limits is refused; the fields that speak of genes,
 * ClinVar and populations are found, and quoted descriptions confuse nothing.
 */
#include "tests/unit/import/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/import/header.h"
#include "node/import/lines.h"
#include "tests/unit/refused.h"

#define START "##fileformat=VCFv4.2\n##contig=<ID=22,length=51304566>\n"
#define FIXED "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"
#define COLUMNS FIXED "\tFORMAT\tS1\tS2\n"

static bool read_text(const char *text, uint32_t samples_max, struct header *header,
                      struct err *err)
{
    struct lines *lines = NULL;
    bool ok;

    *err = (struct err){0};
    *header = (struct header){0};
    assert_true(lines_open(bench_text(text), strlen(text), LINES_INFLATION_MAX, &lines, err));
    ok = header_read(header, lines, samples_max, err) &&
         assembly_decide(&header->evidence, ASSEMBLY_UNKNOWN, &header->assembly, err);
    lines_close(lines);
    return ok;
}

static void refuse(const char *text, uint32_t samples_max, const char *why)
{
    struct header header;
    struct err err;

    assert_refused(read_text(text, samples_max, &header, &err), &err, ERR_INVALID);
    header_clear(&header);
    assert_int_equal(err.code, ERR_INVALID);
    if (!strstr(err.text, why))
        fail_msg("\"%s\" does not say \"%s\"", err.text, why);
}

static void test_a_sample_name_at_the_limit_and_one_past(void **state)
{
    char name[HEADER_SAMPLE_NAME_MAX + 2] = "", text[1024];
    struct header header;
    struct err err;

    (void)state;
    memset(name, 'S', HEADER_SAMPLE_NAME_MAX);
    snprintf(text, sizeof(text), START FIXED "\tFORMAT\t%s\n", name);
    assert_true(read_text(text, 2, &header, &err));
    header_clear(&header);
    name[HEADER_SAMPLE_NAME_MAX] = 'S';
    snprintf(text, sizeof(text), START FIXED "\tFORMAT\t%s\n", name);
    refuse(text, 2, "too many characters");
}

static void test_samples_and_assembly(void **state)
{
    struct header header;
    struct err err;

    (void)state;
    assert_true(read_text(START COLUMNS, 2, &header, &err));
    assert_int_equal(header.assembly, ASSEMBLY_GRCH37);
    assert_int_equal(header.n_samples, 2);
    assert_string_equal(header.samples[0], "S1");
    assert_string_equal(header.samples[1], "S2");
    assert_false(header.has_annotation || header.has_af);
    header_clear(&header);
}

static void test_what_a_header_must_have(void **state)
{
    (void)state;
    refuse(START "22\t1\n", 2, "no #CHROM line");
    refuse(START, 2, "no #CHROM line");
    refuse(START "#CHROM POS ID\n", 2, "column line");
    refuse(START FIXED "\n", 2, "no samples");
    refuse(START FIXED "\tFORMAT\n", 2, "no samples");
    refuse(START FIXED "\tFORMAT\tS1\tS1\n", 2, "twice");
    refuse(START FIXED "\tFORMAT\tS1\t\n", 2, "name of sample 2");
    refuse(START FIXED "\tFORMAT\tS1\tS2\tS3\n", 2, "--max-samples");
    refuse("##fileformat=VCFv4.2\n" COLUMNS, 2, "--assembly");
}

static void test_a_sample_named_by_a_personal_number_is_refused(void **state)
{
    struct header header;
    struct err err;

    (void)state;
    assert_refused(read_text(START FIXED "\tFORMAT\t811228-9874\n", 2, &header, &err), &err,
                   ERR_DENIED);
    assert_null(strstr(err.text, "811228"));
    header_clear(&header);
}

static void test_lines_at_the_limit_and_one_past(void **state)
{
    size_t room = (size_t)HEADER_LINES_MAX * 8 + 4096, n;
    char *text = malloc(room);
    struct header header;
    struct err err;

    (void)state;
    assert_non_null(text);
    n = (size_t)snprintf(text, room, "%s", START);
    for (unsigned i = 2; i < HEADER_LINES_MAX; i++)
        n += (size_t)snprintf(text + n, room - n, "##a=b\n");
    (void)snprintf(text + n, room - n, "%s", COLUMNS);
    assert_true(read_text(text, 2, &header, &err));
    header_clear(&header);
    (void)snprintf(text + n, room - n, "##a=b\n%s", COLUMNS);
    refuse(text, 2, "lines");
    free(text);
}

static void test_fields_of_interest_are_found(void **state)
{
    static const char text[] =
        START "##INFO=<ID=AF,Number=A,Type=Float,Description=\"of the file itself\">\n"
              "##INFO=<ID=GNOMADAF,Number=A,Type=Float,Description=\"a, b=c, ID=X\">\n"
              "##INFO=<ID=CLNSIG,Number=.,Type=String,Description=\"x\">\n"
              "##INFO=<ID=CLNSIGCONF,Number=.,Type=String,Description=\"x\">\n"
              "##INFO=<Number=.,Type=String,Description=\"say \\\"VEP\\\". Format: "
              "Allele|Consequence|SYMBOL\",ID=CSQ>\n"
              "##INFO=<ID=ANN,Number=.,Type=String,Description=\"nothing of use\">\n" COLUMNS;
    struct header header;
    struct err err;

    (void)state;
    assert_true(read_text(text, 2, &header, &err));
    assert_int_equal(header.n_keys, 2 + HEADER_ANNOTATIONS);
    assert_null(header_key(&header, "AF", 2));
    assert_int_equal(header_key(&header, "ANN", 3)->role, INFO_UNREAD);
    assert_int_equal(header_key(&header, "EFF", 3)->role, INFO_UNREAD);
    assert_int_equal(header_key(&header, "GNOMADAF", 8)->count, INFO_COUNT_ALTS);
    assert_int_equal(header_key(&header, "CLNSIG", 6)->role, INFO_CLINVAR);
    assert_int_equal(header_key(&header, "CLNSIG", 6)->count, INFO_COUNT_ANY);
    assert_int_equal(header_key(&header, "CSQ", 3)->role, INFO_ANNOTATION);
    assert_int_equal(header.format.n_columns, 3);
    assert_true(header.has_annotation && header.has_af);
    header_clear(&header);
}

#define VEP_INFO(id, columns)                                                                      \
    "##INFO=<ID=" id ",Number=.,Type=String,Description=\"x Format: " columns "\">\n"
#define SNPEFF_INFO                                                                                \
    "##INFO=<ID=ANN,Number=.,Type=String,Description=\"Functional annotations: 'Allele | "         \
    "Annotation'\">\n"
#define BCSQ_INFO                                                                                  \
    "##INFO=<ID=BCSQ,Number=.,Type=String,Description=\"Format: "                                  \
    "'[*]consequence|gene|transcript|biotype[|strand|amino_acid_change|dna_change]'\">\n"

static void test_the_best_annotation_is_read_and_the_others_are_named(void **state)
{
    static const struct {
        const char *text;
        const char *read;
        const char *unread;
    } cases[] = {
        {START SNPEFF_INFO VEP_INFO("CSQ", "Allele|Consequence") COLUMNS, "CSQ", "ANN"},
        {START VEP_INFO("CSQ", "Allele|Consequence") SNPEFF_INFO COLUMNS, "CSQ", "ANN"},
        {START VEP_INFO("vep", "Allele|Consequence") SNPEFF_INFO COLUMNS, "vep", "ANN"},
        {START VEP_INFO("CSQ", "Allele|SYMBOL") SNPEFF_INFO COLUMNS, "ANN", "CSQ"},
        {START BCSQ_INFO COLUMNS, "BCSQ", "CSQ"},
        {START BCSQ_INFO SNPEFF_INFO COLUMNS, "ANN", "BCSQ"},
        {START VEP_INFO("EFF", "'Effect ( Effect_Impact | Gene_Name )'") COLUMNS, "EFF", "vep"},
    };
    struct header header;
    struct err err;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_true(read_text(cases[i].text, 2, &header, &err));
        assert_int_equal(header_key(&header, cases[i].read, strlen(cases[i].read))->role,
                         INFO_ANNOTATION);
        assert_int_equal(header_key(&header, cases[i].unread, strlen(cases[i].unread))->role,
                         INFO_UNREAD);
        header_clear(&header);
    }
}

static void test_an_annotation_declared_in_two_forms_is_refused(void **state)
{
    struct header header;
    struct err err;

    (void)state;
    refuse(START VEP_INFO("CSQ", "Allele|Consequence") VEP_INFO("CSQ", "Consequence|Allele")
               COLUMNS,
           2, "declares INFO/CSQ twice");
    refuse(START SNPEFF_INFO VEP_INFO("CSQ", "Allele|Consequence") VEP_INFO("CSQ", "x") COLUMNS, 2,
           "bcftools annotate -x INFO/CSQ");
    /* the same twice says nothing new: files that were joined have it */
    assert_true(read_text(START VEP_INFO("CSQ", "Allele|Consequence")
                              VEP_INFO("CSQ", "Allele|Consequence") COLUMNS,
                          2, &header, &err));
    assert_true(header.has_annotation);
    header_clear(&header);
}

static void test_broken_meta_lines_do_no_harm(void **state)
{
    static const char text[] = START
        "##INFO=\n##INFO=<\n##INFO=<ID=\n##INFO=<ID=CSQ,Description=\"Format: \n##contig=<,,,>\n"
        "##contig=<ID=1,length=x>\n##VEP=\"v1\" assembly=\"\n##reference=\n##\n##=<=>\n" COLUMNS;
    struct header header;
    struct err err;

    (void)state;
    assert_true(read_text(text, 2, &header, &err));
    header_clear(&header);
}

static void test_a_field_s_name_at_the_limit_and_one_past(void **state)
{
    static const char form[] =
        START "##INFO=<ID=%sCLNSIG,Number=.,Type=String,Description=\"x\">\n" COLUMNS;
    char name[HEADER_KEY_BYTES_MAX + 2] = "", text[1024];
    size_t front = HEADER_KEY_BYTES_MAX - strlen("CLNSIG");
    struct header header;
    struct err err;

    (void)state;
    memset(name, 'K', front);
    snprintf(text, sizeof(text), form, name);
    assert_true(read_text(text, 2, &header, &err));
    memcpy(name + front, "CLNSIG", 7);
    assert_int_equal(header_key(&header, name, HEADER_KEY_BYTES_MAX)->role, INFO_CLINVAR);
    header_clear(&header);
    memset(name, 'K', front + 1);
    name[front + 1] = 0;
    snprintf(text, sizeof(text), form, name);
    refuse(text, 2, "too long a name");
}

/* The names of the annotations are among the fields, whether the header declares them or not. */
static void test_fields_at_the_limit_and_one_past(void **state)
{
    static const char form[] = "##INFO=<ID=K%04uCLNSIG,Number=.,Type=String,Description=\"x\">\n";
    size_t room = (HEADER_KEYS_MAX + 1) * sizeof(form) + 1024, at;
    char *text = malloc(room);
    struct header header;
    struct err err;

    (void)state;
    assert_non_null(text);
    for (unsigned more = 0; more < 2; more++) {
        at = (size_t)snprintf(text, room, START);
        for (unsigned i = 0; i < HEADER_KEYS_MAX - HEADER_ANNOTATIONS + more; i++)
            at += (size_t)snprintf(text + at, room - at, form, i);
        snprintf(text + at, room - at, COLUMNS);
        if (more) {
            refuse(text, 2, "too many annotation fields");
        } else {
            assert_true(read_text(text, 2, &header, &err));
            assert_int_equal(header.n_keys, HEADER_KEYS_MAX);
            header_clear(&header);
        }
    }
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_samples_and_assembly),
        cmocka_unit_test(test_a_sample_name_at_the_limit_and_one_past),
        cmocka_unit_test(test_what_a_header_must_have),
        cmocka_unit_test(test_a_sample_named_by_a_personal_number_is_refused),
        cmocka_unit_test(test_lines_at_the_limit_and_one_past),
        cmocka_unit_test(test_fields_of_interest_are_found),
        cmocka_unit_test(test_the_best_annotation_is_read_and_the_others_are_named),
        cmocka_unit_test(test_an_annotation_declared_in_two_forms_is_refused),
        cmocka_unit_test(test_broken_meta_lines_do_no_harm),
        cmocka_unit_test(test_a_field_s_name_at_the_limit_and_one_past),
        cmocka_unit_test(test_fields_at_the_limit_and_one_past),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
