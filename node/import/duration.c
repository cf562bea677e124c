/* SPDX-License-Identifier: Apache-2.0 */
#include "node/import/duration.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define YEARS_MAX 200
#define DIGITS_MAX 6
#define MILLI 1000

/* "12" or "12.5" in thousandths; moves *text behind it. */
static bool number(const char **text, int64_t *milli)
{
    const char *at = *text;
    int64_t value = 0;
    int digits = 0;

    for (; *at >= '0' && *at <= '9'; at++) {
        if (++digits > DIGITS_MAX)
            return false;
        value = value * 10 + (*at - '0');
    }
    if (digits == 0)
        return false;
    value *= MILLI;
    if (*at == '.' || *at == ',') {
        int64_t unit = MILLI / 10;

        if (at[1] < '0' || at[1] > '9')
            return false;
        for (at++; *at >= '0' && *at <= '9'; at++, unit /= 10)
            value += unit * (*at - '0');
    }
    *text = at;
    *milli = value;
    return true;
}

/* Thousandths of days in one unit of this designator; 0 when there is none such. */
static int64_t unit_days_milli(char designator, bool time)
{
    if (time)
        return strchr("HMS", designator) ? 1 : 0; /* hours and less add no day, but are valid */
    switch (designator) {
    case 'Y':
        return 365250;
    case 'M':
        return 30438; /* 30.4375 rounded up, so that twelve months are a year */
    case 'W':
        return 7000;
    case 'D':
        return 1000;
    default:
        return 0;
    }
}

bool duration_parse(const char *text, struct duration *duration)
{
    assert(duration);
    static const char order[] = "YMWD";
    const char *next = order; /* parts come in this order, each once */
    int64_t days_milli = 0, months_milli = 0, milli;
    bool time = false, any = false;

    if (*text++ != 'P')
        return false;
    while (*text) {
        int64_t unit;

        if (!time && *text == 'T') {
            time = true;
            next = "HMS";
            text++;
            continue;
        }
        if (!number(&text, &milli))
            return false;
        next = *text ? strchr(next, *text) : NULL;
        unit = next ? unit_days_milli(*text, time) : 0;
        if (!unit)
            return false;
        if (!time) {
            days_milli += milli * unit / MILLI;
            months_milli += *text == 'Y' ? 12 * milli : *text == 'M' ? milli : 0;
        }
        any = true;
        next++;
        text++;
    }
    if (!any || months_milli / 12 > YEARS_MAX * MILLI || days_milli / 365250 > YEARS_MAX)
        return false;
    /* weeks and days are not added to the months; alone they give years when they last a year:
     * P400D is 1 */
    duration->years = (uint32_t)(months_milli / (12 * MILLI));
    if (duration->years < days_milli / 365250)
        duration->years = (uint32_t)(days_milli / 365250);
    duration->days = (int32_t)(days_milli / MILLI);
    return true;
}
