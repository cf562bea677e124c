#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ages as ISO 8601 durations, as phenopackets write them. Any thread.
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
