#include "node/snapshot/roll.h"

#include <stdlib.h>
#include <string.h>

#include "node/snapshot/bits.h"
#include "node/snapshot/snapshot.h"
#include "node/store/varint.h"

/*
 * A bitset is read some ten times faster than a list of its size. Where a segment is full, that is
 * bought from S/32 carriers on; a small one is quick anyway, and bytes count there.
 */
#define SMALL_SEGMENT 8192
#define DENSE_SHARE 32
#define DENSE_SHARE_SMALL 12

bool roll_dense(uint32_t count, uint32_t n_persons)
{
    uint32_t share = n_persons <= SMALL_SEGMENT ? DENSE_SHARE_SMALL : DENSE_SHARE;

    return count >= ROLL_SHORT && (uint64_t)count * share > n_persons;
}

size_t roll_bytes_max(uint32_t count, uint32_t n_persons)
{
    size_t dense = SEGMENT_WORDS(n_persons) * 8;
    size_t list = (size_t)count * 3 + 8;

    return dense > list ? dense : list;
}

uint8_t *roll_write(uint8_t *at, const uint16_t *persons, uint32_t count, uint32_t n_persons)
{
    uint32_t next = 0;

    if (roll_dense(count, n_persons)) {
        memset(at, 0, SEGMENT_WORDS(n_persons) * 8);
        for (uint32_t i = 0; i < count; i++)
            at[persons[i] >> 3] |= (uint8_t)(1U << (persons[i] & 7));
        return at + SEGMENT_WORDS(n_persons) * 8;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (count < ROLL_SHORT) {
            *at++ = (uint8_t)persons[i];
            *at++ = (uint8_t)(persons[i] >> 8);
        } else {
            at = varint_write(at, persons[i] - next);
            next = (uint32_t)persons[i] + 1;
        }
    }
    return at;
}

static uint32_t short_person(const struct roll *roll, uint32_t i)
{
    return (uint32_t)roll->data[2 * i] | (uint32_t)roll->data[2 * i + 1] << 8;
}

/* The next person of a list; *at moves. Distances are below 2^14: one byte or two. */
static inline uint32_t list_step(const uint8_t **at, uint32_t next)
{
    uint32_t distance = *(*at)++;

    if (distance >= 128)
        distance = (distance & 127) | (uint32_t) * (*at)++ << 7;
    return next + distance;
}

void roll_or(const struct roll *roll, uint64_t *words, uint32_t n_persons)
{
    const uint8_t *at = roll->data;
    uint32_t next = 0;

    if (roll->dense) {
        bits_or(words, at, SEGMENT_WORDS(n_persons));
        return;
    }
    if (roll->count < ROLL_SHORT) {
        for (uint32_t i = 0; i < roll->count; i++)
            if (short_person(roll, i) < n_persons)
                bits_set(words, short_person(roll, i));
        return;
    }
    for (uint32_t i = 0; i < roll->count && at + 1 < roll->end; i++) {
        next = list_step(&at, next);
        if (next >= n_persons)
            return;
        bits_set(words, next++);
    }
}

uint32_t roll_count_and(const struct roll *roll, const uint64_t *cohort, uint32_t n_persons)
{
    const uint8_t *at = roll->data;
    uint32_t next = 0, n = 0;

    if (roll->dense)
        return bits_count_and(at, cohort, SEGMENT_WORDS(n_persons));
    if (roll->count < ROLL_SHORT) {
        for (uint32_t i = 0; i < roll->count; i++)
            if (short_person(roll, i) < n_persons)
                n += bits_has(cohort, short_person(roll, i));
        return n;
    }
    for (uint32_t i = 0; i < roll->count && at + 1 < roll->end; i++) {
        next = list_step(&at, next);
        if (next >= n_persons)
            return n;
        n += bits_has(cohort, next++);
    }
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

uint8_t *roll_pack(const uint64_t *words, uint32_t n_persons, size_t *size)
{
    uint16_t persons[SEGMENT_PERSONS_MAX];
    uint32_t count = list_of(words, n_persons, persons);
    uint8_t *data = malloc(roll_bytes_max(count, n_persons) + VARINT_BYTES_MAX + 1);
    uint8_t *at;

    if (!data)
        return NULL;
    at = varint_write(data, (uint64_t)count << 1 | roll_dense(count, n_persons));
    at = roll_write(at, persons, count, n_persons);
    *at++ = 0; /* a reader of a list looks one byte ahead */
    *size = (size_t)(at - data);
    return data;
}

bool roll_unpack(const void *data, size_t size, uint32_t n_persons, struct roll *roll)
{
    const uint8_t *end = (const uint8_t *)data + size;
    uint64_t head;
    const uint8_t *at = varint_read(data, end, &head);
    size_t least;

    if (!at || head >> 1 > n_persons)
        return false;
    *roll =
        (struct roll){.data = at, .end = end, .count = (uint32_t)(head >> 1), .dense = head & 1};
    least = roll->dense                ? SEGMENT_WORDS(n_persons) * 8
            : roll->count < ROLL_SHORT ? 2 * (size_t)roll->count
                                       : roll->count;
    return (size_t)(end - at) >= least;
}
