#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who witnesses whose audit log, as the roster says (reference: privacy, section 5.3): for a node a
 * list of other nodes, and of the coordinator under the name below, which no node may have. What
 * the quorum of the list has cosigned is believed; it is more than half of it, so that two quorums
 * share a witness. Values borrowed from the roster; any thread.
 */
#include "proto/base/err.h"
#include "proto/trust/keys.h"
#include "proto/wire/rikstal.pb-c.h"

struct roster;

#define ROSTER_COORDINATOR "coordinator"
#define ROSTER_WITNESSES_MAX 16 /* of one node */

/* For roster_open(): a list is of a known node, names known witnesses, each once, never itself. */
bool roster_witness_check(const Rikstal__V1__Roster *roster, struct err *err) MUST_CHECK;

/* Who witnesses this node's log; NULL: nobody. */
const Rikstal__V1__RosterWitness *roster_witnesses(const struct roster *roster, const char *node);
/* Is this one of them? */
bool roster_witness_is(const Rikstal__V1__RosterWitness *list, const char *witness);
/* The key with which a witness, or a log's own node, signs now; false for a revoked one. */
bool roster_witness_key(const struct roster *roster, const char *name, struct public_key *key);
