#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decides whether a received question may be processed: an analyst signed it who is in the roster
 * or has a certificate of an organisation in the roster; it is fresh; and it is for us. Node and
 * coordinator make the same checks, and the node relies only on its own.
 *
 * Checks run in this order, the cheapest and most basic first: size, key, signature, strict
 * unpacking, ranges, network, roster version, time, audience, permit, release. The ledger checks
 * whether the id was used before, proto/query whether the criterion is valid. Any thread.
 */
#include <stdint.h>

#include "proto/base/err.h"
#include "proto/trust/roster.h"
#include "proto/wire/rikstal.pb-c.h"

struct arena;

#define QUESTION_VERSION 1
#define QUESTION_LIFE_MAX_S 600
#define QUESTION_SKEW_MAX_S 120
#define QUESTION_ID_BYTES 16
#define QUESTION_HASH_BYTES 32
#define QUESTION_STRING_MAX 256
#define QUESTION_AUDIENCE_MAX 64
#define QUESTION_OPS_MAX 200
#define QUESTION_VALUES_MAX 4000
#define QUESTION_CHANGES_MAX 100
#define QUESTION_DIMENSIONS_MAX 8
#define QUESTION_STEPS_MAX 32

/* The checks in their order, to record which one failed. */
enum question_check_at {
    QUESTION_AT_SIGNATURE, /* size, key, signature, strict unpacking */
    QUESTION_AT_RANGES,
    QUESTION_AT_SPEAKER,
    QUESTION_AT_NETWORK,
    QUESTION_AT_ROSTER,
    QUESTION_AT_TIME,
    QUESTION_AT_AUDIENCE,
    QUESTION_AT_PERMIT,  /* the permit that the question names */
    QUESTION_AT_RELEASE, /* the national release that it is about (calendar.h) */
};

struct question {
    enum question_check_at at; /* the check that failed; after SPEAKER all members are set */
    const Rikstal__V1__Question *message; /* in the arena */
    const Rikstal__V1__RosterAnalyst
        *analyst; /* points into the roster, which must live on, or into the arena */
    const Rikstal__V1__RosterPermit *permit; /* in the roster; NULL when the question names no
                                              * permit */
    uint8_t hash[QUESTION_HASH_BYTES];       /* BLAKE2b-256 of the payload */
};

/*
 * view.node is the id of the node that checks. At the coordinator it is NULL, and the audience need
 * not contain it.
 */
bool question_check(const Rikstal__V1__Envelope *envelope, struct roster_view view,
                    struct arena *arena, struct question *out, struct err *err) MUST_CHECK;
