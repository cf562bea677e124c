/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/base/suggest.h"

#include <string.h>

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t suggest_distance(const char *a, const char *b)
{
    size_t row[SUGGEST_MAX + 1];
    size_t n = strlen(b);

    for (size_t j = 0; j <= n; j++)
        row[j] = j;
    for (size_t i = 0; a[i]; i++) {
        size_t diagonal = row[0];

        row[0] = i + 1;
        for (size_t j = 1; j <= n; j++) {
            size_t above = row[j];
            size_t replaced = diagonal + (a[i] != b[j - 1]);

            row[j] = least(replaced, least(above, row[j - 1]) + 1);
            diagonal = above;
        }
    }
    return row[n];
}

void suggest_start(struct suggest *suggest, const char *typed, size_t length)
{
    *suggest = (struct suggest){.distance = SUGGEST_MAX};
    if (length >= SUGGEST_MAX)
        return;
    for (size_t i = 0; i < length; i++)
        suggest->typed[i] = lower(typed[i]);
}

void suggest_offer(struct suggest *suggest, const char *candidate)
{
    char word[SUGGEST_MAX] = {0};
    size_t typed = strlen(suggest->typed), length = strlen(candidate), distance;

    if (!typed || length >= SUGGEST_MAX)
        return;
    for (size_t i = 0; i < length; i++)
        word[i] = lower(candidate[i]);
    distance = suggest_distance(suggest->typed, word);
    if (typed >= 3 && strncmp(word, suggest->typed, typed) == 0)
        distance = least(distance, 1);
    if (distance > (typed < 4 ? 1 : typed / 3) || distance > suggest->distance)
        return;
    if (distance == suggest->distance && length >= strlen(suggest->best))
        return; /* of equals the shortest, then the first */
    suggest->distance = distance;
    suggest->best = candidate;
}
