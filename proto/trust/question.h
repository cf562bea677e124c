#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What makes a received question one that may be looked at: an analyst signed it, whom the roster
 * lists or an organisation of the roster has certified; it is fresh, and it is for us. Node and
 * coordinator check the same; the node trusts no check but its own.
 *
 * The order is cheapest and least trusting first: size, key, signature, strict unpacking, ranges,
 * network, roster version, time, audience, permit. Whether its id was seen before is the ledger's
 * to say, whether its criterion makes sense proto/query's. Any thread.
 */
#include <stdint.h>

#include "proto/base/err.h"
#include "proto/wire/rikstal.pb-c.h"

struct arena;
struct roster;

#define QUESTION_VERSION 1
#define QUESTION_LIFE_MAX_S 600
#define QUESTION_SKEW_MAX_S 120
#define QUESTION_ID_BYTES 16
#define QUESTION_HASH_BYTES 32
#define QUESTION_STRING_MAX 256
#define QUESTION_AUDIENCE_MAX 64
#define QUESTION_OPS_MAX 200
#define QUESTION_VALUES_MAX 1000
#define QUESTION_CHANGES_MAX 100
#define QUESTION_DIMENSIONS_MAX 8

/* The checks, in their order: which one did a question not pass? */
enum question_check_at {
    QUESTION_AT_SIGNATURE, /* size, key, signature, strict unpacking */
    QUESTION_AT_RANGES,
    QUESTION_AT_SPEAKER,
    QUESTION_AT_NETWORK,
    QUESTION_AT_ROSTER,
    QUESTION_AT_TIME,
    QUESTION_AT_AUDIENCE,
    QUESTION_AT_PERMIT, /* named, and not the organisation's in the roster, or not now */
};

struct question {
    enum question_check_at at; /* the check that failed; past SPEAKER the rest is set too */
    const Rikstal__V1__Question *message; /* in the arena */
    const Rikstal__V1__RosterAnalyst
        *analyst; /* in the roster, which must live on, or in the arena */
    const Rikstal__V1__RosterPermit *permit; /* in the roster; NULL: the question names none */
    uint8_t hash[QUESTION_HASH_BYTES];       /* BLAKE2b-256 of the payload */
};

/* self is the node's id, or NULL at the coordinator (then the audience need not contain it). */
bool question_check(const Rikstal__V1__Envelope *envelope, const struct roster *roster,
                    const char *self, int64_t now_s, struct arena *arena, struct question *out,
                    struct err *err) MUST_CHECK;
