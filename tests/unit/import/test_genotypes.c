/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The genotypes' promises: each form of GT means what genotypes.h says, for every allele of a line;
 * the fast way over reference calls gives what the slow one gives; a line that has not one GT a
 * sample is refused.
 */
#include "tests/unit/import/bench.h"

#include <stdio.h>
#include <string.h>

#include "node/import/genotypes.h"

static enum genotypes_fault read_line(struct genotypes *genotypes, const char *format,
                                      const char *text, unsigned n_alts)
{
    return genotypes_read(genotypes, format, strlen(format), text, strlen(text), n_alts);
}

static void check(const char *text, uint32_t n_samples, unsigned n_alts, unsigned alt,
                  const char *expected)
{
    struct genotypes *genotypes = NULL;
    struct stream_site site = {.chromosome = 1, .position = 1, .ref = "A", .alt = "C"};
    char calls[1024];
    struct err err;

    assert_true(genotypes_open(n_samples, &genotypes, &err));
    assert_int_equal(read_line(genotypes, "GT", text, n_alts), GENOTYPES_OK);
    site.calls = genotypes_calls(genotypes, alt, &site.calls_size);
    bench_site_text(&site, calls, sizeof(calls));
    assert_string_equal(calls + strlen("1:1 A>C"), expected);
    genotypes_close(genotypes);
}

static void refuse(const char *format, const char *text, uint32_t n_samples, unsigned n_alts,
                   enum genotypes_fault fault)
{
    struct genotypes *genotypes = NULL;
    struct err err;

    assert_true(genotypes_open(n_samples, &genotypes, &err));
    assert_int_equal(read_line(genotypes, format, text, n_alts), fault);
    genotypes_close(genotypes);
}

static void test_forms_of_a_genotype(void **state)
{
    (void)state;
    check("0/1\t1|1\t1\t./1\t./.\t.\t0/.\t0/0\t0", 9, 1, 0,
          " 0=het 1=hom 2=hemi 3=carrier 4=none 5=none 6=none");
    check("1/2\t2/2\t./2\t0/2\t12/1", 5, 12, 0, " 0=het 2=none 4=het");
    check("1/2\t2/2\t./2\t0/2\t12/1", 5, 12, 1, " 0=het 1=hom 2=carrier 3=het");
    check("1/2\t2/2\t./2\t0/2\t12/1", 5, 12, 11, " 2=none 4=het");
    check("1/1/1\t0/1/1\t././.\t0/0/0", 4, 1, 0, " 0=hom 1=carrier 2=none");
}

static void test_reference_calls_are_passed_over(void **state)
{
    (void)state;
    check("0|0\t0|0\t0|0\t0|1", 4, 1, 0, " 3=het");
    check("0/0\t0/0\t0/0\t0/0", 4, 1, 0, "");
    check("0/0\t0/1\t0/0\t0/0\t0/0\t1/1", 6, 1, 0, " 1=het 5=hom");
    check("0|0\t0/0\t0/0\t0|0\t1|0", 5, 1, 0, " 4=het");
}

static void test_gt_is_found_wherever_format_has_it(void **state)
{
    struct genotypes *genotypes = NULL;
    struct stream_site site = {.chromosome = 1, .position = 1, .ref = "A", .alt = "C"};
    char calls[256];
    struct err err;

    (void)state;
    assert_true(genotypes_open(3, &genotypes, &err));
    assert_int_equal(read_line(genotypes, "DP:GT:GQ", "3:0/1:9\t4\t5:1/1", 1), GENOTYPES_OK);
    site.calls = genotypes_calls(genotypes, 0, &site.calls_size);
    bench_site_text(&site, calls, sizeof(calls));
    assert_string_equal(calls, "1:1 A>C 0=het 1=none 2=hom"); /* the second drops its fields */
    genotypes_close(genotypes);
}

static void test_a_line_without_one_gt_a_sample_is_refused(void **state)
{
    (void)state;
    refuse("DP", "1\t2", 2, 1, GENOTYPES_NO_GT);
    refuse("", "1\t2", 2, 1, GENOTYPES_NO_GT);
    refuse("GT", "0/1", 2, 1, GENOTYPES_COLUMNS);
    refuse("GT", "0/1\t0/1\t0/1", 2, 1, GENOTYPES_COLUMNS);
    refuse("GT", "0|0\t0|0\t0|0\t0|0\t0|0", 3, 1, GENOTYPES_COLUMNS);
    refuse("GT", "0/1\t", 2, 1, GENOTYPES_FORM);
    refuse("GT", "0/2\t0/1", 2, 1, GENOTYPES_FORM);
    refuse("GT", "0/-1\t0/1", 2, 1, GENOTYPES_FORM);
    refuse("GT", "0/1x\t0/1", 2, 1, GENOTYPES_FORM);
    refuse("GT", "0/\t0/1", 2, 1, GENOTYPES_FORM);
    refuse("GT", "99999999999999999999/1\t0/1", 2, 1, GENOTYPES_FORM);
    refuse("GT", ".1/1\t0/1", 2, 1, GENOTYPES_FORM);
}

static void test_ploidy_at_the_limit_and_one_past(void **state)
{
    (void)state;
    check("1/1/1/1/1/1/1/1/1/1/1/1/1/1/1/1", 1, 1, 0, " 0=hom");
    refuse("GT", "1/1/1/1/1/1/1/1/1/1/1/1/1/1/1/1/1", 1, 1, GENOTYPES_FORM);
    refuse("GT", "0/1", 1, GENOTYPES_ALTS_MAX + 1, GENOTYPES_FORM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forms_of_a_genotype),
        cmocka_unit_test(test_reference_calls_are_passed_over),
        cmocka_unit_test(test_gt_is_found_wherever_format_has_it),
        cmocka_unit_test(test_a_line_without_one_gt_a_sample_is_refused),
        cmocka_unit_test(test_ploidy_at_the_limit_and_one_past),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
