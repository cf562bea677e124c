/* SPDX-License-Identifier: Apache-2.0 */
#include "node/import/timestamp.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "proto/base/date.h"

/* Seconds at which summer time begins (March) and ends (until 1995 in September) in a year: 01:00
 * UTC of the month's last Sunday. Source: the European Union's directive 2000/84 and its older
 * ones, Sweden; 1980 is left out. */
static int64_t last_sunday(int year, int month)
{
    int32_t days;
    char text[sizeof("YYYY-MM-DD")];

    snprintf(text, sizeof(text), "%04u-%02u-%02u", (unsigned)year % 10000u, (unsigned)month % 100u,
             month == 9 ? 30u : 31u);
    if (!date_parse(text, &days))
        return 0;
    return ((int64_t)days - (days + 4) % 7) * 86400 + 3600; /* 1970-01-01 was a Thursday */
}

int32_t timestamp_swedish_day(int64_t seconds)
{
    int year, month, day;
    int64_t shift = 3600;

    date_to_civil((int32_t)((seconds - (seconds < 0 ? 86399 : 0)) / 86400), &year, &month, &day);
    if (year >= 1981 && seconds >= last_sunday(year, 3) &&
        seconds < last_sunday(year, year < 1996 ? 9 : 10))
        shift = 7200;
    seconds += shift;
    return (int32_t)((seconds - (seconds < 0 ? 86399 : 0)) / 86400);
}

/* Two digits below a limit; -1 when there are none. */
static int two_digits(const char *text, int limit)
{
    int value;

    if (text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9')
        return -1;
    value = (text[0] - '0') * 10 + text[1] - '0';
    return value < limit ? value : -1;
}

/* "Z" or "+01:00" to the end: seconds to take away; *local when there is nothing. */
static bool read_zone(const char *text, int64_t *away, bool *local)
{
    int hours, minutes;

    *away = 0;
    *local = *text == 0;
    if (*local || ((*text == 'Z' || *text == 'z') && !text[1]))
        return true;
    if (*text != '+' && *text != '-')
        return false;
    hours = two_digits(text + 1, 24);
    if (hours < 0 || text[3] != ':')
        return false;
    minutes = two_digits(text + 4, 60);
    *away = (*text == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
    return minutes >= 0 && !text[6];
}

/* "23:59:59.123Z" behind the day. */
static bool read_time(const char *text, int32_t *day)
{
    int hours = two_digits(text, 24), minutes, seconds;
    int64_t away;
    bool local;

    if (hours < 0 || text[2] != ':')
        return false;
    minutes = two_digits(text + 3, 60);
    if (minutes < 0 || text[5] != ':')
        return false;
    seconds = two_digits(text + 6, 61);
    if (seconds < 0)
        return false;
    text += 8;
    if (*text == '.')
        text += 1 + strspn(text + 1, "0123456789");
    if (!read_zone(text, &away, &local))
        return false;
    if (!local)
        *day = timestamp_swedish_day((int64_t)*day * 86400 + hours * 3600 + minutes * 60 + seconds -
                                     away);
    return true;
}

bool timestamp_day(const char *text, int32_t *day)
{
    assert(text && day);
    char date[sizeof("YYYY-MM-DD")] = "";

    if (strlen(text) < sizeof(date) - 1)
        return false;
    memcpy(date, text, sizeof(date) - 1);
    if (!date_parse(date, day))
        return false;
    text += sizeof(date) - 1;
    return *text == 0 ||
           ((*text == 'T' || *text == 't' || *text == ' ') && read_time(text + 1, day));
}
