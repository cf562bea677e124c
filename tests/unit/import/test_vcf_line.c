/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A line's promises: nine columns and something behind them, or no line; POS is a number; FILTER is
 * honoured word by word; of INFO exactly the fields of interest come out, flags and empty values
 * too.
 */
#include "tests/unit/import/bench.h"

#include <string.h>

#include "node/import/vcf_line.h"

#define LINE "22\t100\t.\tA\tC,T\t9\tPASS\tX=1;CSQ=a|b;CLNSIG;Y;GNOMADAF=0.1,0.2\tGT\t0/1\t1/1"

static struct vcf_line split(const char *text)
{
    struct vcf_line line;

    assert_true(vcf_line_split(text, strlen(text), &line));
    return line;
}

static bool is(struct text_span span, const char *text)
{
    return span.length == strlen(text) && memcmp(span.text, text, span.length) == 0;
}

static void test_columns_are_found(void **state)
{
    struct vcf_line line = split(LINE), ignored;

    (void)state;
    assert_true(is(line.chromosome, "22"));
    assert_true(is(line.alt, "C,T"));
    assert_true(is(line.format, "GT"));
    assert_true(is(line.samples, "0/1\t1/1"));
    assert_false(vcf_line_split("a\tb\tc", 5, &ignored));
    assert_false(vcf_line_split("", 0, &ignored));
    assert_false(vcf_line_split("1\t2\t3\t4\t5\t6\t7\t8\t9", 17, &ignored));
}

static void test_a_position_is_a_whole_number_from_one(void **state)
{
    static const struct {
        const char *text;
        uint32_t position;
    } cases[] = {
        {"1", 1},
        {"248956422", 248956422},
        {"2147483647", 2147483647},
        {"2147483648", 0},
        {"0", 0},
        {"", 0},
        {"-1", 0},
        {"1e3", 0},
        {" 1", 0},
        {"99999999999", 0}, /* POSITION_DIGITS_MAX is ten */
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct vcf_line line = {.position = {cases[i].text, strlen(cases[i].text)}};

        assert_int_equal(vcf_line_position(&line), cases[i].position);
    }
}

static bool passed(const char *filter, const char *keep)
{
    struct vcf_line line = {.filter = {filter, strlen(filter)}};

    return vcf_line_passed(&line, &keep, keep ? 1 : 0);
}

static void test_filters_are_honoured(void **state)
{
    (void)state;
    assert_true(passed("PASS", NULL));
    assert_true(passed(".", NULL));
    assert_false(passed("LowQual", NULL));
    assert_false(passed("", NULL));
    assert_false(passed("PASSED", NULL));
    assert_true(passed("triallelic_site", "triallelic_site"));
    assert_false(passed("triallelic_site;LowQual", "triallelic_site"));
    assert_true(passed("triallelic_site;triallelic_site", "triallelic_site"));
    assert_false(passed("triallelic", "triallelic_site"));
}

static void test_info_gives_what_is_of_interest(void **state)
{
    static const char *const names[] = {"CSQ", "CLNSIG", "GNOMADAF"};
    static const char *const values[] = {"a|b", "", "0.1,0.2"};
    struct vcf_line line = split(LINE);
    static struct header header;
    const struct info_key *key;
    struct text_span value;
    size_t at = 0;

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct info_key *row = &header.keys[header.n_keys++];

        memcpy(row->name, names[i], strlen(names[i]) + 1);
        row->length = (uint8_t)strlen(names[i]);
        header.lengths |= UINT64_C(1) << row->length;
    }
    for (size_t i = 0; i < 3; i++) {
        assert_true(vcf_line_info(&line, &header, &at, &key, &value));
        assert_string_equal(key->name, names[i]);
        assert_true(is(value, values[i]));
    }
    assert_false(vcf_line_info(&line, &header, &at, &key, &value));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_columns_are_found),
        cmocka_unit_test(test_a_position_is_a_whole_number_from_one),
        cmocka_unit_test(test_filters_are_honoured),
        cmocka_unit_test(test_info_gives_what_is_of_interest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
