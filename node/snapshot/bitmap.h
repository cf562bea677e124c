#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bitmap: persons of one segment, as bytes: which carry, which have a code, which are dead.
 *
 *   short    fewer than BITMAP_SHORT persons: u16 little endian each
 *   sparse   Elias and Fano's code: the lower 8 bits of each, ascending, or where one person in 68
 *            or more is in it the lower 4, the first of two in bits 3..0; then for the upper bits a
 *            bit string in which bit (i + upper) is set for person number i, as many bytes as hold
 *            count + (persons >> lower) + 1 bits
 *   dense    a bitset of SEGMENT_WORDS(persons) u64 little endian
 *
 * Count and form stand in front, in what contains the bitmap, and give its size. A bitmap is read
 * where it lies, a word at a time, so BITMAP_PAD bytes must follow; reading stays within them and
 * below n_persons whatever the bytes say. Any thread.
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

/* Is a bitmap of this many persons best kept as a bitset? */
bool bitmap_dense(uint32_t count, uint32_t n_persons);
/* Bytes of a bitmap. */
size_t bitmap_bytes(uint32_t count, bool dense, uint32_t n_persons);
/* Writes ascending persons in the form that bitmap_dense says: bitmap_bytes of them. */
void bitmap_write(uint8_t *at, const uint16_t *persons, uint32_t count, uint32_t n_persons);

void bitmap_or(const struct bitmap *bitmap, uint64_t *words, uint32_t n_persons);
uint32_t bitmap_count_and(const struct bitmap *bitmap, const uint64_t *cohort, uint32_t n_persons);

/*
 * A bitmap that stands alone: varint(count << 1 | dense) in front, BITMAP_PAD zero bytes behind.
 * Packing gives a new buffer from malloc (NULL: no memory); unpacking fails on bytes that no bitmap
 * has.
 */
uint8_t *bitmap_pack(const uint64_t *words, uint32_t n_persons, size_t *size);
bool bitmap_unpack(const void *data, size_t size, uint32_t n_persons, struct bitmap *bitmap);
