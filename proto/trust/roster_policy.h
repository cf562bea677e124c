#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose signatures a node's policy needs: the keys that the roster names for it. The national key
 * signs the policies of all nodes, each region's data-protection officer those of its own. Officers
 * of several regions may be one person with one key; the national key is nobody else's, and no key
 * of a node, an organisation or an analyst signs policies. Any thread.
 */
#include <stdbool.h>

#include "proto/base/err.h"
#include "proto/trust/keys.h"
#include "proto/wire/rikstal.pb-c.h"

struct roster;

struct roster_policy_keys {
    bool has_national;
    bool has_officer;
    struct public_key national;
    struct public_key officer; /* of the node's region */
};

/* Of the roster's form, for roster_open(): keys of the right length that nobody else holds. */
bool roster_policy_check(const Rikstal__V1__Roster *message, struct err *err) MUST_CHECK;
/* What the roster names for this node; a node that it does not list has no officer. */
void roster_policy_keys(const struct roster *roster, const char *node,
                        struct roster_policy_keys *out);
