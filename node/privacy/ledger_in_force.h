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
    char dataset[LEDGER_DATASET_BYTES]; /* "": no policy has named one yet */
};

/*
 * Is it a budget year, four digits? A year with another name beside it ("2026b") would give every
 * organisation its budget once more.
 */
bool ledger_in_force_window_is_year(const char *window);

bool ledger_in_force_read(struct sqlite3 *db, struct ledger_in_force *out,
                          struct err *err) MUST_CHECK;
/*
 * ERR_DENIED when the version or window is older than the one in force, when another file has the
 * same version, when the window is no year, or when the data set has another name. *same: it is the
 * one in force.
 */
bool ledger_in_force_precedes(const struct ledger_in_force *in_force,
                              const struct ledger_policy *policy, bool *same,
                              struct err *err) MUST_CHECK;
