/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One rule of copies: every call in every person means what the table of copies.h says, and
 * spoiling what is known of a person's sex never makes a zygosity certain that was not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "node/evaluate/copies.h"

static void test_by_sex_and_place(void **state)
{
    static const uint8_t sex[] = {PERSON_FEMALE, PERSON_MALE, PERSON_SEX_UNKNOWN, PERSON_SEX_OTHER};
    static const struct {
        enum ploidy ploidy;
        enum copies_number number[4];
    } cases[] = {
        {PLOIDY_TWO, {COPIES_TWO, COPIES_TWO, COPIES_TWO, COPIES_TWO}},
        {PLOIDY_X, {COPIES_TWO, COPIES_ONE, COPIES_UNKNOWN, COPIES_UNKNOWN}},
        {PLOIDY_Y, {COPIES_NONE, COPIES_ONE, COPIES_UNKNOWN, COPIES_UNKNOWN}},
        {PLOIDY_ONE, {COPIES_ONE_OF_MT, COPIES_ONE_OF_MT, COPIES_ONE_OF_MT, COPIES_ONE_OF_MT}},
    };
    struct segment_persons persons = {.n = 4, .sex = sex};
    struct copies copies;
    struct set all;

    (void)state;
    set_first(&all, 4);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        copies_of(&persons, &all, cases[i].ploidy, &copies);
        for (uint32_t p = 0; p < 4; p++)
            for (int number = 0; number < COPIES_NUMBERS; number++)
                assert_int_equal(set_has(&copies.who[number], p),
                                 number == (int)cases[i].number[p]);
    }
}

static void test_what_a_call_means(void **state)
{
    (void)state;
    assert_int_equal(copies_class(COPIES_TWO, SITE_HOM), SITE_HOM);
    assert_int_equal(copies_class(COPIES_ONE, SITE_HOM), SITE_HEMI); /* a man's 1/1 on X */
    assert_int_equal(copies_class(COPIES_ONE, SITE_HET), SITE_CARRIER);
    assert_int_equal(copies_class(COPIES_NONE, SITE_HEMI), SITE_CARRIER);
    for (unsigned called = SITE_HET; called <= SITE_CARRIER; called++)
        assert_int_equal(copies_class(COPIES_ONE_OF_MT, (enum site_class)called), SITE_HEMI);
}

/* A zygosity that is certain of who has an unknown number is so of men and of women. */
static void test_not_knowing_makes_nothing_certain(void **state)
{
    (void)state;
    for (unsigned called = SITE_HET; called <= SITE_CARRIER; called++) {
        enum site_class unknown = copies_class(COPIES_UNKNOWN, (enum site_class)called);

        if (unknown == SITE_CARRIER)
            continue;
        assert_int_equal(copies_class(COPIES_ONE, (enum site_class)called), unknown);
        assert_int_equal(copies_class(COPIES_TWO, (enum site_class)called), unknown);
    }
}

static void test_calls_are_those_that_mean_a_class(void **state)
{
    (void)state;
    for (int number = 0; number < COPIES_NUMBERS; number++)
        for (unsigned classes = 0; classes <= SITE_CARRIERS; classes++) {
            unsigned calls = copies_calls(number, classes);

            for (unsigned call = SITE_HET; call <= SITE_CARRIER; call++) {
                unsigned means = SITE_BIT(copies_class(number, call));

                assert_int_equal((calls & SITE_BIT(call)) != 0, (classes & means) != 0);
            }
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_sex_and_place),
        cmocka_unit_test(test_what_a_call_means),
        cmocka_unit_test(test_not_knowing_makes_nothing_certain),
        cmocka_unit_test(test_calls_are_those_that_mean_a_class),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
