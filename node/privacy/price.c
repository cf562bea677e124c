#include "node/privacy/price.h"

#include <stddef.h>

const uint32_t price_sigma_menu[PRICE_SIGMAS] = {5, 10, 20, 50};

bool price_sigma_known(uint32_t sigma)
{
    for (size_t i = 0; i < PRICE_SIGMAS; i++)
        if (price_sigma_menu[i] == sigma)
            return true;
    return false;
}

bool price_of(const struct measure *measure, uint32_t sigma, int64_t *nrho, struct err *err)
{
    if (!price_sigma_known(sigma))
        return err_set(err, ERR_INVALID, "sigma is 5, 10, 20 or 50, not %u", sigma);
    *nrho = measure_price_nrho(measure, sigma);
    return true;
}
