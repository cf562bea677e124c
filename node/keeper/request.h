#pragma once
/*
 * One question on its way through the keeper, and the steps before data: verify, admit, price,
 * charge.
 *
 * Each step fills its part of struct request and fails with a code of the closed list in
 * asked->refusal and the detail, for the local log, in err. Everything lives in the question's
 * arena. One thread.
 */
#include <stdint.h>

#include "node/evaluate/population.h"
#include "node/keeper/journal.h"
#include "node/keeper/outbox.h"
#include "node/privacy/cells.h"
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

    enum refusal refusal;
    char reason[REQUEST_REASON_BYTES]; /* closed texts and public numbers, for the asker */

    /* verify */
    bool authentic; /* an analyst of the roster signed it: a refusal is worth a leaf */
    struct question question;
    struct ast ast;
    struct shape shape; /* which cells the question asks for */
    uint8_t identity[32];
    bool has_identity;
    /* admit */
    struct policy_grant grant;
    /* price */
    int64_t nrho;
    enum slot_class slot;
    /* a sum's list */
    struct participants participants;
    uint32_t shares; /* of the noise; 0: all of it */
    /* charge */
    struct question_key_member self;          /* request_stand() */
    const struct question_key_member *member; /* whose the figure is, sorted by node */
    size_t n_members;                         /* 0: ours alone */
    uint32_t sets_max;                        /* 0: no sum */
    struct journal_charge charge;
    struct journal_receipt receipt;
    /* evaluate, noise, record */
    bool computed;       /* its time could tell something, so it leaves at its slot */
    int64_t busy_us;     /* clock_mono_us(): since when the data are looked at */
    struct cells *cells; /* sealed */
    int64_t *released;   /* noised */
    /* sign */
    Rikstal__V1__Balance balance; /* of the answer, which points to it */
    Rikstal__V1__Answer *stored;  /* what was recorded; a sum's masked in place */
    bool masked;
    Rikstal__V1__Envelope *attestation; /* of a sum's first round */
    Rikstal__V1__Envelope *answer;
};

bool request_verify(const struct keeper *keeper, struct request *request,
                    struct err *err) MUST_CHECK;
bool request_admit(const struct keeper *keeper, struct request *request,
                   struct err *err) MUST_CHECK;
/* Whom it may count: from its purpose, role and permit, and the overlay of this moment. */
struct eligibility request_eligibility(const struct keeper *keeper, const struct request *request);
/* What this node would count in, as it is now: fills asked->self. */
bool request_stand(const struct keeper *keeper, struct request *request,
                   struct err *err) MUST_CHECK;
/* From the question alone. */
bool request_price(struct request *request, struct err *err) MUST_CHECK;
/* Durable before it returns, and before anything is computed. */
bool request_charge(struct keeper *keeper, struct request *request, struct err *err) MUST_CHECK;
/* Whether request_charge() would charge it, or has; nothing is written. */
bool request_cover(struct keeper *keeper, struct request *request, struct err *err) MUST_CHECK;
/* Its answer was released before and is stored: nothing is computed again. */
bool request_is_stored(const struct request *request);

/* Set the code, and say to the asker what its closed text says. Returns false. */
bool request_refuse(struct request *request, enum refusal refusal);
