/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/base/clock.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static _Atomic bool frozen;
static _Atomic int64_t frozen_mono_ms;
static _Atomic int64_t frozen_wall_s;

int64_t clock_mono_us(void)
{
    struct timespec now;

    if (frozen)
        return frozen_mono_ms * 1000;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t clock_mono_ms(void)
{
    return clock_mono_us() / 1000;
}

int64_t clock_wall_s(void)
{
    struct timespec now;

    if (frozen)
        return frozen_wall_s;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec;
}

void clock_sleep_ms(int64_t ms)
{
    struct timespec rest = {.tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * 1000000};

    if (frozen) {
        frozen_mono_ms += ms;
        return;
    }
    while (nanosleep(&rest, &rest) != 0)
        ;
}

void clock_sleep_until_us(int64_t mono_us)
{
    struct timespec then = {.tv_sec = (time_t)(mono_us / 1000000),
                            .tv_nsec = (long)(mono_us % 1000000) * 1000};

    if (frozen) {
        if (mono_us > frozen_mono_ms * 1000)
            frozen_mono_ms = (mono_us + 999) / 1000;
        return;
    }
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &then, NULL) == EINTR)
        ;
}

void clock_set(int64_t mono_ms, int64_t wall_s)
{
    frozen_mono_ms = mono_ms;
    frozen_wall_s = wall_s;
    frozen = true;
}

void clock_release(void)
{
    frozen = false;
}

void clock_text(int64_t wall_s, char text[static CLOCK_TEXT_BYTES])
{
    int64_t days = wall_s / 86400 - (wall_s % 86400 < 0);
    int seconds = (int)(wall_s - days * 86400);
    int year, month, day;

    date_to_civil((int32_t)days, &year, &month, &day);
    snprintf(text, CLOCK_TEXT_BYTES, "%04d-%02d-%02dT%02d:%02d:%02dZ", year % 10000, month, day,
             seconds / 3600, seconds / 60 % 60, seconds % 60);
}

/*
 * Conversion of dates to days and back. Here a year starts in March, so that the leap day is its
 * last.
 */
int32_t date_from_civil(int year, int month, int day)
{
    int y = month <= 2 ? year - 1 : year;
    int era = (y >= 0 ? y : y - 399) / 400;
    int year_of_era = y - era * 400;
    int day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

    return era * 146097 + day_of_era - 719468;
}

void date_to_civil(int32_t days, int *year, int *month, int *day)
{
    int shifted = days + 719468;
    int era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    int day_of_era = shifted - era * 146097;
    int year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int shifted_month = (5 * day_of_year + 2) / 153;

    *day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    *month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
    *year = year_of_era + era * 400 + (*month <= 2);
}

void date_text(int32_t days, char text[static DATE_TEXT_BYTES])
{
    int year, month, day;

    date_to_civil(days, &year, &month, &day);
    snprintf(text, DATE_TEXT_BYTES, "%04d-%02d-%02d", year % 10000, month % 100, day % 100);
}

bool date_parse(const char *text, int32_t *days)
{
    static const int8_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int year = 0, month = 0, day = 0;
    bool leap;

    if (strlen(text) != 10 || text[4] != '-' || text[7] != '-')
        return false;
    for (int i = 0; i < 10; i++) {
        if (i == 4 || i == 7)
            continue;
        if (text[i] < '0' || text[i] > '9')
            return false;
        if (i < 4)
            year = year * 10 + (text[i] - '0');
        else if (i < 7)
            month = month * 10 + (text[i] - '0');
        else
            day = day * 10 + (text[i] - '0');
    }
    leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    if (month < 1 || month > 12 || day < 1 || day > lengths[month - 1] + (month == 2 && leap))
        return false;
    *days = date_from_civil(year, month, day);
    return true;
}

int date_years_between(int32_t birth, int32_t day)
{
    int by, bm, bd, y, m, d;

    date_to_civil(birth, &by, &bm, &bd);
    date_to_civil(day, &y, &m, &d);
    return y - by - (m < bm || (m == bm && d < bd));
}
