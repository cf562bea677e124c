/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of places: one spelling for a change, trimmed as VCF normalisation does; positions
 * within their chromosome; and each fault told apart.
 */
#include "proto/query/place.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base/arena.h"

static enum place_fault change(struct arena *arena, const char *text, struct ast_value *value)
{
    return place_change(text, strlen(text), arena, value);
}

static void test_changes_are_trimmed_and_upper_case(void **state)
{
    static const char *const pairs[][2] = {
        {"GRCh38:17-31327718-C-T", "GRCh38:17-31327718-C-T"},
        {"grch37:CHR1-100-a-g", "GRCh37:1-100-A-G"},
        {"GRCh38:1-100-CAG-CTG", "GRCh38:1-101-A-T"},
        {"GRCh38:1-100-CTT-CT", "GRCh38:1-100-CT-C"},
        {"GRCh38:1-100-C-CA", "GRCh38:1-100-C-CA"},
        {"GRCh38:1-100-GC-GCA", "GRCh38:1-101-C-CA"},
        {"GRCh38:1-100-AA-A", "GRCh38:1-100-AA-A"},
        {"GRCh38:chrM-16569-A-C", "GRCh38:MT-16569-A-C"},
    };
    struct arena *arena = arena_new(1 << 20);

    (void)state;
    for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
        struct ast_value value;

        assert_int_equal(change(arena, pairs[i][0], &value), PLACE_OK);
        assert_int_equal(value.kind, VALUE_CHANGE);
        assert_string_equal(value.text, pairs[i][1]);
        assert_int_equal(value.locus.start, value.locus.end);
    }
    arena_free(arena);
}

static void test_faults_are_told_apart(void **state)
{
    static const struct {
        const char *text;
        enum place_fault fault;
    } wrong[] = {
        {"", PLACE_FORM},
        {"17-100-A-T", PLACE_FORM},
        {"GRCh38:17-100-A", PLACE_FORM},
        {"GRCh38:17", PLACE_FORM},
        {"hg38:17-100-A-T", PLACE_ASSEMBLY},
        {"GRCh36:17-100-A-T", PLACE_ASSEMBLY},
        {"GRCh38:0-100-A-T", PLACE_CHROMOSOME},
        {"GRCh38:23-100-A-T", PLACE_CHROMOSOME},
        {"GRCh38:-100-A-T", PLACE_CHROMOSOME},
        {"GRCh38:1-0-A-T", PLACE_POSITION},
        {"GRCh38:1-0100-A-T", PLACE_POSITION},
        {"GRCh38:1-1e3-A-T", PLACE_POSITION},
        {"GRCh38:22-50818469-A-T", PLACE_POSITION},
        {"GRCh38:22-50818468-AC-T", PLACE_POSITION}, /* runs over the end */
        {"GRCh38:1-99999999999999999999-A-T", PLACE_POSITION},
        {"GRCh38:1-100-A-A", PLACE_ALLELE},
        {"GRCh38:1-100--A", PLACE_ALLELE},
        {"GRCh38:1-100-A-", PLACE_ALLELE},
        {"GRCh38:1-100-A-<DEL>", PLACE_ALLELE},
        {"GRCh38:1-100-N-A", PLACE_ALLELE},
        {"GRCh38:1-100-A-T-C", PLACE_ALLELE},
    };
    struct arena *arena = arena_new(1 << 20);

    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
        struct ast_value value;
        enum place_fault fault = change(arena, wrong[i].text, &value);

        if (fault != wrong[i].fault)
            fail_msg("%s: %d", wrong[i].text, fault);
        assert_true(place_fault_text(fault)[0]);
    }
    arena_free(arena);
}

static void test_the_last_position_of_a_chromosome_is_in_it(void **state)
{
    struct arena *arena = arena_new(1 << 20);
    struct ast_value value;

    (void)state;
    assert_int_equal(change(arena, "GRCh38:22-50818468-A-T", &value), PLACE_OK);
    for (int i = 1; i <= 25; i++) {
        char text[64];
        uint32_t end = place_chromosome_length(ASSEMBLY_GRCH37, i);
        size_t length =
            (size_t)snprintf(text, sizeof(text), "GRCh37:%s:1-%u", place_chromosome_name(i), end);

        assert_int_equal(place_locus(text, length, arena, &value), PLACE_OK);
        assert_int_equal(value.locus.end, end);
        length = (size_t)snprintf(text, sizeof(text), "GRCh37:%s:1-%u", place_chromosome_name(i),
                                  end + 1);
        assert_int_equal(place_locus(text, length, arena, &value), PLACE_POSITION);
        assert_int_equal(
            place_chromosome_by_name(place_chromosome_name(i), strlen(place_chromosome_name(i))),
            i);
    }
    assert_int_equal(place_chromosome_length(ASSEMBLY_GRCH38, 0), 0);
    assert_int_equal(place_chromosome_length(ASSEMBLY_GRCH38, 26), 0);
    assert_null(place_chromosome_name(0));
    assert_null(place_chromosome_name(26));
    arena_free(arena);
}

static void test_loci_have_one_spelling(void **state)
{
    struct arena *arena = arena_new(1 << 20);
    struct ast_value value;

    (void)state;
    assert_int_equal(place_locus("grch38:chrX:5", 13, arena, &value), PLACE_OK);
    assert_string_equal(value.text, "GRCh38:X:5-5");
    assert_int_equal(place_locus("GRCh38:X:9-5", 12, arena, &value), PLACE_POSITION);
    assert_int_equal(place_locus("GRCh38:X", 8, arena, &value), PLACE_FORM);
    assert_int_equal(place_locus("GRCh38:X:5-6-7", 14, arena, &value), PLACE_POSITION);
    arena_free(arena);
}

static void test_a_full_arena_is_told(void **state)
{
    struct arena *arena = arena_new(16);
    struct ast_value value;
    enum place_fault fault = PLACE_OK;

    (void)state;
    for (int i = 0; i < 1000 && fault == PLACE_OK; i++)
        fault = change(arena, "GRCh38:17-31327718-C-T", &value);
    assert_int_equal(fault, PLACE_MEMORY);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_changes_are_trimmed_and_upper_case),
        cmocka_unit_test(test_faults_are_told_apart),
        cmocka_unit_test(test_the_last_position_of_a_chromosome_is_in_it),
        cmocka_unit_test(test_loci_have_one_spelling),
        cmocka_unit_test(test_a_full_arena_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
