#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * noise_open() is the only function in rikstal that reads a true cell; it adds discrete Gaussian
 * noise to every cell that it returns.
 *
 * The noise is a function of (key of the snapshot, noise_key): the same question on the same data
 * always gets the same noise, so a repeat shows nothing new, and a retry after a crash gives the
 * same answer. Samples come from cumulative tables (tables.py), by 128 bits of a ChaCha20 stream
 * for each cell at the position of its index. Sampling uses integers only, and no branch or memory
 * access depends on data (reference: privacy, sections 4.1 and 4.2). A noise belongs to one thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "node/privacy/cells.h"
#include "proto/query/measure.h"

#define NOISE_KEY_BYTES 32

struct noise;

/* Copies the snapshot's 32 secret bytes into guarded memory. The caller wipes its own copy. */
bool noise_new(const uint8_t key[static NOISE_KEY_BYTES], struct noise **out,
               struct err *err) MUST_CHECK;
/* Wipes. Accepts NULL. */
void noise_free(struct noise *noise);

struct noise_draw {
    uint8_t noise_key[32];
    uint32_t sigma; /* the question's, one of price_sigma_menu (price.h); cells may have their own
                     * (measure.h) */
    uint32_t
        shares; /* 1: full noise. k in 3..16: variance sigma^2 / k, for sums under masks only */
};

/*
 * Sets out[i] = cell i + noise i, of the sigma that cell i has, for the cells that the measure
 * declares. ERR_INTERNAL, and no cell is read, when there are not exactly measure->n_cells cells,
 * or when the measure is not exactly what measure_declare() makes (proto/query/measure.h).
 */
bool noise_open(const struct noise *noise, const struct noise_draw *draw,
                const struct measure *measure, const struct cells *cells, int64_t *out,
                struct err *err) MUST_CHECK;
