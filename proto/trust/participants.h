#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The participants of a sum: the nodes of one masking session, each with an ephemeral key that its
 * node signed for exactly this question (reference: privacy, section 4.7).
 *
 * An attestation is one node's statement that it takes part; a MaskList is all attestations, sorted
 * by node. Keeper, coordinator and the analyst's client all check them with these functions, and
 * none relies on another's check. The session id binds every vector to the bytes of the whole list,
 * so a node that was shown another list makes masks for another session. What is read lives in the
 * arena. Any thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"
#include "proto/trust/roster.h"
#include "proto/wire/rikstal.pb-c.h"

struct arena;

#define PARTICIPANTS_ATTEMPTS_MAX 2
#define PARTICIPANTS_LIFE_S 60 /* of an attestation, in seconds */
#define PARTICIPANTS_PARTICIPANTS_MIN 3
#define PARTICIPANTS_KEY_BYTES 32
#define PARTICIPANTS_NONCE_BYTES 16
#define PARTICIPANTS_POPULATION_BYTES 32
#define PARTICIPANTS_SESSION_BYTES 32
#define PARTICIPANTS_SET_BYTES 32
#define PARTICIPANTS_SETS_MAX 4                          /* that one node says it can repeat */
#define PARTICIPANTS_NAMES_BYTES (ROSTER_NODES_MAX * 17) /* "01,12,13" and its NUL */

/* What attestations and lists are checked against. */
struct participants_check {
    const struct roster *roster;
    const uint8_t *question_hash;      /* 32 bytes; NULL: the question is not checked */
    int64_t now_s;                     /* the nodes' keys must be valid at this time */
    bool fresh;                        /* true: attestations must also be fresh; false: checking
                                        * afterwards */
    const Rikstal__V1__Envelope *ours; /* our own attestation, which is not verified again; NULL:
                                        * none */
};

struct participants {
    uint32_t attempt;
    bool has_ours; /* the list has the check's `ours`, byte for byte */
    uint8_t session[PARTICIPANTS_SESSION_BYTES];
    size_t n;
    const Rikstal__V1__Attestation *member[ROSTER_NODES_MAX]; /* sorted by node, all different */
};

/* Opens an attestation that its node, a node of the roster, signed for this question. */
bool participants_attestation_open(const struct participants_check *check,
                                   const Rikstal__V1__Envelope *envelope, struct arena *arena,
                                   const Rikstal__V1__Attestation **out,
                                   struct err *err) MUST_CHECK;
/*
 * Opens a list, in which no two attestations have the same key. ERR_UNAVAILABLE when it is valid
 * but has fewer participants than the roster demands.
 */
bool participants_open(const struct participants_check *check, const Rikstal__V1__MaskList *list,
                       struct arena *arena, struct participants *out, struct err *err) MUST_CHECK;
/*
 * Which nodes count in which populations: BLAKE2b-256 over "rikstal-set-v1" and, for each in order,
 * the node's name with its NUL and its population. One set of one question is one release.
 */
struct participants_of {
    const char *node;
    const uint8_t *population; /* PARTICIPANTS_POPULATION_BYTES */
};
void participants_set_id(const struct participants_of *of, size_t n,
                         uint8_t id[static PARTICIPANTS_SET_BYTES]);
/* The set of an opened list. */
void participants_set(const struct participants *participants,
                      uint8_t id[static PARTICIPANTS_SET_BYTES]);
/*
 * Can every participant pay for this list? A node that cannot pay for a new sum attests which it
 * can repeat (Attestation.only). ERR_DENIED names the first whose sets this is none of.
 */
bool participants_can_pay(const struct participants *participants, struct err *err) MUST_CHECK;
/* The number of participants that the roster demands. */
uint32_t participants_min(const struct roster *roster);

/* BLAKE2b-256("rikstal-sid-v1" || question hash || u32 attempt || BLAKE2b-256(packed list)). */
void participants_session_id(const uint8_t question_hash[static 32], uint32_t attempt,
                             const uint8_t *list, size_t list_size,
                             uint8_t id[static PARTICIPANTS_SESSION_BYTES]);
/* The session of a list that is not packed yet. False when memory is out. */
bool participants_session(const Rikstal__V1__MaskList *list, struct arena *arena,
                          uint8_t id[static PARTICIPANTS_SESSION_BYTES],
                          struct err *err) MUST_CHECK;
