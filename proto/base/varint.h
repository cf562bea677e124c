#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * LEB128 for the hot loops: seven bits a byte, the least significant bits first. Writers need
 * VARINT_BYTES_MAX free bytes; readers never read at or beyond `end`. Any thread.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VARINT_BYTES_MAX 10

static inline uint8_t *varint_write(uint8_t *at, uint64_t value)
{
    while (value >= 128) {
        *at++ = (uint8_t)(value | 128);
        value >>= 7;
    }
    *at++ = (uint8_t)value;
    return at;
}

/*
 * NULL when the bytes end inside the number, it takes more than ten bytes, or does not fit 64 bits.
 */
static inline const uint8_t *varint_read(const uint8_t *at, const uint8_t *end, uint64_t *value)
{
    uint64_t sum = 0;

    for (unsigned shift = 0; at < end && shift < 64; shift += 7) {
        uint8_t byte = *at++;

        sum |= (uint64_t)(byte & 127) << shift;
        if (byte < 128) {
            if (shift == 63 && byte > 1)
                return NULL;
            *value = sum;
            return at;
        }
    }
    return NULL;
}

/* Maps signed to unsigned so that numbers near 0 stay small: the sign becomes the lowest bit. */
static inline uint64_t varint_from_signed(int64_t value)
{
    return ((uint64_t)value << 1) ^ (value < 0 ? UINT64_MAX : 0);
}

static inline int64_t varint_to_signed(uint64_t value)
{
    return (int64_t)(value >> 1) ^ -(int64_t)(value & 1);
}
