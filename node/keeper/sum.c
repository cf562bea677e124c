#include "node/keeper/sum.h"

#include <assert.h>
#include <string.h>

#include "node/keeper/keeper_inside.h"
#include "node/keeper/request.h"
#include "node/keeper/response.h"
#include "node/privacy/mask.h"
#include "node/privacy/table.h"
#include "proto/base/arena.h"
#include "proto/base/random.h"
#include "proto/trust/envelope.h"
#include "proto/trust/message.h"

static bool sum_covered(struct keeper *k, struct request *a, struct err *err);
static bool sum_attest(struct keeper *k, struct request *a, struct err *err);
static bool sum_list(const struct keeper *k, struct request *a, struct err *err);
static bool sum_mask(struct keeper *k, struct request *a, struct err *err);

/* Nothing is promised but to listen: no charge, no look at data, and a key for this round only. */
bool sum_attend(struct keeper *k, struct request *a, struct err *err)
{
    return request_verify(k, a, err) && /* an analyst's, fresh, for us */
           request_admit(k, a, err) &&  /* policy: this role, purpose, mode, field */
           request_price(a, err) &&     /* from the question alone, never from data */
           sum_covered(k, a, err) &&    /* the budget would cover it; nothing is written */
           sum_attest(k, a, err);       /* a fresh ephemeral key, signed for this question */
}

/*
 * The order of keeper_answer(), and for its reasons; what differs is that the noise is a share for
 * these participants, and that nothing leaves without their masks.
 */
bool sum_answer(struct keeper *k, struct request *a, struct err *err)
{
    return request_verify(k, a, err) &&      /* again: its key may have been revoked meanwhile */
           request_admit(k, a, err) &&       /* again: the policy may have changed */
           request_price(a, err) &&          /* as in round one */
           sum_list(k, a, err) &&            /* us verbatim, nodes of the roster, enough of them */
           request_charge(k, a, err) &&      /* for these participants, durable */
           (request_is_stored(a) ||          /* or: */
            (response_evaluate(k, a, err) && /* sets over the snapshot, into sealed cells */
             response_noise(k, a, err) &&    /* a share of the sum's noise */
             response_record(k, a, err))) && /* the noised share and its leaf; it never leaves */
           sum_mask(k, a, err) &&            /* what was recorded, under this session's masks */
           response_sign(k, a, err);         /* with the session; and hand to link */
}

/* ---- round one ------------------------------------------------------------------------------- */

/* Who takes part, and with which data, is not known yet: as if nobody had asked it before. */
static bool sum_covered(struct keeper *k, struct request *a, struct err *err)
{
    if (a->attempt > PARTICIPANTS_ATTEMPTS_MAX) {
        err_set(err, ERR_DENIED, "attempt %u of a sum", a->attempt);
        return request_refuse(a, REFUSAL_SESSION);
    }
    if (a->question.message->n_audience < participants_participants_min(k->roster)) {
        err_set(err, ERR_DENIED, "a sum of %zu nodes", a->question.message->n_audience);
        return request_refuse(a, REFUSAL_PARTICIPANTS);
    }
    a->sets_max = UINT32_MAX; /* which set it will be is not known: round two counts them */
    return request_cover(k, a, err);
}

static bool sign_attestation(struct keeper *k, struct request *a, const struct session *session,
                             struct err *err)
{
    Rikstal__V1__Attestation attestation = RIKSTAL__V1__ATTESTATION__INIT;
    int64_t expires = a->question.message->expires;
    uint8_t nonce[PARTICIPANTS_NONCE_BYTES];

    random_bytes(nonce, sizeof(nonce));
    attestation.question_hash = (ProtobufCBinaryData){32, a->hash};
    attestation.snapshot =
        (ProtobufCBinaryData){32, (uint8_t *)snapshot_info(k->published.snapshot)->id};
    attestation.population =
        (ProtobufCBinaryData){sizeof(session->population), (uint8_t *)session->population};
    attestation.node = k->home.node;
    attestation.attempt = a->attempt;
    attestation.ephemeral_key =
        (ProtobufCBinaryData){MASK_KEY_BYTES, (uint8_t *)mask_public_key(session->mask)};
    attestation.nonce = (ProtobufCBinaryData){sizeof(nonce), nonce};
    attestation.not_after =
        a->now_s + PARTICIPANTS_LIFE_S < expires ? a->now_s + PARTICIPANTS_LIFE_S : expires;
    return envelope_sign_message(DOMAIN_ATTEST, &attestation.base, k->key, a->arena,
                                 &a->attestation, err);
}

/* The question waits here for round two, as it came. */
static bool keep_round(struct request *a, struct session *session, struct err *err)
{
    uint8_t *question, *attestation;
    size_t question_bytes, attestation_bytes;

    return message_pack(&a->envelope->base, a->arena, &question, &question_bytes, err) &&
           message_pack(&a->attestation->base, a->arena, &attestation, &attestation_bytes, err) &&
           session_keep(session, question, question_bytes, attestation, attestation_bytes, err);
}

/* What was attested is what would be counted in now. */
static bool is_as_attested(const struct session *session, const struct question_key_member *self)
{
    return memcmp(session->population, self->population, sizeof(session->population)) == 0;
}

static bool sum_attest(struct keeper *k, struct request *a, struct err *err)
{
    struct session *session = sessions_find(&k->sessions, a->hash, a->attempt, a->arrived_ms);
    struct session like = {.attempt = a->attempt,
                           .correlation = a->correlation,
                           .deadline_ms = a->deadline_ms,
                           .until_ms = a->arrived_ms + (int64_t)PARTICIPANTS_LIFE_S * 1000};

    /* Asked again before its list came: the same attestation, or the list could not be met. */
    if (session && is_as_attested(session, &a->self)) {
        session->correlation = a->correlation;
        session->deadline_ms = a->deadline_ms;
        return envelope_parse(session->attestation, session->attestation_bytes, a->arena,
                              &a->attestation, err) ||
               request_refuse(a, REFUSAL_FAILED);
    }
    memcpy(like.question_hash, a->hash, sizeof(like.question_hash));
    memcpy(like.population, a->self.population, sizeof(like.population));
    if (!sessions_open(&k->sessions, &like, a->arrived_ms, &session, err))
        return request_refuse(a, err->code == ERR_EXHAUSTED ? REFUSAL_TIMED_OUT : REFUSAL_FAILED);
    if (sign_attestation(k, a, session, err) && keep_round(a, session, err))
        return true;
    session_end(session);
    return request_refuse(a, REFUSAL_FAILED);
}

/* ---- round two ------------------------------------------------------------------------------- */

static bool was_asked(const Rikstal__V1__Question *q, const char *node)
{
    for (size_t i = 0; i < q->n_audience; i++)
        if (strcmp(q->audience[i], node) == 0)
            return true;
    return false;
}

static bool name_participants(struct request *a, struct err *err)
{
    struct question_key_member *member = arena_array(a->arena, a->participants.n, sizeof(*member));

    if (!member)
        return err_memory(err);
    for (size_t i = 0; i < a->participants.n; i++) {
        const Rikstal__V1__Attestation *attested = a->participants.member[i];

        member[i].node = attested->node;
        memcpy(member[i].population, attested->population.data, sizeof(member[i].population));
        if (!was_asked(a->question.message, attested->node))
            return err_set(err, ERR_DENIED, "node %s takes part and was not asked", attested->node);
    }
    a->member = member;
    a->n_members = a->participants.n;
    return true;
}

/* Each draws its share of the noise: the table of that share must be there before the charge. */
static bool share_noise(const struct keeper *k, struct request *a, struct err *err)
{
    uint32_t sigma = a->question.message->sigma;

    return mask_shares((uint32_t)a->participants.n, participants_participants_min(k->roster), sigma,
                       &a->shares, err) &&
           (noise_table_find(sigma, a->shares) ||
            err_set(err, ERR_DENIED, "no noise for %u shares of sigma %u", a->shares, sigma));
}

static bool sum_list(const struct keeper *k, struct request *a, struct err *err)
{
    struct participants_check check = {
        .roster = k->roster, .question_hash = a->hash, .now_s = a->now_s, .fresh = true};
    Rikstal__V1__Envelope *ours;

    a->sets_max = SUM_SETS_MAX;
    if (!request_stand(k, a, err))
        return request_refuse(a, REFUSAL_FAILED);
    if (!is_as_attested(a->session, &a->self)) {
        err_set(err, ERR_DENIED, "whom the question may count changed between the rounds");
        return request_refuse(a, REFUSAL_SESSION);
    }
    if (!envelope_parse(a->session->attestation, a->session->attestation_bytes, a->arena, &ours,
                        err))
        return request_refuse(a, REFUSAL_FAILED);
    check.ours = ours;
    if (!participants_open(&check, a->list, a->arena, &a->participants, err))
        return request_refuse(a, err->code == ERR_UNAVAILABLE ? REFUSAL_PARTICIPANTS
                                                              : REFUSAL_SESSION);
    if (a->participants.attempt != a->session->attempt || !a->participants.has_ours) {
        err_set(err, ERR_DENIED, "our own attestation is not in the list as we signed it");
        return request_refuse(a, REFUSAL_SESSION);
    }
    if (!name_participants(a, err))
        return request_refuse(a, REFUSAL_SESSION);
    return share_noise(k, a, err) || request_refuse(a, REFUSAL_PARTICIPANTS);
}

static bool sum_mask(struct keeper *k, struct request *a, struct err *err)
{
    struct mask_peer peer[MASK_PEERS_MAX];
    struct mask_session session = {.self = k->home.node, .peers = peer};

    assert(a->participants.n <= MASK_PEERS_MAX);
    if (!response_find(k, a, err))
        return false;
    for (size_t i = 0; i < a->participants.n; i++) {
        const Rikstal__V1__Attestation *member = a->participants.member[i];

        if (strcmp(member->node, k->home.node) != 0)
            peer[session.n_peers++] = (struct mask_peer){member->node, member->ephemeral_key.data};
    }
    if (a->question.message->blind_key.len > 0) /* question_check() has looked at it */
        session.asker = a->question.message->blind_key.data;
    memcpy(session.id, a->participants.session, sizeof(session.id));
    if (!mask_apply(a->session->mask, &session, a->stored->cells, a->stored->n_cells, err))
        return request_refuse(a, REFUSAL_SESSION);
    a->masked = true;
    return true;
}
