#pragma once
/*
 * A roll: persons of one segment, as bytes: which carry, which have a code, which are dead.
 *
 *   short    fewer than ROLL_SHORT persons: u16 little endian each
 *   sparse   Elias and Fano's code: the lower 8 bits of each, ascending, or where one person in 68
 *            or more is in it the lower 4, the first of two in bits 3..0; then for the upper bits a
 *            bit string in which bit (i + upper) is set for person number i, as many bytes as hold
 *            count + (persons >> lower) + 1 bits
 *   dense    a bitset of SEGMENT_WORDS(persons) u64 little endian
 *
 * Count and form stand in front, in what contains the roll, and give its size. A roll is read where
 * it lies, a word at a time, so ROLL_PAD bytes must follow; reading stays within them and below
 * n_persons whatever the bytes say. Any thread.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ROLL_SHORT 10
#define ROLL_PAD 8

struct roll {
    const uint8_t *data;
    uint32_t count;
    bool dense;
};

/* Is a roll of this many persons best kept as a bitset? */
bool roll_dense(uint32_t count, uint32_t n_persons);
/* Bytes of a roll. */
size_t roll_bytes(uint32_t count, bool dense, uint32_t n_persons);
/* Writes ascending persons in the form that roll_dense says: roll_bytes of them. */
void roll_write(uint8_t *at, const uint16_t *persons, uint32_t count, uint32_t n_persons);

void roll_or(const struct roll *roll, uint64_t *words, uint32_t n_persons);
uint32_t roll_count_and(const struct roll *roll, const uint64_t *cohort, uint32_t n_persons);

/*
 * A roll that stands alone: varint(count << 1 | dense) in front, ROLL_PAD zero bytes behind.
 * Packing gives a new buffer from malloc (NULL: no memory); unpacking fails on bytes that no roll
 * has.
 */
uint8_t *roll_pack(const uint64_t *words, uint32_t n_persons, size_t *size);
bool roll_unpack(const void *data, size_t size, uint32_t n_persons, struct roll *roll);
