#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The roll of a sum: who takes part in one masking session, each with an ephemeral key that its
 * node has signed for this very question (reference: privacy, section 4.7).
 *
 * An attestation is one node's "I take part"; a MaskList is all of them, sorted by node. Keeper,
 * coordinator and the analyst's client check the same here and nobody believes another's check. The
 * session id binds every vector to the bytes of the whole list: a node that was shown another list
 * masks for another session. What is read lives in the arena. Any thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"
#include "proto/trust/roster.h"
#include "proto/wire/rikstal.pb-c.h"

struct arena;

#define PARTICIPANTS_ATTEMPTS_MAX 2
#define PARTICIPANTS_LIFE_S 60 /* of an attestation */
#define PARTICIPANTS_PARTICIPANTS_MIN 3
#define PARTICIPANTS_KEY_BYTES 32
#define PARTICIPANTS_NONCE_BYTES 16
#define PARTICIPANTS_POPULATION_BYTES 32
#define PARTICIPANTS_SESSION_BYTES 32

/* What an attestation and a list are held against. */
struct participants_check {
    const struct roster *roster;
    const uint8_t *question_hash;      /* 32; NULL: any question's */
    int64_t now_s;                     /* when the nodes' keys must hold */
    bool fresh;                        /* and the attestations; false when checking afterwards */
    const Rikstal__V1__Envelope *ours; /* signed by ourselves: not verified again; NULL */
};

struct participants {
    uint32_t attempt;
    bool has_ours; /* the check's, byte for byte */
    uint8_t session[PARTICIPANTS_SESSION_BYTES];
    size_t n;
    const Rikstal__V1__Attestation *member[ROSTER_NODES_MAX]; /* sorted by node, distinct */
};

/* Signed by the node that it names, a node of the roster, for this question. */
bool attestation_open(const struct participants_check *check, const Rikstal__V1__Envelope *envelope,
                      struct arena *arena, const Rikstal__V1__Attestation **out,
                      struct err *err) MUST_CHECK;
/*
 * All of the list, no two of one key; ERR_UNAVAILABLE when it is right but has fewer participants
 * than the roster wants.
 */
bool participants_open(const struct participants_check *check, const Rikstal__V1__MaskList *list,
                       struct arena *arena, struct participants *out, struct err *err) MUST_CHECK;
/* How many must take part by this roster. */
uint32_t participants_min(const struct roster *roster);

/* BLAKE2b-256("rikstal-sid-v1" || question hash || u32 attempt || BLAKE2b-256(packed list)). */
void participants_session_id(const uint8_t question_hash[static 32], uint32_t attempt,
                             const uint8_t *list, size_t list_size,
                             uint8_t id[static PARTICIPANTS_SESSION_BYTES]);
/* Of a list as it would be packed; false when memory is out. */
bool participants_session(const Rikstal__V1__MaskList *list, struct arena *arena,
                          uint8_t id[static PARTICIPANTS_SESSION_BYTES],
                          struct err *err) MUST_CHECK;
