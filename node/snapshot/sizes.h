#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How large a snapshot is, told so coarsely that it may be public: as powers of four.
 *
 * The price of a question in work follows from these and not from the exact numbers, which one
 * person's genome moves by millions. A class is fixed when a snapshot is published. It stays what
 * it was in the snapshot before as long as the number fits it and fills a sixteenth of it, so that
 * a number near a step does not go up and down; a new class is chosen with a quarter of it free.
 * Values; any thread.
 */
#include <stdint.h>

#define SIZES_CLASS_MAX 31 /* 4^31 */

struct sizes {
    uint8_t persons;
    uint8_t sites;      /* summed over segments */
    uint8_t gene;       /* sites of the gene that has most, summed over segments */
    uint8_t events;     /* coded events */
    uint8_t structural; /* structural variants, summed over segments */
    uint8_t kinds; /* of sites (snapshot.h), summed over segments; 0: not every segment has them */
};

/* The exact numbers. */
struct sizes_of {
    uint64_t persons;
    uint64_t sites;
    uint64_t gene;
    uint64_t events;
    uint64_t structural;
    uint64_t kinds; /* 0: not every segment has them */
};

/* 4^class: not less than the number that it was chosen for. */
static inline uint64_t sizes_bound(uint8_t class)
{
    return UINT64_C(1) << (2 * class);
}
/* before NULL: there was no snapshot, or it had no sizes. */
struct sizes sizes_choose(const struct sizes_of *of, const struct sizes *before);
