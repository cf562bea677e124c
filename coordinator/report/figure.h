#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A printable figure, and its text for people: "1 240", "<10", "1 195–1 285". Any thread.
 */
#include <stdbool.h>
#include <stdint.h>

struct display_rule;

#define FIGURE_BYTES 32
#define RANGE_BYTES 80

/* A printable figure: either hidden, or a value with its 95 % interval. */
struct figure {
    bool none;       /* nobody can be in it, by public facts alone: there is no figure, all is 0 */
    bool suppressed; /* true: value is 0, and low..high says no more than "<T" */
    int64_t value;
    int64_t low; /* bounds of the interval, rounded outwards, at least 0 */
    int64_t high;
};

/* Writes into room and returns room. */
const char *figure_text(const struct figure *figure, const struct display_rule *rule,
                        char room[static FIGURE_BYTES]);
/*
 * For a figure that stands alone: what is below the threshold, or whose interval touches zero, is
 * its interval, "0 to 35", and no number that one would copy. figure_is_vague() says whether it is.
 */
const char *figure_words(const struct figure *figure, const struct display_rule *rule,
                         char room[static RANGE_BYTES]);
bool figure_is_vague(const struct figure *figure);
const char *figure_range_text(const struct figure *figure, char room[static RANGE_BYTES]);
