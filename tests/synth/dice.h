#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The generator's chance: xoshiro256** seeded through splitmix64 (Blackman and Vigna, 2018), whole
 * numbers only, so that one seed gives the same country on every machine. One thread.
 */
#include <stdbool.h>
#include <stdint.h>

struct dice {
    uint64_t state[4];
};

void dice_seed(struct dice *dice, uint64_t seed);
uint64_t dice_next(struct dice *dice);
/* Uniform in 0..below-1; below > 0. */
uint32_t dice_below(struct dice *dice, uint32_t below);
/* True with this chance in a million. */
bool dice_chance(struct dice *dice, uint32_t per_million);
