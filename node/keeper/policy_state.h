#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The policy by which the node answers: the newest one that the ledger has with its leaf, and only
 * while it has the signatures that the roster in force demands (signed_policy.h).
 *
 * A changed file that is unsigned, older or no policy leaves the old one in force. When a new
 * roster makes its signatures insufficient (a key is revoked, or named for the first time), no
 * policy is in force until a signed one is installed. A restart reads the same files and comes to
 * the same result. Refusals are written to the local log and leave a leaf. One thread.
 */
#include "node/keeper/file_id.h"
#include "node/keeper/signed_policy.h"

struct journal;

struct policy_state {
    struct signed_policy held; /* the policy that was taken over last */
    bool in_force;             /* held is signed as the roster demands */
    bool running;              /* since the start, one was in force or found unsigned */
    const char *signed_by;     /* whose signatures the roster demanded, for the log */
    struct file_id policy;
    struct file_id signatures;
    uint64_t roster_version; /* the roster of the last check; 0: not checked yet */
};

struct policy_state_by {
    const struct home *home;
    const struct roster *roster;
    struct journal *journal;
};

/*
 * Looks whether the files or the roster changed. Errors: the journal cannot be written; or, at the
 * start only, the file is no policy or may not follow the one in the ledger.
 */
bool policy_state_refresh(struct policy_state *policy_state, const struct policy_state_by *by,
                          struct err *err) MUST_CHECK;
/* The policy in force. NULL when there is none: nothing may be answered then. */
struct policy *policy_state_policy(const struct policy_state *policy_state);
void policy_state_clear(struct policy_state *policy_state);
