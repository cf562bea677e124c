#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Puts a policy and the signatures that officers sent into a node's folder, or changes nothing.
 *
 * All is checked before anything is written: form, signatures by the roster that the node has, and
 * that the ledger lets it follow the one in force. Signatures on the policy that is there are kept
 * beside those on the new one, and are written first, so that at every moment the folder holds a
 * policy with its signatures. One installation at a time (a lock file); a keeper may run. One
 * thread.
 */
#include <stddef.h>

#include "node/keeper/home.h"
#include "proto/base/err.h"

struct roster;
struct policy;

struct policy_delivery {
    const char *policy; /* a path; may be that of the node's own policy.json */
    const char *const *signatures;
    size_t n_signatures;
};

bool policy_install(const struct home *home, const struct roster *roster,
                    const struct policy_delivery *delivery, struct err *err) MUST_CHECK;
/*
 * May it follow the one that the node's ledger knows as in force? *same: it is that one. Reads
 * beside a running keeper.
 */
bool policy_follows(const struct home *home, const struct policy *policy, bool *same,
                    struct err *err) MUST_CHECK;
