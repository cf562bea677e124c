#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How many new questions one person may ask a minute and a day (reference: privacy, section 4.4).
 *
 * Operational only: it bounds the work that one key can make, and guards no secret; budgets do
 * that, and they belong to organisations. What counts is a question that was charged, once; repeats
 * and refusals are free. Counted in the ledger's database, inside the caller's transaction, so it
 * survives a restart and costs no write of its own. Time is the wall clock's: setting it forward
 * forgets, setting it back waits. One thread, the ledger's connection.
 */
#include <stdint.h>

#include "proto/base/err.h"

struct rate;
struct sqlite3;

/* 0: no limit. */
struct rate_limits {
    uint32_t per_minute;
    uint32_t per_day;
};

struct rate_claim {
    const char *organisation;
    const char *analyst;
    const uint8_t *question_hash; /* 32 */
    int64_t now_s;
    struct rate_limits limits;
};

/* After ledger_open(), which makes the table. Borrows db. */
bool rate_open(struct sqlite3 *db, struct rate **out, struct err *err) MUST_CHECK;
void rate_close(struct rate *rate); /* accepts NULL */

/* *wait_s: after so many seconds it may be asked; 0 now. A question that counted may go on. */
bool rate_look(struct rate *rate, const struct rate_claim *claim, int64_t *wait_s,
               struct err *err) MUST_CHECK;
/* Count it. In the transaction of its charge. */
bool rate_note(struct rate *rate, const struct rate_claim *claim, struct err *err) MUST_CHECK;
