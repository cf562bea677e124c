#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The randomness of attackers, worlds and oracles: xoshiro256** (Blackman, Vigna 2018), seeded by
 * splitmix64. Never that of the mechanism under attack, which has its own keys. Values only.
 */
#include <stdint.h>

struct rng {
    uint64_t s[4];
};

struct rng rng_of(uint64_t seed);
uint64_t rng_u64(struct rng *rng);
/* Uniform in 0..below-1, without bias. */
uint64_t rng_below(struct rng *rng, uint64_t below);
/* Uniform in (0, 1). */
double rng_unit(struct rng *rng);
double rng_normal(struct rng *rng);
