/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The trial's promises: REF is counted against each reference, the mitochondrion and what is none
 * of our chromosomes are not, a file of nothing but chrM is known as one, and the descriptor is at
 * its beginning afterwards.
 */
#include "tests/unit/import/bench.h"

#include <string.h>
#include <unistd.h>

#include "node/import/inputs.h"
#include "node/import/lines.h"
#include "node/import/trial.h"
#include "node/terms/fasta.h"

#define HEAD "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tS\n"
#define LINE(place, ref) place "\t.\t" ref "\tA\t.\t.\t.\tGT\t0/1\n"

static struct trial run_trial(const char *text, struct fasta *const references[3])
{
    struct run_input input = {.name = "x", .fd = bench_text(text), .bytes = strlen(text)};
    struct trial trial;
    struct err err = {0};

    if (!trial_read(&input, LINES_INFLATION_MAX, references, &trial, &err))
        fail_msg("%s", err.text);
    assert_int_equal(lseek(input.fd, 0, SEEK_CUR), 0);
    (void)close(input.fd);
    return trial;
}

static void test_ref_is_compared_with_each_reference(void **state)
{
    int fds[3] = {bench_text(">22\nCCCCC\n"), bench_text(">22\nCCGGG\n"),
                  bench_text("22\t5\t4\t5\t6\n")};
    int again = bench_text("22\t5\t4\t5\t6\n");
    struct fasta *references[3] = {0};
    struct trial trial;
    struct err err;

    (void)state;
    assert_true(fasta_open(fds[0], fds[2], &references[1], &err));
    assert_true(fasta_open(fds[1], again, &references[2], &err));
    trial = run_trial(HEAD LINE("chr22\t1", "C") LINE("chr22\t3", "C") LINE("22\t4", "CC")
                          LINE("22\t2", "N") LINE("21\t2", "T") LINE("MT\t2", "T")
                              LINE("chrUn_1\t2", "T") LINE("22\t6", "C"),
                      references);
    assert_int_equal(trial.bases[1].compared, 4);
    assert_int_equal(trial.bases[1].differ, 1); /* past the end */
    assert_int_equal(trial.bases[2].compared, 4);
    assert_int_equal(trial.bases[2].differ, 3);
    assert_false(trial.only_chrm);
    fasta_close(references[1]);
    fasta_close(references[2]);
    for (int i = 0; i < 3; i++)
        (void)close(fds[i]);
    (void)close(again);
}

static void test_a_file_of_nothing_but_chrm(void **state)
{
    struct fasta *none[3] = {0};

    (void)state;
    assert_true(run_trial(HEAD LINE("chrM\t2", "T") LINE("chrM\t3", "T"), none).only_chrm);
    assert_false(run_trial(HEAD LINE("chrM\t2", "T") LINE("chr1\t3", "T"), none).only_chrm);
    assert_false(run_trial(HEAD LINE("MT\t2", "T"), none).only_chrm);
    assert_false(run_trial(HEAD "chrM\t1\n", none).only_chrm);
    assert_false(run_trial(HEAD, none).only_chrm);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ref_is_compared_with_each_reference),
        cmocka_unit_test(test_a_file_of_nothing_but_chrm),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
