#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bitsets of one segment's persons: the inner loops of all counting. Each is compiled for several
 * instruction sets, and the program chooses one when it starts. Any thread.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline void bits_set(uint64_t *words, uint32_t bit)
{
    words[bit >> 6] |= UINT64_C(1) << (bit & 63);
}

static inline bool bits_has(const uint64_t *words, uint32_t bit)
{
    return words[bit >> 6] >> (bit & 63) & 1;
}

uint32_t bits_count(const uint64_t *words, size_t n_words);
/* The number of bits that are set in both bytes (little-endian words at any address) and cohort. */
uint32_t bits_count_and(const uint8_t *bytes, const uint64_t *cohort, size_t n_words);
/* words |= bytes, words |= other, words &= ~bytes. */
void bits_or(uint64_t *words, const uint8_t *bytes, size_t n_words);
void bits_clear(uint64_t *words, const uint8_t *bytes, size_t n_words);
/* Is every bit of `until` also set in words? */
bool bits_cover(const uint64_t *words, const uint64_t *until, size_t n_words);
