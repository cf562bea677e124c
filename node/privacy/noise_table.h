#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cumulative tables of the discrete Gaussian, made at build time by tables.py.
 *
 * Threshold i of n is floor(2^128 Pr[X <= i - tail]) for X ~ N_Z(0, sigma^2 / shares). A uniform
 * 128-bit number u gives the sample (number of thresholds <= u) - tail. tables.b2 has the
 * BLAKE2b-256 of each table, which a test compares. Constants; any thread.
 */
#include <stddef.h>
#include <stdint.h>

struct threshold {
    uint64_t high;
    uint64_t low;
};

struct noise_table {
    uint32_t sigma;
    uint32_t shares;
    uint32_t tail; /* K: the sample lies in -K..K */
    uint32_t n;    /* 2 K thresholds */
    const struct threshold *threshold;
};

extern const struct noise_table noise_tables[];
extern const size_t noise_tables_count;

/* NULL when there is no table for sigma and shares. */
const struct noise_table *noise_table_find(uint32_t sigma, uint32_t shares);
/* One sample from 128 uniform bits, in constant time. */
int32_t noise_table_sample(const struct noise_table *table, uint64_t high, uint64_t low);
