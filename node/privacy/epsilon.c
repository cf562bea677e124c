/* SPDX-License-Identifier: Apache-2.0 */
#include "node/privacy/epsilon.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>

#define ALPHA_LEAST 1.000001
#define HALVINGS 200

/* Does the formula grow at this alpha? Its derivative is rho + ln(alpha delta) / (alpha - 1)^2. */
static bool grows(double alpha, double rho, double delta)
{
    return rho * (alpha - 1) * (alpha - 1) > -log(alpha * delta);
}

double epsilon_at(double rho, double delta)
{
    assert(rho >= 0 && delta > 0 && delta < 1);
    double low = ALPHA_LEAST, high = 2, epsilon;

    if (rho == 0)
        return 0;
    while (!grows(high, rho, delta)) /* ends at 1 / delta at the latest */
        high *= 2;
    for (int i = 0; i < HALVINGS; i++) {
        double middle = low + (high - low) / 2;

        if (grows(middle, rho, delta))
            high = middle;
        else
            low = middle;
    }
    epsilon = high * rho + log1p(-1 / high) + (-log(delta) - log(high)) / (high - 1);
    return epsilon > 0 ? epsilon : 0;
}

void epsilon_text(int64_t nrho, char text[static EPSILON_TEXT_BYTES])
{
    assert(nrho >= 0);
    double epsilon = epsilon_at((double)nrho / 1e9, EPSILON_DELTA);

    snprintf(text, EPSILON_TEXT_BYTES, "%.1f (%.2f)", ceil(epsilon * 10 - 1e-9) / 10, epsilon);
}
