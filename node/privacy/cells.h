#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * True cells, sealed: evaluation puts counts in, and only node/privacy/noise.c takes them out.
 *
 * The struct is opaque; tests/tidy lets only cells.c and noise.c include its definition in
 * cells_inside.h. No function reads, compares, prints or copies a cell. Memory comes from
 * libsodium's guarded heap and is wiped by cells_free(). One thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

#define CELLS_MAX 65536

struct cells;

/* n zeroed cells, n in 1..CELLS_MAX. NULL when memory is out. */
struct cells *cells_new(size_t n);
/* Wipes. Accepts NULL. */
void cells_free(struct cells *cells);
/* Sets cell i to value; i < n is asserted. */
void cells_put(struct cells *cells, size_t i, int64_t value);
void cells_add(struct cells *cells, size_t i, int64_t value);
size_t cells_count(const struct cells *cells);
