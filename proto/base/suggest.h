#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "Did you mean": finds the candidate that is nearest to what was typed, by the number of edits
 * without regard to case, or one that begins with it. Start, offer every candidate, then ask. One
 * thread.
 */
#include <stddef.h>

#define SUGGEST_MAX 64 /* longer words get no suggestion */

struct suggest {
    char typed[SUGGEST_MAX]; /* in lower case; empty when nothing is to be compared */
    const char *best;        /* borrowed from the candidates; NULL while none is near enough */
    size_t distance;         /* distance of `best` */
};

void suggest_start(struct suggest *suggest, const char *typed, size_t length);
void suggest_offer(struct suggest *suggest, const char *candidate);
/*
 * The number of edits (insert, delete or replace one byte, swap two neighbours: optimal string
 * alignment) between two words shorter than SUGGEST_MAX.
 */
size_t suggest_distance(const char *a, const char *b);
