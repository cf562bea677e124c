#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How precisely a count must be asked so that its interval is a given part of it, by what a first,
 * coarse question has released. It follows released figures alone, never data, and never asks more
 * finely than the asker allows. Pure; any thread.
 */
#include <stdint.h>

#include "proto/base/err.h"

#define PRECISION_SCOUT_SIGMA 50 /* the coarsest of the menu (proto/query/price.h) */

/* "5%", "0.5%", "100%": into a uint32_t, in tenths of a percent. ERR_INVALID for another text. */
bool precision_read(const char *text, void *tenths, struct err *err) MUST_CHECK;
/* What the coarse question has released. */
struct precision_scout {
    int64_t figure;     /* the total; 0 when it is below what is shown */
    int64_t half_width; /* of its interval of 95 % */
};
/*
 * The coarsest sigma of the menu whose interval is at most this part of the figure; `finest` when
 * only a finer one would do, or none.
 */
uint32_t precision_sigma(struct precision_scout scout, uint32_t tenths, uint32_t finest);
