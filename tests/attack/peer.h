#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Models of other systems' default code paths (reference: privacy, section 8, with sources): how a
 * true count becomes the number that an analyst sees. Not runs of those systems; noise is a rounded
 * Gaussian or a float Laplace as they have it. One thread.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/attack/rng.h"

enum peer_system {
    PEER_SHRINE,     /* Gaussian 1.33 clamped to +-3, 10 and fewer are hidden; fresh noise */
    PEER_I2B2,       /* Gaussian 1.323, 3 and fewer are 0; fresh noise */
    PEER_LEAF,       /* uniform -10..9 without 0, seeded by the concepts alone; mask 10 */
    PEER_SAMPLY,     /* Laplace 1/0.28, to tens, 1..9 is 10, 0 is 0; cached by the true count */
    PEER_SAMPLY_RAW, /* its noise alone */
    PEER_FDPG,       /* uniform -5..5, then fewer than 5 are 0; fresh noise */
    PEER_MEDCO,      /* Laplace 5 cut to an integer; fresh noise */
    PEER_UNDER_5,    /* no noise, fewer than 5 are hidden */
    PEER_SYSTEMS,
};

struct peer {
    enum peer_system system;
    struct rng rng;
    uint64_t instance; /* what its caches hold; a new one a game */
};

struct peer_question {
    int64_t count;     /* the truth */
    uint64_t concepts; /* names the sorted concept ids, and nothing else of the question */
};

int64_t peer_answer(struct peer *peer, const struct peer_question *question);
/* What Leaf adds for these concepts: a public function. */
int64_t peer_leaf_noise(uint64_t concepts);
/* The noise of a count far from all thresholds, before rounding to bins: Pr[noise = k]. */
double peer_noise_p(enum peer_system system, int64_t k);
