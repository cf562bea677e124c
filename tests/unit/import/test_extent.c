/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The extent's promises: a line speaks of all the bases that it may change, never of fewer,
 * whatever way its caller writes the end, and of nothing past the chromosome.
 */
#include "tests/unit/import/bench.h"

#include <stdio.h>
#include <string.h>

#include "node/import/extent.h"

#define LENGTH 100000

static void expect(const char *ref, const char *alt, const char *info, uint32_t start, uint32_t end)
{
    struct vcf_line line = {.chromosome = {"1", 1},
                            .ref = {ref, strlen(ref)},
                            .alt = {alt, strlen(alt)},
                            .info = {info, strlen(info)}};
    struct extent extent = extent_of(&line, 1000, LENGTH);

    if (extent.start != start || extent.end != end)
        fail_msg("%s %s %s: %u-%u", ref, alt, info, extent.start, extent.end);
}

static void test_from_the_first_base_to_the_last(void **state)
{
    (void)state;
    expect("A", "C", ".", 1000, 1000);
    expect("ACGT", "A", ".", 1000, 1003);
    expect("A", "<DEL>", "SVTYPE=DEL;END=2000", 1000, 2000);
    expect("A", "<DEL>", "END=2000;SVLEN=-1500", 1000, 2500); /* they disagree: the longer */
    expect("A", "<DEL>", "SVLEN=-1000", 1000, 2000);
    expect("A", "<DUP>,<DEL>", "SVLEN=50,-700", 1000, 1700);
    expect("A", "<INV>", "END=900", 900, LENGTH); /* before POS: from there, and no end */
    expect("A", "<INV>", "END=900;SVLEN=100", 900, 1100);
    expect("A", "<DEL>", "END=2000;CIPOS=-10,5;CIEND=-3,20", 990, 2020);
    expect("A", "<DEL>", "END=999999999", 1000, LENGTH);
    expect("A", "<CNV>", "CIPOS=-2000,0;END=1100", 1, 1100);
    expect("A", "<DEL>", "SVTYPE=DEL", 1000, LENGTH); /* its end is not told */
    expect("A", "<DEL>", "END=x", 1000, LENGTH);
    expect("A", "<DEL>", "END=.", 1000, LENGTH);
    expect("A", "C!", "END=2000", 1000, 2000); /* no allele, but it has an end */
    expect("A", "C,C!", "END=x", 1000, LENGTH);
    expect("A", "", "END=-7", 1000, LENGTH);
    expect("A", "C!", ".", 1000, 1000);
    expect("A", "C,G", "END=x", 1000, 1000);
    expect("A", "<INS:ME:L1>", "SVLEN=6000", 1000, 1000);
    expect("A", "<INS>", "END=1000;CIPOS=0,5", 1000 - 5, 1005);
    expect("A", "<INS>", "END=1000;CIPOS=-3", 1000 - 3, 1000);
    expect("A", "<NON_REF>", "END=1500", 1000, 1500);
    expect("A", ".", "END=1500", 1000, 1500);
    expect("A", "<NON_REF>", ".", 1000, 1000);
    expect("A", "<TRA>", "CHR2=2;END=5", 1000, 1000); /* END lies on the other chromosome */
    expect("A", "<DEL>", "CHR2=1;END=1200", 1000, 1200);
    expect("A", "C", "XEND=5000;BEND=1;END", 1000, 1000);
}

static void test_the_other_end_of_a_breakend(void **state)
{
    static const struct {
        const char *alt;
        const char *contig;
        uint32_t position;
    } cases[] = {{"G]17:198982]", "17", 198982},
                 {"]13:123456]T", "13", 123456},
                 {"C[<ctg1>:7[", "<ctg1>", 7},
                 {"[HLA-A*01:01:9[C", "HLA-A*01:01", 9}};
    static const char *const none[] = {"A",     "A.",    ".A",     "G]17:198982",
                                       "G]17]", "G]:x]", "G[1:0[", ""};
    struct text_span contig;
    uint32_t position;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct text_span alt = {cases[i].alt, strlen(cases[i].alt)};

        assert_true(extent_mate(alt, &contig, &position));
        assert_int_equal(contig.length, strlen(cases[i].contig));
        assert_memory_equal(contig.text, cases[i].contig, contig.length);
        assert_int_equal(position, cases[i].position);
    }
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
        assert_false(extent_mate((struct text_span){none[i], strlen(none[i])}, &contig, &position));
}

/* POSITION_MAX is INT32_MAX. */
static void test_a_position_at_the_limit_and_one_past(void **state)
{
    static const char *const past[] = {"2147483648", "4294967297", "18446744073709551617"};
    struct vcf_line line = {.chromosome = {"1", 1}};
    struct text_span contig;
    uint32_t position = 0;
    char text[64];

    (void)state;
    assert_true(extent_mate((struct text_span){"G]17:2147483647]", 16}, &contig, &position));
    assert_int_equal(position, INT32_MAX);
    line.info = (struct text_span){"CHR2=2;POS2=2147483647", 22};
    position = 0;
    assert_true(extent_other(&line, &contig, &position));
    assert_int_equal(position, INT32_MAX);
    for (size_t i = 0; i < sizeof(past) / sizeof(past[0]); i++) {
        snprintf(text, sizeof(text), "G]17:%s]", past[i]);
        assert_false(extent_mate((struct text_span){text, strlen(text)}, &contig, &position));
        snprintf(text, sizeof(text), "CHR2=2;POS2=%s", past[i]);
        line.info = (struct text_span){text, strlen(text)};
        assert_false(extent_other(&line, &contig, &position));
        snprintf(text, sizeof(text), "END=%s", past[i]);
        expect("A", "<DEL>", text, 1000, LENGTH); /* to the chromosome's end */
    }
    expect("A", "<DEL>", "END=2147483647", 1000, LENGTH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_from_the_first_base_to_the_last),
        cmocka_unit_test(test_the_other_end_of_a_breakend),
        cmocka_unit_test(test_a_position_at_the_limit_and_one_past),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
