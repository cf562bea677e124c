#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The epsilon of a budget. Every epsilon that is printed comes from here; a test compares those of
 * deploy/privacy-statement.md.
 *
 * Budgets are rho of zero-concentrated differential privacy. (epsilon, delta) follows by the
 * conversion of Canonne, Kamath and Steinke (2020, proposition 12), which OpenDP's cdp_epsilon
 * computes: the least over alpha > 1 of
 *     alpha rho + ln(1 - 1/alpha) + (ln(1/delta) - ln(alpha)) / (alpha - 1).
 * Every alpha gives a valid epsilon, so an inexact search can only print more, never less. Budgets
 * themselves stay integers: the doubles are for printing. Values only; any thread.
 */
#include <stdint.h>

#define EPSILON_DELTA 1e-6 /* the delta of every epsilon that is printed */
#define EPSILON_TEXT_BYTES 64

/* rho >= 0, 0 < delta < 1; 0 for rho 0. */
double epsilon_at(double rho, double delta);
/*
 * The epsilon of nrho >= 0 nano-rho at EPSILON_DELTA in words: "5.3 (5.22)", the tenth rounded up
 * and the nearest hundredth.
 */
void epsilon_text(int64_t nrho, char text[static EPSILON_TEXT_BYTES]);
