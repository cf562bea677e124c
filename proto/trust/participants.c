/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/trust/participants.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "proto/base/arena.h"
#include "proto/trust/envelope.h"
#include "proto/trust/message.h"
#include "proto/trust/question.h"

uint32_t participants_min(const struct roster *roster)
{
    uint32_t least = roster_participants_min(roster);

    return least > PARTICIPANTS_PARTICIPANTS_MIN ? least : PARTICIPANTS_PARTICIPANTS_MIN;
}

static bool sets_hold(const Rikstal__V1__Attestation *attestation)
{
    bool hold = attestation->n_only <= PARTICIPANTS_SETS_MAX;

    for (size_t i = 0; hold && i < attestation->n_only; i++)
        hold = attestation->only[i]->id.len == PARTICIPANTS_SET_BYTES &&
               strlen(attestation->only[i]->nodes) < PARTICIPANTS_NAMES_BYTES;
    return hold;
}

static bool shape_holds(const struct participants_check *check,
                        const Rikstal__V1__Attestation *attestation, struct err *err)
{
    if (attestation->ephemeral_key.len != PARTICIPANTS_KEY_BYTES ||
        attestation->nonce.len != PARTICIPANTS_NONCE_BYTES || attestation->snapshot.len != 32 ||
        attestation->population.len != PARTICIPANTS_POPULATION_BYTES)
        return err_set(err, ERR_INVALID, "a field of an attestation has another length");
    if (!sets_hold(attestation))
        return err_set(err, ERR_INVALID, "the sets that an attestation repeats are not in order");
    if (attestation->attempt < 1 || attestation->attempt > PARTICIPANTS_ATTEMPTS_MAX)
        return err_set(err, ERR_DENIED, "attempt %u of a sum", attestation->attempt);
    if (attestation->question_hash.len != QUESTION_HASH_BYTES ||
        (check->question_hash &&
         memcmp(attestation->question_hash.data, check->question_hash, QUESTION_HASH_BYTES) != 0))
        return err_set(err, ERR_DENIED, "the attestation of node %s is another question's",
                       attestation->node);
    return true;
}

/* Clocks may differ by the tolerance of a question's times, at both ends. */
static bool time_holds(const struct participants_check *check,
                       const Rikstal__V1__Attestation *attestation, struct err *err)
{
    int64_t left_s;

    if (!check->fresh)
        return true;
    if (attestation->not_after < 0 ||
        __builtin_sub_overflow(attestation->not_after, check->now_s, &left_s) ||
        left_s < -QUESTION_SKEW_MAX_S || left_s > PARTICIPANTS_LIFE_S + QUESTION_SKEW_MAX_S)
        return err_set(err, ERR_DENIED, "the attestation of node %s is not of now",
                       attestation->node);
    return true;
}

static bool same_bytes(const ProtobufCBinaryData *a, const ProtobufCBinaryData *b)
{
    return a->len == b->len && (a->len == 0 || memcmp(a->data, b->data, a->len) == 0);
}

/* The requirements on every envelope with one signer. */
static bool is_ours(const struct participants_check *check, const Rikstal__V1__Envelope *envelope)
{
    const Rikstal__V1__Envelope *ours = check->ours;

    return ours && envelope->n_more == 0 && ours->n_more == 0 &&
           strcmp(envelope->domain, ours->domain) == 0 &&
           same_bytes(&envelope->payload, &ours->payload) &&
           same_bytes(&envelope->key_id, &ours->key_id) &&
           same_bytes(&envelope->signature, &ours->signature);
}

/* Verifies with a key of this node that is valid now. Our own envelope is not verified again. */
static bool signed_by(const struct participants_check *check, const char *node,
                      const Rikstal__V1__Envelope *envelope, struct err *err)
{
    struct public_key key;
    struct key_id id;

    if (!envelope_key_id(envelope, &id))
        return err_set(err, ERR_INVALID, "the envelope names no key");
    return roster_node_key(check->roster, node, &id, check->now_s, &key, err) &&
           (is_ours(check, envelope) || envelope_verify(envelope, DOMAIN_ATTEST, &key, err));
}

bool participants_attestation_open(const struct participants_check *check,
                                   const Rikstal__V1__Envelope *envelope, struct arena *arena,
                                   const Rikstal__V1__Attestation **out, struct err *err)
{
    assert(check && check->roster && envelope && out);
    const Rikstal__V1__Attestation *claim;
    ProtobufCMessage *message;

    /* The payload names the node that claims to have signed; that node's key then decides. */
    if (!message_unpack(&rikstal__v1__attestation__descriptor, envelope->payload.data,
                        envelope->payload.len, arena, &message, err))
        return false;
    claim = (const Rikstal__V1__Attestation *)message;
    if (!signed_by(check, claim->node, envelope, err) || !shape_holds(check, claim, err) ||
        !time_holds(check, claim, err))
        return false;
    *out = claim;
    return true;
}

/*
 * A mask follows from two keys alone and is added on one side and subtracted on the other. If two
 * nodes had one key, the masks of the nodes sorted between them would cancel.
 */
static bool keys_differ(const struct participants *participants, size_t i, struct err *err)
{
    for (size_t j = 0; j < i; j++)
        if (same_bytes(&participants->member[j]->ephemeral_key,
                       &participants->member[i]->ephemeral_key))
            return err_set(err, ERR_DENIED, "nodes %s and %s attest one key",
                           participants->member[j]->node, participants->member[i]->node);
    return true;
}

bool participants_open(const struct participants_check *check, const Rikstal__V1__MaskList *list,
                       struct arena *arena, struct participants *out, struct err *err)
{
    assert(check && check->roster && list && out);
    struct participants participants = {.attempt = list->attempt, .n = list->n_attestations};
    uint32_t least = participants_min(check->roster);

    if (list->question_hash.len != QUESTION_HASH_BYTES || !check->question_hash ||
        memcmp(list->question_hash.data, check->question_hash, QUESTION_HASH_BYTES) != 0)
        return err_set(err, ERR_DENIED, "the list is another question's");
    if (participants.n > ROSTER_NODES_MAX)
        return err_set(err, ERR_INVALID, "a list of %zu attestations", participants.n);
    for (size_t i = 0; i < participants.n; i++) {
        if (!participants_attestation_open(check, list->attestations[i], arena,
                                           &participants.member[i], err))
            return false;
        participants.has_ours = participants.has_ours || is_ours(check, list->attestations[i]);
        if (participants.member[i]->attempt != list->attempt)
            return err_set(err, ERR_DENIED, "the attestation of node %s is another attempt's",
                           participants.member[i]->node);
        if (i > 0 && strcmp(participants.member[i - 1]->node, participants.member[i]->node) >= 0)
            return err_set(err, ERR_DENIED, "the list is not sorted, or has a node twice");
        if (!keys_differ(&participants, i, err))
            return false;
    }
    if (!participants_session(list, arena, participants.session, err))
        return false;
    if (participants.n < least)
        return err_set(err, ERR_UNAVAILABLE, "a sum needs %u participants, %zu take part", least,
                       participants.n);
    *out = participants;
    return true;
}

void participants_set_id(const struct participants_of *of, size_t n,
                         uint8_t id[static PARTICIPANTS_SET_BYTES])
{
    crypto_generichash_state state;

    crypto_generichash_init(&state, NULL, 0, PARTICIPANTS_SET_BYTES);
    crypto_generichash_update(&state, (const uint8_t *)"rikstal-set-v1", 14);
    for (size_t i = 0; i < n; i++) {
        crypto_generichash_update(&state, (const uint8_t *)of[i].node, strlen(of[i].node) + 1);
        crypto_generichash_update(&state, of[i].population, PARTICIPANTS_POPULATION_BYTES);
    }
    crypto_generichash_final(&state, id, PARTICIPANTS_SET_BYTES);
}

void participants_set(const struct participants *participants,
                      uint8_t id[static PARTICIPANTS_SET_BYTES])
{
    struct participants_of of[ROSTER_NODES_MAX];

    for (size_t i = 0; i < participants->n; i++)
        of[i] = (struct participants_of){participants->member[i]->node,
                                         participants->member[i]->population.data};
    participants_set_id(of, participants->n, id);
}

bool participants_can_pay(const struct participants *participants, struct err *err)
{
    uint8_t id[PARTICIPANTS_SET_BYTES];

    participants_set(participants, id);
    for (size_t i = 0; i < participants->n; i++) {
        const Rikstal__V1__Attestation *member = participants->member[i];
        bool can = member->n_only == 0;

        for (size_t k = 0; k < member->n_only && !can; k++)
            can = memcmp(member->only[k]->id.data, id, PARTICIPANTS_SET_BYTES) == 0;
        if (!can)
            return err_set(err, ERR_DENIED, "node %s cannot pay for a sum of these participants",
                           member->node);
    }
    return true;
}

void participants_session_id(const uint8_t question_hash[static 32], uint32_t attempt,
                             const uint8_t *list, size_t list_size,
                             uint8_t id[static PARTICIPANTS_SESSION_BYTES])
{
    uint8_t big[4] = {(uint8_t)(attempt >> 24), (uint8_t)(attempt >> 16), (uint8_t)(attempt >> 8),
                      (uint8_t)attempt};
    crypto_generichash_state state;
    uint8_t list_hash[32];

    crypto_generichash(list_hash, sizeof(list_hash), list, list_size, NULL, 0);
    crypto_generichash_init(&state, NULL, 0, PARTICIPANTS_SESSION_BYTES);
    crypto_generichash_update(&state, (const uint8_t *)"rikstal-sid-v1", 14);
    crypto_generichash_update(&state, question_hash, 32);
    crypto_generichash_update(&state, big, sizeof(big));
    crypto_generichash_update(&state, list_hash, sizeof(list_hash));
    crypto_generichash_final(&state, id, PARTICIPANTS_SESSION_BYTES);
}

bool participants_session(const Rikstal__V1__MaskList *list, struct arena *arena,
                          uint8_t id[static PARTICIPANTS_SESSION_BYTES], struct err *err)
{
    uint8_t *data;
    size_t size;

    if (list->question_hash.len != QUESTION_HASH_BYTES)
        return err_set(err, ERR_INVALID, "a list names no question");
    if (!message_pack(&list->base, arena, &data, &size, err))
        return false;
    participants_session_id(list->question_hash.data, list->attempt, data, size, id);
    return true;
}
