#pragma once
/*
 * LEB128 for the hot loops: seven bits a byte, least significant first. Writers need
 * VARINT_BYTES_MAX free bytes; readers never pass `end`. Any thread.
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

/* NULL when the bytes end within it or it is longer than ten. */
static inline const uint8_t *varint_read(const uint8_t *at, const uint8_t *end, uint64_t *value)
{
    uint64_t sum = 0;

    for (unsigned shift = 0; at < end && shift < 64; shift += 7) {
        uint8_t byte = *at++;

        sum |= (uint64_t)(byte & 127) << shift;
        if (byte < 128) {
            *value = sum;
            return at;
        }
    }
    return NULL;
}
