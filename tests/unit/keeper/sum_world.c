/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/keeper/sum_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "node/privacy/mask.h"
#include "proto/base/clock.h"
#include "proto/trust/message.h"
#include "tests/unit/keeper/fake.h"

char *const sum_ids[NODES] = {"01", "12", "13", "14", "17"};

static void join(struct sum *s)
{
    Rikstal__V1__Roster *roster = &s->w.people.roster;

    for (size_t i = 0; i < NODES; i++) {
        s->key[i] = i < PEOPLE_NODES ? s->w.people.node[i] : NULL;
        if (!s->key[i])
            assert_true(secret_key_new(&s->key[i], &s->w.err));
        rikstal__v1__roster_node__init(&s->node[i]);
        s->node[i].node = s->audience[i] = sum_ids[i];
        s->node[i].name = sum_ids[i];
        s->node[i].key = people_key(&s->w.people, s->key[i]);
        s->list_of_nodes[i] = &s->node[i];
    }
    roster->nodes = s->list_of_nodes;
    roster->n_nodes = NODES;
    roster->participants_min = 3;
    world_write_roster(&s->w);
}

void sum_ask(struct sum *s, const char *text)
{
    Rikstal__V1__Question q;

    world_question(&s->w, text, &q);
    q.mode = RIKSTAL__V1__MODE__MODE_SUM;
    q.audience = s->audience;
    q.n_audience = NODES;
    s->question = people_ask(&s->w.people, &q);
    envelope_hash(s->question, s->hash);
}

void sum_up_in(struct sum *s, const char *place)
{
    *s = (struct sum){0};
    fake = (struct fake){.matched = 1234, .undetermined = 56, .release = "2026-06-01"};
    world_up_in(&s->w, place);
    join(s);
    world_start(&s->w);
    sum_ask(s, "age >= 18");
}

void sum_up(struct sum *s)
{
    sum_up_in(s, "/tmp");
}

void sum_down(struct sum *s)
{
    for (size_t i = 0; i < NODES; i++) {
        mask_free(s->mask[i]);
        if (i >= PEOPLE_NODES)
            secret_key_free(s->key[i]);
    }
    world_down(&s->w);
}

/* ---- round one ------------------------------------------------------------------------------- */

Rikstal__V1__Frame *sum_call(struct sum *s, uint32_t attempt)
{
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT;
    Rikstal__V1__Ask ask = RIKSTAL__V1__ASK__INIT;

    ask.question = s->question;
    ask.time_left_ms = 20000;
    ask.attempt = attempt;
    frame.body_case = RIKSTAL__V1__FRAME__BODY_ASK;
    frame.ask = &ask;
    world_send(&s->w, &frame);
    return world_receive(&s->w);
}

void sum_attest_as(struct sum *s, size_t i, enum wrong wrong)
{
    Rikstal__V1__Attestation a = RIKSTAL__V1__ATTESTATION__INIT;
    Rikstal__V1__PaidSet repeats, *only = &repeats;
    uint8_t zero[32] = {0}, population[32] = {s->population};
    uint8_t *key = arena_alloc(s->w.people.arena, 32);

    mask_free(s->mask[i]);
    s->mask[i] = mask_new();
    assert_true(key && s->mask[i]);
    memcpy(key, mask_public_key(s->mask[i]), 32);
    a.question_hash = (ProtobufCBinaryData){32, wrong == OF_ANOTHER_QUESTION ? zero : s->hash};
    a.snapshot = (ProtobufCBinaryData){32, zero};
    a.population = (ProtobufCBinaryData){32, population};
    a.node = sum_ids[i];
    rikstal__v1__paid_set__init(&repeats);
    repeats.id = (ProtobufCBinaryData){32, zero};
    repeats.nodes = "01,12,13";
    a.only = &only;
    a.n_only = wrong == SHORT_OF_BUDGET;
    a.attempt = s->attempt + (wrong == OF_ANOTHER_ATTEMPT);
    a.ephemeral_key = (ProtobufCBinaryData){32, key};
    a.nonce = (ProtobufCBinaryData){PARTICIPANTS_NONCE_BYTES, zero};
    a.not_after = clock_wall_s() + (wrong == STALE ? -200 : wrong == OF_TOMORROW ? 86400 : 30);
    assert_true(envelope_sign_message(DOMAIN_ATTEST, &a.base,
                                      s->key[wrong == NOT_ITS_KEY ? (i + 1) % NODES : i],
                                      s->w.people.arena, &s->attestation[i], &s->w.err));
}

void sum_all_attend(struct sum *s, uint32_t attempt)
{
    Rikstal__V1__Frame *got = sum_call(s, attempt);

    assert_int_equal(got->body_case, RIKSTAL__V1__FRAME__BODY_ATTEST);
    s->attempt = attempt;
    for (size_t i = 0; i < NODES; i++)
        if (i != SELF)
            sum_attest_as(s, i, RIGHT);
    s->attestation[SELF] = got->attest;
}

void sum_list(struct sum *s, unsigned who)
{
    rikstal__v1__mask_list__init(&s->list);
    s->list.question_hash = (ProtobufCBinaryData){32, s->hash};
    s->list.attempt = s->attempt;
    s->list.attestations = s->listed;
    for (size_t i = 0; i < NODES; i++)
        if (who & 1u << i)
            s->listed[s->list.n_attestations++] = s->attestation[i];
}

/* ---- round two ------------------------------------------------------------------------------- */

void sum_send_list(struct sum *s)
{
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT;

    frame.body_case = RIKSTAL__V1__FRAME__BODY_MASK_LIST;
    frame.mask_list = &s->list;
    world_send(&s->w, &frame);
}

Rikstal__V1__Answer *sum_answer_to_list(struct sum *s)
{
    Rikstal__V1__Frame *got;

    sum_send_list(s);
    got = world_receive(&s->w);
    assert_int_equal(got->body_case, RIKSTAL__V1__FRAME__BODY_ANSWER);
    return world_open(&s->w, got->answer);
}

/* What the others would send for figures of zero, added: their masks. */
static void others_add(struct sum *s, unsigned who, const uint8_t *session_id, int64_t cells[2])
{
    for (size_t i = 0; i < NODES; i++) {
        struct mask_peer peer[NODES];
        struct mask_session session = {.self = sum_ids[i], .peers = peer};
        int64_t zero[2] = {0, 0};

        if (i == SELF || !(who & 1u << i))
            continue;
        for (size_t j = 0; j < NODES; j++) {
            ProtobufCMessage *opened;

            if (j == i || !(who & 1u << j))
                continue;
            assert_true(message_unpack(
                &rikstal__v1__attestation__descriptor, s->attestation[j]->payload.data,
                s->attestation[j]->payload.len, s->w.people.arena, &opened, &s->w.err));
            peer[session.n_peers++] = (struct mask_peer){
                sum_ids[j], ((Rikstal__V1__Attestation *)opened)->ephemeral_key.data};
        }
        memcpy(session.id, session_id, 32);
        assert_true(mask_apply(s->mask[i], &session, zero, 2, &s->w.err));
        for (size_t c = 0; c < 2; c++)
            cells[c] = (int64_t)((uint64_t)cells[c] + (uint64_t)zero[c]);
    }
}

Rikstal__V1__Answer *sum_whole(struct sum *s, uint32_t attempt, unsigned who, int64_t share[2])
{
    Rikstal__V1__Answer *answer;
    uint8_t session[32];

    sum_all_attend(s, attempt);
    sum_list(s, who);
    answer = sum_answer_to_list(s);
    if (answer->state != RIKSTAL__V1__STATE__STATE_VALUE)
        fail_msg("%s: %s", answer->code, answer->reason);
    assert_int_equal(answer->n_cells, 2);
    assert_int_equal(answer->mode, RIKSTAL__V1__MODE__MODE_SUM);
    assert_true(participants_session(&s->list, s->w.people.arena, session, &s->w.err));
    assert_int_equal(answer->session.len, 32);
    assert_memory_equal(answer->session.data, session, 32);
    for (size_t c = 0; c < 2; c++)
        assert_true(llabs(answer->cells[c]) > 1000000000); /* chance 2e-10 of a mask so small */
    memcpy(share, answer->cells, 2 * sizeof(int64_t));
    others_add(s, who, session, share);
    return answer;
}
