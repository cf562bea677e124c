/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/attack/stats.h"

#include <math.h>
#include <stdlib.h>

#define BIN_MIN 20.0

double normal_cdf(double x)
{
    return 0.5 * erfc(-x / sqrt(2.0));
}

double normal_quantile(double p)
{
    double low = -40, high = 40;

    for (int i = 0; i < 200; i++) {
        double middle = (low + high) / 2;

        if (normal_cdf(middle) < p)
            low = middle;
        else
            high = middle;
    }
    return (low + high) / 2;
}

/* Lower incomplete gamma by its series, for x < a + 1. */
static double gamma_series(double a, double x)
{
    double term = 1 / a, sum = term;

    for (int n = 1; n < 100000 && term > sum * 1e-17; n++) {
        term *= x / (a + n);
        sum += term;
    }
    return sum * exp(-x + a * log(x) - lgamma(a));
}

/* Upper incomplete gamma by its continued fraction (Lentz), for x >= a + 1. */
static double gamma_fraction(double a, double x)
{
    double b = x + 1 - a, c = 1e300, d = 1 / b, h = d;

    for (int i = 1; i < 100000; i++) {
        double an = -i * (i - a), delta;

        b += 2;
        d = an * d + b;
        d = 1 / (fabs(d) < 1e-300 ? 1e-300 : d);
        c = b + an / c;
        delta = d * (fabs(c) < 1e-300 ? c = 1e-300 : c);
        h *= delta;
        if (fabs(delta - 1) < 1e-16)
            break;
    }
    return h * exp(-x + a * log(x) - lgamma(a));
}

double chi_square_p(double x, double df)
{
    double a = df / 2, half = x / 2;

    if (half <= 0)
        return 1;
    return half < a + 1 ? 1 - gamma_series(a, half) : gamma_fraction(a, half);
}

static double beta_fraction(double a, double b, double x)
{
    double c = 1, d = 1 - (a + b) * x / (a + 1), h;

    d = 1 / (fabs(d) < 1e-300 ? 1e-300 : d);
    h = d;
    for (int m = 1; m < 100000; m++) {
        double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        double delta;

        d = 1 / (1 + even * d);
        c = 1 + even / c;
        h *= d * c;
        d = 1 / (1 + odd * d);
        c = 1 + odd / c;
        delta = d * c;
        h *= delta;
        if (fabs(delta - 1) < 1e-16)
            break;
    }
    return h;
}

/* Regularised incomplete beta I_x(a, b). */
static double beta(double a, double b, double x)
{
    double front;

    if (x <= 0 || x >= 1)
        return x >= 1;
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x));
    return x < (a + 1) / (a + b + 2) ? front * beta_fraction(a, b, x) / a
                                     : 1 - front * beta_fraction(b, a, 1 - x) / b;
}

/* The p at which I_p(a, b) = level. */
static double beta_quantile(double a, double b, double level)
{
    double low = 0, high = 1;

    for (int i = 0; i < 100; i++) {
        double middle = (low + high) / 2;

        if (beta(a, b, middle) < level)
            low = middle;
        else
            high = middle;
    }
    return (low + high) / 2;
}

double share_at_least(uint64_t hits, uint64_t n, double alpha)
{
    return hits == 0 ? 0 : beta_quantile((double)hits, (double)(n - hits) + 1, alpha);
}

double share_at_most(uint64_t hits, uint64_t n, double alpha)
{
    return 1 - share_at_least(n - hits, n, alpha);
}

double accuracy_bound(double rho)
{
    return normal_cdf(sqrt(2 * rho) / 2);
}

double tpr_bound(double fpr, double rho)
{
    return normal_cdf(normal_quantile(fpr) + sqrt(2 * rho));
}

double goodness_p(const uint64_t *observed, const double *probability, size_t n, uint64_t total,
                  double *z)
{
    double statistic = 0, hits = 0, expected = 0, left = 1;
    int bins = 0;

    for (size_t i = 0; i < n; i++) {
        hits += (double)observed[i];
        expected += probability[i] * (double)total;
        left -= probability[i];
        /* a bin is closed when it is full and what is left can fill one more */
        if (i + 1 < n && (expected < BIN_MIN || left * (double)total < BIN_MIN))
            continue;
        statistic += (hits - expected) * (hits - expected) / expected;
        bins++;
        hits = expected = 0;
    }
    *z = (statistic - (bins - 1)) / sqrt(2.0 * (bins - 1));
    return chi_square_p(statistic, bins - 1);
}

double same_p(const uint64_t *a, const uint64_t *b, size_t n)
{
    double total_a = 0, total_b = 0, in_a = 0, in_b = 0, statistic = 0, left;
    int bins = 0;

    for (size_t i = 0; i < n; i++) {
        total_a += (double)a[i];
        total_b += (double)b[i];
    }
    left = total_a + total_b;
    for (size_t i = 0; i < n; i++) {
        in_a += (double)a[i];
        in_b += (double)b[i];
        left -= (double)(a[i] + b[i]);
        if (i + 1 < n && (in_a + in_b < 2 * BIN_MIN || left < 2 * BIN_MIN))
            continue;
        double ratio = sqrt(total_b / total_a), gap = ratio * in_a - in_b / ratio;

        statistic += gap * gap / (in_a + in_b);
        bins++;
        in_a = in_b = 0;
    }
    return chi_square_p(statistic, bins - 1);
}

double correlation(const double *x, const double *y, size_t n)
{
    double mx = 0, my = 0, xx = 0, yy = 0, xy = 0;

    for (size_t i = 0; i < n; i++) {
        mx += x[i] / (double)n;
        my += y[i] / (double)n;
    }
    for (size_t i = 0; i < n; i++) {
        xx += (x[i] - mx) * (x[i] - mx);
        yy += (y[i] - my) * (y[i] - my);
        xy += (x[i] - mx) * (y[i] - my);
    }
    return xy / sqrt(xx * yy);
}

int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

double median(double *x, size_t n)
{
    qsort(x, n, sizeof(*x), compare_doubles);
    return n % 2 ? x[n / 2] : (x[n / 2 - 1] + x[n / 2]) / 2;
}
