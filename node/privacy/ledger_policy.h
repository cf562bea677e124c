#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which policy the ledger has in force, and which may follow it: the rule of ledger_open_window(),
 * for callers that must know beforehand. It only reads; a keeper may be running. One thread a
 * connection.
 */
#include "node/privacy/ledger.h"

struct ledger_in_force {
    bool any; /* false: no policy was ever in force here */
    uint64_t version;
    uint8_t hash[LEDGER_HASH_BYTES];
    char window[LEDGER_WINDOW_BYTES];
};

bool ledger_in_force_read(struct sqlite3 *db, struct ledger_in_force *out,
                          struct err *err) MUST_CHECK;
/*
 * ERR_DENIED when the version or window is older than the one in force, or when another file has
 * the same version. *same: it is the one in force.
 */
bool ledger_policy_follows(const struct ledger_in_force *in_force,
                           const struct ledger_policy *policy, bool *same,
                           struct err *err) MUST_CHECK;
