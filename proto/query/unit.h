#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Units of measurements: those of UCUM that laboratories use, what they are spelled like, and how
 * two of one dimension compare. Numbers are in units of 1e-9 (proto/base/number.h), factors are
 * whole numbers, and comparing is exact.
 *
 * Only what holds for every substance is converted: mmol/L to umol/L, g/dL to g/L, U/L to ukat/L
 * (1 U is 1 umol a minute), mm[Hg] to kPa. Moles and grams, and the two scales of HbA1c, are
 * different dimensions. Source: UCUM 2.1, ucum.org. Constant; any thread.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct unit {
    const char *name; /* as UCUM spells it, "mmol/L" */
    uint8_t dimension;
    int64_t times; /* of the dimension's base: times / parts; both below 2^36 */
    int64_t parts;
};

/* Of all units, for help and completion. */
extern const struct unit units[];
extern const size_t units_n;

/* The unit of this name, or of a spelling of it ("µmol/l", "10^9/L"). NULL: none that is known. */
const struct unit *unit_find(const char *text);
/* Can one be converted into the other? */
bool unit_converts(const struct unit *from, const struct unit *to);
/* -1, 0 or 1: is the one less, equal or greater? Both are of one dimension. */
int unit_compare(int64_t nano, const struct unit *unit, int64_t other_nano,
                 const struct unit *other);
