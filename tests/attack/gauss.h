#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The discrete Gaussian, twice over and without the tables of node/privacy: its exact probabilities
 * (exponentials in long double), and samples by rejection (Canonne, Kamath, Steinke 2020,
 * algorithms 1 to 3, in integers). The variance is the fraction num / den. Values only; any thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "tests/attack/rng.h"

struct gauss {
    int reach;        /* probabilities of -reach..reach, 40 standard deviations */
    long double *at0; /* at0[k] = Pr[X = k]; at0[-reach..reach] */
    long double *memory;
};

void gauss_make(struct gauss *gauss, uint32_t num, uint32_t den);
void gauss_clear(struct gauss *gauss);
/* 0 beyond reach. */
long double gauss_p(const struct gauss *gauss, int64_t k);
/* max(0, Pr[X in S] - e^epsilon Pr[X + shift in S]) at the worst S. */
double gauss_hockey_stick(const struct gauss *gauss, int shift, double epsilon);

/* One sample by rejection. */
int64_t gauss_reject(struct rng *rng, uint32_t num, uint32_t den);
