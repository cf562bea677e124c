#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A model of how distinct persons could be counted soundly: no bin is ever opened. rikstal does not
 * have it; node/privacy/distinct.md weighs it.
 *
 * 21 nodes hold every bit of every node's sketch as shares of degree t = 6 modulo 2^61 - 1 (Shamir
 * 1979). The bits of a bin add up to s in 0..21, and z(s), the polynomial of degree 21 that is 1 at
 * 0 and 0 at 1..21, takes 7 multiplications of shares, each with one masked opening (Damgard,
 * Nielsen 2007), and an eighth that is free as only a sum is opened. Opened is the number of bins
 * that are not empty plus everybody's noise. As 21 >= 3 t + 1, shares of a product have degree 12
 * and lie on a polynomial that 6 liars cannot bend unseen (Ben-Or, Goldwasser, Wigderson 1988). All
 * nodes live in one process; what they would send is counted. One thread.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/attack/rng.h"

#define SHARED_NODES 21
#define SHARED_THRESHOLD 6 /* t: so many may collude, or lie and be seen */

enum shared_lie {
    SHARED_HONEST,
    SHARED_BENT_SHARE, /* liars send other shares of a product than they hold */
    SHARED_NO_BIT      /* a liar's bin holds 1,000,000, so that the figure shouts */
};

struct shared {
    struct rng rng;
    enum shared_lie lie;
    uint32_t liars; /* for SHARED_BENT_SHARE */
    uint64_t multiplications;
    uint64_t sent; /* numbers of 8 bytes, by all nodes together */
};

/*
 * bits[b] has a bit for each node that matches somebody of bin b. True: *opened is the number of
 * bins with any, plus noise. False: the nodes have noticed a lie, and nothing was opened.
 */
bool shared_count(struct shared *shared, const uint32_t *bits, size_t bins,
                  const int64_t noise[static SHARED_NODES], int64_t *opened);
