#pragma once
/*
 * What witness.c (our own checkpoints) and witness_other.c (those of other nodes) agree on. Values;
 * one thread.
 */
#include "proto/tlog/checkpoint.h"
#include "proto/trust/keys.h"
#include "proto/wire/rikstal.pb-c.h"

struct roster;

#define WITNESSES_MAX 16

/* Cosignature.status (c2sp.org/tlog-witness). */
#define WITNESS_FINE 200
#define WITNESS_CONFLICT 409
#define WITNESS_BAD_PROOF 422

/* rikstal.NETWORK/NODE/KEY: of a log, and the name of a witness. False when it does not fit. */
bool witness_origin(const char *network, const char *node, const struct public_key *key,
                    char origin[static CHECKPOINT_ORIGIN_BYTES]);
/* Who witnesses this node's log; NULL: nobody. */
const Rikstal__V1__RosterWitness *witness_list(const struct roster *roster, const char *node);
/* A node's present key. */
bool witness_key(const struct roster *roster, const char *node, struct public_key *key);
