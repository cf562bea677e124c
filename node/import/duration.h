#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ages as ISO 8601 durations and days as timestamps, as phenopackets write them. Any thread.
 */
#include <stdbool.h>
#include <stdint.h>

/* Whole years and, for the age at an event, days (a year is 365.25, a month a twelfth of it). */
struct duration {
    uint32_t years;
    int32_t days;
};

/*
 * "P4Y3M" is 4 years, "P3M", "P2W" and "P1DT5H" are 0, "P18M" is 1; a fraction is allowed in any
 * part ("P0.5Y"). False when the text is no duration, and above 200 years.
 */
bool duration_parse(const char *text, struct duration *duration);
/* The day in Sweden of a moment, in seconds since 1970: CET, and CEST from 1981 on. */
int32_t swedish_day(int64_t seconds);
/*
 * The day of "1998-03-01", or the day in Sweden of "1998-02-28T23:00:00Z" (RFC 3339 with a zone or
 * an offset); a time without a zone is one in Sweden.
 */
bool timestamp_day(const char *text, int32_t *day);
