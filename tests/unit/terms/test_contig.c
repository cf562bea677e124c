/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The contig's promises: a chromosome under any of its names is that chromosome, an accession's
 * version tells the assembly, and what is no chromosome is never taken for one.
 */
#include "tests/unit/terms/fasta_bench.h"

#include <stdio.h>
#include <string.h>

#include "node/terms/contig.h"

static struct contig of(const char *name)
{
    return contig_of(name, strlen(name));
}

static void test_chromosomes_under_all_names(void **state)
{
    static const struct {
        const char *name;
        int chromosome;
        enum ast_assembly assembly;
        bool chr;
    } cases[] = {
        {"1", 1, 0, false},
        {"chr1", 1, 0, true},
        {"CHR22", 22, 0, true},
        {"X", 23, 0, false},
        {"chrY", 24, 0, true},
        {"M", 25, 0, false},
        {"MT", 25, 0, false},
        {"chrM", 25, 0, true},
        {"23", 23, 0, false},
        {"24", 24, 0, false},
        {"26", 25, 0, false},
        {"chr23", 23, 0, true},
        {"NC_000001.10", 1, ASSEMBLY_GRCH37, false},
        {"NC_000001.11", 1, ASSEMBLY_GRCH38, false},
        {"NC_000005.9", 5, ASSEMBLY_GRCH37, false},
        {"NC_000014.9", 14, ASSEMBLY_GRCH38, false},
        {"NC_000023.10", 23, ASSEMBLY_GRCH37, false},
        {"NC_000024.10", 24, ASSEMBLY_GRCH38, false},
        {"NC_000024.9", 24, ASSEMBLY_GRCH37, false},
        {"NC_000017", 17, 0, false},
        {"NC_012920.1", 25, 0, false},
        {"CM000663.1", 1, ASSEMBLY_GRCH37, false},
        {"CM000685.2", 23, ASSEMBLY_GRCH38, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct contig contig = of(cases[i].name);

        if (contig.kind != CONTIG_CHROMOSOME || contig.chromosome != cases[i].chromosome ||
            contig.assembly != cases[i].assembly || contig.chr != cases[i].chr || contig.foreign_mt)
            fail_msg("%s: kind %d, chromosome %d, assembly %d", cases[i].name, contig.kind,
                     contig.chromosome, contig.assembly);
    }
    assert_true(of("NC_001807.4").foreign_mt);
}

static void test_what_is_no_chromosome(void **state)
{
    static const struct {
        const char *name;
        enum contig_kind kind;
    } cases[] = {
        {"25", CONTIG_PAR},
        {"chr25", CONTIG_PAR},
        {"chr1_KI270706v1_random", CONTIG_UNPLACED},
        {"chrUn_GL000195v1", CONTIG_UNPLACED},
        {"GL000192.1", CONTIG_UNPLACED},
        {"NT_187361.1", CONTIG_UNPLACED},
        {"NW_003315905.1", CONTIG_UNPLACED},
        {"HLA-A*01:01:01:01", CONTIG_UNPLACED},
        {"hs37d5", CONTIG_UNPLACED},
        {"chrEBV", CONTIG_UNPLACED},
        {"NC_007605", CONTIG_UNPLACED},
        {"chr6_cox_hap2", CONTIG_UNPLACED},
        {"NC_060925.1", CONTIG_FOREIGN}, /* CHM13 */
        {"NC_000001.9", CONTIG_FOREIGN}, /* NCBI36 */
        {"NC_000001.12", CONTIG_FOREIGN},
        {"CM000663.3", CONTIG_FOREIGN},
        {"NC_000067.7", CONTIG_UNKNOWN}, /* a mouse's */
        {"chr27", CONTIG_UNKNOWN},
        {"0", CONTIG_UNKNOWN},
        {"", CONTIG_UNKNOWN},
        {"chr", CONTIG_UNKNOWN},
        {"contig1", CONTIG_UNKNOWN},
        {"NC_", CONTIG_UNKNOWN},
        {"CM", CONTIG_UNKNOWN},
        {"CM100663.2", CONTIG_UNKNOWN}, /* another sequence of GenBank's */
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        if (of(cases[i].name).kind != cases[i].kind)
            fail_msg("%s is of kind %d", cases[i].name, of(cases[i].name).kind);
        assert_int_equal(of(cases[i].name).chromosome, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_chromosomes_under_all_names),
        cmocka_unit_test(test_what_is_no_chromosome),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
