#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who witnesses which audit log, as the roster says (reference: privacy, section 5.3). A node's
 * list names other nodes and, under the name below that no node may have, the coordinator. A
 * checkpoint is believed when a quorum of the list has cosigned it. The quorum is more than half,
 * so that any two quorums share a witness. Values are borrowed from the roster; any thread.
 */
#include "proto/base/err.h"
#include "proto/trust/keys.h"
#include "proto/wire/rikstal.pb-c.h"

struct roster;

#define ROSTER_COORDINATOR "coordinator"
#define ROSTER_WITNESSES_MAX 16 /* witnesses of one node */

/*
 * For roster_open(): checks that each list is of a known node and names known witnesses, each once,
 * and never the node itself.
 */
bool roster_witness_check(const Rikstal__V1__Roster *roster, struct err *err) MUST_CHECK;

/* The witnesses of this node's log. NULL: none. */
const Rikstal__V1__RosterWitness *roster_witness_list(const struct roster *roster,
                                                      const char *node);
/* True when this is one of the witnesses. */
bool roster_witness_is(const Rikstal__V1__RosterWitness *list, const char *witness);
/* The key with which a witness, or a log's own node, signs now. False when it is revoked. */
bool roster_witness_key(const struct roster *roster, const char *name, struct public_key *key);
