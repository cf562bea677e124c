/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/attack/gauss.h"

#include <math.h>
#include <stdlib.h>

#include "tests/attack/report.h"

void gauss_make(struct gauss *gauss, uint32_t num, uint32_t den)
{
    long double variance = (long double)num / den, total = 0;
    int reach = (int)ceill(40 * sqrtl(variance)) + 2;

    gauss->memory = calloc(2 * (size_t)reach + 1, sizeof(*gauss->memory));
    if (!gauss->memory)
        broken("probabilities", "out of memory");
    gauss->reach = reach;
    gauss->at0 = gauss->memory + reach;
    for (int k = reach; k >= 1; k--) { /* small ones first: no digit is lost */
        gauss->at0[k] = expl(-(long double)k * k / (2 * variance));
        total += 2 * gauss->at0[k];
    }
    gauss->at0[0] = 1;
    total += 1;
    for (int k = 0; k <= reach; k++)
        gauss->at0[k] = gauss->at0[-k] = gauss->at0[k] / total;
}

void gauss_clear(struct gauss *gauss)
{
    free(gauss->memory);
}

long double gauss_p(const struct gauss *gauss, int64_t k)
{
    return k < -gauss->reach || k > gauss->reach ? 0 : gauss->at0[k];
}

double gauss_hockey_stick(const struct gauss *gauss, int shift, double epsilon)
{
    long double sum = 0, factor = expl(epsilon);

    for (int64_t k = -gauss->reach; k <= gauss->reach; k++) {
        long double gap = gauss_p(gauss, k) - factor * gauss_p(gauss, k - shift);

        sum += gap > 0 ? gap : 0;
    }
    return (double)sum;
}

static bool one_in(struct rng *rng, uint64_t num, uint64_t den) /* true with num / den <= 1 */
{
    return rng_below(rng, den) < num;
}

/* True with probability exp(-num / den), num <= den: algorithm 1. */
static bool exp_small(struct rng *rng, uint64_t num, uint64_t den)
{
    uint64_t k = 1;

    while (one_in(rng, num, den * k))
        k++;
    return k % 2 == 1;
}

static bool exp_any(struct rng *rng, uint64_t num, uint64_t den)
{
    for (; num > den; num -= den)
        if (!exp_small(rng, 1, 1))
            return false;
    return exp_small(rng, num, den);
}

/* Discrete Laplace of scale t: algorithm 2 with s = 1. */
static int64_t laplace(struct rng *rng, uint64_t t)
{
    for (;;) {
        uint64_t u = rng_below(rng, t), v = 0, magnitude;

        if (!exp_small(rng, u, t))
            continue;
        while (exp_small(rng, 1, 1))
            v++;
        magnitude = u + t * v;
        bool negative = rng_below(rng, 2);

        if (negative && magnitude == 0)
            continue;
        return negative ? -(int64_t)magnitude : (int64_t)magnitude;
    }
}

/* Algorithm 3: accept y with exp(-(|y| - v/t)^2 / (2 v)), v = num / den, t = floor(sqrt v) + 1. */
int64_t gauss_reject(struct rng *rng, uint32_t num, uint32_t den)
{
    uint64_t t = (uint64_t)floor(sqrt((double)num / den)) + 1;

    for (;;) {
        int64_t y = laplace(rng, t);
        int64_t gap = (y < 0 ? -y : y) * (int64_t)den * (int64_t)t - (int64_t)num;

        if (exp_any(rng, (uint64_t)(gap * gap), 2 * (uint64_t)num * den * t * t))
            return y;
    }
}
