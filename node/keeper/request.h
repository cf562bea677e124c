#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One question on its way through the keeper, and the steps before data: verify, admit, price,
 * charge.
 *
 * Each step takes the output of the step before and makes its own, so that none can be left out or
 * come too early: the compiler holds it by the types, an assert by the values. Only a step that
 * passed gives an output. One that does not sets request->refusal, a code of the closed list, and
 * the detail, for the local log, in err. Everything lives in the question's arena. One thread.
 */
#include <stdint.h>

#include "node/evaluate/population.h"
#include "node/keeper/journal.h"
#include "node/keeper/outbox.h"
#include "node/privacy/policy.h"
#include "node/privacy/question_key.h"
#include "proto/query/ast.h"
#include "proto/query/refusal.h"
#include "proto/query/shape.h"
#include "proto/trust/participants.h"
#include "proto/trust/question.h"

struct arena;
struct keeper;
struct session;

#define REQUEST_REASON_BYTES 300

/* What came, and what becomes of it. */
struct request {
    const Rikstal__V1__Envelope *envelope;
    int64_t arrived_ms;  /* clock_mono_ms() */
    int64_t deadline_ms; /* clock_mono_ms(): afterwards nobody waits, so nothing is begun */
    int64_t now_s;
    uint8_t hash[32]; /* of the envelope's payload */
    struct arena *arena;

    /* of a sum, else 0 and NULL */
    uint32_t attempt;
    uint64_t correlation;
    struct session *session;                        /* round two: ours of this attempt */
    const Rikstal__V1__MaskList *list;              /* round two: as it came */
    uint8_t session_id[PARTICIPANTS_SESSION_BYTES]; /* round two: of the list as it came */

    /* For a refusal, its leaf and the log, as far as the question was read: no step reads them. */
    struct question question;
    bool authentic; /* an analyst of the roster signed it: a refusal is worth a leaf */
    bool has_identity;
    uint8_t identity[32];
    uint32_t n_cells; /* that it asks for: the size of every answer to it follows from them */
    int64_t nrho;     /* its price */
    const struct request_charged *over_budget; /* what was not covered; the asker may know it */

    /* What leaves, and when. */
    bool computed;        /* its time could tell something, so it leaves at its slot */
    enum slot_class slot; /* of what was computed */
    int64_t began_ms;     /* clock_mono_ms(): since when the slot counts */
    bool overran;         /* the evaluation was not done at the slot */
    const struct request_charged *charged; /* what was paid for, once it is */
    enum refusal refusal;
    char reason[REQUEST_REASON_BYTES];  /* closed texts and public numbers, for the asker */
    Rikstal__V1__Envelope *attestation; /* of a sum's first round */
    Rikstal__V1__Envelope *answer;
};

/* An analyst's question, fresh, for us, in the agreed form. */
struct request_verified {
    struct request *request;
    const Rikstal__V1__Question *question;
    const Rikstal__V1__RosterPermit *permit; /* NULL: it names none */
    struct ast ast;
    struct shape shape; /* which cells it asks for */
    uint8_t identity[32];
};

/* Allowed by the policy, possible here, and in time. */
struct request_admitted {
    const struct request_verified *verified;
    struct policy_grant grant;
};

struct request_priced {
    const struct request_admitted *admitted;
    int64_t nrho;
    enum slot_class slot;
};

/* Of a sum: whose figure it is, by the list of participants (sum.c). */
struct request_joint {
    struct participants participants;
    const struct question_key_member *member; /* sorted by node */
    size_t n_members;
    uint32_t shares; /* of the noise */
};

/* Paid for, durable: now or before. */
struct request_charged {
    const struct request_priced *priced;
    const struct request_joint *joint; /* NULL: the figure is ours alone */
    struct journal_charge charge;
    struct journal_receipt receipt;
};

bool request_verify(const struct keeper *keeper, struct request *request,
                    const struct request_verified **out, struct err *err) MUST_CHECK;
bool request_admit(const struct keeper *keeper, const struct request_verified *verified,
                   const struct request_admitted **out, struct err *err) MUST_CHECK;
/* From the question and public sizes; what no slot is long enough for is refused. */
bool request_price(const struct keeper *keeper, const struct request_admitted *admitted,
                   const struct request_priced **out, struct err *err) MUST_CHECK;
/* Durable before it returns, and before anything is computed. joint: of a sum, else NULL. */
bool request_charge(struct keeper *keeper, const struct request_priced *priced,
                    const struct request_joint *joint, const struct request_charged **out,
                    struct err *err) MUST_CHECK;
/* Whether request_charge() would charge it, for some participants, or has; nothing is written. */
bool request_cover(struct keeper *keeper, const struct request_priced *priced,
                   struct err *err) MUST_CHECK;

/* Whom it may count: from its purpose, role and permit, and the overlay of this moment. */
struct eligibility request_eligibility(const struct keeper *keeper,
                                       const struct request_verified *verified);
/* What this node would count in, as it is now. */
bool request_stand(const struct keeper *keeper, const struct request_verified *verified,
                   struct question_key_member *self, struct err *err) MUST_CHECK;
/* What was verified, of what was charged. */
const struct request_verified *request_of(const struct request_charged *charged);

/* Room for a step's output, zeroed, in the question's arena; NULL, and refused, without memory. */
void *request_step(struct request *request, size_t size, struct err *err);
/* Set the code, and say to the asker what its closed text says. Returns false. */
bool request_refuse(struct request *request, enum refusal refusal);
