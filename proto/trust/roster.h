#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The roster: the members of the network and their keys, signed by k of n root keys.
 *
 * A roster is read and verified, and never changes afterwards. Only a newer roster replaces it; an
 * older one is refused, so that nobody can undo a revocation by sending an old roster again. A
 * revoked key belongs to nobody. During a rotation a node or an organisation has two keys until
 * previous_until. Any thread may read.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/bytes.h"
#include "proto/base/err.h"
#include "proto/trust/envelope.h"
#include "proto/trust/keys.h"
#include "proto/trust/root_keys.h"
#include "proto/wire/rikstal.pb-c.h"

struct arena;

#define ROSTER_NODES_MAX 64
#define ROSTER_ANALYSTS_MAX 4096
#define ROSTER_ROLES_MAX 32 /* roles that one organisation may give */

struct roster;

/*
 * Whose word it is: a node of this roster, at this time. The node is NULL where no node is meant.
 * A plain value; the roster and the text must live on while it is used.
 */
struct roster_view {
    const struct roster *roster;
    const char *node;
    int64_t now_s;
};

/*
 * Verifies the bytes of a roster's Envelope: k root signatures and no other signature, this network
 * (NULL: any), a version of at least version_min, and no two members with the same id or key.
 */
bool roster_open(struct bytes_view envelope, const struct root_keys *roots, const char *network,
                 uint64_t version_min, struct roster **out, struct err *err) MUST_CHECK;
/* The same for the bytes in a file. */
bool roster_read(const char *path, const struct root_keys *roots, const char *network,
                 uint64_t version_min, struct roster **out, struct err *err) MUST_CHECK;
void roster_free(struct roster *roster); /* accepts NULL */

uint64_t roster_version(const struct roster *roster);
const char *roster_network(const struct roster *roster);
uint32_t roster_participants_min(const struct roster *roster);
/* The roster's message, for listings. It lives as long as the roster. */
const Rikstal__V1__Roster *roster_message(const struct roster *roster);
/* The Envelope bytes that it was read from, for storing and sending. */
const uint8_t *roster_bytes(const struct roster *roster, size_t *size);

bool roster_revoked(const struct roster *roster, const struct key_id *id);
/* Look-ups. NULL when there is no such member. */
const Rikstal__V1__RosterNode *roster_node(const struct roster *roster, const char *node);
const Rikstal__V1__RosterOrganisation *roster_organisation(const struct roster *roster,
                                                           const char *id);
/*
 * Finds the organisation whose key is valid at now_s, and that key: the present one, or during
 * rotation the previous one. NULL when there is none, or the key is revoked.
 */
const Rikstal__V1__RosterOrganisation *roster_organisation_by_key(const struct roster *roster,
                                                                  const struct key_id *id,
                                                                  int64_t now_s,
                                                                  struct public_key *out);
/* The analyst with this key. NULL when the key is revoked. */
const Rikstal__V1__RosterAnalyst *roster_analyst(const struct roster *roster,
                                                 const struct key_id *id);
bool roster_analyst_has_role(const Rikstal__V1__RosterAnalyst *analyst, const char *role);
/*
 * The node's key with this id, if it is valid at now_s: the present one, or during rotation the
 * previous one.
 */
bool roster_node_key(const struct roster *roster, const char *node, const struct key_id *id,
                     int64_t now_s, struct public_key *out, struct err *err) MUST_CHECK;

/* Unpacks an envelope that the node must have signed (hello, answer, attestation). */
bool roster_open_from_node(struct roster_view from, struct envelope_kind kind,
                           const Rikstal__V1__Envelope *envelope, struct arena *arena,
                           ProtobufCMessage **out, struct err *err) MUST_CHECK;
