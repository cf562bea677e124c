/* SPDX-License-Identifier: Apache-2.0 */
#include "node/publish/radix.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define DIGIT_BITS 11
#define DIGITS 6 /* 66 bits */
#define DIGIT_VALUES (1U << DIGIT_BITS)
#define INSERTION_MAX 48

static void insertion_sort(uint64_t *keys, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        uint64_t key = keys[i];
        size_t at = i;

        for (; at && keys[at - 1] > key; at--)
            keys[at] = keys[at - 1];
        keys[at] = key;
    }
}

static bool is_sorted(const uint64_t *keys, size_t n)
{
    for (size_t i = 1; i < n; i++)
        if (keys[i - 1] > keys[i])
            return false;
    return true;
}

static unsigned digit_of(uint64_t key, unsigned digit)
{
    return (unsigned)(key >> (digit * DIGIT_BITS)) & (DIGIT_VALUES - 1);
}

/*
 * Moves the keys from `from` to `to`, sorted by one digit; keys with equal digits keep their order.
 */
static void one_pass(const uint64_t *from, uint64_t *to, size_t n, unsigned digit)
{
    size_t starts[DIGIT_VALUES] = {0};
    size_t sum = 0;

    for (size_t i = 0; i < n; i++)
        starts[digit_of(from[i], digit)]++;
    for (unsigned value = 0; value < DIGIT_VALUES; value++) {
        size_t count = starts[value];

        starts[value] = sum;
        sum += count;
    }
    for (size_t i = 0; i < n; i++)
        to[starts[digit_of(from[i], digit)]++] = from[i];
}

void radix_sort(uint64_t *keys, uint64_t *spare, size_t n)
{
    uint64_t *from = keys, *to = spare;
    uint64_t differ = 0;

    if (n <= INSERTION_MAX) {
        insertion_sort(keys, n);
        return;
    }
    if (is_sorted(keys, n))
        return;
    for (size_t i = 1; i < n; i++)
        differ |= keys[i] ^ keys[0];
    for (unsigned digit = 0; digit < DIGITS; digit++) {
        uint64_t *swap = from;

        if (!digit_of(differ, digit))
            continue;
        one_pass(from, to, n, digit);
        from = to;
        to = swap;
    }
    if (from != keys)
        memcpy(keys, from, n * sizeof(*keys));
}
