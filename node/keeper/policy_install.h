#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Puts a policy and the signatures that officers sent into a node's folder, or changes nothing.
 *
 * Everything is checked before anything is written: the form, the signatures by the node's roster,
 * and that by the ledger the policy may follow the one in force. The signatures are written before
 * the policy, and those on the old policy are kept beside the new ones, so that at every moment the
 * folder holds a policy with its signatures. One installation at a time (a lock file); a keeper may
 * run. One thread.
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
 * May this policy follow the one that the node's ledger has in force? *same: it is that one. Only
 * reads; a keeper may be running.
 */
bool policy_install_follows(const struct home *home, const struct policy *policy, bool *same,
                            struct err *err) MUST_CHECK;
