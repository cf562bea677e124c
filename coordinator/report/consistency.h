#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A tree of noised figures becomes one that adds up: first the best estimates that do, then none
 * below zero, then whole multiples of the rounding base.
 *
 * Post-processing of what was released: it costs no budget and cannot weaken what noise promises.
 *
 * - consistency_fit(): weighted least squares in two passes, up and down (Hay, Rastogi, Miklau and
 *   Suciu, 2010), for any variances: each node's value is the best linear unbiased estimate from
 * all measurements of the tree, and its variance is that of this estimate.
 * - consistency_clamp(): in every family the nearest values, in least squares, that are not
 * negative and still add up to their parent's. All larger values sink by the same amount. Clamping
 * each by itself would raise a total by 0.4 sigma for every empty part; scaling back in proportion
 * would take that from the large parts (reference: privacy, 4.9, has it so; see the README).
 * - consistency_round(): largest remainder, from the root down: each moves by less than base.
 *
 * Doubles are good enough here: figures are below 2^53. Pure; any thread.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONSISTENCY_NODES_MAX 4200 /* a table of 4096 parts and what stands above them */

/* The nodes stand in one array, root first, children together and after their parent. */
struct consistency_node {
    size_t first; /* child; only with n_children */
    size_t n_children;
    double measured; /* noised */
    double variance; /* of the noise; INFINITY: not measured, which a leaf never is */
    double value;    /* made consistent */
    double left;     /* variance of the fitted value */
};

void consistency_fit(struct consistency_node *nodes, size_t n);
void consistency_clamp(struct consistency_node *nodes, size_t n);
void consistency_round(const struct consistency_node *nodes, size_t n, uint32_t base, int64_t *out);
