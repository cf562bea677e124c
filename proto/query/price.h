#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The price of a question. It follows from the question alone: no data is read, so that it reveals
 * nothing.
 *
 * One release of a vector with squared sensitivity s under noise of variance sigma^2 is rho-zCDP
 * with rho = s / (2 sigma^2) (CKS20, Bun-Steinke; reference: privacy, section 3.1). Amounts are
 * nano-rho (1e-9 of rho) in an int64, rounded up; a point is rho 0.001. No floating point.
 * Constants; any thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"
#include "proto/query/measure.h"

#define PRICE_NRHO INT64_C(1000000000) /* rho 1 */
#define PRICE_POINT_NRHO INT64_C(1000000)

/* The values of sigma that are offered. Each has its noise tables (node/privacy/tables.py). */
#define PRICE_SIGMAS 4
#define PRICE_SIGMA_LIST "5, 10, 20 or 50" /* for messages */
extern const uint32_t price_sigma_menu[PRICE_SIGMAS];
bool price_sigma_known(uint32_t sigma);
/* The index of sigma in PRICE_SIGMA_LIST; PRICE_SIGMAS when it is not in the list. */
size_t price_sigma_place(uint32_t sigma);
/* "5", "10", "20", "50" as a closed list (proto/base/words.h). */
const char *price_sigma_word(size_t i);

/* ERR_INVALID when sigma is not in PRICE_SIGMA_LIST. */
bool price_of(const struct measure *measure, uint32_t sigma, int64_t *nrho,
              struct err *err) MUST_CHECK;
/* The same for a sigma that is in PRICE_SIGMA_LIST. */
int64_t price_nrho(const struct measure *measure, uint32_t sigma);
