#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bitmap is a set of persons of one segment, as bytes: the carriers of a variant, those who have
 * a code, those who have died.
 *
 *   short    fewer than BITMAP_SHORT persons: u16 little endian each
 *   sparse   Elias and Fano's code: the lower 8 bits of each, ascending, or where one person in 68
 *            or more is in it the lower 4, the first of two in bits 3..0; then for the upper bits a
 *            bit string in which bit (i + upper) is set for person number i, as many bytes as hold
 *            count + (persons >> lower) + 1 bits
 *   dense    a bitset of SEGMENT_WORDS(persons) u64 little endian
 *
 * The number of persons and the form are stored before the bitmap, by the structure that contains
 * it, and give its size. A bitmap is read in place, a word at a time, so BITMAP_PAD bytes must
 * follow it. Damaged bytes never make a read go beyond these or give a person at n_persons or
 * above. Any thread.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BITMAP_SHORT 10
#define BITMAP_PAD 8

struct bitmap {
    const uint8_t *data;
    uint32_t count;
    bool dense;
};

/* Is a bitmap of this many persons stored as a bitset? */
bool bitmap_dense(uint32_t count, uint32_t n_persons);
/* The size of a bitmap in bytes. */
size_t bitmap_bytes(uint32_t count, bool dense, uint32_t n_persons);
/* Writes ascending persons in the form that bitmap_dense() gives: bitmap_bytes() bytes. */
void bitmap_write(uint8_t *at, const uint16_t *persons, uint32_t count, uint32_t n_persons);

void bitmap_or(const struct bitmap *bitmap, uint64_t *words, uint32_t n_persons);
uint32_t bitmap_count_and(const struct bitmap *bitmap, const uint64_t *cohort, uint32_t n_persons);

/*
 * A bitmap that is stored alone: varint(count << 1 | dense) before it, BITMAP_PAD zero bytes after
 * it. bitmap_pack() returns a buffer from malloc (NULL: no memory). bitmap_unpack() fails on bytes
 * that are no bitmap.
 */
uint8_t *bitmap_pack(const uint64_t *words, uint32_t n_persons, size_t *size);
bool bitmap_unpack(const void *data, size_t size, uint32_t n_persons, struct bitmap *bitmap);
