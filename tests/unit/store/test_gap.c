/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A gap's promises: its name holds all that it is, no variant has such a name, and a long one is
 * cut at the borders of chunks into pieces that are together what it was.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "node/store/gap.h"
#include "node/store/variant.h"

static void test_a_name_holds_place_length_and_reason(void **state)
{
    static const uint32_t ends[] = {100, 101, 1123, GAP_LENGTH_MAX - 1};

    (void)state;
    for (unsigned reason = 0; reason < GAP_REASONS; reason++)
        for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
            struct gap gap = {VARIANT_GRCH38, 23, 100, ends[i], (enum gap_reason)reason}, back;
            uint64_t vid, none;

            assert_true(gap_next(&gap, &vid));
            assert_true(vid_is_gap(vid));
            back = gap_of_vid(vid);
            assert_int_equal(back.assembly, VARIANT_GRCH38);
            assert_int_equal(back.chromosome, 23);
            assert_int_equal(back.start, 100);
            assert_int_equal(back.end, ends[i]);
            assert_int_equal(back.reason, reason);
            assert_false(gap_next(&gap, &none));
        }
}

static void test_pieces_lie_within_chunks_and_are_the_whole(void **state)
{
    struct gap gap = {VARIANT_GRCH37, 1, 5, 3 * GAP_LENGTH_MAX + 7, GAP_STRUCTURAL};
    uint32_t next = 5;
    uint64_t vid = 0;
    unsigned n = 0;

    (void)state;
    for (; gap_next(&gap, &vid); n++) {
        struct gap piece = gap_of_vid(vid);

        assert_int_equal(piece.start, next);
        assert_int_equal(piece.start / GAP_LENGTH_MAX, piece.end / GAP_LENGTH_MAX);
        assert_int_equal(vid_chunk(vid), vid_chunk(variant_floor(VARIANT_GRCH37, 1, piece.end)));
        next = piece.end + 1;
    }
    assert_int_equal(n, 4);
    assert_int_equal(next, 3 * GAP_LENGTH_MAX + 8);
}

static void test_no_variant_is_named_so(void **state)
{
    static const char *const alleles[][2] = {
        {"A", "C"}, {"AAAAAAAAA", "A"}, {"A", "AAAAAAAAA"}, {"N", "A"}, {"AAAAAAAAAAAA", "A"}};
    struct err err;

    (void)state;
    for (size_t i = 0; i < sizeof(alleles) / sizeof(alleles[0]); i++) {
        struct variant variant = {VARIANT_GRCH38, 1, 100, alleles[i][0], alleles[i][1]};
        uint64_t vid;

        assert_true(variant_pack(&variant, variant_is_short(&variant) ? 0 : 1, &vid, &err));
        assert_false(vid_is_gap(vid));
    }
}

static void test_reasons_have_words_and_are_losses_or_not(void **state)
{
    (void)state;
    for (unsigned reason = 0; reason < GAP_REASONS; reason++) {
        bool looked_badly = reason == GAP_LOW || reason == GAP_LEFT_OUT || reason == GAP_UNCOVERED;

        assert_non_null(gap_reason_name((enum gap_reason)reason));
        assert_int_equal(gap_is_loss((enum gap_reason)reason), !looked_badly);
    }
    assert_null(gap_reason_name(GAP_REASONS));
}

static void test_a_gap_of_one_base_is_of_no_indel(void **state)
{
    uint32_t border = 3 * GAP_LENGTH_MAX;
    struct {
        uint32_t start, end;
        bool may_be;
    } cases[] = {{5, 5, false},
                 {5, 6, true},
                 {border - 1, border - 1, true},
                 {border, border, true},
                 {border + 1, border + 1, false}};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct gap gap = {VARIANT_GRCH38, 1, cases[i].start, cases[i].end, GAP_FILTERED};

        assert_int_equal(gap_may_be_indel(&gap), cases[i].may_be);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_name_holds_place_length_and_reason),
        cmocka_unit_test(test_pieces_lie_within_chunks_and_are_the_whole),
        cmocka_unit_test(test_no_variant_is_named_so),
        cmocka_unit_test(test_reasons_have_words_and_are_losses_or_not),
        cmocka_unit_test(test_a_gap_of_one_base_is_of_no_indel),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
