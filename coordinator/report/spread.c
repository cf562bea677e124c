/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/report/spread.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>

#define DEVIATIONS 9.0 /* values further out have a probability below 1e-18 */
#define TERMS_MAX 64   /* |phi|^k is below 1e-18 after about 27 terms */
#define NEGLIGIBLE 1e-18

/* The Fourier series of the distribution of the sum, over one period. */
struct series {
    double period;
    size_t n;
    double term[TERMS_MAX]; /* phi(2 pi j / period)^k */
};

/* The characteristic function of one draw at t. */
static double phi(double variance, double t)
{
    int64_t reach = (int64_t)ceil(DEVIATIONS * sqrt(variance));
    double mass = 1.0;
    double sum = 1.0;

    for (int64_t x = 1; x <= reach; x++) {
        double weight = 2.0 * exp(-(double)(x * x) / (2.0 * variance));

        mass += weight;
        sum += weight * cos(t * (double)x);
    }
    return sum / mass;
}

static void series_init(struct series *series, size_t k, double variance)
{
    assert(k >= 1 && k <= SPREAD_DRAWS_MAX && variance >= 1);
    series->period = 2.0 * ceil(DEVIATIONS * sqrt(variance * (double)k)) + 1.0;
    for (series->n = 0; series->n < TERMS_MAX; series->n++) {
        double t = 2.0 * M_PI * (double)series->n / series->period;
        double term = pow(fabs(phi(variance, t)), (double)k); /* phi is positive wherever its value
                                                               * matters */

        if (term < NEGLIGIBLE)
            break;
        series->term[series->n] = term;
    }
}

static double series_at(const struct series *series, int64_t s)
{
    double sum = series->term[0];

    for (size_t j = 1; j < series->n; j++)
        sum += 2.0 * series->term[j] * cos(2.0 * M_PI * (double)j * (double)s / series->period);
    return sum / series->period;
}

double spread_probability(size_t k, uint32_t sigma, int64_t s)
{
    struct series series;

    series_init(&series, k, (double)sigma * sigma);
    return series_at(&series, s);
}

static int64_t half_width(size_t k, double variance, double share)
{
    struct series series;
    double covered;
    int64_t h = 0;

    series_init(&series, k, variance);
    assert(share > 0 && share < 1);
    covered = series_at(&series, 0);
    while (covered < share && (double)h < series.period / 2) {
        h++;
        covered += 2.0 * series_at(&series, h);
    }
    return h;
}

int64_t spread_half_width(size_t k, uint32_t sigma, double share)
{
    assert(k >= 1 && k <= SPREAD_DRAWS_MAX && share < 1);
    return half_width(k, (double)sigma * sigma, share);
}

int64_t spread_sum_half_width(size_t m, size_t shares, uint32_t sigma, double share)
{
    assert(shares >= 1 && shares <= m);
    return half_width(m, (double)sigma * sigma / (double)shares, share);
}
