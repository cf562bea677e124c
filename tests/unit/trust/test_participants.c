/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises of the roll: a list is read only when every attestation in it was signed by its own node
 * of the roster for this question, this attempt and, where it matters, now; sorted, each node and
 * each key once, and enough of them. Any other list is an error, and any change of it is another
 * session. Only what is byte for byte our own attestation is not verified again, and its key must
 * hold all the same.
 */
#include "proto/trust/participants.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/trust/message.h"
#include "tests/unit/refused.h"
#include "tests/unit/trust/people.h"

#define NODES 4
#define ALL 15u

struct bench {
    struct people p;
    struct secret_key *key[NODES];
    Rikstal__V1__RosterNode node[NODES];
    Rikstal__V1__RosterNode *nodes[NODES];
    struct roster *roster;
    uint8_t hash[32];
    struct participants_check check;
    Rikstal__V1__Attestation attestation[NODES]; /* to be bent */
    uint8_t bytes[32];
    uint8_t ephemeral[NODES][PARTICIPANTS_KEY_BYTES];
    Rikstal__V1__Envelope *listed[NODES + 1];
    Rikstal__V1__MaskList list;
    struct participants participants;
    struct err err;
};

static char *const ids[NODES] = {"01", "12", "13", "14"};

static void attest_fill(struct bench *b)
{
    for (size_t i = 0; i < NODES; i++) {
        Rikstal__V1__Attestation *a = &b->attestation[i];

        rikstal__v1__attestation__init(a);
        a->question_hash = (ProtobufCBinaryData){32, b->hash};
        a->snapshot = (ProtobufCBinaryData){32, b->bytes};
        a->population = (ProtobufCBinaryData){PARTICIPANTS_POPULATION_BYTES, b->bytes};
        a->node = ids[i];
        a->attempt = 1;
        a->ephemeral_key = (ProtobufCBinaryData){PARTICIPANTS_KEY_BYTES, b->ephemeral[i]};
        b->ephemeral[i][0] = (uint8_t)(i + 1);
        a->nonce = (ProtobufCBinaryData){PARTICIPANTS_NONCE_BYTES, b->bytes};
        a->not_after = PEOPLE_NOW + PARTICIPANTS_LIFE_S;
    }
}

static void bench_up(struct bench *b)
{
    memset(b, 0, sizeof(*b));
    people_up(&b->p);
    for (size_t i = 0; i < NODES; i++) {
        assert_true(secret_key_new(&b->key[i], &b->err));
        rikstal__v1__roster_node__init(&b->node[i]);
        b->node[i].node = b->node[i].name = ids[i];
        b->node[i].key = people_key(&b->p, b->key[i]);
        b->nodes[i] = &b->node[i];
    }
    b->p.roster.nodes = b->nodes;
    b->p.roster.n_nodes = NODES;
    b->p.roster.participants_min = 3;
    b->roster = people_roster(&b->p);
    b->hash[0] = 5;
    b->check = (struct participants_check){b->roster, b->hash, PEOPLE_NOW, true, NULL};
    attest_fill(b);
}

static void bench_down(struct bench *b)
{
    roster_free(b->roster);
    for (size_t i = 0; i < NODES; i++)
        secret_key_free(b->key[i]);
    people_down(&b->p);
}

static Rikstal__V1__Envelope *sign(struct bench *b, size_t i, const char *domain, size_t by)
{
    Rikstal__V1__Envelope *envelope;

    assert_true(envelope_sign_message(domain, &b->attestation[i].base, b->key[by], b->p.arena,
                                      &envelope, &b->err));
    return envelope;
}

static void list_these(struct bench *b, unsigned who)
{
    rikstal__v1__mask_list__init(&b->list);
    b->list.question_hash = (ProtobufCBinaryData){32, b->hash};
    b->list.attempt = 1;
    b->list.attestations = b->listed;
    for (size_t i = 0; i < NODES; i++)
        if (who & 1u << i)
            b->listed[b->list.n_attestations++] = sign(b, i, DOMAIN_ATTEST, i);
}

static bool opens(struct bench *b)
{
    b->err.code = ERR_NONE;
    return participants_open(&b->check, &b->list, b->p.arena, &b->participants, &b->err);
}

static void test_a_right_list_names_its_participants_and_session(void **state)
{
    uint8_t session[PARTICIPANTS_SESSION_BYTES];
    struct bench b;

    (void)state;
    bench_up(&b);
    list_these(&b, ALL);
    assert_true(opens(&b));
    assert_int_equal(b.participants.n, NODES);
    assert_true(participants_session(&b.list, b.p.arena, session, &b.err));
    assert_memory_equal(session, b.participants.session, sizeof(session));
    list_these(&b, ALL & ~1u);
    assert_true(opens(&b));
    assert_memory_not_equal(session, b.participants.session, sizeof(session));
    bench_down(&b);
}

static void test_too_few_is_told_apart_from_wrong(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    list_these(&b, 7u);
    assert_true(opens(&b));
    list_these(&b, 3u);
    assert_refused(opens(&b), &b.err, ERR_UNAVAILABLE);
    list_these(&b, 0);
    assert_refused(opens(&b), &b.err, ERR_UNAVAILABLE);
    assert_int_equal(participants_min(b.roster), 3);
    b.p.roster.participants_min = 4; /* the roster may ask for more, and never for fewer */
    roster_free(b.roster);
    b.check.roster = b.roster = people_roster(&b.p);
    list_these(&b, ALL);
    assert_true(opens(&b));
    list_these(&b, 7u);
    assert_refused(opens(&b), &b.err, ERR_UNAVAILABLE);
    b.p.roster.participants_min = 0;
    roster_free(b.roster);
    b.check.roster = b.roster = people_roster(&b.p);
    list_these(&b, 3u);
    assert_refused(opens(&b), &b.err, ERR_UNAVAILABLE);
    bench_down(&b);
}

static void test_attestations_of_elsewhere_are_refused(void **state)
{
    uint8_t other[32] = {9};
    struct bench b;

    (void)state;
    bench_up(&b);
    b.attestation[2].question_hash.data = other;
    list_these(&b, ALL);
    assert_refused(opens(&b), &b.err, ERR_DENIED);
    attest_fill(&b);
    b.attestation[2].attempt = 2;
    list_these(&b, ALL);
    assert_refused(opens(&b), &b.err, ERR_DENIED);
    attest_fill(&b);
    list_these(&b, ALL);
    b.listed[2] = sign(&b, 2, DOMAIN_ATTEST, 3); /* by another node's key */
    assert_refused(opens(&b), &b.err, ERR_DENIED);
    b.listed[2] = sign(&b, 2, DOMAIN_HELLO, 2); /* for another purpose */
    assert_refused(opens(&b), &b.err, ERR_INVALID);
    b.attestation[2].node = "99"; /* a node that nobody knows */
    b.listed[2] = sign(&b, 2, DOMAIN_ATTEST, 2);
    assert_refused(opens(&b), &b.err, ERR_DENIED);
    attest_fill(&b);
    b.attestation[2].ephemeral_key.len = 31;
    list_these(&b, ALL);
    assert_refused(opens(&b), &b.err, ERR_INVALID);
    attest_fill(&b);
    b.attestation[2].population.len = 31;
    list_these(&b, ALL);
    assert_refused(opens(&b), &b.err, ERR_INVALID);
    attest_fill(&b);
    list_these(&b, ALL);
    b.list.question_hash.data = other;
    assert_refused(opens(&b), &b.err, ERR_DENIED);
    bench_down(&b);
}

static void test_attempts_and_time_hold_at_their_limits(void **state)
{
    static const struct {
        int64_t left_s;
        bool fresh;
    } times[] = {{-120, true}, {-121, false}, {180, true}, {181, false}};
    struct bench b;

    (void)state;
    bench_up(&b);
    for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
        b.attestation[1].not_after = PEOPLE_NOW + times[i].left_s;
        list_these(&b, ALL);
        assert_int_equal(opens(&b), times[i].fresh);
        b.check.fresh = false; /* looked at later */
        assert_true(opens(&b));
        b.check.fresh = true;
    }
    for (uint32_t attempt = 0; attempt <= PARTICIPANTS_ATTEMPTS_MAX + 1; attempt++) {
        attest_fill(&b);
        for (size_t i = 0; i < NODES; i++)
            b.attestation[i].attempt = attempt;
        list_these(&b, ALL);
        b.list.attempt = attempt;
        assert_int_equal(opens(&b), attempt >= 1 && attempt <= PARTICIPANTS_ATTEMPTS_MAX);
    }
    bench_down(&b);
}

/* Sets that node 1 can repeat, of which the last may be this list. */
static void test_sets_hold_at_the_limit_and_who_cannot_pay_is_named(void **state)
{
    uint8_t set_id[PARTICIPANTS_SETS_MAX + 1][PARTICIPANTS_SET_BYTES] = {{0}};
    Rikstal__V1__PaidSet set[PARTICIPANTS_SETS_MAX + 1], *only[PARTICIPANTS_SETS_MAX + 1];
    struct bench b;

    (void)state;
    bench_up(&b);
    for (size_t i = 0; i <= PARTICIPANTS_SETS_MAX; i++) {
        rikstal__v1__paid_set__init(&set[i]);
        set[i].id = (ProtobufCBinaryData){PARTICIPANTS_SET_BYTES, set_id[i]};
        set[i].nodes = "01,12";
        only[i] = &set[i];
    }
    b.attestation[1].only = only;
    list_these(&b, ALL);
    assert_true(opens(&b) && participants_can_pay(&b.participants, &b.err));
    participants_set(&b.participants, set_id[PARTICIPANTS_SETS_MAX - 1]);
    b.attestation[1].n_only = PARTICIPANTS_SETS_MAX;
    list_these(&b, ALL);
    assert_true(opens(&b) && participants_can_pay(&b.participants, &b.err));
    set_id[PARTICIPANTS_SETS_MAX - 1][0]++;
    list_these(&b, ALL);
    assert_true(opens(&b));
    assert_refused(participants_can_pay(&b.participants, &b.err), &b.err, ERR_DENIED);
    assert_non_null(strstr(b.err.text, "cannot pay"));
    b.attestation[1].n_only = PARTICIPANTS_SETS_MAX + 1;
    list_these(&b, ALL);
    assert_refused(opens(&b), &b.err, ERR_INVALID);
    b.attestation[1].n_only = 1;
    set[0].id.len--;
    list_these(&b, ALL);
    assert_refused(opens(&b), &b.err, ERR_INVALID);
    bench_down(&b);
}

static void test_order_and_number_are_part_of_a_list(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    list_these(&b, ALL);
    b.listed[4] = b.listed[3]; /* one twice */
    b.list.n_attestations++;
    assert_refused(opens(&b), &b.err, ERR_DENIED);
    list_these(&b, ALL);
    b.listed[0] = sign(&b, 1, DOMAIN_ATTEST, 1);
    b.listed[1] = sign(&b, 0, DOMAIN_ATTEST, 0);
    assert_refused(opens(&b), &b.err, ERR_DENIED);
    bench_down(&b);
}

/* Or the masks of a node between the two would cancel. */
static void test_no_two_nodes_have_one_key(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    for (size_t i = 1; i < NODES; i++)
        for (size_t j = 0; j < i; j++) {
            attest_fill(&b);
            memcpy(b.ephemeral[i], b.ephemeral[j], PARTICIPANTS_KEY_BYTES);
            list_these(&b, ALL);
            assert_refused(opens(&b), &b.err, ERR_DENIED);
            b.ephemeral[i][31] ^= 0x80; /* the same point, and other bytes: another mask */
            list_these(&b, ALL);
            assert_true(opens(&b));
            b.ephemeral[i][31] = 0;
        }
    bench_down(&b);
}

static void test_no_bit_of_a_list_may_change(void **state)
{
    ProtobufCMessage *message;
    struct bench b;
    uint8_t *data;
    size_t size;

    (void)state;
    bench_up(&b);
    list_these(&b, 7u);
    assert_true(message_pack(&b.list.base, b.p.arena, &data, &size, &b.err));
    for (size_t bit = 0; bit < 8 * size; bit++) {
        struct arena *arena = arena_new(1 << 20);

        assert_non_null(arena);
        data[bit / 8] ^= (uint8_t)(1u << (bit % 8));
        if (message_unpack(&rikstal__v1__mask_list__descriptor, data, size, arena, &message,
                           &b.err))
            assert_refused_either(participants_open(&b.check,
                                                    (const Rikstal__V1__MaskList *)message, arena,
                                                    &b.participants, &b.err),
                                  &b.err, ERR_INVALID, ERR_DENIED);
        data[bit / 8] ^= (uint8_t)(1u << (bit % 8));
        arena_free(arena);
    }
    print_message("%zu bits\n", 8 * size);
    bench_down(&b);
}

static void test_our_own_attestation_is_taken_by_its_bytes_alone(void **state)
{
    Rikstal__V1__Envelope ours;
    uint8_t signature[64];
    struct bench b;

    (void)state;
    bench_up(&b);
    list_these(&b, ALL);
    ours = *b.listed[1];
    memcpy(signature, ours.signature.data, sizeof(signature));
    ours.signature.data = signature;
    assert_true(opens(&b));
    assert_false(b.participants.has_ours); /* nobody's */
    b.check.ours = &ours;
    assert_true(opens(&b));
    assert_true(b.participants.has_ours);
    signature[5] ^= 1; /* what is listed is not what we hold, and right in itself */
    assert_true(opens(&b));
    assert_false(b.participants.has_ours);
    b.listed[1]->signature.data[5] ^= 1; /* byte for byte: it is not looked at any further */
    assert_true(opens(&b));
    assert_true(b.participants.has_ours);
    b.listed[2]->signature.data[5] ^= 1; /* another's is */
    assert_refused(opens(&b), &b.err, ERR_DENIED);
    b.listed[2]->signature.data[5] ^= 1;
    b.check.now_s += 1000; /* and it must be of now, like any */
    assert_refused(opens(&b), &b.err, ERR_DENIED);
    b.check.now_s -= 1000;
    ours.key_id.data = b.listed[0]->key_id.data;
    b.listed[1]->key_id.data = b.listed[0]->key_id.data; /* by a key that is not this node's */
    assert_refused(opens(&b), &b.err, ERR_DENIED);
    bench_down(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_right_list_names_its_participants_and_session),
        cmocka_unit_test(test_too_few_is_told_apart_from_wrong),
        cmocka_unit_test(test_attestations_of_elsewhere_are_refused),
        cmocka_unit_test(test_attempts_and_time_hold_at_their_limits),
        cmocka_unit_test(test_sets_hold_at_the_limit_and_who_cannot_pay_is_named),
        cmocka_unit_test(test_order_and_number_are_part_of_a_list),
        cmocka_unit_test(test_no_two_nodes_have_one_key),
        cmocka_unit_test(test_no_bit_of_a_list_may_change),
        cmocka_unit_test(test_our_own_attestation_is_taken_by_its_bytes_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
