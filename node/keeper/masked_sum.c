/* SPDX-License-Identifier: Apache-2.0 */
#include "node/keeper/masked_sum.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "node/keeper/keeper_inside.h"
#include "node/keeper/request.h"
#include "node/keeper/response.h"
#include "node/privacy/mask.h"
#include "node/privacy/noise_table.h"
#include "proto/base/arena.h"
#include "proto/base/random.h"
#include "proto/trust/envelope.h"
#include "proto/trust/message.h"

/* The question is within the budget now. */
struct sum_covered {
    const struct request_verified *verified;
    struct request_cover cover;
};

static bool sum_cover(struct keeper *k, const struct request_priced *priced,
                      struct sum_covered *out, struct err *err);
static bool sum_attest(struct keeper *k, const struct sum_covered *covered, struct err *err);
static bool sum_joint(const struct keeper *k, const struct request_priced *priced,
                      const struct request_joint **out, struct err *err);
static bool mask_share(struct keeper *k, struct response_recorded *recorded, struct err *err);

/*
 * Round one promises only to wait for the list: no charge, no look at data, a key for this round
 * only.
 */
bool masked_sum_attend(struct keeper *k, struct request *r, struct err *err)
{
    const struct request_verified *verified = NULL;
    const struct request_admitted *admitted = NULL;
    const struct request_priced *priced = NULL;
    struct sum_covered covered = {0};

    return request_verify(k, r, &verified, err) &&       /* an analyst's, fresh, for us */
           request_admit(k, verified, &admitted, err) && /* policy: role, purpose, mode, field */
           request_price(k, admitted, &priced, err) &&   /* by public sizes, never data */
           sum_cover(k, priced, &covered, err) && /* the budget would do; nothing is written */
           sum_attest(k, &covered, err);          /* a fresh key, signed for this question */
}

/*
 * The same order as keeper_answer(), for the same reasons. Two things differ: the noise is a share
 * of the sum's noise for these participants, and nothing leaves without their masks.
 */
bool masked_sum_answer(struct keeper *k, struct request *r, struct err *err)
{
    const struct request_verified *verified = NULL;
    const struct request_admitted *admitted = NULL;
    const struct request_priced *priced = NULL;
    const struct request_joint *joint = NULL;
    const struct request_charged *charged = NULL;
    struct response_evaluated evaluated = {0};
    struct response_noised noised = {0};
    struct response_recorded recorded = {0};

    return request_verify(k, r, &verified, err) &&       /* again: its key may be revoked by now */
           request_admit(k, verified, &admitted, err) && /* again: the policy may have changed */
           request_price(k, admitted, &priced, err) &&   /* as in round one */
           sum_joint(k, priced, &joint, err) && /* us verbatim, of the roster, enough of them */
           request_charge(k, priced, joint, &charged, err) &&  /* for these participants, durable */
           (response_is_stored(k, charged, &recorded) ||       /* if not: */
            (response_evaluate(k, charged, &evaluated, err) && /* sets, into sealed cells */
             response_noise(k, &evaluated, &noised, err) &&    /* a share of the sum's noise */
             response_record(k, &noised, &recorded, err))) &&  /* the noised share never leaves */
           mask_share(k, &recorded, err) &&  /* what was recorded, under this session's masks */
           response_sign(k, &recorded, err); /* with the session; and hand to link */
}

/* ---- round one ------------------------------------------------------------------------------- */

/*
 * Checks the budget as if nobody had asked before: who takes part, with which data, is not known
 * yet.
 */
static bool sum_cover(struct keeper *k, const struct request_priced *priced,
                      struct sum_covered *out, struct err *err)
{
    assert(priced && priced->admitted);
    const struct request_verified *verified = priced->admitted->verified;
    struct request *request = verified->request;

    if (request->attempt > PARTICIPANTS_ATTEMPTS_MAX) {
        err_set(err, ERR_DENIED, "attempt %u of a sum", request->attempt);
        return request_refuse(request, REFUSAL_SESSION);
    }
    if (verified->question->n_audience < participants_min(k->roster)) {
        err_set(err, ERR_DENIED, "a sum of %zu nodes", verified->question->n_audience);
        return request_refuse(request, REFUSAL_PARTICIPANTS);
    }
    if (!request_cover(k, priced, &out->cover, err))
        return false;
    out->verified = verified;
    return true;
}

/* Says which sums this node can repeat, when it cannot pay for a new one. */
static bool name_sets(const struct request_cover *cover, struct arena *arena,
                      Rikstal__V1__Attestation *attestation, struct err *err)
{
    Rikstal__V1__PaidSet *each = arena_array(arena, cover->n_only + 1, sizeof(*each));

    attestation->only = arena_array(arena, cover->n_only + 1, sizeof(*attestation->only));
    if (!each || !attestation->only)
        return err_memory(err);
    for (size_t i = 0; i < cover->n_only; i++) {
        rikstal__v1__paid_set__init(&each[i]);
        each[i].id = (ProtobufCBinaryData){LEDGER_HASH_BYTES, (uint8_t *)cover->only[i].id};
        each[i].nodes = (char *)cover->only[i].participants;
        attestation->only[attestation->n_only++] = &each[i];
    }
    return true;
}

static bool sign_attestation(struct keeper *k, const struct sum_covered *covered,
                             const struct sum_session *session, struct err *err)
{
    const struct request_verified *verified = covered->verified;
    Rikstal__V1__Attestation attestation = RIKSTAL__V1__ATTESTATION__INIT;
    struct request *request = verified->request;
    int64_t expires = verified->question->expires;
    int64_t life_end = request->now_s + PARTICIPANTS_LIFE_S;
    uint8_t nonce[PARTICIPANTS_NONCE_BYTES];

    if (!name_sets(&covered->cover, request->arena, &attestation, err))
        return false;
    random_bytes(nonce, sizeof(nonce));
    attestation.question_hash = (ProtobufCBinaryData){32, request->hash};
    attestation.snapshot =
        (ProtobufCBinaryData){32, (uint8_t *)snapshot_info(request->data->snapshot)->id};
    attestation.population =
        (ProtobufCBinaryData){sizeof(session->population), (uint8_t *)session->population};
    attestation.node = k->home.node;
    attestation.attempt = request->attempt;
    attestation.ephemeral_key =
        (ProtobufCBinaryData){MASK_KEY_BYTES, (uint8_t *)mask_public_key(session->mask)};
    attestation.nonce = (ProtobufCBinaryData){sizeof(nonce), nonce};
    attestation.not_after = life_end < expires ? life_end : expires;
    return envelope_sign_message(DOMAIN_ATTEST, &attestation.base, k->key, request->arena,
                                 &request->attestation, err);
}

/* Keeps the question in the session, as it came, for round two. */
static bool keep_round(struct request *request, struct sum_session *session, struct err *err)
{
    uint8_t *question, *attestation;
    size_t question_bytes, attestation_bytes;

    return message_pack(&request->envelope->base, request->arena, &question, &question_bytes,
                        err) &&
           message_pack(&request->attestation->base, request->arena, &attestation,
                        &attestation_bytes, err) &&
           sum_session_keep(session, question, question_bytes, attestation, attestation_bytes, err);
}

/* True when this node would count in the same data now as it attested. */
static bool is_as_attested(const struct sum_session *session,
                           const struct question_key_member *self)
{
    return memcmp(session->population, self->population, sizeof(session->population)) == 0;
}

/* Opens a new session for this attempt, to wait for its list. */
static bool open_session(struct keeper *k, const struct request *request,
                         const struct question_key_member *self, struct sum_session **out,
                         struct err *err)
{
    struct sum_session like = {.attempt = request->attempt,
                               .correlation = request->correlation,
                               .deadline_ms = request->deadline_ms,
                               .until_ms =
                                   request->arrived_ms + (int64_t)PARTICIPANTS_LIFE_S * 1000};

    memcpy(like.question_hash, request->hash, sizeof(like.question_hash));
    memcpy(like.population, self->population, sizeof(like.population));
    return sum_sessions_open(&k->sessions, &like, request->arrived_ms, out, err);
}

static bool sum_attest(struct keeper *k, const struct sum_covered *covered, struct err *err)
{
    assert(covered->verified);
    struct request *request = covered->verified->request;
    struct sum_session *session =
        sum_sessions_find(&k->sessions, request->hash, request->attempt, request->arrived_ms);
    struct question_key_member self;

    if (!request_stand(k, covered->verified, &self, err))
        return request_refuse(request, REFUSAL_FAILED);
    /* Asked again before its list came: send the same attestation, which the list must repeat. */
    if (session && is_as_attested(session, &self)) {
        session->correlation = request->correlation;
        session->deadline_ms = request->deadline_ms;
        return envelope_parse(session->attestation, session->attestation_bytes, request->arena,
                              &request->attestation, err) ||
               request_refuse(request, REFUSAL_FAILED);
    }
    if (!open_session(k, request, &self, &session, err))
        return request_refuse(request,
                              err->code == ERR_EXHAUSTED ? REFUSAL_TIMED_OUT : REFUSAL_FAILED);
    if (sign_attestation(k, covered, session, err) && keep_round(request, session, err))
        return true;
    request->attestation = NULL;
    sum_session_end(session);
    return request_refuse(request, REFUSAL_FAILED);
}

/* ---- round two ------------------------------------------------------------------------------- */

static bool was_asked(const Rikstal__V1__Question *q, const char *node)
{
    for (size_t i = 0; i < q->n_audience; i++)
        if (strcmp(q->audience[i], node) == 0)
            return true;
    return false;
}

/* Roster and bounds hold that all names fit. */
static void name_all(const struct participants *participants,
                     char names[static LEDGER_PARTICIPANTS_BYTES])
{
    size_t used = 0;

    names[0] = 0;
    for (size_t i = 0; i < participants->n; i++)
        used += (size_t)snprintf(names + used, LEDGER_PARTICIPANTS_BYTES - used, "%s%s",
                                 i ? "," : "", participants->member[i]->node);
    assert(used < PARTICIPANTS_NAMES_BYTES);
}

static bool name_participants(const struct request_verified *verified, struct request_joint *joint,
                              struct err *err)
{
    const struct participants *participants = &joint->participants;
    struct question_key_member *member =
        arena_array(verified->request->arena, participants->n, sizeof(*member));

    if (!member)
        return err_memory(err);
    for (size_t i = 0; i < participants->n; i++) {
        const Rikstal__V1__Attestation *attested = participants->member[i];

        member[i].node = attested->node;
        memcpy(member[i].population, attested->population.data, sizeof(member[i].population));
        if (!was_asked(verified->question, attested->node))
            return err_set(err, ERR_DENIED, "node %s takes part and was not asked", attested->node);
    }
    joint->member = member;
    joint->n_members = participants->n;
    participants_set(participants, joint->participants_id);
    name_all(participants, joint->participants_names);
    return true;
}

/*
 * Each node draws its share of the noise. The tables for that share, of each sigma that a cell has,
 * must exist before the charge.
 */
static bool share_noise(const struct keeper *k, const struct request_verified *verified,
                        struct request_joint *joint, struct err *err)
{
    for (int grade = 0; grade < MEASURE_GRADES; grade++) {
        uint32_t sigma = measure_sigma(&verified->shape.measure, verified->question->sigma,
                                       (enum measure_grade)grade);

        if (!mask_shares((uint32_t)joint->participants.n, participants_min(k->roster), sigma,
                         &joint->shares, err))
            return false;
        if (!noise_table_find(sigma, joint->shares))
            return err_set(err, ERR_DENIED, "no noise for %u shares of sigma %u", joint->shares,
                           sigma);
    }
    return true;
}

/* True when this node's population is the one that it attested. */
static bool stands_as_attested(const struct keeper *k, const struct request_verified *verified,
                               struct err *err)
{
    struct request *request = verified->request;
    struct question_key_member self;

    if (!request_stand(k, verified, &self, err))
        return request_refuse(request, REFUSAL_FAILED);
    if (is_as_attested(request->session, &self))
        return true;
    err_set(err, ERR_DENIED, "whom the question may count changed between the rounds");
    return request_refuse(request, REFUSAL_SESSION);
}

static bool open_list(const struct keeper *k, struct request *request, struct request_joint *joint,
                      struct err *err)
{
    const struct sum_session *session = request->session;
    struct participants_check check = {.roster = k->roster,
                                       .question_hash = request->hash,
                                       .now_s = request->now_s,
                                       .fresh = true};
    Rikstal__V1__Envelope *ours;

    if (!envelope_parse(session->attestation, session->attestation_bytes, request->arena, &ours,
                        err))
        return request_refuse(request, REFUSAL_FAILED);
    check.ours = ours;
    if (!participants_open(&check, request->list, request->arena, &joint->participants, err))
        return request_refuse(request, err->code == ERR_UNAVAILABLE ? REFUSAL_PARTICIPANTS
                                                                    : REFUSAL_SESSION);
    if (joint->participants.attempt == session->attempt && joint->participants.has_ours)
        return true;
    err_set(err, ERR_DENIED, "our own attestation is not in the list as we signed it");
    return request_refuse(request, REFUSAL_SESSION);
}

static bool sum_joint(const struct keeper *k, const struct request_priced *priced,
                      const struct request_joint **out, struct err *err)
{
    assert(priced && priced->admitted);
    const struct request_verified *verified = priced->admitted->verified;
    struct request *request = verified->request;
    struct request_joint *joint = request_step(request, sizeof(*joint), err);

    assert(request->session && request->list);
    if (!joint || !stands_as_attested(k, verified, err) || !open_list(k, request, joint, err))
        return false;
    if (!name_participants(verified, joint, err))
        return request_refuse(request, REFUSAL_SESSION);
    if (MASKED_SUM_SETTLES_EARLY && !participants_can_pay(&joint->participants, err))
        return request_refuse(request, REFUSAL_PARTICIPANTS);
    if (!share_noise(k, verified, joint, err))
        return request_refuse(request, REFUSAL_PARTICIPANTS);
    *out = joint;
    return true;
}

static bool mask_share(struct keeper *k, struct response_recorded *recorded, struct err *err)
{
    assert(recorded->charged && recorded->charged->joint && !recorded->masked);
    const struct participants *participants = &recorded->charged->joint->participants;
    const struct request_verified *verified = request_of(recorded->charged);
    struct request *request = verified->request;
    struct mask_peer peer[MASK_PEERS_MAX];
    struct mask_session session = {.self = k->home.node, .peers = peer};

    assert(participants->n <= MASK_PEERS_MAX);
    if (!response_find(k, recorded, err))
        return false;
    for (size_t i = 0; i < participants->n; i++) {
        const Rikstal__V1__Attestation *member = participants->member[i];

        if (strcmp(member->node, k->home.node) != 0)
            peer[session.n_peers++] = (struct mask_peer){member->node, member->ephemeral_key.data};
    }
    if (verified->question->blind_key.len > 0) /* question_check() has checked the key */
        session.asker = verified->question->blind_key.data;
    memcpy(session.id, participants->session, sizeof(session.id));
    if (!mask_apply(request->session->mask, &session, recorded->answer->cells,
                    recorded->answer->n_cells, err))
        return request_refuse(request, REFUSAL_SESSION);
    recorded->masked = true;
    return true;
}
