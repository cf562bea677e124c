/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A stream's promises: both ends have the same one; any other bond or key has another; what is
 * added is taken off exactly, at any length; a cell's number does not depend on how many there are;
 * the key is the BLAKE2b of its header, and the stream RFC 8439's; points of small order hide
 * nothing and are told.
 */
#include "proto/trust/keystream.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "proto/base/random.h"

#define CELLS 1030 /* more than two pieces, not a whole number of them */

struct pair {
    uint8_t secret[2][KEYSTREAM_KEY_BYTES], public[2][KEYSTREAM_KEY_BYTES];
    uint8_t session[KEYSTREAM_SESSION_BYTES];
    struct keystream_bond bond;
};

static void pair_up(struct pair *pair)
{
    for (int i = 0; i < 2; i++) {
        random_bytes(pair->secret[i], KEYSTREAM_KEY_BYTES);
        crypto_scalarmult_base(pair->public[i], pair -> secret[i]);
    }
    random_bytes(pair->session, sizeof(pair->session));
    pair->bond = (struct keystream_bond){KEYSTREAM_BLIND, pair->public[0], pair -> public[1],
                                         pair -> session, "12"};
}

static void test_both_ends_have_one_key_and_others_another(void **state)
{
    uint8_t here[KEYSTREAM_KEY_BYTES], there[KEYSTREAM_KEY_BYTES],
        session[KEYSTREAM_SESSION_BYTES] = {0};
    struct keystream_bond other[5];
    struct pair pair, stranger;

    (void)state;
    pair_up(&pair);
    pair_up(&stranger);
    assert_true(keystream_key(pair.secret[0], pair.public[1], &pair.bond, here));
    assert_true(keystream_key(pair.secret[1], pair.public[0], &pair.bond, there));
    assert_memory_equal(here, there, sizeof(here));
    assert_true(keystream_key(stranger.secret[0], pair.public[1], &pair.bond, there));
    assert_memory_not_equal(here, there, sizeof(here));
    for (size_t i = 0; i < 5; i++)
        other[i] = pair.bond;
    other[0].domain = KEYSTREAM_MASK;
    other[1].first = stranger.public[0];
    other[2].second = stranger.public[0];
    other[3].session = session;
    other[4].node = "13";
    for (size_t i = 0; i < 5; i++) {
        assert_true(keystream_key(pair.secret[0], pair.public[1], &other[i], there));
        assert_memory_not_equal(here, there, sizeof(here));
    }
}

static void test_the_key_is_the_hash_of_its_bond(void **state)
{
    uint8_t shared[crypto_scalarmult_BYTES], header[16 + 96 + 2], want[32],
        key[KEYSTREAM_KEY_BYTES];
    struct pair pair;

    (void)state;
    pair_up(&pair);
    memcpy(header, "rikstal-blind-v1", 16);
    memcpy(header + 16, pair.public[0], 32);
    memcpy(header + 48, pair.public[1], 32);
    memcpy(header + 80, pair.session, 32);
    memcpy(header + 112, "12", 2);
    assert_int_equal(crypto_scalarmult(shared, pair.secret[1], pair.public[0]), 0);
    crypto_generichash(want, sizeof(want), header, sizeof(header), shared, sizeof(shared));
    assert_true(keystream_key(pair.secret[0], pair.public[1], &pair.bond, key));
    assert_memory_equal(key, want, sizeof(want));
}

/* RFC 8439, A.1, test vector 1: key and nonce zero, block 0. */
static void test_the_stream_is_that_of_the_rfc(void **state)
{
    static const uint8_t key[KEYSTREAM_KEY_BYTES];
    static const uint8_t wanted[16] = {0x76, 0xb8, 0xe0, 0xad, 0xa0, 0xf1, 0x3d, 0x90,
                                       0x40, 0x5d, 0x6a, 0xe5, 0x53, 0x86, 0xbd, 0x28};
    int64_t cell[2] = {0, 0};

    (void)state;
    keystream_apply(key, true, cell, 2);
    for (size_t i = 0; i < sizeof(wanted); i++)
        assert_int_equal((uint64_t)cell[i / 8] >> i % 8 * 8 & 255, wanted[i]);
}

static void test_what_is_added_is_taken_off_at_any_length(void **state)
{
    static const size_t lengths[] = {0, 1, 8, 511, 512, 513, 1024, CELLS};
    int64_t cell[CELLS], was[CELLS], whole[CELLS] = {0};
    uint8_t key[KEYSTREAM_KEY_BYTES];

    (void)state;
    random_bytes(key, sizeof(key));
    random_bytes((uint8_t *)was, sizeof(was)); /* of all sizes and signs: it wraps around */
    keystream_apply(key, true, whole, CELLS);
    for (size_t piece = 1; piece <= 512; piece *= 2) /* no part of it comes again */
        for (size_t c = 0; c + piece < CELLS; c += piece)
            assert_true(whole[c] != whole[c + piece]);
    for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths); i++) {
        memcpy(cell, was, sizeof(cell));
        keystream_apply(key, true, cell, lengths[i]);
        for (size_t c = 0; c < CELLS; c++)
            assert_true((uint64_t)cell[c] ==
                        (uint64_t)was[c] + (c < lengths[i] ? (uint64_t)whole[c] : 0));
        keystream_apply(key, false, cell, lengths[i]);
        assert_memory_equal(cell, was, sizeof(cell));
    }
}

static void test_points_of_small_order_hide_nothing(void **state)
{
    /* 0, 1, -1 and the points of order 8, and 0 and 1 once more above the prime (RFC 7748). */
    static const uint8_t bad[][KEYSTREAM_KEY_BYTES] = {
        {0},
        {1},
        {0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
         0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
         0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
        {0xed, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
         0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
         0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
        {0xee, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
         0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
         0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
        {0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56, 0xe3,
         0xfa, 0xf1, 0x9f, 0xc4, 0x6a, 0xda, 0x09, 0x8d, 0xeb, 0x9c, 0x32,
         0xb1, 0xfd, 0x86, 0x62, 0x05, 0x16, 0x5f, 0x49, 0xb8, 0x00},
        {0x5f, 0x9c, 0x95, 0xbc, 0xa3, 0x50, 0x8c, 0x24, 0xb1, 0xd0, 0xb1,
         0x55, 0x9c, 0x83, 0xef, 0x5b, 0x04, 0x44, 0x5c, 0xc4, 0x58, 0x1c,
         0x8e, 0x86, 0xd8, 0x22, 0x4e, 0xdd, 0xd0, 0x9f, 0x11, 0x57},
    };
    uint8_t key[KEYSTREAM_KEY_BYTES], zero[KEYSTREAM_KEY_BYTES] = {0}, high[KEYSTREAM_KEY_BYTES];
    struct pair pair;

    (void)state;
    pair_up(&pair);
    assert_true(keystream_hides(pair.public[0]));
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        memcpy(high, bad[i], sizeof(high));
        high[31] |= 0x80; /* a bit that X25519 does not look at */
        assert_false(keystream_hides(bad[i]));
        assert_false(keystream_hides(high));
        assert_false(keystream_key(pair.secret[0], bad[i], &pair.bond, key));
        assert_memory_equal(key, zero, sizeof(key));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_both_ends_have_one_key_and_others_another),
        cmocka_unit_test(test_the_key_is_the_hash_of_its_bond),
        cmocka_unit_test(test_the_stream_is_that_of_the_rfc),
        cmocka_unit_test(test_what_is_added_is_taken_off_at_any_length),
        cmocka_unit_test(test_points_of_small_order_hide_nothing),
    };

    return random_start() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
