#pragma once
/*
 * A roll: persons of one segment, as bytes: which carry, which have a code, which are dead.
 *
 *   fewer than 4   u16 little endian each
 *   sparse         varint each: the first, then the distance - 1 to the one before (1 or 2 bytes)
 *   dense          a bitset of SEGMENT_WORDS(persons) u64 little endian
 *
 * Count and form stand in front, in what contains the roll. A roll is read where it lies; reading
 * stays within [data, end) and below n_persons whatever the bytes say. Any thread.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ROLL_SHORT 4 /* persons from which a list is varints */

struct roll {
    const uint8_t *data;
    const uint8_t *end; /* of what contains it: the roll itself may end before */
    uint32_t count;
    bool dense;
};

/* Is a roll of this many persons best kept as a bitset? */
bool roll_dense(uint32_t count, uint32_t n_persons);
/* Bytes that roll_write may need. */
size_t roll_bytes_max(uint32_t count, uint32_t n_persons);
/* Writes ascending persons in the form that roll_dense says; returns where it ends. */
uint8_t *roll_write(uint8_t *at, const uint16_t *persons, uint32_t count, uint32_t n_persons);

void roll_or(const struct roll *roll, uint64_t *words, uint32_t n_persons);
uint32_t roll_count_and(const struct roll *roll, const uint64_t *cohort, uint32_t n_persons);

/*
 * A roll that stands alone: varint(count << 1 | dense) in front. Writing appends to a new buffer
 * from malloc (NULL: no memory); reading fails on bytes that no roll has.
 */
uint8_t *roll_pack(const uint64_t *words, uint32_t n_persons, size_t *size);
bool roll_unpack(const void *data, size_t size, uint32_t n_persons, struct roll *roll);
