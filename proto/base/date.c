/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/base/date.h"

#include <stdio.h>
#include <string.h>

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

static int month_length(int year, int month)
{
    static const int8_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    return lengths[month - 1] + (month == 2 && leap);
}

bool date_parse(const char *text, int32_t *days)
{
    int year = 0, month = 0, day = 0;

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
    if (month < 1 || month > 12 || day < 1 || day > month_length(year, month))
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

int date_months_between(int32_t birth, int32_t day)
{
    int by, bm, bd, y, m, d;

    date_to_civil(birth, &by, &bm, &bd);
    date_to_civil(day, &y, &m, &d);
    return 12 * (y - by) + m - bm - (d < bd);
}

int32_t date_add_months(int32_t day, int months)
{
    int year, month, date;

    date_to_civil(day, &year, &month, &date);
    month += months - 1;
    year += month / 12;
    month = month % 12 + 1;
    if (date <= month_length(year, month))
        return date_from_civil(year, month, date);
    return date_from_civil(month == 12 ? year + 1 : year, month % 12 + 1, 1);
}
