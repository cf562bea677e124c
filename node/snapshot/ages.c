/* SPDX-License-Identifier: Apache-2.0 */
#include "node/snapshot/ages.h"

#include "node/snapshot/segment_schema.h"
#include "node/store/person.h"
#include "proto/base/date.h"

#define YEAR_DAYS_LEAST 365
#define YEAR_DAYS_MOST 366

static const struct age unknown = {-1, -1, -1};

/* An age in whole years, and how much of the next is over nobody knows. */
static struct ages fixed_of(const struct birth *birth)
{
    int16_t years = birth->age_fixed;

    if (birth->age_fixed == PERSON_NO_AGE)
        return (struct ages){unknown, unknown};
    return (struct ages){{years * YEAR_DAYS_LEAST, (int16_t)(12 * years), years},
                         {(years + 1) * YEAR_DAYS_MOST - 1, (int16_t)(12 * years + 11), years}};
}

static struct age between(int32_t birth, int32_t day)
{
    int months = date_months_between(birth, day);

    return (struct age){day - birth, (int16_t)months, (int16_t)(months / 12)};
}

struct ages ages_of(const struct birth *birth, int32_t today)
{
    int32_t day = birth->deceased == SEGMENT_DECEASED     ? birth->death
                  : birth->deceased == SEGMENT_VITAL_LOST ? PERSON_NO_DATE
                                                          : today;
    int32_t first = birth->date;
    int32_t last = first;

    if (day == PERSON_NO_DATE || (birth->date == PERSON_NO_DATE && birth->year == 0))
        return fixed_of(birth);
    if (birth->date == PERSON_NO_DATE) {
        first = date_from_civil(birth->year, 1, 1);
        last = date_from_civil(birth->year, 12, 31);
        last = first <= day && last > day ? day : last;
    }
    /* the year alone decides whether an age can be */
    if (first > day || date_years_between(first, day) > PERSON_AGE_MAX)
        return fixed_of(birth);
    return (struct ages){between(last, day), between(first, day)};
}
