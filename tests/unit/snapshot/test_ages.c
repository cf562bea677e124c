/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of ages: days, months and years as people count them; of a year of birth, and of an
 * age in years, every birthday that may be is within the bounds, and no others.
 */
#include "node/snapshot/ages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "node/snapshot/segment_schema.h"
#include "node/store/person.h"
#include "proto/base/date.h"

static const struct birth nothing = {
    .date = PERSON_NO_DATE, .age_fixed = PERSON_NO_AGE, .death = PERSON_NO_DATE};

static struct age born(int year, int month, int day, int32_t today)
{
    struct birth birth = nothing;
    struct ages ages;

    birth.date = date_from_civil(year, month, day);
    ages = ages_of(&birth, today);
    assert_memory_equal(&ages.least, &ages.most, sizeof(ages.least));
    return ages.least;
}

static void test_months_are_counted_as_people_count_them(void **state)
{
    int32_t today = date_from_civil(2026, 3, 1);

    (void)state;
    assert_int_equal(born(2026, 1, 31, today).months, 1);
    assert_int_equal(born(2026, 1, 31, today - 1).months, 0);
    assert_int_equal(born(2025, 9, 1, today).months, 6);
    assert_int_equal(born(2025, 9, 2, today).months, 5);
    assert_int_equal(born(2024, 2, 29, today).months, 24);
    assert_int_equal(born(2024, 2, 29, today - 1).months, 23);
    assert_int_equal(born(2024, 2, 29, today - 1).years, 1);
    assert_int_equal(born(2026, 3, 1, today).days, 0);
    assert_int_equal(born(2026, 2, 1, today).days, 28);
}

static void test_years_are_twelve_months_and_as_before(void **state)
{
    int32_t today = date_from_civil(2026, 11, 30);

    (void)state;
    for (int32_t day = today - 40000; day <= today; day++) {
        struct birth birth = nothing;
        struct ages ages;

        birth.date = day;
        ages = ages_of(&birth, today);
        assert_int_equal(ages.least.years, date_years_between(day, today));
        assert_int_equal(ages.least.months / 12, ages.least.years);
        assert_int_equal(ages.least.days, today - day);
    }
}

static void keep(struct ages *range, const struct ages *one)
{
    if (one->least.days < range->least.days)
        range->least = one->least;
    if (one->most.days > range->most.days)
        range->most = one->most;
}

/* Against every birthday of the year, on many days. */
static void test_of_a_year_of_birth_every_birthday_may_be(void **state)
{
    (void)state;
    for (int32_t today = date_from_civil(2024, 1, 1); today < date_from_civil(2026, 12, 31);
         today += 7)
        for (int year = 2019; year <= 2026; year++) {
            struct ages range = {{INT32_MAX, 0, 0}, {-1, 0, 0}}, is;
            struct birth birth = nothing;

            for (int32_t day = date_from_civil(year, 1, 1);
                 day <= date_from_civil(year, 12, 31) && day <= today; day++) {
                struct ages one;

                birth.date = day;
                one = ages_of(&birth, today);
                keep(&range, &one);
            }
            birth.date = PERSON_NO_DATE;
            birth.year = year;
            is = ages_of(&birth, today);
            if (range.most.days < 0)
                assert_int_equal(is.most.years, -1); /* not born yet: not known */
            else
                assert_memory_equal(&is, &range, sizeof(is));
        }
}

static void test_an_age_in_years_bounds_months_and_days(void **state)
{
    struct birth birth = nothing;
    struct ages ages;

    (void)state;
    birth.age_fixed = 3;
    ages = ages_of(&birth, 20000);
    assert_int_equal(ages.least.years, 3);
    assert_int_equal(ages.most.years, 3);
    assert_int_equal(ages.least.months, 36);
    assert_int_equal(ages.most.months, 47);
    assert_int_equal(ages.least.days, 3 * 365);
    assert_int_equal(ages.most.days, 4 * 366 - 1);
    birth.age_fixed = PERSON_NO_AGE;
    assert_int_equal(ages_of(&birth, 20000).most.days, -1);
}

static void test_the_dead_are_as_old_as_at_death(void **state)
{
    struct birth birth = nothing;

    (void)state;
    birth.date = date_from_civil(2020, 1, 15);
    birth.deceased = SEGMENT_DECEASED;
    birth.death = date_from_civil(2020, 7, 14);
    assert_int_equal(ages_of(&birth, 20000).most.months, 5);
    birth.death = PERSON_NO_DATE;
    assert_int_equal(ages_of(&birth, 20000).most.months, -1);
    birth.deceased = SEGMENT_VITAL_LOST;
    assert_int_equal(ages_of(&birth, 20000).most.months, -1);
    birth.deceased = 0;
    birth.date = 20001; /* tomorrow */
    assert_int_equal(ages_of(&birth, 20000).most.days, -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_months_are_counted_as_people_count_them),
        cmocka_unit_test(test_years_are_twelve_months_and_as_before),
        cmocka_unit_test(test_of_a_year_of_birth_every_birthday_may_be),
        cmocka_unit_test(test_an_age_in_years_bounds_months_and_days),
        cmocka_unit_test(test_the_dead_are_as_old_as_at_death),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
