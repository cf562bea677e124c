/* SPDX-License-Identifier: Apache-2.0 */
#include "node/keeper/signed_policy.h"

#include <assert.h>

#include "proto/base/arena.h"

#define ARENA_BYTES ((size_t)4 << 20)

bool signed_policy_read(const char *policy_path, const char *signatures_path,
                        struct signed_policy *out, struct err *err)
{
    struct signed_policy made = {.arena = arena_new(ARENA_BYTES)};

    if (!made.arena)
        return err_memory(err);
    if (!policy_read(policy_path, &made.policy, err)) {
        arena_free(made.arena);
        return false;
    }
    if (!policy_signatures_read(signatures_path, made.arena, &made.signatures, &made.unread))
        made.signatures = (struct policy_signatures){0};
    *out = made;
    return true;
}

void signed_policy_clear(struct signed_policy *signed_policy)
{
    policy_free(signed_policy->policy);
    arena_free(signed_policy->arena);
    *signed_policy = (struct signed_policy){0};
}

struct policy_subject signed_policy_subject(const struct signed_policy *signed_policy,
                                            const struct home *home)
{
    assert(signed_policy && home);
    return (struct policy_subject){.network = home->network,
                                   .node = home->node,
                                   .hash = policy_hash(signed_policy->policy),
                                   .version = policy_version(signed_policy->policy),
                                   .window = policy_window(signed_policy->policy)};
}

void signed_policy_look(const struct signed_policy *signed_policy, const struct home *home,
                        const struct roster *roster, struct policy_approval *out)
{
    assert(signed_policy);
    struct policy_subject subject = signed_policy_subject(signed_policy, home);

    policy_approval_of(&signed_policy->signatures, roster, &subject, out);
}

bool signed_policy_holds(const struct signed_policy *signed_policy, const struct home *home,
                         const struct roster *roster, struct err *err)
{
    assert(signed_policy);
    struct policy_approval approval;

    signed_policy_look(signed_policy, home, roster, &approval);
    if (policy_signature_approves(&approval, err))
        return true;
    if (signed_policy->unread.code != ERR_NONE) {
        *err = signed_policy->unread;
        err->code = ERR_DENIED;
    }
    return err_wrap(
        err, "policy version %llu: ", (unsigned long long)policy_version(signed_policy->policy));
}
