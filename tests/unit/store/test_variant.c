/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a vid promises: every variant that fits is spelled in it and read back, order of vids is
 * order of the genome, long alleles and variants without coordinates get distinct hashed names, and
 * what is out of range is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "node/store/variant.h"
#include "proto/base/random.h"

static uint64_t pack(const struct variant *variant, unsigned tag)
{
    struct err err;
    uint64_t vid;

    assert_true(variant_pack(variant, tag, &vid, &err));
    return vid;
}

static bool refused(const struct variant *variant, unsigned tag)
{
    struct err err = {0};
    uint64_t vid;

    return !variant_pack(variant, tag, &vid, &err) && err.code == ERR_INVALID;
}

static void draw_bases(char *out, size_t n)
{
    for (size_t i = 0; i < n; i++)
        out[i] = "ACGT"[random_below(4)];
    out[n] = 0;
}

static void test_every_short_variant_is_read_back(void **state)
{
    (void)state;
    random_seed(1);
    for (int i = 0; i < 20000; i++) {
        char ref[16], alt[16], bases[VARIANT_BASES_BYTES];
        size_t n_ref = 1 + random_below(9);
        struct variant back;
        struct variant variant = {(uint8_t)(1 + random_below(2)), (uint8_t)(1 + random_below(25)),
                                  1 + random_below(VARIANT_POSITION_MAX), ref, alt};

        draw_bases(ref, n_ref);
        draw_bases(alt, 1 + random_below((uint32_t)(10 - n_ref)));
        assert_true(variant_is_short(&variant));
        assert_true(variant_unpack(pack(&variant, 0), &back, bases));
        assert_int_equal(back.assembly, variant.assembly);
        assert_int_equal(back.chromosome, variant.chromosome);
        assert_int_equal(back.position, variant.position);
        assert_string_equal(back.ref, ref);
        assert_string_equal(back.alt, alt);
    }
    random_unseed();
}

static void test_order_of_vids_is_order_of_the_genome(void **state)
{
    struct variant last = {VARIANT_GRCH37, 25, VARIANT_POSITION_MAX, "A", "C"};
    struct variant first = {VARIANT_GRCH38, 1, 1, "A", "C"};
    struct variant before = {VARIANT_GRCH38, 1, 7, "T", "G"};
    struct variant after = {VARIANT_GRCH38, 1, 8, "A", "C"};

    (void)state;
    assert_true(pack(&last, 0) < pack(&first, 0));
    assert_true(pack(&first, 0) < pack(&before, 0));
    assert_true(pack(&before, 0) < pack(&after, 0));
    assert_true(pack(&before, 0) < variant_floor(VARIANT_GRCH38, 1, 8));
    assert_true(variant_floor(VARIANT_GRCH38, 1, 8) <= pack(&after, 0));
    assert_true(pack(&last, 0) < variant_floor(VARIANT_GRCH37, 25, VARIANT_POSITION_MAX + 1));
    assert_int_equal(variant_floor(VARIANT_GRCH38, 3, VARIANT_POSITION_MAX + 1),
                     variant_floor(VARIANT_GRCH38, 4, 0));
}

/* Ten is INLINE_BASES_MAX of node/store/variant.c. */
static void test_ten_bases_are_short_and_eleven_are_long(void **state)
{
    struct variant ten = {VARIANT_GRCH38, 2, 5, "ACGTACGTA", "C"};
    struct variant eleven = {VARIANT_GRCH38, 2, 5, "ACGTACGTA", "CC"};
    struct variant unknown_base = {VARIANT_GRCH38, 2, 5, "N", "C"};
    struct variant symbol = {VARIANT_GRCH38, 2, 5, "A", "<DEL:END=99>"};
    char bases[VARIANT_BASES_BYTES];
    struct variant back;

    (void)state;
    assert_true(variant_is_short(&ten));
    assert_false(variant_is_short(&eleven));
    assert_false(variant_is_short(&unknown_base));
    assert_false(variant_is_short(&symbol));
    assert_true(refused(&eleven, 0));
    assert_true(refused(&eleven, VARIANT_TAGS));
    assert_int_not_equal(pack(&eleven, 1), pack(&eleven, 2));
    assert_int_equal(vid_tag(pack(&eleven, 3)), 3);
    assert_true(variant_unpack(pack(&eleven, 1), &back, bases));
    assert_null(back.ref);
    assert_int_equal(back.position, 5);
}

static void test_what_has_no_coordinates_is_named_by_gene_and_description(void **state)
{
    struct variant one = {0, CHROMOSOME_NONE, 0, "BRCA1", "exon 3 deletion"};
    struct variant other = {VARIANT_GRCH38, CHROMOSOME_NONE, 9, "BRCA1", "exon 4 deletion"};
    struct variant same = {VARIANT_GRCH38, CHROMOSOME_NONE, 9, "BRCA1", "exon 3 deletion"};

    (void)state;
    assert_int_equal(vid_chromosome(pack(&one, 1)), CHROMOSOME_NONE);
    assert_int_not_equal(pack(&one, 1), pack(&other, 1));
    assert_int_equal(pack(&one, 1), pack(&same, 1));
    assert_int_equal(pack(&same, 1) >> 63, 0);
}

static void test_what_is_out_of_range_is_refused(void **state)
{
    char *long_allele = malloc(VARIANT_ALLELE_BYTES_MAX + 2);
    struct variant variant = {VARIANT_GRCH38, 2, 5, "A", long_allele};

    (void)state;
    memset(long_allele, 'C', VARIANT_ALLELE_BYTES_MAX + 1);
    long_allele[VARIANT_ALLELE_BYTES_MAX + 1] = 0;
    assert_true(refused(&variant, 1));
    long_allele[VARIANT_ALLELE_BYTES_MAX] = 0;
    assert_false(refused(&variant, 1));
    long_allele[0] = 0;
    assert_true(refused(&variant, 1));
    assert_true(refused(&(struct variant){VARIANT_GRCH38, 0, 5, "A", "C"}, 0));
    assert_true(refused(&(struct variant){VARIANT_GRCH38, 26, 5, "A", "C"}, 0));
    assert_true(refused(&(struct variant){3, 1, 5, "A", "C"}, 0));
    assert_true(refused(&(struct variant){VARIANT_GRCH38, 1, 0, "A", "C"}, 0));
    assert_true(
        refused(&(struct variant){VARIANT_GRCH38, 1, VARIANT_POSITION_MAX + 1, "A", "C"}, 0));
    free(long_allele);
}

static void test_which_indels_may_have_another_spelling(void **state)
{
    static const struct {
        const char *ref, *alt;
        bool may;
    } cases[] = {{"CA", "C", false},  {"AA", "A", true},     {"CAG", "C", false},
                 {"GCAG", "G", true}, {"A", "AC", false},    {"A", "ACA", true},
                 {"A", "C", false},   {"ACA", "CCA", false}, {"AT", "GCT", true}};
    struct variant variant = {VARIANT_GRCH38, 1, 100, NULL, NULL};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        variant.ref = cases[i].ref;
        variant.alt = cases[i].alt;
        assert_int_equal(variant_may_shift(&variant), cases[i].may);
    }
    variant.position = 1; /* there is nothing to the left */
    variant.ref = "AA";
    variant.alt = "A";
    assert_false(variant_may_shift(&variant));
}

static void test_what_is_an_indel_and_what_an_exchange(void **state)
{
    static const struct {
        const char *ref, *alt, *bases; /* NULL: no indel */
        bool exchange;
    } cases[] = {{"A", "C", NULL, false},   {"CA", "C", "A", false},
                 {"CA", "A", "C", false},   {"A", "ACG", "CG", false},
                 {"A", "CGA", "CG", false}, {"AC", "GT", NULL, true},
                 {"AC", "G", NULL, true},   {"A", "GT", NULL, true},
                 {"ACT", "GA", NULL, true}, {"A", "<DEL:END=9>", NULL, false}};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct variant variant = {VARIANT_GRCH38, 1, 100, cases[i].ref, cases[i].alt};
        size_t n;

        assert_int_equal(variant_is_exchange(&variant), cases[i].exchange);
        assert_int_equal(variant_is_indel(&variant), cases[i].bases != NULL);
        if (!cases[i].bases)
            continue;
        assert_memory_equal(variant_indel_bases(&variant, &n), cases[i].bases,
                            strlen(cases[i].bases));
        assert_int_equal(n, strlen(cases[i].bases));
    }
}

static void test_which_indels_may_be_one(void **state)
{
    static const struct {
        const char *a[2], *b[2];
        bool may;
    } cases[] = {{{"CA", "C"}, {"AA", "A"}, true},     {{"CA", "C"}, {"TT", "T"}, false},
                 {{"CA", "C"}, {"A", "AA"}, false},    {{"GACT", "G"}, {"TACT", "T"}, true},
                 {{"GACT", "G"}, {"ACTA", "A"}, true}, {{"GACT", "G"}, {"CATC", "C"}, false},
                 {{"G", "GAC"}, {"C", "CAC"}, true},   {{"G", "GAC"}, {"A", "ACA"}, true},
                 {{"CA", "C"}, {"AAA", "A"}, false},   {{"CA", "C"}, {"CAT", "GT"}, true},
                 {{"A", "C"}, {"A", "C"}, false}};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct variant a = {VARIANT_GRCH38, 1, 100, cases[i].a[0], cases[i].a[1]};
        struct variant b = {VARIANT_GRCH38, 1, 110, cases[i].b[0], cases[i].b[1]};

        assert_int_equal(variant_may_equal(&a, &b), cases[i].may);
        assert_int_equal(variant_may_equal(&b, &a), cases[i].may);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_short_variant_is_read_back),
        cmocka_unit_test(test_order_of_vids_is_order_of_the_genome),
        cmocka_unit_test(test_ten_bases_are_short_and_eleven_are_long),
        cmocka_unit_test(test_what_has_no_coordinates_is_named_by_gene_and_description),
        cmocka_unit_test(test_what_is_out_of_range_is_refused),
        cmocka_unit_test(test_which_indels_may_have_another_spelling),
        cmocka_unit_test(test_what_is_an_indel_and_what_an_exchange),
        cmocka_unit_test(test_which_indels_may_be_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
