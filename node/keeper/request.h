#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One question on its way through the keeper, and the steps before data: verify, admit, price,
 * charge.
 *
 * Each step takes the output of the step before and makes its own, so that no step can be left out
 * or come too early: the types hold this at compile time, asserts at run time. A step that fails
 * makes no output; it sets request->refusal to a code of the closed list and err to the detail for
 * the local log. Everything lives in the question's arena. One thread.
 */
#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

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
struct current_snapshot;
struct keeper;
struct sum_session;

#define REQUEST_REASON_BYTES 300

/* A question as it came, and the result so far. */
struct request {
    const Rikstal__V1__Envelope *envelope;
    int64_t arrived_ms;  /* clock_mono_ms() */
    int64_t deadline_ms; /* clock_mono_ms(): no step begins after it */
    int64_t now_s;
    uint8_t hash[32]; /* of the envelope's payload */
    struct arena *arena;

    /* of a sum, else 0 and NULL */
    uint32_t attempt;
    uint64_t correlation;
    struct sum_session *session;                    /* round two: the session of this attempt */
    const Rikstal__V1__MaskList *list;              /* round two: as it came */
    uint8_t session_id[PARTICIPANTS_SESSION_BYTES]; /* round two: the session of this list */

    /*
     * What a refusal, its leaf and the log say, as far as the question was read. No step reads it.
     */
    struct question question;
    bool authentic; /* an analyst of the roster has signed it: a refusal gets an audit leaf */
    bool has_identity;
    uint8_t identity[32];
    uint32_t n_cells; /* how many cells it asks for; they set the size of every answer */
    int64_t nrho;     /* its price */
    const struct request_charged *over_budget; /* the charge that was not covered; may be told */

    const struct current_snapshot *data; /* set once it is admitted: what it is about */

    /* What leaves, and when. */
    bool computed;        /* data were looked at, so the answer must wait for its slot */
    enum slot_class slot; /* the slot of the computed answer */
    int64_t began_ms;     /* clock_mono_ms(): start of the slot */
    bool overran;         /* the evaluation was not done at the slot */
    const struct request_charged *charged; /* set once it is paid for */
    enum refusal refusal;
    char reason[REQUEST_REASON_BYTES];  /* for the asker: closed texts and public numbers */
    Rikstal__V1__Envelope *attestation; /* the attestation of a sum's first round */
    Rikstal__V1__Envelope *answer;
};

/* A question by an analyst, recent, addressed to this node, in the agreed form. */
struct request_verified {
    struct request *request;
    const Rikstal__V1__Question *question;
    const Rikstal__V1__RosterPermit *permit; /* NULL: the question names none */
    struct ast ast;
    struct shape shape; /* which cells it asks for */
    uint8_t identity[32];
};

/* A question that the policy allows, this version supports, and whose time is not over. */
struct request_admitted {
    const struct request_verified *verified;
    struct policy_grant grant;
};

/* How long a question may take at most, by public sizes (effort.h). */
struct request_effort {
    enum slot_class slot;
    uint64_t work_ns; /* node/privacy/work.h */
};

struct request_priced {
    const struct request_admitted *admitted;
    int64_t nrho;
    struct request_effort effort;
};

/* For a sum: who takes part, by the list of participants (masked_sum.c). */
struct request_joint {
    struct participants participants;
    const struct question_key_member *member; /* sorted by node */
    size_t n_members;
    char participants_names[LEDGER_PARTICIPANTS_BYTES]; /* their names, "01,12,13" */
    uint8_t participants_id[LEDGER_HASH_BYTES];
    uint32_t shares; /* into how many shares the noise is divided */
};

/* A question that is paid for, now or before; the charge is durable. */
struct request_charged {
    const struct request_priced *priced;
    const struct request_joint *joint; /* NULL: the figure is this node's alone */
    bool exhausted;                    /* nobody's account covers its price (bookkeeping_limit()) */
    struct journal_charge charge;
    struct journal_receipt receipt;
};

bool request_verify(const struct keeper *keeper, struct request *request,
                    const struct request_verified **out, struct err *err) MUST_CHECK;
bool request_admit(const struct keeper *keeper, const struct request_verified *verified,
                   const struct request_admitted **out, struct err *err) MUST_CHECK;
/*
 * The price follows from the question and public sizes. A question that takes longer than the
 * longest slot is refused.
 */
bool request_price(const struct keeper *keeper, const struct request_admitted *admitted,
                   const struct request_priced **out, struct err *err) MUST_CHECK;
/* Charges durably before it returns; nothing is computed before. joint: for a sum, else NULL. */
bool request_charge(struct keeper *keeper, const struct request_priced *priced,
                    const struct request_joint *joint, const struct request_charged **out,
                    struct err *err) MUST_CHECK;
/* What a node can pay for of a sum whose participants are not known yet. */
struct request_cover {
    size_t n_only; /* above 0: for nothing new; it can repeat what it gave to these participants */
    struct ledger_set only[PARTICIPANTS_SETS_MAX];
};
/* Has request_charge() charged this question for some participants, or would it? Writes nothing. */
bool request_cover(struct keeper *keeper, const struct request_priced *priced,
                   struct request_cover *out, struct err *err) MUST_CHECK;

/* Whom the question may count, by its purpose, role and permit and the present overlay. */
struct eligibility request_eligibility(const struct keeper *keeper,
                                       const struct request_verified *verified);
/* The population in which this node would count now. */
bool request_stand(const struct keeper *keeper, const struct request_verified *verified,
                   struct question_key_member *self, struct err *err) MUST_CHECK;
/* The verified question behind a charged one. */
const struct request_verified *request_of(const struct request_charged *charged);

/*
 * Zeroed memory for a step's output, from the question's arena. NULL, with request->refusal set,
 * when memory is out.
 */
void *request_step(struct request *request, size_t size, struct err *err);
/* Sets request->refusal, and request->reason to the code's closed text. Returns false. */
static inline bool request_refuse(struct request *request, enum refusal refusal)
{
    assert(request);
    request->refusal = refusal;
    snprintf(request->reason, sizeof(request->reason), "%s", refusal_text(refusal));
    return false;
}
