/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of events in time, by hand: days, ages and gaps to the day, what has no day cannot
 * be told, and what is certain without it stays certain. Random worlds are in test_criterion.
 */
#include "node/evaluate/event_criterion.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base/date.h"
#include "tests/unit/evaluate/ask.h"

#define C50 1u /* bits of world_icd and world_atc */
#define E11 8u
#define EB02 1u

static struct world *people(void)
{
    struct world *world = calloc(1, sizeof(*world));
    const int32_t day = date_from_civil(2020, 1, 31);

    assert_non_null(world);
    *world = (struct world){.n_persons = 7, .has_hpo = true};
    for (size_t i = 0; i < WORLD_VARIANTS; i++)
        world->variants[i].name = (struct variant){VARIANT_GRCH38, 1, (uint32_t)i + 1, "A", "C"};
    for (size_t p = 0; p < 6; p++)
        world->persons[p] =
            (struct world_person){.birth_year = 1970, .icd = C50, .atc = EB02, .icd_days = {{day}}};
    world->persons[0].atc_days[0][0] = day + 1;
    world->persons[1].atc_days[0][0] = day;
    world->persons[2].atc_days[0][0] = date_from_civil(2020, 3, 1); /* a month, and the day it is */
    world->persons[3].atc_days[0][0] = date_from_civil(2020, 3, 2);
    world->persons[4].atc_days[0][0] = day - 40;
    world->persons[5].atc_days[0][0] = 0; /* treated, and no day */
    world->persons[6] = (struct world_person){.birth_year = 1970, .icd = E11};
    world_build(world);
    return world;
}

static void end(struct world *world)
{
    world_clear(world);
    free(world);
}

static void test_gaps_hold_to_the_day(void **state)
{
    struct world *world = people();

    (void)state;
#define RELATED(gap, side)                                                                         \
    ask(world, "event(treatment under atc:L01EB)" gap " " side " event(diagnosis = icd10:C50)")
    assert_string_equal(RELATED("", "after"), "YNYYN?N");
    assert_string_equal(RELATED("", "before"), "NNNNY?N");
    assert_string_equal(RELATED("", "of"), "YYYYY?N");
    assert_string_equal(RELATED(" within 1 day", "after"), "YNNNN?N");
    assert_string_equal(RELATED(" 0 to 1 day", "after"), "YYNNN?N");
    assert_string_equal(RELATED(" within 1 month", "after"), "YNYNN?N");
    assert_string_equal(RELATED(" at least 1 month", "after"), "NNYYN?N");
    assert_string_equal(RELATED(" within 40 days", "of"), "YYYYY?N");
    assert_string_equal(RELATED(" within 39 days", "of"), "YYYYN?N");
    assert_string_equal(RELATED(" within 5 weeks", "before"), "NNNNN?N");
#undef RELATED
    assert_string_equal(ask(world, "not event(treatment under atc:L01EB) after "
                                   "event(diagnosis = icd10:C50)"),
                        "NYNNY?Y");
    end(world);
}

static void test_dates_and_ages_are_those_of_the_event(void **state)
{
    struct world *world = people();

    (void)state;
    assert_string_equal(ask(world, "event(diagnosis under icd10:C50 and date >= 2020-01-31)"),
                        "YYYYYYN");
    assert_string_equal(ask(world, "event(diagnosis under icd10:C50 and date > 2020-01-31)"),
                        "NNNNNNN");
    assert_string_equal(ask(world, "event(treatment = atc:L01EB02 and date < 2020-01-31)"),
                        "NNNNY?N");
    /* born in 1970, on a day that is not known: 49 or 50 on 31 January 2020 */
    assert_string_equal(ask(world, "event(diagnosis under icd10:C50 and age >= 50)"), "??????N");
    assert_string_equal(ask(world, "event(diagnosis under icd10:C50 and age >= 49)"), "YYYYYYN");
    assert_string_equal(ask(world, "event(diagnosis under icd10:C50 and age < 49)"), "NNNNNNN");
    assert_string_equal(ask(world, "event(diagnosis under icd10:E11)"), "NNNNNN?"); /* no day */
    end(world);
}

static void test_a_chain_has_one_middle(void **state)
{
    struct world *world = calloc(1, sizeof(*world));

    (void)state;
    *world = (struct world){.n_persons = 3, .undelivered = 2};
    for (size_t i = 0; i < WORLD_VARIANTS; i++)
        world->variants[i].name = (struct variant){VARIANT_GRCH38, 1, (uint32_t)i + 1, "A", "C"};
    for (size_t p = 0; p < 3; p++)
        world->persons[p] = (struct world_person){.icd = C50 | E11,
                                                  .atc = EB02,
                                                  .stated = p < 2 ? 2 : 0,
                                                  .icd_days = {{1000}, {0}, {0}, {2000}},
                                                  .atc_days = {{1100, 1900}}};
    world->persons[1].atc_days[0][1] = 1950;
    world_build(world);
#define CHAIN "sequence(diagnosis = icd10:C50 then within 100 days treatment = atc:L01EB02 then "
    assert_string_equal(ask(world, CHAIN "within 900 days diagnosis = icd10:E11.9)"), "YYY");
    /* the treatment near the first is not the one near the last; others may not be recorded */
    assert_string_equal(ask(world, CHAIN "within 100 days diagnosis = icd10:E11.9)"), "NN?");
    assert_string_equal(ask(world, "at least 2 times (treatment = atc:L01EB02)"), "YYY");
    assert_string_equal(ask(world, "at least 2 times (treatment = atc:L01EB02) within 800 days"),
                        "YNY");
    assert_string_equal(ask(world, "at least 3 times (treatment = atc:L01EB02)"), "NNN");
    assert_string_equal(ask(world, "at least 2 times (diagnosis = icd10:C50)"), "NN?");
    end(world);
}

/* The hierarchy of a table: what lies below is found, each with its own day. */
static void test_under_takes_in_what_lies_below(void **state)
{
    struct world *world = calloc(1, sizeof(*world));

    (void)state;
    *world = (struct world){.n_persons = 2, .has_hpo = true};
    for (size_t i = 0; i < WORLD_VARIANTS; i++)
        world->variants[i].name = (struct variant){VARIANT_GRCH38, 1, (uint32_t)i + 1, "A", "C"};
    world->persons[0] = (struct world_person){.present = 1 << 6}; /* without a day */
    world->persons[1] = (struct world_person){.present = 1 << 5};
    world_build(world);
    assert_string_equal(ask(world, "phenotype under HP:0000003"), "YN");
    assert_string_equal(ask(world, "event(phenotype under HP:0000003)"), "?N");
    assert_string_equal(ask(world, "event(phenotype under HP:0000008)"), "?N");
    end(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gaps_hold_to_the_day),
        cmocka_unit_test(test_dates_and_ages_are_those_of_the_event),
        cmocka_unit_test(test_a_chain_has_one_middle),
        cmocka_unit_test(test_under_takes_in_what_lies_below),
    };

    return cmocka_run_group_tests_name("event_criterion", tests, NULL, NULL);
}
