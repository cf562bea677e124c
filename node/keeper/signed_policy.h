#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A node's policy with its signatures: D/policy.json, which people read and change, and beside it
 * D/policy.sig, whose lines (proto/trust/policy_signature.h) sign the exact bytes of the first
 * file.
 *
 * The policy is valid when everyone whose key the roster names for this node has signed it; where
 * the roster names nobody, an unsigned policy is valid. Which policy the node answers by is decided
 * in policy_state.h. Values with their own arena; one thread.
 */
#include "node/keeper/home.h"
#include "node/privacy/policy.h"
#include "proto/trust/policy_signature.h"

struct arena;
struct roster;

struct signed_policy {
    struct policy *policy; /* NULL: there is none */
    struct arena *arena;   /* owns the signatures */
    struct policy_signatures signatures;
    struct err unread; /* ERR_NONE, or why the file of signatures could not be read */
};

/*
 * Reads both files; without a file of signatures there are none. A bad policy file is an error. A
 * bad file of signatures is an error only where the roster demands signatures.
 */
bool signed_policy_read(const char *policy_path, const char *signatures_path,
                        struct signed_policy *out, struct err *err) MUST_CHECK;
void signed_policy_clear(struct signed_policy *signed_policy);

/* What the signatures must be on. Valid as long as both arguments. */
struct policy_subject signed_policy_subject(const struct signed_policy *signed_policy,
                                            const struct home *home);
void signed_policy_look(const struct signed_policy *signed_policy, const struct home *home,
                        const struct roster *roster, struct policy_approval *out);
/* Has everybody signed who must? ERR_DENIED says who has not. */
bool signed_policy_holds(const struct signed_policy *signed_policy, const struct home *home,
                         const struct roster *roster, struct err *err) MUST_CHECK;
