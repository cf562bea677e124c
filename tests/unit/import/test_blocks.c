/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The blocks' promises: what a gVCF's blocks say well enough is covered and the rest is a gap, for
 * the forms of the callers that write them; where two blocks overlap the lower one counts; a file
 * of some chromosomes says nothing of the others.
 */
#include "tests/unit/import/loss_bench.h"

#include <string.h>

#include "node/import/blocks.h"
#include "proto/query/place.h"

struct bench {
    struct loss_bench of;
    struct blocks *blocks;
    uint32_t chromosomes;
};

static void up(struct bench *b, uint32_t n_samples)
{
    static const struct blocks_rules rules = {.depth = BLOCKS_DEPTH, .quality = BLOCKS_QUALITY};

    b->chromosomes = 0;
    loss_bench_up(&b->of, n_samples);
    assert_true(blocks_open(b->of.loss, n_samples, &rules, &b->blocks, &b->of.stream.err));
}

static void down(struct bench *b, const char *expected)
{
    assert_true(blocks_finish(b->blocks, &b->chromosomes, &b->of.stream.err));
    loss_bench_turn(&b->of);
    if (expected)
        assert_string_equal(b->of.text, expected);
    blocks_close(b->blocks);
    loss_bench_down(&b->of);
}

/* A line of chromosome 21 or 22 as text; true when it was a block. */
static bool give(struct bench *b, const char *text, uint32_t start, uint32_t end)
{
    struct loss_place place = {22, start, end};
    struct vcf_line line;
    bool block, called;

    assert_true(vcf_line_split(text, strlen(text), &line));
    if (strncmp(text, "21", 2) == 0)
        place.chromosome = 21;
    block = blocks_is(b->blocks, &line);
    assert_true(blocks_line(b->blocks, &line, &place, block, &called, &b->of.stream.err));
    return block;
}

#define END22 "50818468"

static void test_blocks_of_each_caller(void **state)
{
    static const struct {
        const char *line; /* of 100..199 */
        bool counts;
    } cases[] = {
        /* GATK, reblocked, DRAGEN */
        {"22\t100\t.\tA\t<NON_REF>\t.\t.\tEND=199\tGT:DP:GQ:MIN_DP:PL\t0/0:30:99:20:0,1,2", true},
        {"22\t100\t.\tA\t<NON_REF>\t.\t.\tEND=199\tGT:DP:GQ:MIN_DP:PL\t0/0:30:99:9:0,1,2", false},
        {"22\t100\t.\tA\t<NON_REF>\t.\t.\tEND=199\tGT:DP:GQ\t0/0:30:19", false},
        {"22\t100\t.\tA\t<NON_REF>\t.\t.\tEND=199\tGT:DP:GQ\t0/0:10:20", true},
        {"22\t100\t.\tA\t<NON_REF>\t.\tweak_evidence\tEND=199\tGT:DP:GQ\t0/0:30:99", false},
        {"22\t100\t.\tA\t<NON_REF>\t.\tPASS\tEND=199\tGT:DP:SQ\t0/0:3000:60", true},
        {"22\t100\t.\tA\t<NON_REF>\t.\tPASS\tEND=199\tGT:DP:GQ:FT\t0/0:30:60:LowGQ", false},
        {"22\t100\t.\tA\t<NON_REF>\t.\t.\tEND=199\tGT:DP:GQ\t0:30:60", false}, /* one copy */
        {"22\t100\t.\tA\t<NON_REF>\t.\t.\tEND=199\tGT:DP:GQ\t0/1:30:60", false},
        {"22\t100\t.\tA\t<NON_REF>\t.\t.\tEND=199\tGT:DP:GQ\t./.:30:60", false},
        {"22\t100\t.\tA\t<NON_REF>\t.\t.\tEND=199\tGT\t0/0", false}, /* no reads are told of */
        /* DeepVariant */
        {"22\t100\t.\tA\t<*>\t0\t.\tEND=199\tGT:GQ:MIN_DP:PL\t0/0:50:30:0,90,899", true},
        {"22\t100\t.\tA\t<*>\t0\t.\tEND=199\tGT:GQ:MIN_DP:PL\t0/0:0:30:29,0,239", false},
        /* Strelka2 */
        {"22\t100\t.\tA\t.\t.\tPASS\tEND=199;BLOCKAVG_min30p3a\tGT:GQX:DP:MIN_DP\t0/0:33:12:11",
         true},
        {"22\t100\t.\tA\t.\t.\tLowGQX\tEND=199\tGT:GQX:DP:MIN_DP\t0/0:3:12:11", false},
        {"22\t100\t.\tA\t.\t.\tPASS\tEND=199\tGT:GQX:DP:MIN_DP\t.:.:0:0", false},
        /* bcftools: depth alone */
        {"22\t100\t.\tA\t.\t.\t.\tEND=199;MinDP=20\tGT:DP\t0/0:25", true},
        {"22\t100\t.\tA\t.\t.\t.\tEND=199;MinDP=19\tGT:DP\t0/0:25", false},
        /* A depth that is no number is none, whatever another field says. */
        {"22\t100\t.\tA\t<*>\t.\t.\tEND=199\tGT:DP:GQ:MIN_DP\t0/0:30:99:x", false},
        {"22\t100\t.\tA\t<*>\t.\t.\tEND=199;MinDP=x\tGT:DP:GQ\t0/0:30:99", false},
        {"22\t100\t.\tA\t<*>\t.\t.\tEND=199;MIN_DP=-1\tGT:DP:GQ\t0/0:30:99", false},
        {"22\t100\t.\tA\t<*>\t.\t.\tEND=199\tGT:DP:GQ\t0/0:-1:99", false},
        {"22\t100\t.\tA\t<*>\t.\t.\tEND=199;MinDP=.\tGT:DP:GQ:MIN_DP\t0/0:30:99:.", true},
    };
    static struct bench b;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        up(&b, 1);
        assert_true(give(&b, cases[i].line, 100, 199));
        down(&b, NULL);
        if (strcmp(b.of.text, cases[i].counts ? "22:1-99 no block 0=own\n22:200-" END22
                                                " no block 0=own\n"
                                              : "22:1-" END22 " low depth or quality 0=own\n") != 0)
            fail_msg("%s: %s", cases[i].line, b.of.text);
        assert_int_equal(b.chromosomes, 1u << 22);
    }
}

#define GOOD(start) "22\t" #start "\t.\tA\t<NON_REF>\t.\t.\tEND=0\tGT:DP:GQ\t0/0:30:60"
#define BAD(start) "22\t" #start "\t.\tA\t<NON_REF>\t.\t.\tEND=0\tGT:DP:GQ\t0/0:30:1"

static void test_neighbours_join_and_the_lower_counts(void **state)
{
    static struct bench b;

    (void)state;
    up(&b, 1);
    assert_true(give(&b, GOOD(1), 1, 100));
    assert_true(give(&b, GOOD(101), 101, 200));
    assert_true(give(&b, GOOD(150), 150, 180)); /* within another */
    assert_true(give(&b, BAD(190), 190, 195));  /* and a lower one within it */
    assert_true(give(&b, GOOD(203), 203, 50818468));
    down(&b, "22:190-195 low depth or quality 0=own\n22:201-202 low depth or quality 0=own\n");
}

static void test_the_lower_counts_where_it_comes_first(void **state)
{
    static struct bench b;

    (void)state;
    up(&b, 1);
    assert_true(give(&b, BAD(1), 1, 200));
    assert_true(give(&b, GOOD(101), 101, 300)); /* begins within it */
    assert_true(give(&b, GOOD(150), 150, 180)); /* lies within it */
    assert_true(give(&b, GOOD(301), 301, 50818468));
    down(&b, "22:1-100 low depth or quality 0=own\n22:101-200 low depth or quality 0=own\n"
             "22:150-180 low depth or quality 0=own\n");
}

static void test_variants_of_a_gvcf_cover_their_place(void **state)
{
    static struct bench b;

    (void)state;
    up(&b, 2);
    assert_true(
        give(&b, "22\t1\t.\tA\t<NON_REF>\t.\t.\tEND=9\tGT:DP:GQ\t0/0:30:60\t0/0:30:60", 1, 9));
    assert_false(give(&b, "22\t10\t.\tA\tC\t.\t.\t.\tGT:DP:GQ\t0/1:3:6\t./.:3:6", 10, 10));
    assert_true(give(&b, "22\t11\t.\tA\t.\t.\t.\t.\tGT:DP:GQ\t0/0:30:60\t0/0:30:60", 11, 50818468));
    down(&b, "22:10-10 low depth or quality 1=own\n");
    /* Who lacks a long allele was looked at where REF is, and not all along the allele. */
    up(&b, 1);
    assert_false(
        give(&b, "22\t1\t.\tAC\t<DEL>,<NON_REF>\t.\t.\tEND=900\tGT:DP:GQ\t0/0:30:60", 1, 900));
    assert_true(give(&b, GOOD(5), 5, 50818468));
    down(&b, "22:3-4 no block 0=own\n");
}

static void test_a_file_of_some_chromosomes(void **state)
{
    static struct bench b;

    (void)state;
    up(&b, 1);
    assert_true(give(&b, "21\t1\t.\tA\t<NON_REF>\t.\t.\tEND=9\tGT:DP:GQ\t0/0:30:60", 1, 9));
    assert_true(give(&b, GOOD(1), 1, 50818468));
    down(&b, "21:10-46709983 no block 0=own\n");
    assert_int_equal(b.chromosomes, 3u << 21);
    assert_false(stream_blocks_whole(b.chromosomes));
    assert_true(stream_blocks_whole(0xfffffe));
    up(&b, 1); /* no gVCF at all: nothing is said */
    down(&b, "");
    assert_int_equal(b.chromosomes, 0);
}

static void test_a_whole_genome_has_gaps_where_it_has_no_block(void **state)
{
    static const char text[] = "1\t1\t.\tA\t<NON_REF>\t.\t.\tEND=9\tGT:DP:GQ\t0/0:30:60";
    static struct bench b;
    struct vcf_line line;
    bool called;

    (void)state;
    assert_true(vcf_line_split(text, sizeof(text) - 1, &line));
    up(&b, 1);
    for (int chromosome = 1; chromosome <= 23; chromosome++) {
        struct loss_place place = loss_chromosome(b.of.loss, chromosome);

        assert_true(blocks_line(b.blocks, &line, &place, true, &called, &b.of.stream.err));
    }
    down(&b, "24:1-57227415 no block 0=own\n25:1-16569 no block 0=own\n");
    assert_true(stream_blocks_whole(b.chromosomes));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_blocks_of_each_caller),
        cmocka_unit_test(test_neighbours_join_and_the_lower_counts),
        cmocka_unit_test(test_the_lower_counts_where_it_comes_first),
        cmocka_unit_test(test_variants_of_a_gvcf_cover_their_place),
        cmocka_unit_test(test_a_file_of_some_chromosomes),
        cmocka_unit_test(test_a_whole_genome_has_gaps_where_it_has_no_block),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
