#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The statistics by which the tests judge. Every p value is exact up to rounding (incomplete gamma
 * and beta functions; Numerical Recipes, 3rd edition, 6.2 and 6.4), no tables. Values only; any
 * thread.
 */
#include <stddef.h>
#include <stdint.h>

/* Significance of every statistical test (reference: privacy, section 6), and its normal quantiles.
 */
#define ALPHA 1e-6
#define Z_ONE_SIDED 4.75
#define Z_TWO_SIDED 4.89

double normal_cdf(double x);
double normal_quantile(double p);
/* P(chi-square with df degrees of freedom >= x). */
double chi_square_p(double x, double df);
/* Clopper-Pearson: the true probability is below (above) this with probability at most alpha. */
double share_at_least(uint64_t hits, uint64_t n, double alpha);
double share_at_most(uint64_t hits, uint64_t n, double alpha);

/*
 * Best accuracy in guessing one person's bit at prior 1/2 from everything that rho buys:
 * Phi(sqrt(2 rho) / 2); and the best TPR at a given FPR: Phi(Phi^-1(FPR) + sqrt(2 rho)).
 */
double accuracy_bound(double rho);
double tpr_bound(double fpr, double rho);

/* Chi-square of observed counts against probabilities; bins of expectation under 20 are joined to
 * their neighbours. Returns p; *z is the standardised statistic. */
double goodness_p(const uint64_t *observed, const double *probability, size_t n, uint64_t total,
                  double *z);
/* Two samples from one distribution? The same joining. */
double same_p(const uint64_t *a, const uint64_t *b, size_t n);
/* Correlation of n pairs. */
double correlation(const double *x, const double *y, size_t n);
int compare_doubles(const void *a, const void *b);
double median(double *x, size_t n); /* sorts */
