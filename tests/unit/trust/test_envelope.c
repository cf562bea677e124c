/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of envelope: the signed bytes are exactly domain, NUL, length and payload; a change
 * of any byte of an envelope is noticed; a signature holds in its domain, for its key and nowhere
 * else; k of n counts distinct keys; sizes are held at the limit and one past it.
 */
#include "proto/trust/envelope.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base/arena.h"
#include "proto/trust/message.h"
#include "tests/unit/refused.h"
#include "tests/unit/trust/people.h"

static struct people p;

static int up(void **state)
{
    (void)state;
    people_up(&p);
    return 0;
}

static int down(void **state)
{
    (void)state;
    people_down(&p);
    return 0;
}

static Rikstal__V1__Envelope *sign(const char *domain, const void *payload, size_t size)
{
    Rikstal__V1__Envelope *envelope = NULL;

    assert_true(envelope_sign(domain, (struct bytes_view){payload, size}, p.analyst, p.arena,
                              &envelope, &p.err));
    return envelope;
}

static void test_the_signed_bytes_are_domain_nul_length_payload(void **state)
{
    static const char expected[] = "rikstal-question-v1\0\3\0\0\0\0\0\0\0abc";
    const Rikstal__V1__Envelope *envelope = sign(DOMAIN_QUESTION, "abc", 3);

    (void)state;
    assert_int_equal(crypto_sign_verify_detached(envelope->signature.data,
                                                 (const uint8_t *)expected, sizeof(expected) - 1,
                                                 secret_key_public(p.analyst)->b),
                     0);
    assert_true(envelope_verify(envelope, DOMAIN_QUESTION, secret_key_public(p.analyst), &p.err));
}

/* Every byte, every bit: either it is no envelope any more, or its signature fails. */
static void test_a_change_of_any_bit_is_noticed(void **state)
{
    const Rikstal__V1__Envelope *envelope = sign(DOMAIN_QUESTION, "a question", 10);
    uint8_t *data;
    size_t size, parsed = 0;

    (void)state;
    assert_true(message_pack(&envelope->base, p.arena, &data, &size, &p.err));
    for (size_t i = 0; i < size * 8; i++) {
        struct arena *arena = arena_new(65536);
        Rikstal__V1__Envelope *bent;

        data[i / 8] ^= (uint8_t)(1u << (i % 8));
        if (envelope_parse(data, size, arena, &bent, &p.err)) {
            parsed++;
            assert_refused_either(
                envelope_verify(bent, DOMAIN_QUESTION, secret_key_public(p.analyst), &p.err),
                &p.err, ERR_INVALID, ERR_DENIED);
        }
        data[i / 8] ^= (uint8_t)(1u << (i % 8));
        arena_free(arena);
    }
    assert_true(parsed > 700); /* most changes are for the signature to find */
}

static void test_a_signature_is_none_in_another_domain(void **state)
{
    static const char *const others[] = {DOMAIN_ANSWER, DOMAIN_HELLO,  DOMAIN_ROSTER,
                                         DOMAIN_ATTEST, DOMAIN_POLICY, ""};
    Rikstal__V1__Envelope *envelope = sign(DOMAIN_QUESTION, "abc", 3);

    (void)state;
    for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
        envelope->domain = DOMAIN_QUESTION;
        assert_refused(envelope_verify(envelope, others[i], secret_key_public(p.analyst), &p.err),
                       &p.err, ERR_INVALID);
        envelope->domain = (char *)others[i]; /* and when it claims to be of that domain */
        assert_refused(envelope_verify(envelope, others[i], secret_key_public(p.analyst), &p.err),
                       &p.err, ERR_DENIED);
    }
}

static void test_only_the_right_key_verifies(void **state)
{
    Rikstal__V1__Envelope *envelope = sign(DOMAIN_ANSWER, "abc", 3);

    (void)state;
    assert_refused(envelope_verify(envelope, DOMAIN_ANSWER, secret_key_public(p.node[0]), &p.err),
                   &p.err, ERR_DENIED);
    public_key_id(secret_key_public(p.node[0]), (struct key_id *)envelope->key_id.data);
    assert_refused(envelope_verify(envelope, DOMAIN_ANSWER, secret_key_public(p.node[0]), &p.err),
                   &p.err, ERR_DENIED);
}

static void test_a_short_signature_or_id_is_refused(void **state)
{
    Rikstal__V1__Envelope *envelope = sign(DOMAIN_ANSWER, "abc", 3);
    struct key_id id;

    (void)state;
    envelope->signature.len = KEY_SIGNATURE_BYTES - 1;
    assert_refused(envelope_verify(envelope, DOMAIN_ANSWER, secret_key_public(p.analyst), &p.err),
                   &p.err, ERR_DENIED);
    envelope->signature.len = KEY_SIGNATURE_BYTES;
    envelope->key_id.len = KEY_ID_BYTES - 1;
    assert_refused(envelope_verify(envelope, DOMAIN_ANSWER, secret_key_public(p.analyst), &p.err),
                   &p.err, ERR_DENIED);
    assert_false(envelope_key_id(envelope, &id));
}

static void test_payloads_are_held_at_their_limits(void **state)
{
    static uint8_t large[ENVELOPE_ROSTER_BYTES_MAX + 1];
    Rikstal__V1__Envelope *envelope;

    (void)state;
    envelope = sign(DOMAIN_QUESTION, large, ENVELOPE_BYTES_MAX);
    assert_true(envelope_verify(envelope, DOMAIN_QUESTION, secret_key_public(p.analyst), &p.err));
    assert_refused(envelope_sign(DOMAIN_QUESTION,
                                 (struct bytes_view){large, ENVELOPE_BYTES_MAX + 1}, p.analyst,
                                 p.arena, &envelope, &p.err),
                   &p.err, ERR_INVALID);
    envelope->payload.data = large;
    envelope->payload.len = ENVELOPE_BYTES_MAX + 1;
    assert_refused(envelope_verify(envelope, DOMAIN_QUESTION, secret_key_public(p.analyst), &p.err),
                   &p.err, ERR_INVALID);
    envelope = sign(DOMAIN_ROSTER, large, ENVELOPE_ROSTER_BYTES_MAX);
    assert_true(protobuf_c_message_get_packed_size(&envelope->base) <= MESSAGE_BYTES_MAX);
    assert_refused(envelope_sign(DOMAIN_ROSTER,
                                 (struct bytes_view){large, ENVELOPE_ROSTER_BYTES_MAX + 1},
                                 p.analyst, p.arena, &envelope, &p.err),
                   &p.err, ERR_INVALID);
}

static void test_signatures_are_held_at_their_limit(void **state)
{
    Rikstal__V1__Envelope *envelope = sign(DOMAIN_ROSTER, "r", 1);
    struct secret_key *key;

    (void)state;
    for (int i = 1; i < ENVELOPE_SIGNATURES_MAX; i++) {
        assert_true(secret_key_new(&key, &p.err));
        assert_true(envelope_cosign(envelope, key, p.arena, &p.err));
        secret_key_free(key);
    }
    assert_int_equal(envelope_signers(envelope, DOMAIN_ROSTER, secret_key_public(p.analyst), 1), 1);
    assert_refused_for(envelope_cosign(envelope, p.root[0], p.arena, &p.err), &p.err, ERR_INVALID,
                       "at most 16 signatures");
    envelope->n_more++; /* one of another hand */
    assert_int_equal(envelope_signers(envelope, DOMAIN_ROSTER, secret_key_public(p.analyst), 1), 0);
}

static void test_k_of_n_counts_distinct_keys_that_signed(void **state)
{
    Rikstal__V1__Envelope *envelope = NULL;
    struct public_key twice[2] = {p.roots.keys[0], p.roots.keys[0]};

    (void)state;
    assert_true(envelope_sign(DOMAIN_ROSTER, (struct bytes_view){(const uint8_t *)"r", 1},
                              p.root[0], p.arena, &envelope, &p.err));
    assert_int_equal(envelope_signers(envelope, DOMAIN_ROSTER, p.roots.keys, 3), 1);
    assert_refused(envelope_cosign(envelope, p.root[0], p.arena, &p.err), &p.err,
                   ERR_INVALID); /* the same key again */
    assert_true(envelope_cosign(envelope, p.root[2], p.arena, &p.err));
    assert_int_equal(envelope_signers(envelope, DOMAIN_ROSTER, p.roots.keys, 3), 2);
    assert_int_equal(envelope_signers(envelope, DOMAIN_QUESTION, p.roots.keys, 3), 0);
    assert_int_equal(envelope_signers(envelope, DOMAIN_ROSTER, twice, 2), 1);
    assert_refused(envelope_verify(envelope, DOMAIN_ROSTER, secret_key_public(p.root[0]), &p.err),
                   &p.err, ERR_INVALID);
    envelope->more[0]->signature.data[5] ^= 1;
    assert_int_equal(envelope_signers(envelope, DOMAIN_ROSTER, p.roots.keys, 3), 1);
}

static void test_a_payload_of_another_type_is_refused_after_its_signature(void **state)
{
    Rikstal__V1__Envelope *envelope = sign(DOMAIN_HELLO, "\xff\xff", 2);
    ProtobufCMessage *message;

    (void)state;
    assert_true(envelope_verify(envelope, DOMAIN_HELLO, secret_key_public(p.analyst), &p.err));
    assert_refused(
        envelope_open(envelope,
                      (struct envelope_kind){DOMAIN_HELLO, &rikstal__v1__hello__descriptor},
                      secret_key_public(p.analyst), p.arena, &message, &p.err),
        &p.err, ERR_INVALID);
}

#define ENVELOPE_TEST(f) cmocka_unit_test_setup_teardown(f, up, down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ENVELOPE_TEST(test_the_signed_bytes_are_domain_nul_length_payload),
        ENVELOPE_TEST(test_a_change_of_any_bit_is_noticed),
        ENVELOPE_TEST(test_a_signature_is_none_in_another_domain),
        ENVELOPE_TEST(test_only_the_right_key_verifies),
        ENVELOPE_TEST(test_a_short_signature_or_id_is_refused),
        ENVELOPE_TEST(test_payloads_are_held_at_their_limits),
        ENVELOPE_TEST(test_signatures_are_held_at_their_limit),
        ENVELOPE_TEST(test_k_of_n_counts_distinct_keys_that_signed),
        ENVELOPE_TEST(test_a_payload_of_another_type_is_refused_after_its_signature),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
