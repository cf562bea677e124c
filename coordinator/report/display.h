#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The display rule: what may be printed of a released figure. Figures below the threshold are
 * hidden, others are rounded to a base.
 *
 * The rule is applied after the noise and after all adding (reference: privacy, 4.8). Zero is not
 * special: it is below the threshold like every small figure, and values are not cut at zero before
 * they are added. Pure; any thread.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "coordinator/report/figure.h"

struct display_rule {
    uint32_t below; /* T: figures below it are shown as "<T"; 0: no threshold */
    uint32_t base;  /* round to multiples of it; 0 and 1: no rounding */
};

/* Makes the figure of a noised value with this 95 % half width. */
struct figure display_figure(int64_t noised, int64_t half_width, const struct display_rule *rule);
/* Makes only its interval: rounded outwards to multiples of base, at least 0. */
void display_range(int64_t noised, int64_t half_width, uint32_t base, int64_t *low, int64_t *high);
/* The nearest multiple of base; halves are rounded away from zero. */
int64_t display_round(int64_t value, uint32_t base);
/*
 * Rounds n parts so that they add up to the rounded sum (largest remainder). Each changes by less
 * than base; among equal remainders the earlier part comes first.
 */
void display_parts(const int64_t *part, size_t n, uint32_t base, int64_t *out);
