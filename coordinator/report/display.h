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
/*
 * For figures whose value was fitted elsewhere, so that they agree with others. A hidden one's
 * bound reveals only that it is hidden: its noised value may have been lowered by `sunk`, the most
 * in its table, before it was rounded and found below the threshold.
 */
struct figure display_hidden(int64_t sunk, int64_t half_width, const struct display_rule *rule);
/* The interval is that of the noised value, widened to hold the printed one. */
struct figure display_shown(int64_t value, int64_t noised, int64_t half_width,
                            const struct display_rule *rule);
bool display_is_hidden(double fitted, int64_t rounded, const struct display_rule *rule);
/* The nearest multiple of base; halves are rounded away from zero. */
int64_t display_round(int64_t value, uint32_t base);
/*
 * Rounds n parts so that they add up to the rounded sum (largest remainder). Each changes by less
 * than base; among equal remainders the earlier part comes first.
 */
void display_parts(const int64_t *part, size_t n, uint32_t base, int64_t *out);
