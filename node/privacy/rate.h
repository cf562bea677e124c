#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How many new questions one analyst may ask a minute and a day (reference: privacy, section 4.4).
 *
 * This limits the work that one key can cause. It protects no secret: budgets do that, and they
 * belong to organisations. A question counts once, when it is charged; repeats and refusals do not
 * count. The count lies in the ledger's database and is written inside the caller's transaction, so
 * it survives a restart and needs no write of its own. Time is wall time: a clock set forward lets
 * old questions drop out early, one set back makes the analyst wait longer. One thread, the
 * ledger's connection.
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

/* Call it after ledger_open(), which makes the table. Borrows db. */
bool rate_open(struct sqlite3 *db, struct rate **out, struct err *err) MUST_CHECK;
void rate_close(struct rate *rate); /* accepts NULL */

/*
 * *wait_s: seconds until the question may be asked, 0 when it may be now. A question that was
 * counted before may always go on.
 */
bool rate_look(struct rate *rate, const struct rate_claim *claim, int64_t *wait_s,
               struct err *err) MUST_CHECK;
/* Counts the question. Runs in the transaction of its charge. */
bool rate_note(struct rate *rate, const struct rate_claim *claim, struct err *err) MUST_CHECK;
