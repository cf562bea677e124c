#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The keys that must sign a node's policy, as the roster names them. The national key signs the
 * policies of all nodes; each region's data-protection officer signs those of the region. Officers
 * of several regions may share a key when they are one person. The national key is no officer's,
 * and no key of a node, an organisation or an analyst signs policies. Any thread.
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
    struct public_key officer; /* the officer of the node's region */
};

/* For roster_open(): checks that the keys have the right length and no other holder. */
bool roster_policy_check(const Rikstal__V1__Roster *message, struct err *err) MUST_CHECK;
/* The keys for this node. A node that the roster does not list has no officer. */
void roster_policy_keys(const struct roster *roster, const char *node,
                        struct roster_policy_keys *out);
