#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * By which policy the node answers: the newest that is in the ledger with its leaf, and only for as
 * long as it is signed as the roster in force demands (signed_policy.h).
 *
 * A changed file that is not signed, older or no policy leaves the old one in force. When a roster
 * takes its signatures away (a key is revoked, or named for the first time), nothing is in force
 * until a policy comes that is signed; a start knows the same two files and comes to the same end.
 * Refusals are in the local log and leave a leaf. One thread.
 */
#include "node/keeper/file_id.h"
#include "node/keeper/signed_policy.h"

struct journal;

struct policy_state {
    struct signed_policy held; /* was taken up last */
    bool in_force;             /* and is signed */
    bool running;              /* has been in force, or was found unsigned, since the start */
    const char *signed_by;     /* whom the roster demanded, for the log */
    struct file_id policy;
    struct file_id signatures;
    uint64_t roster_version; /* that it was held against; 0: it was not looked at yet */
};

struct policy_state_by {
    const struct home *home;
    const struct roster *roster;
    struct journal *journal;
};

/*
 * Look whether the files or the roster changed. An error is one of the journal, or, at the start, a
 * file that is no policy or that may not follow the one in the ledger.
 */
bool policy_state_refresh(struct policy_state *policy_state, const struct policy_state_by *by,
                          struct err *err) MUST_CHECK;
/* NULL: none, and nothing may be answered. */
struct policy *policy_state_policy(const struct policy_state *policy_state);
void policy_state_clear(struct policy_state *policy_state);
