/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reference's promises: every base of a wrapped FASTA is where its index says, under any name
 * of the chromosome; what lies outside is no base; an index that lies or a compressed file is
 * refused.
 */
#include "tests/unit/terms/fasta_bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "node/terms/fasta.h"
#include "tests/unit/refused.h"

static const char text[] = ">chr1 a comment\nACGTa\ncgtN\n>unplaced\nTTTT\n>chrX\nGG\n";
static const char index_text[] = "chr1\t9\t16\t5\t6\nunplaced\t4\t37\t4\t5\nchrX\t2\t48\t2\t3\n";

static bool open_texts(const char *fasta_text, const char *fai, struct fasta **fasta, int fds[2])
{
    struct err err = {0};
    bool ok;

    fds[0] = fasta_bench_text(fasta_text);
    fds[1] = fasta_bench_text(fai);
    ok = fasta_open(fds[0], fds[1], fasta, &err);
    assert_true(ok || err.code == ERR_INVALID);
    return ok;
}

static void close_both(const int fds[2])
{
    (void)close(fds[0]);
    (void)close(fds[1]);
}

static void test_every_base_is_where_the_index_says(void **state)
{
    static const char bases[] = "ACGTACGTN";
    struct fasta *fasta = NULL;
    int fds[2];

    (void)state;
    assert_true(open_texts(text, index_text, &fasta, fds));
    assert_int_equal(fasta_length(fasta, 1), 9);
    for (uint32_t i = 1; i <= 9; i++)
        assert_int_equal(fasta_base(fasta, 1, i), bases[i - 1]);
    assert_int_equal(fasta_base(fasta, 23, 2), 'G');
    assert_int_equal(fasta_base(fasta, 1, 0), 0);
    assert_int_equal(fasta_base(fasta, 1, 10), 0);
    assert_int_equal(fasta_base(fasta, 2, 1), 0);
    assert_int_equal(fasta_length(fasta, 26), 0);
    fasta_close(fasta);
    close_both(fds);
}

/* A base in the first byte behind what was read at once. */
static void test_a_base_behind_a_block_is_read(void **state)
{
    enum { BLOCK = 65536, BASES = BLOCK + 10, AT = BLOCK - 2 }; /* the name takes three bytes */
    static char whole[BASES + 8];
    struct fasta *fasta = NULL;
    char index[64];
    int fds[2];

    (void)state;
    memcpy(whole, ">1\n", 3);
    memset(whole + 3, 'A', BASES);
    whole[BLOCK] = 'C';
    whole[3 + BASES] = '\n';
    snprintf(index, sizeof(index), "1\t%d\t3\t%d\t%d\n", BASES, BASES, BASES + 1);
    assert_true(open_texts(whole, index, &fasta, fds));
    assert_int_equal(fasta_base(fasta, 1, 1), 'A');
    assert_int_equal(fasta_base(fasta, 1, AT), 'C');
    fasta_close(fasta);
    close_both(fds);
}

static void refuse(const char *fasta_text, const char *fai)
{
    struct fasta *fasta = NULL;
    int fds[2];

    assert_false(open_texts(fasta_text, fai, &fasta, fds));
    close_both(fds);
}

static void test_what_is_no_fasta_or_no_index_is_refused(void **state)
{
    (void)state;
    refuse("\x1f\x8b", index_text);
    refuse("", index_text);
    refuse(text, "chr1\t9\t16\t5\n");
    refuse(text, "chr1\t9\t16\t5\t5\n"); /* no room for the line end */
    refuse(text, "chr1\t9\t16\t0\t1\n");
    refuse(text, "chr1\t-9\t16\t5\t6\n");
    refuse(text, "chr1\t9\t16\t5\t6"); /* cut off */
    refuse(text, "chr1\t99999999999999999999999\t16\t5\t6\n");
}

static void test_an_index_that_points_beyond_the_file_gives_no_base(void **state)
{
    struct fasta *fasta = NULL;
    int fds[2];

    (void)state;
    assert_true(open_texts(text, "chr1\t1000000\t16\t5\t6\n", &fasta, fds));
    assert_int_equal(fasta_base(fasta, 1, 999999), 0);
    fasta_close(fasta);
    close_both(fds);
}

static void test_an_index_at_the_limit_and_one_past(void **state)
{
    static const char end[] = "\t4\t37\t4\t5\n"; /* behind a sequence of a long name */
    char *fai = malloc(FASTA_INDEX_BYTES_MAX + 2);
    size_t head = strlen(index_text);
    struct fasta *fasta = NULL;
    struct err err = {0};
    int fds[2];

    (void)state;
    assert_non_null(fai);
    for (size_t more = 0; more < 2; more++) {
        size_t size = FASTA_INDEX_BYTES_MAX + more;

        memset(fai, 'u', size);
        memcpy(fai, index_text, head);
        memcpy(fai + size - strlen(end), end, sizeof(end));
        fds[0] = fasta_bench_text(text);
        fds[1] = fasta_bench_text(fai);
        if (more) {
            assert_refused_for(fasta_open(fds[0], fds[1], &fasta, &err), &err, ERR_INVALID,
                               "index");
        } else {
            assert_true(fasta_open(fds[0], fds[1], &fasta, &err));
            assert_int_equal(fasta_base(fasta, 23, 2), 'G');
            fasta_close(fasta);
        }
        close_both(fds);
    }
    free(fai);
}

static void test_bases_are_compared(void **state)
{
    struct fasta *fasta = NULL;
    int fds[2];

    (void)state;
    assert_true(open_texts(text, index_text, &fasta, fds));
    assert_int_equal(fasta_compare(fasta, 1, 4, "tAC", 3), FASTA_AGREES); /* over a line's end */
    assert_int_equal(fasta_compare(fasta, 1, 4, "TAA", 3), FASTA_DIFFERS);
    assert_int_equal(fasta_compare(fasta, 1, 4, "TNC", 3), FASTA_AGREES);
    assert_int_equal(fasta_compare(fasta, 1, 9, "A", 1), FASTA_SILENT); /* N of the reference */
    assert_int_equal(fasta_compare(fasta, 1, 4, "N", 1), FASTA_SILENT);
    assert_int_equal(fasta_compare(fasta, 23, 2, "GG", 2), FASTA_DIFFERS); /* past the end */
    assert_int_equal(fasta_compare(fasta, 23, 0, "G", 1), FASTA_DIFFERS);
    assert_int_equal(fasta_compare(fasta, 2, 1, "A", 1), FASTA_SILENT); /* not in the file */
    fasta_close(fasta);
    close_both(fds);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bases_are_compared),
        cmocka_unit_test(test_every_base_is_where_the_index_says),
        cmocka_unit_test(test_a_base_behind_a_block_is_read),
        cmocka_unit_test(test_what_is_no_fasta_or_no_index_is_refused),
        cmocka_unit_test(test_an_index_that_points_beyond_the_file_gives_no_base),
        cmocka_unit_test(test_an_index_at_the_limit_and_one_past),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
