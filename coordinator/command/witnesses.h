#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who witnesses whose audit log (reference: privacy, section 5.3). Every node's log is witnessed by
 * the coordinator and by the nodes 1, 5, 9 and 13 places further in the roster's order (in a small
 * network by the next free ones). A node answers only what all of these but one have cosigned: 4 of
 * 5.
 *
 * Two quorums of w - 1 out of w witnesses share w - 2, of which one must be honest; so w - 3 may be
 * dishonest and one may be absent. With fewer than four witnesses that protects nobody, so there
 * must be at least three other nodes. Witnesses are switched on automatically with the sixth node,
 * and stay on down to the fourth. An operator's "on" or "off" (DIR/witnesses) is remembered and
 * overrides that.
 *
 * The coordinator's key for it is DIR/witness.key (0600), which is made when it does not exist. One
 * thread.
 */
#include <cjson/cJSON.h>

#include "proto/base/err.h"
#include "proto/wire/rikstal.pb-c.h"

struct draft;

#define WITNESSES_NODES_ENOUGH 6 /* from this many nodes on, they are switched on automatically */
#define WITNESSES_NODES_MIN 4

/*
 * Call it after a change of the roster, and for a new one: sets the key, and the lists by the rule.
 */
bool witnesses_keep(struct draft *draft, struct err *err) MUST_CHECK;
/* Remembers the operator's choice. ERR_INVALID for "on" with too few nodes. */
bool witnesses_choose(struct draft *draft, bool on, struct err *err) MUST_CHECK;

/* Prints the witnesses for `roster show`. */
void witnesses_show(const Rikstal__V1__Roster *roster);
void witnesses_json(const Rikstal__V1__Roster *roster, cJSON *root, bool *ok);
