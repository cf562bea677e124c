/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An allele's promises: every writing of one variant is normalised to one name, no base is lost,
 * and what is no sequence, too long, or not what the reference has is told apart.
 */
#include "tests/unit/terms/fasta_bench.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "node/terms/alleles.h"
#include "node/terms/fasta.h"

/* 1: GGGCACACAGTTT, positions 1.. */
static const char reference[] = ">1\nGGGCACACAG\nTTT\n";
static const char reference_index[] = "1\t13\t3\t10\t11\n";

struct bench {
    int fd;
    int index_fd;
    struct fasta *fasta;
    char ref[ALLELE_BASES_MAX + 1];
    char alt[ALLELE_BASES_MAX + 1];
    struct allele allele;
};

static void bench_up(struct bench *b)
{
    struct err err;

    b->fd = fasta_bench_text(reference);
    b->index_fd = fasta_bench_text(reference_index);
    assert_true(fasta_open(b->fd, b->index_fd, &b->fasta, &err));
    b->allele = (struct allele){.chromosome = 1, .ref = b->ref, .alt = b->alt};
}

static void bench_down(struct bench *b)
{
    fasta_close(b->fasta);
    (void)close(b->fd);
    (void)close(b->index_fd);
}

static void check(struct bench *b, bool with_reference, uint32_t position, const char *ref,
                  const char *alt, const char *expected)
{
    char text[256];

    b->allele.position = position;
    assert_int_equal(allele_set(&b->allele, ref, strlen(ref), alt, strlen(alt)), ALLELE_OK);
    assert_int_equal(allele_normalise(&b->allele, with_reference ? b->fasta : NULL), ALLELE_OK);
    (void)snprintf(text, sizeof(text), "%u %.90s %.90s", b->allele.position, b->ref, b->alt);
    assert_string_equal(text, expected);
    assert_int_equal(strlen(b->ref), b->allele.ref_length);
    assert_int_equal(strlen(b->alt), b->allele.alt_length);
}

static void test_trimming_keeps_one_base_and_moves_the_position(void **state)
{
    static struct bench b;

    (void)state;
    bench_up(&b);
    check(&b, false, 100, "A", "C", "100 A C");
    check(&b, false, 100, "a", "c", "100 A C");
    check(&b, false, 100, "CAG", "CAT", "102 G T");
    check(&b, false, 100, "CAG", "TAG", "100 C T");
    check(&b, false, 100, "CAG", "CTG", "101 A T");
    check(&b, false, 100, "CAGAG", "CAG", "100 CAG C");
    check(&b, false, 100, "C", "CTT", "100 C CTT");
    check(&b, false, 100, "AT", "GC", "100 AT GC");
    bench_down(&b);
}

static void test_all_writings_of_a_deletion_become_one(void **state)
{
    static struct bench b;

    (void)state;
    bench_up(&b);
    /* GGG CA CA CA G: one CA less */
    check(&b, true, 3, "GCA", "G", "3 GCA G");
    check(&b, true, 5, "ACA", "A", "3 GCA G");
    check(&b, true, 6, "CAC", "C", "3 GCA G");
    check(&b, true, 7, "ACA", "A", "3 GCA G");
    check(&b, true, 1, "GGGCACACAG", "GGGCACAG", "3 GCA G");
    bench_down(&b);
}

static void test_an_insertion_moves_to_the_left_and_stops_at_the_beginning(void **state)
{
    static struct bench b;

    (void)state;
    bench_up(&b);
    check(&b, true, 13, "T", "TT", "10 G GT");
    check(&b, true, 3, "G", "GG", "1 G GG");
    check(&b, true, 10, "G", "A", "10 G A");
    bench_down(&b);
}

static void test_what_is_not_in_the_reference_is_seen(void **state)
{
    static struct bench b;

    (void)state;
    bench_up(&b);
    b.allele.position = 1;
    assert_int_equal(allele_set(&b.allele, "T", 1, "A", 1), ALLELE_OK);
    assert_int_equal(allele_normalise(&b.allele, b.fasta), ALLELE_REFERENCE);
    b.allele.position = 13;
    assert_int_equal(allele_set(&b.allele, "TT", 2, "T", 1), ALLELE_OK); /* beyond the end */
    assert_int_equal(allele_normalise(&b.allele, b.fasta), ALLELE_REFERENCE);
    bench_down(&b);
}

static void test_limits_at_the_limit_and_one_past(void **state)
{
    static struct bench b;
    static char bases[ALLELE_BASES_MAX + 2];

    (void)state;
    memset(bases, 'A', sizeof(bases) - 1);
    bench_up(&b);
    assert_int_equal(allele_set(&b.allele, bases, ALLELE_BASES_MAX, "C", 1), ALLELE_OK);
    assert_int_equal(allele_set(&b.allele, bases, ALLELE_BASES_MAX + 1, "C", 1), ALLELE_LONG);
    assert_int_equal(allele_set(&b.allele, "C", 1, bases, ALLELE_BASES_MAX + 1), ALLELE_LONG);
    assert_int_equal(allele_set(&b.allele, "ac", 2, "AC", 2), ALLELE_SAME);
    bench_down(&b);
}

/* A run of A longer than a variant may be shifted over. */
static void test_a_shift_has_a_limit(void **state)
{
    static char text[ALLELE_SHIFT_MAX + 100];
    static struct bench b;
    char index[64];
    struct err err;
    size_t n = ALLELE_SHIFT_MAX + 10;

    (void)state;
    (void)snprintf(text, sizeof(text), ">1\nG");
    memset(text + 4, 'A', n);
    text[4 + n] = '\n';
    (void)snprintf(index, sizeof(index), "1\t%zu\t3\t%zu\t%zu\n", n + 1, n + 1, n + 2);
    bench_up(&b);
    fasta_close(b.fasta);
    (void)close(b.fd);
    (void)close(b.index_fd);
    b.fd = fasta_bench_text(text);
    b.index_fd = fasta_bench_text(index);
    assert_true(fasta_open(b.fd, b.index_fd, &b.fasta, &err));
    check(&b, true, ALLELE_SHIFT_MAX + 1, "A", "AA", "1 G GA");
    b.allele.position = ALLELE_SHIFT_MAX + 2;
    assert_int_equal(allele_set(&b.allele, "A", 1, "AA", 2), ALLELE_OK);
    assert_int_equal(allele_normalise(&b.allele, b.fasta), ALLELE_SHIFT);
    bench_down(&b);
}

static void test_classes_of_alternative_alleles(void **state)
{
    static const struct {
        const char *text;
        enum allele_class class;
    } cases[] = {
        {"A", ALLELE_BASES},
        {"acgT", ALLELE_BASES},
        {"*", ALLELE_STAR},
        {".", ALLELE_NONE},
        {"<DEL>", ALLELE_SYMBOLIC},
        {"<NON_REF>", ALLELE_ANY},
        {"<*>", ALLELE_ANY},
        {"<*DEL>", ALLELE_SYMBOLIC},
        {"<X>", ALLELE_SYMBOLIC},
        {"<>", ALLELE_BAD},
        {"<DEL", ALLELE_BAD},
        {"G]17:198982]", ALLELE_BREAKEND},
        {"]13:123456]T", ALLELE_BREAKEND},
        {".A", ALLELE_BREAKEND},
        {"A.", ALLELE_BREAKEND},
        {"R", ALLELE_BAD},
        {"AN", ALLELE_BAD},
        {"", ALLELE_BAD},
        {"A C", ALLELE_BAD},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_int_equal(allele_class(cases[i].text, strlen(cases[i].text)), cases[i].class);
}

static void test_how_far_an_indel_may_move(void **state)
{
    static const struct {
        const char *ref, *alt;
        uint32_t position, reach;
    } cases[] = {
        {"GCA", "G", 3, 4}, /* of GCACACAG */
        {"G", "GCA", 3, 6}, {"G", "A", 3, 0}, {"GC", "AT", 3, 0}, {"G", "GT", 3, 0},
    };
    static struct bench b;

    (void)state;
    bench_up(&b);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct allele allele = {.chromosome = 1,
                                .position = cases[i].position,
                                .ref = (char *)(uintptr_t)cases[i].ref,
                                .alt = (char *)(uintptr_t)cases[i].alt,
                                .ref_length = strlen(cases[i].ref),
                                .alt_length = strlen(cases[i].alt)};

        assert_int_equal(allele_reach(&allele, b.fasta), cases[i].reach);
    }
    bench_down(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_how_far_an_indel_may_move),
        cmocka_unit_test(test_trimming_keeps_one_base_and_moves_the_position),
        cmocka_unit_test(test_all_writings_of_a_deletion_become_one),
        cmocka_unit_test(test_an_insertion_moves_to_the_left_and_stops_at_the_beginning),
        cmocka_unit_test(test_what_is_not_in_the_reference_is_seen),
        cmocka_unit_test(test_limits_at_the_limit_and_one_past),
        cmocka_unit_test(test_a_shift_has_a_limit),
        cmocka_unit_test(test_classes_of_alternative_alleles),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
