#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ledger's running sums: what is spent of each account (schemas/ledger, table spent).
 *
 * They change in the transaction of the charge, which the caller holds, so a charge need not add up
 * a year. A price is compared with cap - spent before it is added; both are not negative, so no sum
 * can overflow. Borrows the database. One thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

struct spent;
struct sqlite3;

/* One account that a charge is taken from. */
struct spent_account {
    const char *scope; /* organisation, lifetime, permit or node */
    const char *key;
    const char *window; /* the budget year; "" for a lifetime account */
    int64_t cap_nrho;
};

bool spent_open(struct sqlite3 *db, struct spent **out, struct err *err) MUST_CHECK;
void spent_close(struct spent *spent); /* accepts NULL */

/* What is left of the account's cap; 0 when the cap was lowered below what is spent. */
bool spent_left(struct spent *spent, const struct spent_account *account, int64_t *left,
                struct err *err) MUST_CHECK;
/* What is spent under this scope and key, in one window or, with NULL, in all. */
bool spent_sum(struct spent *spent, const char *scope, const char *key, const char *window,
               int64_t *nrho, struct err *err) MUST_CHECK;
/* Takes nrho from all accounts or from none. *refused: the first that does not cover it, or n. */
bool spent_take(struct spent *spent, const struct spent_account *account, size_t n, int64_t nrho,
                size_t *refused, struct err *err) MUST_CHECK;
/*
 * Gives nrho back. A sum that becomes 0 loses its row, as before its first charge. ERR_INTERNAL
 * when less was spent.
 */
bool spent_give_back(struct spent *spent, const struct spent_account *account, int64_t nrho,
                     struct err *err) MUST_CHECK;
