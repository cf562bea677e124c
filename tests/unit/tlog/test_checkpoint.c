/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: a checkpoint reads back under its own origin and key and no other, one changed byte
 * anywhere in what is signed is refused, other people's signature lines do not disturb, and a
 * cosignature is bound to note, witness, key and time.
 */
#include "proto/tlog/checkpoint.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "tests/unit/refused.h"

static const struct checkpoint sample = {
    .origin = "rikstal.example/region-12", .size = 4711, .root = {1, 2, 3}};

struct bench {
    uint8_t key[32], secret[64], other_key[32], other_secret[64];
    char note[CHECKPOINT_BYTES_MAX];
    struct checkpoint read;
    struct err err;
};

static void bench_up(struct bench *b)
{
    static const uint8_t seed[32] = {7}, other[32] = {8};

    *b = (struct bench){0};
    crypto_sign_seed_keypair(b->key, b->secret, seed);
    crypto_sign_seed_keypair(b->other_key, b->other_secret, other);
    assert_true(checkpoint_sign(&sample, b->secret, b->note, &b->err));
}

static void test_a_checkpoint_reads_back(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    assert_true(checkpoint_verify(b.note, sample.origin, b.key, &b.read, &b.err));
    assert_int_equal(b.read.size, 4711);
    assert_memory_equal(b.read.root, sample.root, 32);
    assert_int_equal(strncmp(b.note, "rikstal.example/region-12\n4711\nAQID", 35), 0);
    assert_non_null(strstr(b.note, "\n\n\xe2\x80\x94 rikstal.example/region-12 "));
}

static void test_another_key_or_origin_is_refused(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    assert_refused(checkpoint_verify(b.note, sample.origin, b.other_key, &b.read, &b.err), &b.err,
                   ERR_DENIED);
    assert_refused(checkpoint_verify(b.note, "rikstal.example/region-1", b.key, &b.read, &b.err),
                   &b.err, ERR_INVALID);
}

static void test_one_changed_byte_is_refused(void **state)
{
    char changed[CHECKPOINT_BYTES_MAX];
    struct bench b;
    size_t accepted = 0;

    (void)state;
    bench_up(&b);
    for (size_t i = 0; i < strlen(b.note); i++)
        for (int bit = 0; bit < 7; bit++) {
            memcpy(changed, b.note, sizeof(changed));
            changed[i] = (char)(changed[i] ^ 1 << bit);
            if (strlen(changed) == strlen(b.note))
                accepted += checkpoint_verify(changed, sample.origin, b.key, &b.read, &b.err);
        }
    assert_int_equal(accepted, 0);
}

static void test_other_signatures_do_not_disturb(void **state)
{
    char both[3 * CHECKPOINT_BYTES_MAX], line[CHECKPOINT_BYTES_MAX];
    struct bench b;
    const char *blank;

    (void)state;
    bench_up(&b);
    assert_true(checkpoint_cosign(b.note, "witness", b.other_secret, 5, line, &b.err));
    blank = strstr(b.note, "\n\n");
    snprintf(both, sizeof(both), "%.*s%s%s", (int)(blank - b.note) + 2, b.note, line, blank + 2);
    assert_true(checkpoint_verify(both, sample.origin, b.key, &b.read, &b.err));
}

static void test_a_cosignature_is_bound_to_everything(void **state)
{
    struct checkpoint larger = sample;
    char line[CHECKPOINT_BYTES_MAX], other_note[CHECKPOINT_BYTES_MAX];
    struct bench b;
    int64_t time_s = 0;

    (void)state;
    bench_up(&b);
    assert_true(checkpoint_cosign(b.note, "w", b.other_secret, 1795286000, line, &b.err));
    assert_true(checkpoint_verify_cosignature(b.note, line, "w", b.other_key, &time_s, &b.err));
    assert_int_equal(time_s, 1795286000);
    assert_refused(checkpoint_verify_cosignature(b.note, line, "v", b.other_key, &time_s, &b.err),
                   &b.err, ERR_INVALID);
    assert_refused(checkpoint_verify_cosignature(b.note, line, "w", b.key, &time_s, &b.err), &b.err,
                   ERR_INVALID);
    larger.size++;
    assert_true(checkpoint_sign(&larger, b.secret, other_note, &b.err));
    assert_refused(
        checkpoint_verify_cosignature(other_note, line, "w", b.other_key, &time_s, &b.err), &b.err,
        ERR_DENIED);
    for (size_t i = 0; line[i] != '\n'; i++) {
        char changed[CHECKPOINT_BYTES_MAX];

        memcpy(changed, line, sizeof(changed));
        changed[i] = (char)(changed[i] ^ 2);
        assert_refused_either(
            checkpoint_verify_cosignature(b.note, changed, "w", b.other_key, &time_s, &b.err),
            &b.err, ERR_INVALID, ERR_DENIED);
    }
}

static void test_a_nonce_is_signed_and_nothing_else_may_stand_there(void **state)
{
    static const char *const wrong[] = {"0", "0011223344556677889900112233445",
                                        "0011223344556677889900112233445G",
                                        "0011223344556677889900112233445A"};
    struct checkpoint with = sample;
    struct bench b;
    char *at;

    (void)state;
    bench_up(&b);
    memcpy(with.nonce, "00112233445566778899aabbccddeeff", CHECKPOINT_NONCE_BYTES);
    assert_true(checkpoint_sign(&with, b.secret, b.note, &b.err));
    assert_true(checkpoint_verify(b.note, with.origin, b.key, &b.read, &b.err));
    assert_string_equal(b.read.nonce, with.nonce);
    at = strstr(b.note, "\nnonce 0011");
    assert_non_null(at);
    at[8] = '1';
    assert_refused(checkpoint_verify(b.note, with.origin, b.key, &b.read, &b.err), &b.err,
                   ERR_DENIED);
    at[8] = '0';
    at[1] = 'm'; /* another kind of line */
    assert_refused(checkpoint_verify(b.note, with.origin, b.key, &b.read, &b.err), &b.err,
                   ERR_INVALID);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        snprintf(with.nonce, sizeof(with.nonce), "%s", wrong[i]);
        assert_refused(checkpoint_sign(&with, b.secret, b.note, &b.err), &b.err, ERR_INVALID);
    }
    assert_true(checkpoint_sign(&sample, b.secret, b.note, &b.err));
    assert_true(checkpoint_verify(b.note, sample.origin, b.key, &b.read, &b.err));
    assert_string_equal(b.read.nonce, "");
}

/* The sample with these lines behind its root, signed as they stand. */
static void sign_text(struct bench *b, const char *lines)
{
    char body[CHECKPOINT_BYTES_MAX], base64[128];
    uint8_t blob[4 + crypto_sign_BYTES];
    const char *signature;
    size_t size, got;

    assert_true(checkpoint_sign(&sample, b->secret, b->note, &b->err));
    signature = strrchr(b->note, ' ') + 1;
    assert_int_equal(sodium_base642bin(blob, sizeof(blob), signature, strlen(signature), "\n", &got,
                                       NULL, sodium_base64_VARIANT_ORIGINAL),
                     0);
    size = (size_t)(strstr(b->note, "\n\n") - b->note) + 1;
    snprintf(body, sizeof(body), "%.*s%s", (int)size, b->note, lines);
    crypto_sign_detached(blob + 4, NULL, (const uint8_t *)body, strlen(body), b->secret);
    sodium_bin2base64(base64, sizeof(base64), blob, sizeof(blob), sodium_base64_VARIANT_ORIGINAL);
    snprintf(b->note, sizeof(b->note), "%s\n\xe2\x80\x94 %s %s\n", body, sample.origin, base64);
}

static void test_a_rosters_version_is_signed_and_written_in_one_way(void **state)
{
    static const char *const line[] = {
        "roster 0\n",  "roster 07\n", "roster \n",  "roster -7\n",
        "roster 7 \n", "roster 7",    "rosteR 7\n", "roster 18446744073709551616\n"};
    struct checkpoint with = sample;
    struct bench b;

    (void)state;
    bench_up(&b);
    for (int nonce = 0; nonce < 2; nonce++) {
        if (nonce)
            memcpy(with.nonce, "00112233445566778899aabbccddeeff", CHECKPOINT_NONCE_BYTES);
        with.roster = UINT64_MAX;
        assert_true(checkpoint_sign(&with, b.secret, b.note, &b.err));
        assert_non_null(strstr(b.note, "\nroster 18446744073709551615\n\n"));
        assert_true(checkpoint_verify(b.note, with.origin, b.key, &b.read, &b.err));
        assert_true(b.read.roster == UINT64_MAX);
        assert_string_equal(b.read.nonce, with.nonce);
        *strstr(b.note, "615\n\n") = '5'; /* another version, not signed */
        assert_refused(checkpoint_verify(b.note, with.origin, b.key, &b.read, &b.err), &b.err,
                       ERR_DENIED);
    }
    for (size_t i = 0; i < sizeof(line) / sizeof(line[0]); i++) {
        sign_text(&b, line[i]);
        assert_refused(checkpoint_verify(b.note, sample.origin, b.key, &b.read, &b.err), &b.err,
                       ERR_INVALID);
    }
    sign_text(&b, "roster 7\n");
    assert_true(checkpoint_verify(b.note, sample.origin, b.key, &b.read, &b.err));
    assert_int_equal(b.read.roster, 7);
    sign_text(&b, "roster 7\nroster 7\n");
    assert_refused(checkpoint_verify(b.note, sample.origin, b.key, &b.read, &b.err), &b.err,
                   ERR_INVALID);
    sign_text(&b, "roster 7\nnonce 00112233445566778899aabbccddeeff\n");
    assert_refused(checkpoint_verify(b.note, sample.origin, b.key, &b.read, &b.err), &b.err,
                   ERR_INVALID);
}

static void test_names_with_blanks_sign_nothing(void **state)
{
    struct checkpoint bad = sample;
    char line[CHECKPOINT_BYTES_MAX];
    struct bench b;

    (void)state;
    bench_up(&b);
    snprintf(bad.origin, sizeof(bad.origin), "a b");
    assert_refused(checkpoint_sign(&bad, b.secret, b.note, &b.err), &b.err, ERR_INVALID);
    bench_up(&b);
    assert_refused(checkpoint_cosign(b.note, "a\nb", b.secret, 1, line, &b.err), &b.err,
                   ERR_INVALID);
    assert_refused(checkpoint_cosign(b.note, "", b.secret, 1, line, &b.err), &b.err, ERR_INVALID);
    assert_refused(checkpoint_cosign("no note", "w", b.secret, 1, line, &b.err), &b.err,
                   ERR_INVALID);
}

static void test_a_note_at_the_limit_and_one_past(void **state)
{
    char long_note[CHECKPOINT_BYTES_MAX + 2];
    struct bench b;
    size_t size;

    (void)state;
    bench_up(&b);
    size = strlen(b.note);
    memcpy(long_note, b.note, size);
    memset(long_note + size, 'x', sizeof(long_note) - size);
    long_note[CHECKPOINT_BYTES_MAX - 2] = '\n'; /* a line of another's, which is passed over */
    long_note[CHECKPOINT_BYTES_MAX - 1] = 0;    /* the limit counts the NUL */
    assert_true(checkpoint_verify(long_note, sample.origin, b.key, &b.read, &b.err));
    long_note[CHECKPOINT_BYTES_MAX - 2] = 'x';
    long_note[CHECKPOINT_BYTES_MAX - 1] = '\n';
    long_note[CHECKPOINT_BYTES_MAX] = 0;
    assert_refused_for(checkpoint_verify(long_note, sample.origin, b.key, &b.read, &b.err), &b.err,
                       ERR_INVALID, "no checkpoint");
}

static void test_a_body_to_cosign_at_the_limit_and_one_past(void **state)
{
    char body[CHECKPOINT_BYTES_MAX + 2], line[CHECKPOINT_COSIGNATURE_MAX];
    struct bench b;
    int64_t time_s = 0;

    (void)state;
    bench_up(&b);
    memset(body, 'x', sizeof(body));
    memcpy(body + CHECKPOINT_BYTES_MAX - 2, "\n\n", 3); /* a body of one less than the limit */
    assert_true(checkpoint_cosign(body, "w", b.other_secret, 5, line, &b.err));
    assert_true(checkpoint_verify_cosignature(body, line, "w", b.other_key, &time_s, &b.err));
    assert_int_equal(time_s, 5);
    body[CHECKPOINT_BYTES_MAX - 2] = 'x';
    memcpy(body + CHECKPOINT_BYTES_MAX - 1, "\n\n", 3);
    assert_refused_for(checkpoint_verify_cosignature(body, line, "w", b.other_key, &time_s, &b.err),
                       &b.err, ERR_INVALID, "no cosignature");
    assert_refused_for(checkpoint_cosign(body, "w", b.other_secret, 5, line, &b.err), &b.err,
                       ERR_INVALID, "nothing to cosign");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_checkpoint_reads_back),
        cmocka_unit_test(test_another_key_or_origin_is_refused),
        cmocka_unit_test(test_one_changed_byte_is_refused),
        cmocka_unit_test(test_other_signatures_do_not_disturb),
        cmocka_unit_test(test_a_cosignature_is_bound_to_everything),
        cmocka_unit_test(test_a_nonce_is_signed_and_nothing_else_may_stand_there),
        cmocka_unit_test(test_a_rosters_version_is_signed_and_written_in_one_way),
        cmocka_unit_test(test_names_with_blanks_sign_nothing),
        cmocka_unit_test(test_a_note_at_the_limit_and_one_past),
        cmocka_unit_test(test_a_body_to_cosign_at_the_limit_and_one_past),
    };

    return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
