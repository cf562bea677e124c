/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The loss's promises: of a line that was not taken, those have a gap whose own genotype there is
 * no plain reference call, and nobody else; what rests on all records of a file is told apart.
 */
#include "tests/unit/import/loss_bench.h"

#include <string.h>

#include "node/import/loss.h"

struct bench {
    struct loss_bench of;
    struct genotypes *genotypes;
};

static void up(struct bench *b, uint32_t n_samples, const char *columns, bool lost)
{
    static const struct genotypes_rules rules = {.depth = 1, .quality = 1};
    struct genotypes_line line = {.format = {"GT:FT", 5},
                                  .samples = {columns, strlen(columns)},
                                  .n_alts = 2,
                                  .two_copies = true,
                                  .lost = lost};

    loss_bench_up(&b->of, n_samples);
    assert_true(genotypes_open(n_samples, &rules, &b->genotypes, &b->of.stream.err));
    assert_int_equal(genotypes_read(b->genotypes, &line), GENOTYPES_OK);
}

static void down(struct bench *b, const char *expected)
{
    loss_bench_turn(&b->of);
    assert_string_equal(b->of.text, expected);
    genotypes_close(b->genotypes);
    loss_bench_down(&b->of);
}

static const struct loss_place place = {22, 5, 9};
static const char columns[] = "0/1\t0/0\t./.\t1/1:bad\t0/0:bad\t0|0\t9/9";

static void test_a_line_that_was_not_taken(void **state)
{
    static struct bench b;

    (void)state;
    up(&b, 7, columns, true);
    assert_true(loss_line(b.of.loss, &place, b.genotypes, GAP_FILTERED, &b.of.stream.err));
    down(&b, "22:5-9 filtered 0=own\n22:5-9 failed 3=own 4=own\n22:5-9 unreadable 6=own\n"
             "22:5-9 not called 2=own\n");
    up(&b, 2, "0/0\t0|0", true);
    assert_true(loss_line(b.of.loss, &place, b.genotypes, GAP_FILTERED, &b.of.stream.err));
    down(&b, ""); /* it concerns nobody */
}

static void test_doubts_of_a_line_that_was_taken(void **state)
{
    static struct bench b;

    (void)state;
    up(&b, 7, columns, false); /* the others are in the calls as not called */
    assert_true(loss_doubts(b.of.loss, &place, b.genotypes, &b.of.stream.err));
    down(&b, "22:5-9 failed 3=own\n");
    up(&b, 1, "./.", false); /* a file of one sample speaks of nobody else */
    assert_true(loss_doubts(b.of.loss, &place, b.genotypes, &b.of.stream.err));
    down(&b, "22:5-9 not called 0=own\n");
}

static void test_carriers_of_one_allele(void **state)
{
    static struct bench b;
    struct stream_site site = {0};

    (void)state;
    up(&b, 4, "0/2\t0/1\t2/2\t./.", false);
    site.calls = genotypes_calls(b.genotypes, 1, &site.calls_size);
    assert_true(loss_calls(b.of.loss, &place, &site, GAP_STRUCTURAL, &b.of.stream.err));
    down(&b, "22:5-9 structural 0=own 2=own 3=own\n");
}

static void test_everybody_and_the_whole_genome(void **state)
{
    static struct bench b;
    struct loss_place anywhere = {0, 0, 0}, chromosome;

    (void)state;
    up(&b, 2, "0/0\t0/0", false);
    chromosome = loss_chromosome(b.of.loss, 21);
    assert_true(loss_everybody(b.of.loss, &chromosome, GAP_LEFT_OUT, true, &b.of.stream.err));
    assert_true(loss_everybody(b.of.loss, &place, GAP_REFUSED, false, &b.of.stream.err));
    assert_true(loss_sample(b.of.loss, &place, GAP_LOW, 1, &b.of.stream.err));
    down(&b, "21:1-46709983 contig left out 0=own 1=own\n22:5-9 refused 0 1\n"
             "22:5-9 low depth or quality 1=own\n");
    up(&b, 1, "0/0", false);
    assert_true(loss_everybody(b.of.loss, &anywhere, GAP_REFUSED, false, &b.of.stream.err));
    bench_stream_turn(&b.of.stream);
    for (int i = 1; i <= 25; i++)
        assert_int_equal(bench_stream_next(&b.of.stream, STREAM_GAP)->gap.chromosome, i);
    genotypes_close(b.genotypes);
    loss_close(b.of.loss);
    bench_stream_down(&b.of.stream);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_line_that_was_not_taken),
        cmocka_unit_test(test_doubts_of_a_line_that_was_taken),
        cmocka_unit_test(test_carriers_of_one_allele),
        cmocka_unit_test(test_everybody_and_the_whole_genome),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
