/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A column's promises: each field stands where FORMAT has it, dropped ones are not there, and a
 * number is one or is not.
 */
#include "tests/unit/import/bench.h"

#include <string.h>

#include "node/import/vcf_column.h"

static void check(struct text_span span, const char *expected)
{
    if (!expected) {
        assert_null(span.text);
        return;
    }
    assert_int_equal(span.length, strlen(expected));
    assert_memory_equal(span.text, expected, span.length);
}

static void test_fields_where_format_has_them(void **state)
{
    static const char text[] = "9:0/1:7:x\t.:./.\t";
    struct text_span values[VCF_FIELDS];
    struct vcf_fields fields;
    const char *end = text + sizeof(text) - 1, *p;

    (void)state;
    vcf_fields_find("GQ:GT:AD:DP:GT", 14, 1u << FIELD_GT | 1u << FIELD_GQ | 1u << FIELD_DP,
                    &fields);
    assert_int_equal(fields.last, 3);
    assert_true(fields.twice);
    p = vcf_column_split(&fields, text, end, values);
    check(values[FIELD_GQ], "9");
    check(values[FIELD_GT], "0/1");
    check(values[FIELD_DP], "x");
    check(values[FIELD_FT], NULL);
    assert_int_equal(*p, '\t');
    p = vcf_column_split(&fields, p + 1, end, values);
    check(values[FIELD_GQ], ".");
    check(values[FIELD_GT], "./.");
    check(values[FIELD_DP], NULL);
    p = vcf_column_split(&fields, p + 1, end, values);
    check(values[FIELD_GQ], "");
    assert_ptr_equal(p, end);
    vcf_fields_find("AD", 2, 1u << FIELD_GT, &fields);
    assert_int_equal(fields.last, -1);
    p = vcf_column_split(&fields, text, end, values);
    assert_int_equal(*p, '\t');
}

static void test_a_format_of_many_fields(void **state)
{
    char format[3 * (VCF_FIELD_PLACES + 1)] = "";
    struct vcf_fields fields;

    (void)state;
    for (int n = VCF_FIELD_PLACES; n <= VCF_FIELD_PLACES + 1; n++) {
        format[0] = 0;
        for (int i = 0; i < n - 1; i++)
            memcpy(format + 2 * i, "x:", 3);
        memcpy(format + 2 * (n - 1), "GT", 3);
        vcf_fields_find(format, strlen(format), 1u << FIELD_GT, &fields);
        assert_int_equal(fields.has[FIELD_GT], n <= VCF_FIELD_PLACES);
    }
}

static void test_numbers(void **state)
{
    static const struct {
        const char *text;
        bool is;
        uint32_t value;
    } cases[] = {{"0", true, 0},    {"17", true, 17},
                 {"3.9", true, 3},  {"99999999999999", true, 1410065408},
                 {".", false, 0},   {"", false, 0},
                 {"-1", false, 0},  {"1x", false, 0},
                 {"1.x", false, 0}, {"nan", false, 0},
                 {"5.", true, 5}};
    uint32_t value;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct text_span span = {cases[i].text, strlen(cases[i].text)};

        assert_int_equal(vcf_column_number(span, &value), cases[i].is);
        if (cases[i].is && i != 3)
            assert_int_equal(value, cases[i].value);
        if (i == 3)
            assert_true(value >= 1000000000u); /* no small number comes of a large one */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields_where_format_has_them),
        cmocka_unit_test(test_a_format_of_many_fields),
        cmocka_unit_test(test_numbers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
