/* SPDX-License-Identifier: Apache-2.0 */
#include "node/keeper/policy_state.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "node/keeper/journal.h"
#include "proto/base/clock.h"
#include "proto/base/log.h"
#include "proto/trust/roster.h"

struct policy *policy_state_policy(const struct policy_state *policy_state)
{
    assert(policy_state);
    return policy_state->in_force ? policy_state->held.policy : NULL;
}

void policy_state_clear(struct policy_state *policy_state)
{
    signed_policy_clear(&policy_state->held);
    *policy_state = (struct policy_state){0};
}

/* ---- log and audit leaf ---------------------------------------------------------------------- */

/* policy: the one that the note is about; NULL when the file is no policy. */
static bool note(const struct policy_state_by *by, const struct policy *policy, const char *what,
                 struct err *err)
{
    struct leaf leaf = {.type = LEAF_ADMIN, .time_s = clock_wall_s()};

    if (policy) {
        leaf.nrho = (int64_t)policy_version(policy);
        memcpy(leaf.answer_hash, policy_hash(policy), sizeof(leaf.answer_hash));
    }
    return leaf_name(leaf.note, sizeof(leaf.note), what, err) &&
           journal_note(by->journal, &leaf, err);
}

static bool same_policy(const struct policy *a, const struct policy *b)
{
    return a && b && memcmp(policy_hash(a), policy_hash(b), POLICY_HASH_BYTES) == 0;
}

static const char *whose(const struct policy_approval *approval)
{
    if (approval->national.needed)
        return approval->officer.needed ? "national key and officer" : "national key";
    return approval->officer.needed ? "officer" : "nobody: the roster names no policy key";
}

static void tell_taken(const struct policy *policy, const struct policy_approval *approval)
{
    char version[24];

    snprintf(version, sizeof(version), "%llu", (unsigned long long)policy_version(policy));
    log_event(LOG_INFO_LEVEL, "policy_in_force", "version", version, "window",
              policy_window(policy), "signed_by", whose(approval), NULL);
}

/* ---- putting in force ------------------------------------------------------------------------ */

/*
 * Writes policy and leaf into the ledger, then uses the policy. One that the ledger has in force
 * already gets no second leaf.
 */
static bool put_in_force(struct policy_state *policy_state, struct signed_policy *next,
                         const struct policy_state_by *by, struct err *err)
{
    struct ledger_policy record = {policy_version(next->policy), policy_hash(next->policy),
                                   policy_window(next->policy), policy_dataset(next->policy)};
    struct policy_approval approval;

    if (!journal_policy(by->journal, &record, clock_wall_s(), err))
        return false;
    signed_policy_look(next, by->home, by->roster, &approval);
    if (!policy_state->in_force || strcmp(policy_state->signed_by, whose(&approval)) != 0 ||
        !same_policy(policy_state->held.policy, next->policy))
        tell_taken(next->policy, &approval);
    signed_policy_clear(&policy_state->held);
    policy_state->held = *next;
    policy_state->signed_by = whose(&approval);
    *next = (struct signed_policy){0};
    return true;
}

/*
 * Logs and notes a refusal. In a running keeper this is no error, and the old policy may stay in
 * force.
 */
static bool refuse(struct policy_state *policy_state, const struct signed_policy *next,
                   const struct policy_state_by *by, const struct err *why, struct err *err)
{
    if (!policy_state->running) {
        *err = *why;
        return false;
    }
    log_error("policy_refused", why);
    return note(by, next->policy, "policy refused", err);
}

static bool take(struct policy_state *policy_state, const struct policy_state_by *by,
                 const char *policy_path, const char *signatures_path, struct err *err)
{
    struct signed_policy next = {0};
    struct err why;
    bool taken;

    if (!signed_policy_read(policy_path, signatures_path, &next, &why))
        return refuse(policy_state, &next, by, &why, err);
    if (!signed_policy_holds(&next, by->home, by->roster, &why)) {
        policy_state->running = true; /* a newer roster or a signature may make it valid */
        taken = same_policy(policy_state->held.policy, next.policy) ||
                refuse(policy_state, &next, by, &why, err);
    } else {
        taken = put_in_force(policy_state, &next, by, &why) ||
                refuse(policy_state, &next, by, &why, err);
    }
    signed_policy_clear(&next);
    return taken;
}

/* Checks the policy in use again under a new roster, which may demand other signatures. */
static bool hold_against(struct policy_state *policy_state, const struct policy_state_by *by,
                         struct err *err)
{
    struct err why;
    bool holds = policy_state->held.policy &&
                 signed_policy_holds(&policy_state->held, by->home, by->roster, &why);
    bool ends = policy_state->in_force && !holds;

    policy_state->in_force = holds;
    policy_state->running = true;
    if (!holds)
        log_event(LOG_ERROR_LEVEL, "no_policy", "until",
                  "rikstal-node policy install brings a signed one; policy check says why", NULL);
    if (!ends)
        return true;
    log_error("policy_ends", &why);
    return note(by, policy_state->held.policy, "policy no longer signed", err);
}

bool policy_state_refresh(struct policy_state *policy_state, const struct policy_state_by *by,
                          struct err *err)
{
    assert(policy_state && by);
    char policy[HOME_PATH_BYTES], signatures[HOME_PATH_BYTES];
    struct file_id of_policy = {0}, of_signatures = {0};

    if (!home_path(by->home, "policy.json", policy, err) ||
        !home_path(by->home, "policy.sig", signatures, err))
        return false;
    bool there = file_id_of(policy, &of_policy);

    file_id_of(signatures, &of_signatures);
    if (policy_state->roster_version == roster_version(by->roster) &&
        file_id_same(&of_policy, &policy_state->policy) &&
        file_id_same(&of_signatures, &policy_state->signatures))
        return true;
    policy_state->policy = of_policy;
    policy_state->signatures = of_signatures;
    policy_state->roster_version = roster_version(by->roster);
    /* in a running keeper a missing file changes nothing */
    if (there || !policy_state->running) {
        if (!take(policy_state, by, policy, signatures, err)) {
            policy_state->roster_version = 0; /* makes the next refresh check the policy again */
            return false;
        }
    }
    return hold_against(policy_state, by, err);
}
