/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/query/price.h"

#include <assert.h>

const uint32_t price_sigma_menu[PRICE_SIGMAS] = {5, 10, 20, 50};

size_t price_sigma_place(uint32_t sigma)
{
    size_t i = 0;

    while (i < PRICE_SIGMAS && price_sigma_menu[i] != sigma)
        i++;
    return i;
}

bool price_sigma_known(uint32_t sigma)
{
    return price_sigma_place(sigma) < PRICE_SIGMAS;
}

const char *price_sigma_word(size_t i)
{
    static const char *const words[PRICE_SIGMAS] = {"5", "10", "20", "50"};

    return i < PRICE_SIGMAS ? words[i] : NULL;
}

int64_t price_nrho(const struct measure *measure, uint32_t sigma)
{
    int64_t divisor = 2 * (int64_t)sigma * sigma;

    assert(sigma > 0 && measure->sensitivity_squared > 0 &&
           measure->sensitivity_squared <= MEASURE_CHANGES_MAX);
    return ((int64_t)measure->sensitivity_squared * PRICE_NRHO + divisor - 1) / divisor;
}

bool price_of(const struct measure *measure, uint32_t sigma, int64_t *nrho, struct err *err)
{
    assert(measure && nrho);
    if (!price_sigma_known(sigma))
        return err_set(err, ERR_INVALID, "sigma is " PRICE_SIGMA_LIST ", not %u", sigma);
    *nrho = price_nrho(measure, sigma);
    return true;
}
