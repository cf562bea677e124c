#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A node's policy with what was signed of it: D/policy.json, which people read and change, and
 * beside it D/policy.sig, whose lines (proto/trust/policy_signature.h) are on the other's very
 * bytes.
 *
 * It holds when everybody has signed whose key the roster names for this node; where it names none,
 * an unsigned one holds. Which policy a node answers by is the keeper's to say (policy_state.h).
 * Values with an arena of their own; one thread.
 */
#include "node/keeper/home.h"
#include "node/privacy/policy.h"
#include "proto/trust/policy_signature.h"

struct arena;
struct roster;

struct signed_policy {
    struct policy *policy; /* NULL: there is none */
    struct arena *arena;   /* of the signatures */
    struct policy_signatures signatures;
    struct err unread; /* ERR_NONE, or why the file of signatures is none */
};

/*
 * Both files; without a second one, nobody has signed. A first one that is no policy is an error; a
 * second one that cannot be read is one only for whom signatures are needed.
 */
bool signed_policy_read(const char *policy_path, const char *signatures_path,
                        struct signed_policy *out, struct err *err) MUST_CHECK;
void signed_policy_clear(struct signed_policy *signed_policy);

/* What its signatures must be on. Lives as long as both. */
struct policy_subject signed_policy_subject(const struct signed_policy *signed_policy,
                                            const struct home *home);
void signed_policy_look(const struct signed_policy *signed_policy, const struct home *home,
                        const struct roster *roster, struct policy_approval *out);
/* Has everybody signed who must? ERR_DENIED says who has not. */
bool signed_policy_holds(const struct signed_policy *signed_policy, const struct home *home,
                         const struct roster *roster, struct err *err) MUST_CHECK;
