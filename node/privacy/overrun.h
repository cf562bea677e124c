#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Questions whose answer was not ready at its slot, and so cost nothing: each would cost the node
 * that time again. They are remembered, durably, for each snapshot that is asked about.
 *
 * A question is known by a keyed hash that the caller makes (node/audit/seal.h). One thread, the
 * ledger's connection.
 */
#include <stdint.h>

#include "proto/base/err.h"

#define OVERRUN_KEPT_S INT64_C(17280000) /* 200 days, as long as a release may live */

struct overrun;
struct sqlite3;

/* Call it after ledger_open(), which makes the table. Borrows db. */
bool overrun_open(struct sqlite3 *db, struct overrun **out, struct err *err) MUST_CHECK;
void overrun_close(struct overrun *overrun); /* accepts NULL */

/* Was this question late on this snapshot? */
bool overrun_look(struct overrun *overrun, const uint8_t hash[static 32],
                  const uint8_t snapshot[static 32], bool *late, struct err *err) MUST_CHECK;
/*
 * Remembers the question for this snapshot, and forgets those of other snapshots that are older
 * than OVERRUN_KEPT_S. Inside the caller's transaction (asserted).
 */
bool overrun_note(struct overrun *overrun, const uint8_t hash[static 32],
                  const uint8_t snapshot[static 32], int64_t now_s, struct err *err) MUST_CHECK;
