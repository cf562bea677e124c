/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: autosomes and pseudo-autosomal regions have two copies, X and Y go by sex elsewhere, MT
 * has one; every bound of every region is where the Genome Reference Consortium puts it, to the
 * base.
 */
#include "proto/query/ploidy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_autosomes_have_two_copies_and_the_mitochondrion_one(void **state)
{
    (void)state;
    for (uint8_t c = 1; c <= 22; c++)
        assert_int_equal(ploidy_at(ASSEMBLY_GRCH38, c, 20000000), PLOIDY_TWO);
    assert_int_equal(ploidy_at(ASSEMBLY_GRCH37, 25, 1), PLOIDY_ONE);
    assert_int_equal(ploidy_at(ASSEMBLY_GRCH38, 25, 16569), PLOIDY_ONE);
}

static void test_pseudo_autosomal_regions_end_to_the_base(void **state)
{
    static const struct {
        enum ast_assembly assembly;
        uint8_t chromosome;
        uint32_t start, end;
    } row[] = {{ASSEMBLY_GRCH37, 23, 60001, 2699520}, {ASSEMBLY_GRCH37, 23, 154931044, 155260560},
               {ASSEMBLY_GRCH37, 24, 10001, 2649520}, {ASSEMBLY_GRCH37, 24, 59034050, 59363566},
               {ASSEMBLY_GRCH38, 23, 10001, 2781479}, {ASSEMBLY_GRCH38, 23, 155701383, 156030895},
               {ASSEMBLY_GRCH38, 24, 10001, 2781479}, {ASSEMBLY_GRCH38, 24, 56887903, 57217415}};

    (void)state;
    for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
        enum ploidy outside = row[i].chromosome == 23 ? PLOIDY_X : PLOIDY_Y;

        assert_int_equal(ploidy_at(row[i].assembly, row[i].chromosome, row[i].start - 1), outside);
        assert_int_equal(ploidy_at(row[i].assembly, row[i].chromosome, row[i].start), PLOIDY_TWO);
        assert_int_equal(ploidy_at(row[i].assembly, row[i].chromosome, row[i].end), PLOIDY_TWO);
        assert_int_equal(ploidy_at(row[i].assembly, row[i].chromosome, row[i].end + 1), outside);
    }
}

static void test_places_of_y_pair_with_those_of_x(void **state)
{
    static const struct {
        enum ast_assembly assembly;
        uint32_t on_y, on_x;
    } row[] = {{ASSEMBLY_GRCH37, 10000, 0},
               {ASSEMBLY_GRCH37, 10001, 60001},
               {ASSEMBLY_GRCH37, 2649520, 2699520},
               {ASSEMBLY_GRCH37, 2649521, 0},
               {ASSEMBLY_GRCH37, 59034050, 154931044},
               {ASSEMBLY_GRCH37, 59363566, 155260560},
               {ASSEMBLY_GRCH38, 10001, 10001},
               {ASSEMBLY_GRCH38, 2781479, 2781479},
               {ASSEMBLY_GRCH38, 2781480, 0},
               {ASSEMBLY_GRCH38, 56887903, 155701383},
               {ASSEMBLY_GRCH38, 57217415, 156030895},
               {ASSEMBLY_GRCH38, 57217416, 0}};

    (void)state;
    for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
        assert_int_equal(ploidy_on_x(row[i].assembly, row[i].on_y), row[i].on_x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_autosomes_have_two_copies_and_the_mitochondrion_one),
        cmocka_unit_test(test_pseudo_autosomal_regions_end_to_the_base),
        cmocka_unit_test(test_places_of_y_pair_with_those_of_x),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
