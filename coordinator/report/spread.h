#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How far a sum of noised figures can be from the true sum.
 *
 * Each of k figures has its own draw of the discrete Gaussian with parameter sigma. The
 * distribution of their sum is computed exactly, to double precision, from its characteristic
 * function: on a lattice the k-fold convolution is the k-th power of one Fourier sum, and the
 * trapezoid rule's only error is what lies beyond 9 standard deviations. Pure; any thread.
 */
#include <stddef.h>
#include <stdint.h>

#define SPREAD_DRAWS_MAX 4096

/*
 * The smallest h with P(|sum of k draws| <= h) >= share, for k in 1..SPREAD_DRAWS_MAX and share <
 * 1.
 */
int64_t spread_half_width(size_t k, uint32_t sigma, double share);
/*
 * The same for the total of a sum under masks: m draws of variance sigma^2 / shares, which are as
 * wide as one draw of variance sigma^2 m / shares (reference: privacy, section 4.7).
 */
int64_t spread_sum_half_width(size_t m, size_t shares, uint32_t sigma, double share);
/* P(sum of k draws = s), for |s| up to 9 standard deviations. */
double spread_probability(size_t k, uint32_t sigma, int64_t s);
