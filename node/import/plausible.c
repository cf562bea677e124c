/* SPDX-License-Identifier: Apache-2.0 */
#include "node/import/plausible.h"

#include <assert.h>

#include "node/import/timestamp.h"
#include "proto/base/clock.h"
#include "proto/base/date.h"

#define DAY_1900 (-25567) /* 1900-01-01 */
#define DAY_ZERO 0        /* 1970-01-01 */
#define DAY_OPEN 2932896  /* 9999-12-31 */

int32_t plausible_today(void)
{
    static _Thread_local int64_t hour = -1;
    static _Thread_local int32_t day;
    int64_t now = clock_wall_s();

    if (now / 3600 != hour) { /* the day is computed once an hour, because a day in Sweden begins on
                                 a full hour */
        hour = now / 3600;
        day = timestamp_swedish_day(now);
    }
    return day;
}

void plausible_open(int32_t *day)
{
    if (*day == DAY_OPEN)
        *day = PERSON_NO_DATE;
}

bool plausible_birth(const struct person_facts *facts, int32_t today)
{
    assert(facts);
    int year, month, day;

    if (facts->birth_date == PERSON_NO_DATE)
        return true;
    if (facts->birth_date > today || facts->birth_date == DAY_1900)
        return false;
    if (facts->birth_date != DAY_ZERO || facts->age_fixed == PERSON_NO_AGE)
        return true;
    date_to_civil(today, &year, &month, &day);
    return facts->age_fixed + 1 >= year - 1970; /* the age of somebody who was born then */
}

bool plausible_death(const struct person_facts *facts, int32_t today)
{
    assert(facts);
    int year, month, day;

    if (facts->death_date == PERSON_NO_DATE)
        return true;
    if (facts->death_date > today || facts->death_date == DAY_1900)
        return false;
    if (facts->birth_date != PERSON_NO_DATE)
        return facts->birth_date <= facts->death_date;
    date_to_civil(facts->death_date, &year, &month, &day);
    return facts->birth_year == 0 || facts->birth_year <= year;
}

bool plausible_event(const struct person_facts *facts, int32_t date, int32_t today)
{
    assert(facts);
    int year, month, day;

    if (date == PERSON_NO_DATE)
        return true;
    date_to_civil(date, &year, &month, &day);
    return date <= today && (facts->birth_date == PERSON_NO_DATE || facts->birth_date <= date) &&
           (facts->birth_year == 0 || facts->birth_year <= year) &&
           (facts->death_date == PERSON_NO_DATE || date <= facts->death_date);
}
