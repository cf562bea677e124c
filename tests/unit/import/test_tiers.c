/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rule of Strelka's tiers: a read of ALT in the first tier carries it, reads of the reference
 * alone do not, and no read, another form or several alleles cannot be told.
 */
#include "tests/unit/import/bench.h"

#include <string.h>

#include "node/import/tiers.h"

static void expect(const char *text, unsigned n_alts, const char *genotypes)
{
    struct vcf_line line;
    struct bytes out = {0};

    assert_true(vcf_line_split(text, strlen(text), &line));
    assert_true(tiers_spell(&line, n_alts, &out));
    assert_int_equal(out.size, strlen(genotypes));
    assert_memory_equal(out.data, genotypes, out.size);
    bytes_clear(&out);
}

#define SNV "1\t10\t.\tA\tT\t.\tPASS\tSOMATIC\tDP:FDP:AU:CU:GU:TU\t"
#define INDEL "1\t10\t.\tA\tAT\t.\tPASS\tSOMATIC\tDP:TAR:TIR:TOR\t"

static void test_a_single_base(void **state)
{
    (void)state;
    expect(SNV "7:0:7,8:0,0:0,0:0,0\t37:0:24,28:0,0:0,0:13,17", 1, "0/0:7,0\t0/1:24,13");
    expect(SNV "0:0:0,0:0,0:0,0:0,9\t3:0:0,0:3,3:0,0:0,0", 1, "./.\t./.");
    expect(SNV "7:0:.:0,0:0,0:0,0\t7:0:7", 1, "./.\t./.");
    expect(SNV "7:0:7:0,0:0,0:1\t", 1, "./.\t./.");
}

static void test_an_indel(void **state)
{
    (void)state;
    expect(INDEL "9:9,9:0,1:0,0\t9:1,1:8,8:0,0", 1, "0/0:9,0\t0/1:1,8");
    expect(INDEL "9:9,9:4,4:0,0\t9:1,1:8,8:0,0", 2, "./.\t./.");
}

static void test_alleles_that_no_field_counts(void **state)
{
    (void)state;
    expect("1\t10\t.\tAC\tTG\t.\tPASS\t.\tAU:CU:GU:TU\t9,9:9,9:9,9:9,9", 1, "./.");
}

static void test_what_has_tiers(void **state)
{
    const struct text_span with = {"DP:AU:CU:GU:TU", 14}, called = {"GT:AU:CU", 8},
                           other = {"DP:AD", 5};

    (void)state;
    assert_true(tiers_has(with));
    assert_false(tiers_has(called));
    assert_false(tiers_has(other));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_single_base),
        cmocka_unit_test(test_an_indel),
        cmocka_unit_test(test_alleles_that_no_field_counts),
        cmocka_unit_test(test_what_has_tiers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
