#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes a tree of noised figures add up: first the best estimates that add up, then no value below
 * zero, then whole multiples of the rounding base.
 *
 * It post-processes released figures only, so it costs no budget and does not weaken the privacy of
 * the noise.
 *
 * - consistency_fit(): weighted least squares in two passes, up and down (Hay, Rastogi, Miklau and
 *   Suciu, 2010), for any variances: each node's value is the best linear unbiased estimate from
 * all measurements of the tree, and its variance is that of this estimate.
 * - consistency_clamp(): in every family the nearest values, in least squares, that are not
 * negative and still add up to the parent's value. All larger values are reduced by the same
 * amount. Clamping each value alone would raise a total by 0.4 sigma for every empty part, and
 * scaling back in proportion would take that from the large parts (reference: privacy, 4.9,
 * proposes that; the README says why we differ).
 * - consistency_round(): largest remainder, from the root down; each value changes by less than
 * base.
 *
 * Doubles are exact enough because figures are below 2^53. Pure; any thread.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONSISTENCY_NODES_MAX 4200 /* a table of 4096 parts and the nodes above them */

/* The nodes are in one array: root first, children next to each other and after their parent. */
struct consistency_node {
    size_t first; /* index of the first child; used only when n_children > 0 */
    size_t n_children;
    double measured; /* the noised figure */
    double variance; /* variance of the noise; INFINITY: not measured (never for a leaf) */
    double value;    /* the consistent value */
    double left;     /* variance of the fitted value */
};

void consistency_fit(struct consistency_node *nodes, size_t n);
void consistency_clamp(struct consistency_node *nodes, size_t n);
void consistency_round(const struct consistency_node *nodes, size_t n, uint32_t base, int64_t *out);
