#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Dates: days since 1970-01-01 in the proleptic Gregorian calendar. Values; any thread.
 */
#include <stdbool.h>
#include <stdint.h>

int32_t date_from_civil(int year, int month, int day);
void date_to_civil(int32_t days, int *year, int *month, int *day);
/* Accepts only "YYYY-MM-DD" of a day that exists. */
bool date_parse(const char *text, int32_t *days);
#define DATE_TEXT_BYTES 16
/* "2026-11-21" */
void date_text(int32_t days, char text[static DATE_TEXT_BYTES]);
/*
 * Whole years from birth to day. A person born on 29 February becomes a year
 * older on 1 March of a common year.
 */
int date_years_between(int32_t birth, int32_t day);
/* Whole months from birth, which is not after day: completed on the day of the month of birth. */
int date_months_between(int32_t birth, int32_t day);
/*
 * The first day on which date_months_between(day, ...) is `months`, not negative: the same day of
 * that month, or the first of the next one where it has none.
 */
int32_t date_add_months(int32_t day, int months);
