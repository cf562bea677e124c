/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of tests on persons:
 * - a fact that is not recorded is cannot tell, for the question and for its negation;
 * - codes are closed-world: no record is no;
 * - under takes in what lies below, = does not, and an id that was merged into another means it;
 * - excluded X is yes when X or anything above it was recorded absent, and says nothing of records;
 * - where the ontology is not loaded, or lacks the code, only who has the code itself is certain.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/unit/evaluate/ask.h"

/*
 * Terms: 0 is the root, 1 and 2 under it, 3 under 1, 4 under 1 and 2, 6 under 3; 8 is in no
 * release.
 *
 * person  sex      age  born  present  excluded  icd10      group
 * 0       female   17   2009  6        -         C50.1      GBR
 * 1       male     18   2008  3        -         C50        FIN
 * 2       unknown  -    -     -        1         E11.9      -
 * 3       other    90   1936  8        4         -          GBR
 */
static struct world *people(bool has_hpo)
{
    static const struct world_person persons[] = {
        {.sex = 1, .age = 17, .birth_year = 2009, .present = 1 << 6, .icd = 1 << 1, .group = 1},
        {.sex = 2, .age = 18, .birth_year = 2008, .present = 1 << 3, .icd = 1 << 0, .group = 2},
        {.sex = 0, .age = -1, .excluded = 1 << 1, .icd = 1 << 3},
        {.sex = 3,
         .age = 90,
         .birth_year = 1936,
         .present = 1 << 8,
         .excluded = 1 << 4,
         .group = 1},
    };
    struct world *world = calloc(1, sizeof(*world));

    world->has_hpo = has_hpo;
    world->n_persons = 4;
    for (size_t i = 0; i < 4; i++)
        world->persons[i] = persons[i];
    for (size_t i = 0; i < WORLD_VARIANTS; i++)
        world->variants[i].name = (struct variant){VARIANT_GRCH38, 1, (uint32_t)i + 1, "A", "C"};
    world_build(world);
    return world;
}

static void end(struct world *world)
{
    world_clear(world);
    free(world);
}

static void test_facts_that_are_not_recorded_cannot_be_told(void **state)
{
    struct world *world = people(true);

    (void)state;
    assert_string_equal(ask(world, "sex = female"), "YN?N");
    assert_string_equal(ask(world, "sex != female"), "NY?Y");
    assert_string_equal(ask(world, "sex in (male, other)"), "NY?Y");
    assert_string_equal(ask(world, "age >= 18"), "NY?Y");
    assert_string_equal(ask(world, "not age >= 18"), "YN?N");
    assert_string_equal(ask(world, "age > 17"), "NY?Y");
    assert_string_equal(ask(world, "age between 17 and 18"), "YY?N");
    assert_string_equal(ask(world, "birth_year < 1937"), "NN?Y");
    assert_string_equal(ask(world, "region = 12"), "YYYY");
    assert_string_equal(ask(world, "region = 01"), "NNNN");
    end(world);
}

static void test_codes_are_closed_world(void **state)
{
    struct world *world = people(true);

    (void)state;
    assert_string_equal(ask(world, "diagnosis under icd10:C50"), "YYNN");
    assert_string_equal(ask(world, "diagnosis = icd10:C50"), "NYNN");
    assert_string_equal(ask(world, "not diagnosis under icd10:C50"), "NNYY");
    assert_string_equal(ask(world, "diagnosis = omim:148050"), "????");
    assert_string_equal(ask(world, "code under icd10:C50"), "YYNN");
    assert_string_equal(ask(world, "code = igsr:GBR"), "YNNY");
    assert_string_equal(ask(world, "code in (igsr:GBR, igsr:FIN)"), "YYNY");
    end(world);
}

/* A region that declares nothing: who is not found cannot be told, unless traces of their own say.
 */
static void test_silence_is_no_answer_where_nobody_said_so(void **state)
{
    struct world *world = calloc(1, sizeof(*world));

    (void)state;
    *world = (struct world){.n_persons = 6, .has_hpo = true, .undelivered = 7};
    for (size_t i = 0; i < WORLD_VARIANTS; i++)
        world->variants[i].name = (struct variant){VARIANT_GRCH38, 1, (uint32_t)i + 1, "A", "C"};
    world->persons[0] = (struct world_person){.icd = 1};               /* has it */
    world->persons[1] = (struct world_person){.icd = 8};               /* has another one */
    world->persons[2] = (struct world_person){.icd = 8, .stated = 2};  /* and no more */
    world->persons[3] = (struct world_person){.stated = 2, .lost = 2}; /* but something is lost */
    world->persons[4] = (struct world_person){.stated = 2, .refused_icd = 1};
    world->persons[5] = (struct world_person){.stated = 2, .lost_any = true};
    world_build(world);
    assert_string_equal(ask(world, "diagnosis under icd10:C50"), "Y?N???");
    assert_string_equal(ask(world, "not diagnosis under icd10:C50"), "N?Y???");
    assert_string_equal(ask(world, "diagnosis under icd10:I10"), "??N?N?");
    assert_string_equal(ask(world, "phenotype under HP:0000008"), "??????");
    assert_string_equal(ask(world, "diagnosis in (icd10:C50, orpha:558)"), "Y?????");
    assert_string_equal(ask(world, "code = igsr:GBR"), "??????");
    end(world);
}

static void test_under_takes_in_what_lies_below(void **state)
{
    struct world *world = people(true);

    (void)state;
    assert_string_equal(ask(world, "phenotype under HP:0000003"), "YYN?");
    assert_string_equal(ask(world, "phenotype under HP:0000118"), "YYN?"); /* 8 is in no release */
    assert_string_equal(ask(world, "phenotype = HP:0000003"), "NYNN");
    assert_string_equal(ask(world, "phenotype under HP:7777777"), "YYN?"); /* merged into it */
    assert_string_equal(ask(world, "phenotype = HP:7777777"), "NYNN");
    assert_string_equal(ask(world, "phenotype under HP:0000002"), "NNN?");
    end(world);
}

static void test_excluded_means_recorded_absent_here_or_above(void **state)
{
    struct world *world = people(true);

    (void)state;
    assert_string_equal(ask(world, "phenotype excluded HP:0000008"), "NNYN");
    assert_string_equal(ask(world, "phenotype excluded HP:0000004"), "NNYY");
    assert_string_equal(ask(world, "phenotype excluded HP:0000006"), "NNYN");
    assert_string_equal(ask(world, "phenotype excluded HP:0000118"), "NNNN");
    assert_string_equal(ask(world, "not phenotype under HP:0000008"), "NNY?"); /* no record of it */
    end(world);
}

static void test_a_code_that_the_release_lacks_is_certain_only_by_itself(void **state)
{
    struct world *world = people(true);

    (void)state;
    assert_string_equal(ask(world, "phenotype = HP:9999999"), "???Y");
    assert_string_equal(ask(world, "phenotype under HP:9999999"), "???Y");
    end(world);
}

static void test_without_the_ontology_only_the_code_itself_is_certain(void **state)
{
    struct world *world = people(false);

    (void)state;
    assert_string_equal(ask(world, "phenotype under HP:0000003"), "?Y??");
    assert_string_equal(ask(world, "phenotype = HP:0000003"), "?Y??");
    assert_string_equal(ask(world, "phenotype excluded HP:0000004"), "????"); /* or present below */
    assert_string_equal(ask(world, "not phenotype under HP:0000003"), "?N??");
    end(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_facts_that_are_not_recorded_cannot_be_told),
        cmocka_unit_test(test_codes_are_closed_world),
        cmocka_unit_test(test_silence_is_no_answer_where_nobody_said_so),
        cmocka_unit_test(test_under_takes_in_what_lies_below),
        cmocka_unit_test(test_excluded_means_recorded_absent_here_or_above),
        cmocka_unit_test(test_a_code_that_the_release_lacks_is_certain_only_by_itself),
        cmocka_unit_test(test_without_the_ontology_only_the_code_itself_is_certain),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
