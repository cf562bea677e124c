/* SPDX-License-Identifier: Apache-2.0 */
#include "node/snapshot/bitmap.h"

#include <stdlib.h>
#include <string.h>

#include "node/snapshot/bits.h"
#include "node/snapshot/snapshot.h"
#include "proto/base/varint.h"

/*
 * The program runs on any x86-64; these instructions, where the machine has them, speed up the walk
 * over set bits.
 */
#if defined(__x86_64__)
#define HAS_BIT_WORK (__builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2"))
#define BIT_WORK __attribute__((target("bmi,bmi2")))
#else
#define HAS_BIT_WORK false
#define BIT_WORK
#endif
#define INLINED static inline __attribute__((always_inline))

/*
 * A bitset is read about ten times faster than a list of the same size. So in a large segment a
 * bitset is used from S/32 carriers on, although it takes more bytes there. In a small segment both
 * are fast, and the smaller form is used.
 */
#define SMALL_SEGMENT 8192
#define DENSE_SHARE 32
#define DENSE_SHARE_SMALL 6
#define NARROW_SHARE 68 /* from one person in so many on, 4 lower bits take less room */

bool bitmap_dense(uint32_t count, uint32_t n_persons)
{
    uint32_t share = n_persons <= SMALL_SEGMENT ? DENSE_SHARE_SMALL : DENSE_SHARE;

    return count >= BITMAP_SHORT && (uint64_t)count * share > n_persons;
}

static unsigned lower_bits(uint32_t count, uint32_t n_persons)
{
    return (uint64_t)count * NARROW_SHARE > n_persons ? 4 : 8;
}

static uint32_t upper_bits(uint32_t count, uint32_t n_persons)
{
    return count + (n_persons >> lower_bits(count, n_persons)) + 1;
}

static size_t lower_bytes(uint32_t count, uint32_t n_persons)
{
    return lower_bits(count, n_persons) == 4 ? ((size_t)count + 1) / 2 : count;
}

size_t bitmap_bytes(uint32_t count, bool dense, uint32_t n_persons)
{
    if (dense)
        return SEGMENT_WORDS(n_persons) * 8;
    if (count < BITMAP_SHORT)
        return 2 * (size_t)count;
    return lower_bytes(count, n_persons) + ((size_t)upper_bits(count, n_persons) + 7) / 8;
}

static void write_sparse(uint8_t *at, const uint16_t *persons, uint32_t count, uint32_t n_persons)
{
    unsigned lower = lower_bits(count, n_persons);
    uint8_t *upper = at + lower_bytes(count, n_persons);

    for (uint32_t i = 0; i < count; i++) {
        uint32_t bit = i + ((uint32_t)persons[i] >> lower);

        if (lower == 4)
            at[i >> 1] |= (uint8_t)((persons[i] & 15) << 4 * (i & 1));
        else
            at[i] = (uint8_t)persons[i];
        upper[bit >> 3] |= (uint8_t)(1U << (bit & 7));
    }
}

void bitmap_write(uint8_t *at, const uint16_t *persons, uint32_t count, uint32_t n_persons)
{
    bool dense = bitmap_dense(count, n_persons);

    memset(at, 0, bitmap_bytes(count, dense, n_persons));
    if (!dense && count >= BITMAP_SHORT) {
        write_sparse(at, persons, count, n_persons);
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (dense) {
            at[persons[i] >> 3] |= (uint8_t)(1U << (persons[i] & 7));
        } else {
            at[2 * i] = (uint8_t)persons[i];
            at[2 * i + 1] = (uint8_t)(persons[i] >> 8);
        }
    }
}

static inline uint32_t short_person(const struct bitmap *bitmap, uint32_t i)
{
    return (uint32_t)bitmap->data[2 * i] | (uint32_t)bitmap->data[2 * i + 1] << 8;
}

INLINED uint64_t load_word(const uint8_t *at)
{
    uint64_t word;

    memcpy(&word, at, sizeof(word)); /* little endian, as on x86-64 */
    return word;
}

/*
 * For each set bit of the upper bits, computes the person: the number of the set bit finds the
 * lower bits, and the bit's place minus that number is the upper bits. `lower` is 4 or 8, a
 * constant where this is inlined. When words is NULL, counts the persons in cohort; else sets them
 * in words.
 */
INLINED uint32_t walk_lower(struct bitmap bitmap, uint32_t n_persons, unsigned lower,
                            const uint64_t *cohort, uint64_t *words)
{
    const uint8_t *upper = bitmap.data + lower_bytes(bitmap.count, n_persons);
    uint32_t end = upper_bits(bitmap.count, n_persons);
    uint32_t i = 0, n = 0;

    for (uint32_t base = 0; base < end; base += 64) {
        for (uint64_t word = load_word(upper + (base >> 3)); word && i < bitmap.count;
             word &= word - 1, i++) {
            uint32_t high = base + (uint32_t)__builtin_ctzll(word) - i;
            uint32_t low = lower == 4 ? bitmap.data[i >> 1] >> 4 * (i & 1) & 15 : bitmap.data[i];
            uint32_t person = high << lower | low;

            if (person >= n_persons)
                return n;
            if (words)
                bits_set(words, person);
            else
                n += bits_has(cohort, person);
        }
    }
    return n;
}

INLINED uint32_t walk_sparse(struct bitmap bitmap, uint32_t n_persons, const uint64_t *cohort,
                             uint64_t *words)
{
    return lower_bits(bitmap.count, n_persons) == 4
               ? walk_lower(bitmap, n_persons, 4, cohort, words)
               : walk_lower(bitmap, n_persons, 8, cohort, words);
}

BIT_WORK static void or_sparse_fast(struct bitmap bitmap, uint64_t *words, uint32_t n_persons)
{
    walk_sparse(bitmap, n_persons, NULL, words);
}

static void or_sparse(struct bitmap bitmap, uint64_t *words, uint32_t n_persons)
{
    walk_sparse(bitmap, n_persons, NULL, words);
}

BIT_WORK static uint32_t count_sparse_fast(struct bitmap bitmap, const uint64_t *cohort,
                                           uint32_t n_persons)
{
    return walk_sparse(bitmap, n_persons, cohort, NULL);
}

static uint32_t count_sparse(struct bitmap bitmap, const uint64_t *cohort, uint32_t n_persons)
{
    return walk_sparse(bitmap, n_persons, cohort, NULL);
}

void bitmap_or(const struct bitmap *bitmap, uint64_t *words, uint32_t n_persons)
{
    if (bitmap->dense)
        bits_or(words, bitmap->data, SEGMENT_WORDS(n_persons));
    else if (bitmap->count >= BITMAP_SHORT)
        (HAS_BIT_WORK ? or_sparse_fast : or_sparse)(*bitmap, words, n_persons);
    else
        for (uint32_t i = 0; i < bitmap->count; i++)
            if (short_person(bitmap, i) < n_persons)
                bits_set(words, short_person(bitmap, i));
}

uint32_t bitmap_count_and(const struct bitmap *bitmap, const uint64_t *cohort, uint32_t n_persons)
{
    uint32_t n = 0;

    if (bitmap->dense)
        return bits_count_and(bitmap->data, cohort, SEGMENT_WORDS(n_persons));
    if (bitmap->count >= BITMAP_SHORT)
        return (HAS_BIT_WORK ? count_sparse_fast : count_sparse)(*bitmap, cohort, n_persons);
    for (uint32_t i = 0; i < bitmap->count; i++)
        if (short_person(bitmap, i) < n_persons)
            n += bits_has(cohort, short_person(bitmap, i));
    return n;
}

static uint32_t list_of(const uint64_t *words, uint32_t n_persons, uint16_t *persons)
{
    uint32_t n = 0;

    for (size_t word = 0; word < SEGMENT_WORDS(n_persons); word++)
        for (uint64_t left = words[word]; left; left &= left - 1)
            persons[n++] = (uint16_t)(word * 64 + (size_t)__builtin_ctzll(left));
    return n;
}

uint8_t *bitmap_pack(const uint64_t *words, uint32_t n_persons, size_t *size)
{
    uint16_t persons[SEGMENT_PERSONS_MAX];
    uint32_t count = list_of(words, n_persons, persons);
    bool dense = bitmap_dense(count, n_persons);
    size_t bytes = bitmap_bytes(count, dense, n_persons);
    uint8_t *data = malloc(VARINT_BYTES_MAX + bytes + BITMAP_PAD);
    uint8_t *at;

    if (!data)
        return NULL;
    at = varint_write(data, (uint64_t)count << 1 | dense);
    bitmap_write(at, persons, count, n_persons);
    memset(at + bytes, 0, BITMAP_PAD);
    *size = (size_t)(at - data) + bytes + BITMAP_PAD;
    return data;
}

bool bitmap_unpack(const void *data, size_t size, uint32_t n_persons, struct bitmap *bitmap)
{
    const uint8_t *end = data ? (const uint8_t *)data + size : NULL; /* an empty blob is NULL */
    uint64_t head;
    const uint8_t *at = data ? varint_read(data, end, &head) : NULL;

    if (!at || head >> 1 > n_persons)
        return false;
    *bitmap = (struct bitmap){.data = at, .count = (uint32_t)(head >> 1), .dense = head & 1};
    return (size_t)(end - at) == bitmap_bytes(bitmap->count, bitmap->dense, n_persons) + BITMAP_PAD;
}
