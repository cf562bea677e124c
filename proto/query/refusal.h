#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The closed list of codes with which a node declines a question. They are all that leaves the node
 * about a failure: an unknown analyst, a wrong role and an unknown dataset get the same code
 * (reference: reliability, section 5.6). This is the one table of their codes, texts and states.
 * Constants; any thread.
 */
#include <stddef.h>

#include "proto/query/region_state.h"

enum refusal {
    REFUSAL_NONE,
    REFUSAL_MALFORMED,      /* not a question in the agreed form */
    REFUSAL_NOT_AUTHORISED, /* fault of signature, analyst, organisation, role or dataset */
    REFUSAL_NOT_CURRENT,    /* expired, or not valid yet */
    REFUSAL_PERMIT,         /* the roster gives the organisation no such permit, or it is not valid
                             * now */
    REFUSAL_VOCABULARY,     /* made by a program that means something else by its words */
    REFUSAL_NOT_FOR_US,     /* the question is for another audience or network */
    REFUSAL_REPLAYED,       /* the id was used before, for other bytes */
    REFUSAL_ROSTER,         /* made with a roster version that this node does not have */
    REFUSAL_ROSTER_STALE,   /* unconfirmed for a day that this node's roster is the newest */
    REFUSAL_POLICY,         /* this region's policy does not allow it */
    REFUSAL_HELD,           /* a person of this region must approve it first */
    REFUSAL_STOPPED,        /* the operator stopped this node's answers */
    REFUSAL_NO_POLICY,      /* no policy is in force with the signatures that the roster demands */
    REFUSAL_WITNESSES,      /* the witnesses did not confirm the log, or saw it go back */
    REFUSAL_BUDGET,         /* the privacy budget does not cover it */
    REFUSAL_RATE,           /* the person asked too many new questions recently */
    REFUSAL_WORK,           /* it may take longer than the longest slot, by public sizes */
    REFUSAL_UNSUPPORTED,    /* the node cannot evaluate something that the question uses */
    REFUSAL_NO_DATA,        /* the node has published no data */
    REFUSAL_NO_RELEASE,     /* no data are pinned for the release, or it may not be asked about */
    REFUSAL_SESSION,        /* sum: this round, list of participants or attestation is not valid */
    REFUSAL_PARTICIPANTS,   /* sum: too few nodes, or charged for too many sets of them */
    REFUSAL_TIMED_OUT,      /* not finished in time, and not charged */
    REFUSAL_FAILED,         /* a fault of the node */
};

#define REFUSAL_CODES ((size_t)REFUSAL_FAILED + 1)

/* "malformed", "not_authorised", ... : Answer.code */
const char *refusal_code(enum refusal refusal);
/* A fixed text for people; Answer.reason starts with it. */
const char *refusal_text(enum refusal refusal);
/* The state of an answer with this code: declined, unsupported or failed. */
enum region_state refusal_state(enum refusal refusal);
/* The codes as a closed list (proto/base/words.h); REFUSAL_NONE is left out. */
const char *refusal_word(size_t i);
