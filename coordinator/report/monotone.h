#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes a row of noised figures monotone: the nearest row, in weighted least squares, that never
 * rises (isotonic regression; pool adjacent violators: Ayer, Brunk, Ewing, Reid, Silverman 1955).
 *
 * Neighbours in the wrong order become their weighted mean, so no figure is moved further than its
 * neighbours' noise, and figures that are in order stay as they are. It post-processes released
 * figures only, so it costs no budget. Pure; any thread.
 */
#include <stddef.h>

#define MONOTONE_FIGURES_MAX 64

/* In place; n in 0..MONOTONE_FIGURES_MAX; weights are above 0. */
void monotone_falling(double *value, const double *weight, size_t n);
