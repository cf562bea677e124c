/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/base/suggest.h"

#include <assert.h>
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
    size_t rows[3][SUGGEST_MAX + 1]; /* row i % 3: from the first i bytes of a */
    size_t n = strlen(b), i = 0;

    assert(n <= SUGGEST_MAX);
    for (size_t j = 0; j <= n; j++)
        rows[0][j] = j;
    for (; a[i]; i++) {
        const size_t *before = rows[i % 3], *earlier = rows[(i + 2) % 3];
        size_t *row = rows[(i + 1) % 3];

        row[0] = i + 1;
        for (size_t j = 1; j <= n; j++) {
            row[j] = least(before[j - 1] + (a[i] != b[j - 1]), least(before[j], row[j - 1]) + 1);
            if (i > 0 && j > 1 && a[i] == b[j - 2] && a[i - 1] == b[j - 1])
                row[j] = least(row[j], earlier[j - 2] + 1);
        }
    }
    return rows[i % 3][n];
}

void suggest_start(struct suggest *suggest, const char *typed, size_t length)
{
    assert(suggest && (typed || !length));
    *suggest = (struct suggest){.distance = SUGGEST_MAX};
    if (length >= SUGGEST_MAX)
        return;
    for (size_t i = 0; i < length; i++)
        suggest->typed[i] = lower(typed[i]);
}

void suggest_offer(struct suggest *suggest, const char *candidate)
{
    assert(suggest);
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
        return; /* among equally near words the shortest wins, then the first */
    suggest->distance = distance;
    suggest->best = candidate;
}
