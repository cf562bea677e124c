#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A model of the OR-sketch of reference privacy, section 4.10: distinct persons over 21 regions by
 * one vector of bins under masks. rikstal does not have it; distinct.c shows why.
 *
 * A node puts fresh random 64 bits into the bin of each of its matches, so that a sum of all
 * vectors is zero where nobody has a match, and else says nothing of how many regions have. Noise
 * is on the number of bins that are not zero: each node has a block of 64 further bins and sets 32
 * + eta of them, eta its share by the real noise door. Where a bin lies is decided by K_q, which
 * every node must know, as every node places its own. The sum is what coordinator and client see,
 * and what a receipt holds; it is computed without masks here, which change nothing of it
 * (sketch_masked()). One thread.
 */
#include "tests/attack/door.h"
#include "tests/attack/rng.h"

#define SKETCH_REGIONS 21
#define SKETCH_SHARES 15 /* of 21, 6 may collude */
#define SKETCH_BINS 65536u
#define SKETCH_BLOCK 64u
#define SKETCH_CELLS (SKETCH_BINS + SKETCH_REGIONS * SKETCH_BLOCK)
#define SKETCH_SIGMA 5

struct sketch_person {
    uint8_t pseudonym[16]; /* one and the same at every node, by a key that no node has alone */
    uint8_t region[2];
    uint8_t regions; /* 1, or 2 for one who moved */
};

struct sketch {
    uint64_t cell[SKETCH_CELLS]; /* the sum: all that anybody sees */

    /* Known to nodes: */
    uint8_t key[32];              /* K_q */
    uint32_t place[SKETCH_CELLS]; /* bin b, then the blocks, to cell: a permutation by K_q */

    /* Known to nobody: */
    uint8_t members[SKETCH_CELLS]; /* how many put something there */
    bool plain;                    /* a broken variant: 1 in place of random bits */
    struct rng rng;
    struct door door; /* 21 askings are 21 nodes: every one has its own noise */
};

/* On the heap: 1.2 MB. Ends the program when memory is out. */
struct sketch *sketch_new(uint64_t seed);
void sketch_free(struct sketch *sketch);

/* People of random regions, every twentieth of two. */
void sketch_people(struct rng *rng, struct sketch_person *people, size_t n);
/* A fresh question: its own K_q, every region's matches and noise, summed. */
void sketch_ask(struct sketch *sketch, const struct sketch_person *people, size_t n);
/* The cell of a person, for who has K_q. */
uint32_t sketch_place(const struct sketch *sketch, const uint8_t pseudonym[static 16]);
/* Cells that are not zero; of the data alone, for who has K_q. */
size_t sketch_count(const struct sketch *sketch);
size_t sketch_count_data(const struct sketch *sketch);
/* Linear counting: persons that fill so many cells, the blocks' 32 a node taken off. */
double sketch_estimate(size_t count);

/* The same vectors one by one, under the real masks of mode sum: cells whose sum differs from the
 * sum without masks. */
size_t sketch_masked(struct sketch *sketch, const struct sketch_person *people, size_t n);
