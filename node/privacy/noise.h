#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The door: noise_open() is the only function in rikstal that reads a true cell, and what comes out
 * has discrete Gaussian noise on every cell.
 *
 * The noise is a function of (key of the snapshot, noise_key): the same question on the same data
 * always gets the same noise, so a repeat shows nothing new, and a retry after a crash gives the
 * same answer. Sampling is by cumulative tables (tables.py) over a ChaCha20 stream of 128 bits a
 * cell, cell index = position: integers only, no branch and no memory access that depends on data
 * (reference: privacy, sections 4.1 and 4.2). A noise belongs to one thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "node/privacy/cells.h"
#include "proto/query/measure.h"

#define NOISE_KEY_BYTES 32

struct noise;

/* A copy of the snapshot's 32 secret bytes in guarded memory; the caller wipes its own. */
bool noise_new(const uint8_t key[static NOISE_KEY_BYTES], struct noise **out,
               struct err *err) MUST_CHECK;
/* Wipes. Accepts NULL. */
void noise_free(struct noise *noise);

struct noise_draw {
    uint8_t noise_key[32];
    uint32_t sigma; /* on the menu of price.h */
    uint32_t
        shares; /* 1: full noise. k in 3..16: variance sigma^2 / k, for sums under masks only */
};

/*
 * out[i] = cell i + noise i, for the cells that measure declares: exactly its n_cells, and exactly
 * as measure_declare() has it (proto/query/measure.h), else ERR_INTERNAL and nothing is opened.
 */
bool noise_open(const struct noise *noise, const struct noise_draw *draw,
                const struct measure *measure, const struct cells *cells, int64_t *out,
                struct err *err) MUST_CHECK;
