/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The frequencies' promises: fields of population resources count under all the names seen in real
 * files, the file's own allele frequencies never do; values are exact in 1e-9, and the right one of
 * several is taken.
 */
#include "tests/unit/import/bench.h"

#include <string.h>

#include "node/import/population_af.h"

static void test_names_of_population_frequencies(void **state)
{
    static const char *const yes[] = {
        "gnomAD_AF",
        "gnomADg_NFE_AF",
        "gnomADe_AF",
        "GNOMADAF",
        "GNOMADAF_popmax",
        "1000GAF",
        "1000G_MAX_AF",
        "EXACAF",
        "EXACMAXAF",
        "EXACMAX_AF",
        "SWEGENAF",
        "SWEREFAF",
        "MTAF",
        "AF1000G",
        "GNOMAD_MTAF_het",
        "EUR_AF",
        "AFR_AF",
        "MAX_AF",
        "TOPMed_AF",
        "gnomad_popmax_af",
        "ExAC_NFE_AF",
        "AA_AF",
        "aaf_1kg_afr_float",
        "max_aaf_all",
        "dbNSFP.1000Gp3_AF",
    };
    static const char *const no[] = {
        "AF",
        "MLEAF",
        "TVAF",
        "NVAF",
        "SAF",
        "Frq",
        "Obs",
        "Hom",
        "gnomAD_AFR_AC",
        "gnomAD_AN",
        "gnomad_faf95",
        "gnomAD_FAF",
        "AC",
        "SnpSift_AF",
        "SWEGENAAC_Het",
        "MAX_AF_POPS",
        "GMAF",
        "ExACpLI",
        "AlleleFreqH_AF",
        "",
        "_",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++)
        if (!population_af_is_field(yes[i], strlen(yes[i]), false))
            fail_msg("%s does not count", yes[i]);
    for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++)
        if (population_af_is_field(no[i], strlen(no[i]), false))
            fail_msg("%s counts", no[i]);
}

static void test_plain_af_is_of_a_population_in_csq_only(void **state)
{
    (void)state;
    assert_true(population_af_is_field("AF", 2, true));
    assert_false(population_af_is_field("AF", 2, false));
    assert_false(population_af_is_field("MLEAF", 5, true));
}

static int64_t read_text(const char *text, int index, int n_alts, bool *faulty)
{
    *faulty = false;
    return population_af_read(text, strlen(text), index, n_alts, faulty);
}

static void test_values_are_exact_and_the_highest_is_taken(void **state)
{
    bool faulty;

    (void)state;
    assert_int_equal(read_text("0.001", -1, 1, &faulty), 1000000);
    assert_int_equal(read_text("1e-9", -1, 1, &faulty), 1);
    assert_int_equal(read_text("3.977e-06", -1, 1, &faulty), 3977);
    assert_int_equal(read_text("1", -1, 1, &faulty), 1000000000);
    assert_int_equal(read_text("0", -1, 1, &faulty), 0);
    assert_int_equal(read_text("0.1&0.3&0.2", -1, 1, &faulty), 300000000);
    assert_int_equal(read_text(".,0.5", -1, 1, &faulty), 500000000);
    assert_int_equal(read_text(".", -1, 1, &faulty), -1);
    assert_int_equal(read_text("", -1, 1, &faulty), -1);
    assert_false(faulty);
}

static void test_of_several_values_the_alleles_own(void **state)
{
    bool faulty;

    (void)state;
    assert_int_equal(read_text("0.1,0.3,.", 0, 3, &faulty), 100000000);
    assert_int_equal(read_text("0.1,0.3,.", 1, 3, &faulty), 300000000);
    assert_int_equal(read_text("0.1,0.3,.", 2, 3, &faulty), -1);
    assert_int_equal(read_text("0.1,0.3", 0, 3, &faulty), 300000000); /* not one an allele */
}

static void test_what_is_no_share_says_nothing_and_is_told(void **state)
{
    static const char *const bad[] = {
        "1.000001",
        "-0.1",
        "nan",
        "inf",
        "0x1",
        "0.1x",
        "deleterious(0)",
        "+0.1",
        "0.00000000000000000000000000000000000000001", /* NUMBER_BYTES_MAX is 40 */
    };
    bool faulty;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_int_equal(read_text(bad[i], -1, 1, &faulty), -1);
        if (!faulty)
            fail_msg("%s is taken", bad[i]);
    }
    assert_int_not_equal(read_text("0.50000000000000000000000000000000000000", -1, 1, &faulty),
                         -1); /* 40 */
    assert_false(faulty);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_of_population_frequencies),
        cmocka_unit_test(test_plain_af_is_of_a_population_in_csq_only),
        cmocka_unit_test(test_values_are_exact_and_the_highest_is_taken),
        cmocka_unit_test(test_of_several_values_the_alleles_own),
        cmocka_unit_test(test_what_is_no_share_says_nothing_and_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
