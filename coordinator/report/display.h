#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What may be printed of a released figure: nothing below the threshold, and rounded to a base.
 *
 * A display rule, applied after the noise and after all adding (reference: privacy, 4.8). Zero is
 * never special: it is below the threshold like any small figure, and nothing is cut at zero before
 * it is added. Pure; any thread.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct display_rule {
    uint32_t below; /* T: figures under it show as "<T"; 0: none */
    uint32_t base;  /* round to multiples of it; 0 and 1: not at all */
};

/* A printable figure: either suppressed, or a value with its 95 % interval. */
struct figure {
    bool suppressed; /* then value is 0 and low..high says only what "<T" says */
    int64_t value;
    int64_t low; /* the interval, rounded outwards, at least 0 */
    int64_t high;
};

/* The figure of a noised value whose 95 % half width is given. */
struct figure display_figure(int64_t noised, int64_t half_width, const struct display_rule *rule);
/* Its interval alone: rounded outwards to multiples of base, nothing below 0. */
void display_range(int64_t noised, int64_t half_width, uint32_t base, int64_t *low, int64_t *high);
/* The nearest multiple of base, halves away from zero. */
int64_t display_round(int64_t value, uint32_t base);
/*
 * Round n parts so that they add up to the rounded sum (largest remainder): each moves by less than
 * base, the order of equal remainders is that of the parts.
 */
void display_parts(const int64_t *part, size_t n, uint32_t base, int64_t *out);
