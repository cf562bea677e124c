#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which policy the ledger knows as the one in force, and which other may follow it: the rule of
 * ledger_open_window(), for whoever asks beforehand. It reads, also beside a running keeper. One
 * thread a connection.
 */
#include "node/privacy/ledger.h"

struct ledger_in_force {
    bool any; /* false: no policy has been in force here */
    uint64_t version;
    uint8_t hash[LEDGER_HASH_BYTES];
    char window[LEDGER_WINDOW_BYTES];
};

bool ledger_in_force_read(struct sqlite3 *db, struct ledger_in_force *out,
                          struct err *err) MUST_CHECK;
/*
 * A version or window older than the one in force, or another file under the same version, is
 * ERR_DENIED. *same: it is the one in force.
 */
bool ledger_policy_follows(const struct ledger_in_force *in_force,
                           const struct ledger_policy *policy, bool *same,
                           struct err *err) MUST_CHECK;
