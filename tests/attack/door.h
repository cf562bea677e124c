#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The real noise door as an attacker's target: true cells go in, and every asking is one release
 * under a key that was never used before. One thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "node/privacy/noise.h"

struct door {
    struct noise *noise;
    struct cells *cells;
    struct measure measure;
    struct noise_draw draw;
    uint64_t request;
};

void door_make(struct door *door, enum measure_kind kind, uint32_t parts, uint32_t sigma,
               uint64_t seed);
/* Gives cells of the door's measure a sigma of their own, as measure_grade() does. */
void door_grade(struct door *door, uint32_t sigma_undetermined, uint32_t sigma_total);
void door_clear(struct door *door);
/* One release of measure.n_cells true values. */
void door_ask(struct door *door, const int64_t *cells, int64_t *out);
/* The same under the key that is in draw.noise_key. */
void door_ask_again(struct door *door, const int64_t *cells, int64_t *out);
/* One count without undetermined persons: its matched cell. */
int64_t door_count(struct door *door, int64_t count);
/* What one release costs, as rho, by the real price. */
double door_rho(const struct door *door);
