#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How old somebody is on a day, in completed days, months and years: at least and at most.
 *
 * A month is completed on the day of the month of birth, or, where the month has none, on the first
 * of the next: who is born on 31 January is a month old on 1 March of a common year, and who is
 * born on 29 February a year on 1 March. Twelve months are a year. The two bounds differ where the
 * year of birth alone is known, and, of months and days, where an age in years is. Pure; any
 * thread.
 */
#include <stdint.h>

struct birth {
    int32_t date; /* PERSON_NO_DATE */
    int32_t year; /* 0: unknown */
    uint8_t age_fixed;
    uint8_t deceased; /* SEGMENT_DECEASED ... */
    int32_t death;
};

/* -1: not known. */
struct age {
    int32_t days;
    int16_t months;
    int16_t years;
};
struct ages {
    struct age least;
    struct age most;
};

/* At today, at death, or as fixed. */
struct ages ages_of(const struct birth *birth, int32_t today);
