#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The price of a question. It follows from the question alone: no data is read, so that it reveals
 * nothing.
 *
 * A release costs a person the sum over the cells that the person is in of 1 / (2 sigma^2), with
 * the sigma of each cell, as rho of zCDP (CKS20, Bun-Steinke; reference: privacy, section 3.1, and
 * budget, section 2). The price is the most that this is for anybody, whoever is in the data: of
 * somebody who is matched, or of whom it cannot be told. Amounts are nano-rho (1e-9 of rho) in an
 * int64, rounded up cell by cell; a point is rho 0.001. No floating point. Constants; any thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"
#include "proto/query/measure.h"

#define PRICE_NRHO INT64_C(1000000000) /* rho 1 */
#define PRICE_POINT_NRHO INT64_C(1000000)

/* The values of sigma that are offered. Each has its noise tables (node/privacy/tables.py). */
#define PRICE_SIGMAS 6
#define PRICE_SIGMA_LIST "5, 10, 20, 50, 200 or 500" /* for messages */
extern const uint32_t price_sigma_menu[PRICE_SIGMAS];
bool price_sigma_known(uint32_t sigma);
/* The index of sigma in PRICE_SIGMA_LIST; PRICE_SIGMAS when it is not in the list. */
size_t price_sigma_place(uint32_t sigma);
/* "5", "10", … "500" as a closed list (proto/base/words.h). */
const char *price_sigma_word(size_t i);

/*
 * ERR_INVALID when a sigma of the measure's cells is not in PRICE_SIGMA_LIST, or that of whom it
 * cannot be told is finer than the question's.
 */
bool price_check(const struct measure *measure, uint32_t sigma, struct err *err) MUST_CHECK;
/*
 * The sigmas that the cells of a question have where its asker says nothing: of whom it cannot be
 * told, 200, or the question's where that is coarser; of a total, the coarsest that is no coarser
 * than twice the question's. A measure without such cells, or that is graded, stays as it is.
 */
struct measure price_usual(const struct measure *measure, uint32_t sigma);

/* ERR_INVALID as price_check() has it. */
bool price_of(const struct measure *measure, uint32_t sigma, int64_t *nrho,
              struct err *err) MUST_CHECK;
/* The same for a sigma that is in PRICE_SIGMA_LIST. */
int64_t price_nrho(const struct measure *measure, uint32_t sigma);
