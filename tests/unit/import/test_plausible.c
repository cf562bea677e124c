/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises about what can be: no day after today, no death before birth, no event outside a
 * life, no stand-in for a birth; 9999-12-31 is not given. At each limit, and one day past it.
 */
#include "bench.h"

#include "node/import/plausible.h"
#include "proto/base/date.h"

#define TODAY 20000

static struct person_facts born(int32_t day)
{
    struct person_facts facts = person_facts_none();

    facts.birth_date = day;
    return facts;
}

static void test_births(void **state)
{
    struct person_facts facts = born(date_from_civil(1970, 1, 1));

    (void)state;
    assert_true(plausible_birth(&facts, TODAY)); /* somebody was born then */
    facts.age_fixed = 3;
    assert_false(plausible_birth(&facts, TODAY));
    facts.age_fixed = 54; /* 2024-10-04 */
    assert_true(plausible_birth(&facts, TODAY));
    facts = born(date_from_civil(1900, 1, 1));
    assert_false(plausible_birth(&facts, TODAY));
    facts = born(date_from_civil(1900, 1, 2));
    assert_true(plausible_birth(&facts, TODAY));
    facts = born(TODAY);
    assert_true(plausible_birth(&facts, TODAY));
    facts = born(TODAY + 1);
    assert_false(plausible_birth(&facts, TODAY));
}

static void test_deaths(void **state)
{
    struct person_facts facts = born(TODAY - 10);

    (void)state;
    assert_true(plausible_death(&facts, TODAY));
    facts.death_date = TODAY - 10;
    assert_true(plausible_death(&facts, TODAY));
    facts.death_date = TODAY - 11;
    assert_false(plausible_death(&facts, TODAY));
    facts.death_date = TODAY + 1;
    assert_false(plausible_death(&facts, TODAY));
    facts = person_facts_none();
    facts.birth_year = 2024;
    facts.death_date = date_from_civil(2024, 1, 1);
    assert_true(plausible_death(&facts, TODAY));
    facts.death_date = date_from_civil(2023, 12, 31);
    assert_false(plausible_death(&facts, TODAY));
}

static void test_events(void **state)
{
    struct person_facts facts = born(TODAY - 100);

    (void)state;
    facts.death_date = TODAY - 10;
    assert_true(plausible_event(&facts, PERSON_NO_DATE, TODAY));
    assert_true(plausible_event(&facts, TODAY - 100, TODAY));
    assert_false(plausible_event(&facts, TODAY - 101, TODAY));
    assert_true(plausible_event(&facts, TODAY - 10, TODAY));
    assert_false(plausible_event(&facts, TODAY - 9, TODAY));
    facts = person_facts_none();
    assert_true(plausible_event(&facts, TODAY, TODAY));
    assert_false(plausible_event(&facts, TODAY + 1, TODAY));
}

static void test_the_last_day_of_calendars_is_not_given(void **state)
{
    int32_t day = 0;

    (void)state;
    assert_true(date_parse("9999-12-31", &day));
    plausible_open(&day);
    assert_int_equal(day, PERSON_NO_DATE);
    assert_true(date_parse("9999-12-30", &day));
    plausible_open(&day);
    assert_int_not_equal(day, PERSON_NO_DATE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_births),
        cmocka_unit_test(test_deaths),
        cmocka_unit_test(test_events),
        cmocka_unit_test(test_the_last_day_of_calendars_is_not_given),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
