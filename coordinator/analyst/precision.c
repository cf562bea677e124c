/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/analyst/precision.h"

#include <assert.h>
#include <string.h>

#include "proto/query/price.h"

#define TENTHS_OF_ALL 1000

bool precision_read(const char *text, void *tenths, struct err *err)
{
    assert(text && tenths);
    size_t whole = strspn(text, "0123456789"), rest = whole;
    uint32_t value = 0;

    for (size_t i = 0; i < whole && whole <= 3; i++)
        value = value * 10 + (uint32_t)(text[i] - '0');
    value *= 10;
    if (text[rest] == '.' && text[rest + 1] >= '0' && text[rest + 1] <= '9') {
        value += (uint32_t)(text[rest + 1] - '0');
        rest += 2;
    }
    if (whole < 1 || whole > 3 || strcmp(text + rest, "%") != 0 || value < 1 ||
        value > TENTHS_OF_ALL)
        return err_set(err, ERR_INVALID,
                       "--precision takes 0.1%% to 100%%, as in 5%% or 2.5%%: the half width of "
                       "the interval, as a part of the figure");
    *(uint32_t *)tenths = value;
    return true;
}

/* Is the interval at this sigma narrow enough? Widths grow with sigma. */
static bool suits(struct precision_scout scout, uint32_t tenths, uint32_t sigma)
{
    return (double)scout.half_width * sigma / PRECISION_SCOUT_SIGMA * TENTHS_OF_ALL <=
           (double)scout.figure * tenths;
}

uint32_t precision_sigma(struct precision_scout scout, uint32_t tenths, uint32_t finest)
{
    assert(scout.half_width > 0 && tenths > 0 && price_sigma_known(finest));
    for (size_t i = PRICE_SIGMAS; i > 0; i--) {
        uint32_t sigma = price_sigma_menu[i - 1];

        if (sigma > PRECISION_SCOUT_SIGMA) /* the scout is there already, and finer */
            continue;
        if (sigma <= finest || suits(scout, tenths, sigma))
            return sigma < finest ? finest : sigma;
    }
    return finest;
}
