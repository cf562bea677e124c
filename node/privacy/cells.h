#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * True cells, sealed: evaluation puts counts in, and only node/privacy/noise.c takes them out.
 *
 * The struct is opaque here and its inside is in cells_inside.h, which tests/tidy lets nobody but
 * cells.c and noise.c include. There is no function that reads, compares, prints or copies a cell.
 * Memory comes from libsodium's guarded heap and is wiped by cells_free(). One thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

#define CELLS_MAX 65536

struct cells;

/* n zeroed cells, 1..CELLS_MAX; NULL when memory is out. */
struct cells *cells_new(size_t n);
/* Wipes. Accepts NULL. */
void cells_free(struct cells *cells);
/* Cell i (below n, asserted) becomes value. */
void cells_put(struct cells *cells, size_t i, int64_t value);
void cells_add(struct cells *cells, size_t i, int64_t value);
size_t cells_count(const struct cells *cells);
