/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/query/price.h"

#include <assert.h>

const uint32_t price_sigma_menu[PRICE_SIGMAS] = {5, 10, 20, 50, 200, 500};

#define UNDETERMINED_USUAL 200

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
    static const char *const words[PRICE_SIGMAS] = {"5", "10", "20", "50", "200", "500"};

    return i < PRICE_SIGMAS ? words[i] : NULL;
}

bool price_check(const struct measure *measure, uint32_t sigma, struct err *err)
{
    assert(measure);
    if (!price_sigma_known(sigma))
        return err_set(err, ERR_INVALID, "sigma is " PRICE_SIGMA_LIST ", not %u", sigma);
    if (!price_sigma_known(measure_sigma(measure, sigma, MEASURE_TOTAL)))
        return err_set(err, ERR_INVALID, "the sigma of a total is " PRICE_SIGMA_LIST ", not %u",
                       measure->sigma_total);
    if (!price_sigma_known(measure_sigma(measure, sigma, MEASURE_UNDETERMINED)))
        return err_set(err, ERR_INVALID,
                       "the sigma of whom it cannot be told is " PRICE_SIGMA_LIST ", not %u",
                       measure->sigma_undetermined);
    return measure_sigma(measure, sigma, MEASURE_UNDETERMINED) >= sigma ||
           err_set(err, ERR_INVALID,
                   "the sigma of whom it cannot be told, %u, is finer than the question's, %u",
                   measure->sigma_undetermined, sigma);
}

struct measure price_usual(const struct measure *measure, uint32_t sigma)
{
    assert(measure && measure_declaration(measure->kind));
    const struct measure_declaration *d = measure_declaration(measure->kind);
    struct measure usual = *measure;
    uint32_t undetermined = 0, total = 0;
    struct err ignored;

    if (measure->sigma_undetermined || measure->sigma_total)
        return usual;
    if (d->undetermined)
        undetermined = sigma > UNDETERMINED_USUAL ? sigma : UNDETERMINED_USUAL;
    for (size_t i = 0; d->may_total && i < PRICE_SIGMAS && price_sigma_menu[i] <= 2 * sigma; i++)
        total = price_sigma_menu[i];
    if (!measure_grade(&usual, undetermined, total, &ignored) && /* as many parts as there may be */
        !measure_grade(&usual, undetermined, 0, &ignored))
        return *measure;
    return usual;
}

/* Of one cell that a person is in. */
static int64_t cell_nrho(uint32_t sigma)
{
    int64_t divisor = 2 * (int64_t)sigma * sigma;

    assert(sigma > 0);
    return (PRICE_NRHO + divisor - 1) / divisor;
}

int64_t price_nrho(const struct measure *measure, uint32_t sigma)
{
    assert(measure && measure->sensitivity_squared > 0 &&
           measure->sensitivity_squared <= MEASURE_CHANGES_MAX);
    bool has_total = measure->sigma_total > 0;
    int64_t parts = (int64_t)measure->sensitivity_squared - has_total;
    uint32_t total = measure_sigma(measure, sigma, MEASURE_TOTAL);
    uint32_t undetermined = measure_sigma(measure, sigma, MEASURE_UNDETERMINED);
    uint32_t all_undetermined = measure->sigma_undetermined ? undetermined : total;
    int64_t matched = parts * cell_nrho(sigma) + has_total * cell_nrho(total);
    int64_t untold = parts * cell_nrho(undetermined) + has_total * cell_nrho(all_undetermined);

    return matched > untold ? matched : untold;
}

bool price_of(const struct measure *measure, uint32_t sigma, int64_t *nrho, struct err *err)
{
    assert(measure && nrho);
    if (!price_check(measure, sigma, err))
        return false;
    *nrho = price_nrho(measure, sigma);
    return true;
}
