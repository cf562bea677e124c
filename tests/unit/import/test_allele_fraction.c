/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Shares of reads as callers write them: each form gives its step, whatever else is unknown, and of
 * several fields one alone is read.
 */
#include "tests/unit/import/bench.h"

#include <string.h>

#include "node/import/allele_fraction.h"
#include "node/store/fraction.h"

static void expect(enum vcf_field field, const char *value, unsigned n_alts, unsigned alt,
                   int64_t first)
{
    uint8_t code = allele_fraction(field, (struct text_span){value, strlen(value)}, n_alts, alt);

    if (first < 0) {
        assert_int_equal(code, FRACTION_UNKNOWN);
        return;
    }
    assert_int_not_equal(code, FRACTION_UNKNOWN);
    assert_int_equal(fraction_first(code), first);
}

#define PERCENT INT64_C(10000000)

static void test_a_decimal_an_allele(void **state)
{
    (void)state;
    expect(FIELD_READS_AF, "0.05", 1, 0, 5 * PERCENT);
    expect(FIELD_READS_AF, "0.0499999999999999999999", 1, 0, 49 * PERCENT / 10);
    expect(FIELD_READS_AF, "0.222222222222", 1, 0, 22 * PERCENT);
    expect(FIELD_READS_AF, "5.650e-03", 1, 0, 5 * PERCENT / 10);
    expect(FIELD_READS_AF, "1E-4", 1, 0, PERCENT / 100);
    expect(FIELD_READS_AF, "9e-40", 1, 0, 0);
    expect(FIELD_READS_AF, "1", 1, 0, FRACTION_ONE);
    expect(FIELD_READS_AF, "1.000", 1, 0, FRACTION_ONE);
    expect(FIELD_READS_AF, "0", 1, 0, 0);
    expect(FIELD_READS_AF, "0.1,0.6", 2, 0, 10 * PERCENT);
    expect(FIELD_READS_AF, "0.1,0.6", 2, 1, 60 * PERCENT);
}

static void test_what_is_no_share_is_unknown(void **state)
{
    static const char *const bad[] = {"",     ".",    "-0.1", "1.01",  "1e1",    "0.1.2", "0.",
                                      ".5",   "nan",  "0.1e", "1e999", "0,1",    " 0.1",  "12%",
                                      "0x1p", "10e0", "2",    "0.1,",  "0.1,.,", "1e-"};

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        expect(FIELD_READS_AF, bad[i], 1, 0, -1);
    expect(FIELD_READS_AF, "0.1", 2, 0, -1);
    expect(FIELD_READS_AF, "0.1,.", 2, 1, -1);
}

static void test_a_percentage(void **state)
{
    (void)state;
    expect(FIELD_FREQ, "12.5%", 1, 0, 12 * PERCENT);
    expect(FIELD_FREQ, "0.01%", 1, 0, PERCENT / 100);
    expect(FIELD_FREQ, "100%", 1, 0, FRACTION_ONE);
    expect(FIELD_FREQ, "101%", 1, 0, -1);
    expect(FIELD_FREQ, "12,5%", 1, 0, -1);
    expect(FIELD_FREQ, "0.125", 1, 0, -1);
    expect(FIELD_FREQ, "%", 1, 0, -1);
    expect(FIELD_FREQ, ".", 1, 0, -1);
    expect(FIELD_FREQ, "12.5%", 2, 0, -1);
}

static void test_reads_of_each_allele(void **state)
{
    (void)state;
    expect(FIELD_AD, "57,3", 1, 0, 5 * PERCENT);
    expect(FIELD_AD, "0,8", 1, 0, FRACTION_ONE);
    expect(FIELD_AD, "8,0", 1, 0, 0);
    expect(FIELD_AD, "50,30,20", 2, 1, 20 * PERCENT);
    expect(FIELD_AD, "0,0", 1, 0, -1);
    expect(FIELD_AD, "3", 1, 0, -1);
    expect(FIELD_AD, "50,30,20", 1, 0, -1);
    expect(FIELD_AD, ".,3", 1, 0, -1);
    expect(FIELD_AD, "7,-3", 1, 0, -1);
    expect(FIELD_AD, "7,100000001", 1, 0, -1); /* READS_MAX, and one past it */
    expect(FIELD_AD, "100000000,100000000", 1, 0, 50 * PERCENT);
}

static enum vcf_field field_of(const char *format)
{
    struct vcf_fields fields;

    vcf_fields_find(format, strlen(format), ~0u, &fields);
    return allele_fraction_field(&fields);
}

static void test_one_field_of_several_is_read(void **state)
{
    (void)state;
    assert_int_equal(field_of("GT:AD:AF:DP"), FIELD_READS_AF);
    assert_int_equal(field_of("GT:GQ:DP:RD:AD:FREQ:DP4"), FIELD_FREQ);
    assert_int_equal(field_of("GT:AD"), FIELD_AD);
    assert_int_equal(field_of("GT:DP"), VCF_FIELDS);
    expect(VCF_FIELDS, "0.5", 1, 0, -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_decimal_an_allele),
        cmocka_unit_test(test_what_is_no_share_is_unknown),
        cmocka_unit_test(test_a_percentage),
        cmocka_unit_test(test_reads_of_each_allele),
        cmocka_unit_test(test_one_field_of_several_is_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
