/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/attack/rng.h"

#include <math.h>

struct rng rng_of(uint64_t seed)
{
    struct rng rng;

    for (int i = 0; i < 4; i++) {
        uint64_t z = (seed += UINT64_C(0x9e3779b97f4a7c15));

        z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
        z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
        rng.s[i] = z ^ z >> 31;
    }
    return rng;
}

static uint64_t rotate(uint64_t x, int by)
{
    return x << by | x >> (64 - by);
}

uint64_t rng_u64(struct rng *rng)
{
    uint64_t *s = rng->s, out = rotate(s[1] * 5, 7) * 9, t = s[1] << 17;

    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 45);
    return out;
}

uint64_t rng_below(struct rng *rng, uint64_t below)
{
    uint64_t least = -below % below, value; /* 2^64 mod below: those would be too many */

    do
        value = rng_u64(rng);
    while (value < least);
    return value % below;
}

double rng_unit(struct rng *rng)
{
    return ((double)(rng_u64(rng) >> 11) + 0.5) * 0x1p-53;
}

double rng_normal(struct rng *rng)
{
    double radius = sqrt(-2 * log(rng_unit(rng)));

    return radius * cos(6.283185307179586 * rng_unit(rng));
}
