#pragma once
/*
 * What a question costs, from the question alone: no data is read, so a price tells nothing.
 *
 * One release of a vector with squared sensitivity s under noise of variance sigma^2 is rho-zCDP
 * with rho = s / (2 sigma^2) (CKS20, Bun-Steinke; reference: privacy, section 3.1). Amounts are
 * nano-rho (1e-9 of rho) in an int64, rounded up; a point is rho 0.001. No floating point. Any
 * thread.
 */
#include <stdint.h>

#include "proto/query/measure.h"

#define PRICE_NRHO INT64_C(1000000000) /* rho 1 */
#define PRICE_POINT_NRHO INT64_C(1000000)

/* The sigma menu: 5, 10, 20, 50. */
#define PRICE_SIGMAS 4
extern const uint32_t price_sigma_menu[PRICE_SIGMAS];
bool price_sigma_known(uint32_t sigma);

/* ERR_INVALID when sigma is not on the menu. */
bool price_of(const struct measure *measure, uint32_t sigma, int64_t *nrho,
              struct err *err) MUST_CHECK;
