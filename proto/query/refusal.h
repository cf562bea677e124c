#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The closed list of codes with which a node declines a question. Nothing else about a failure
 * leaves it: an unknown analyst, a wrong role and an unknown dataset look the same (reference:
 * reliability, section 5.6). The one table of their codes, texts and states. Constants; any
 * thread.
 */
#include <stddef.h>

#include "proto/query/region_state.h"

enum refusal {
    REFUSAL_NONE,
    REFUSAL_MALFORMED,      /* not a question in the agreed form */
    REFUSAL_NOT_AUTHORISED, /* signature, analyst, organisation, role or dataset */
    REFUSAL_NOT_CURRENT,    /* expired, or not valid yet */
    REFUSAL_PERMIT,         /* not the organisation's in the roster, or not valid now */
    REFUSAL_NOT_FOR_US,     /* the audience or network is another */
    REFUSAL_REPLAYED,       /* an id that was used for other bytes */
    REFUSAL_ROSTER,         /* made with a roster that this node does not have */
    REFUSAL_ROSTER_STALE,   /* no word for a day that our roster is the newest */
    REFUSAL_POLICY,         /* this region's policy does not allow it */
    REFUSAL_HELD,           /* waits for a person of this region */
    REFUSAL_STOPPED,        /* the operator stopped this node's answers */
    REFUSAL_NO_POLICY,      /* none is in force that is signed as the roster demands */
    REFUSAL_WITNESSES,      /* the log is not confirmed, or went back */
    REFUSAL_BUDGET,         /* the privacy budget does not cover it */
    REFUSAL_RATE,           /* this person asked too many new questions of late */
    REFUSAL_UNSUPPORTED,    /* something this node cannot do or evaluate */
    REFUSAL_NO_DATA,        /* nothing is published here */
    REFUSAL_SESSION,        /* sum: this round, list or attestation does not hold */
    REFUSAL_PARTICIPANTS,   /* sum: too few take part, or one set of them too many */
    REFUSAL_TIMED_OUT,      /* not finished in time, and not charged */
    REFUSAL_FAILED,         /* ours */
};

/* "malformed", "not_authorised", ... : Answer.code */
const char *refusal_code(enum refusal refusal);
/* A closed text for people: Answer.reason starts with it. */
const char *refusal_text(enum refusal refusal);
/* With which state it leaves: declined, unsupported or failed. */
enum region_state refusal_state(enum refusal refusal);
/* The codes as a closed list (proto/base/words.h), without that of REFUSAL_NONE. */
const char *refusal_word(size_t i);
