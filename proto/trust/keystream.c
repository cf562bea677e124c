/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/trust/keystream.h"

#include <assert.h>
#include <endian.h>
#include <sodium.h>
#include <string.h>

/* The stream is made in pieces, so that memory use does not depend on the vector's length. */
#define PIECE_CELLS 512

bool keystream_key(const uint8_t secret[static KEYSTREAM_KEY_BYTES],
                   const uint8_t theirs[static KEYSTREAM_KEY_BYTES],
                   const struct keystream_bond *bond, uint8_t key[static KEYSTREAM_KEY_BYTES])
{
    assert(bond && bond->domain && bond->first && bond->second && bond->session && bond->node);
    crypto_generichash_state state;
    uint8_t shared[crypto_scalarmult_BYTES];
    bool ok = crypto_scalarmult(shared, secret, theirs) == 0;

    crypto_generichash_init(&state, shared, sizeof(shared), KEYSTREAM_KEY_BYTES);
    crypto_generichash_update(&state, (const uint8_t *)bond->domain, strlen(bond->domain));
    crypto_generichash_update(&state, bond->first, KEYSTREAM_KEY_BYTES);
    crypto_generichash_update(&state, bond->second, KEYSTREAM_KEY_BYTES);
    crypto_generichash_update(&state, bond->session, KEYSTREAM_SESSION_BYTES);
    crypto_generichash_update(&state, (const uint8_t *)bond->node, strlen(bond->node));
    crypto_generichash_final(&state, key, KEYSTREAM_KEY_BYTES);
    sodium_memzero(shared, sizeof(shared));
    sodium_memzero(&state, sizeof(state));
    if (!ok)
        sodium_memzero(key, KEYSTREAM_KEY_BYTES);
    return ok;
}

/*
 * X25519 multiplies by multiples of 8, which send every point of small order to zero, and no other
 * point.
 */
bool keystream_hides(const uint8_t theirs[static KEYSTREAM_KEY_BYTES])
{
    static const uint8_t any[KEYSTREAM_KEY_BYTES] = {8};
    uint8_t shared[crypto_scalarmult_BYTES];

    return crypto_scalarmult(shared, any, theirs) == 0;
}

static uint64_t little_endian(const uint8_t *bytes)
{
    uint64_t value;

    memcpy(&value, bytes, sizeof(value));
    return le64toh(value);
}

void keystream_apply(const uint8_t key[static KEYSTREAM_KEY_BYTES], bool add, int64_t *cells,
                     size_t n)
{
    assert(cells || !n);
    static const uint8_t nonce[crypto_stream_chacha20_NONCEBYTES];
    uint8_t piece[PIECE_CELLS * 8];

    for (size_t from = 0; from < n; from += PIECE_CELLS) {
        size_t count = n - from < PIECE_CELLS ? n - from : PIECE_CELLS;

        memset(piece, 0, count * 8);
        /* blocks have 64 bytes, so each piece of 512 cells starts a new block */
        crypto_stream_chacha20_xor_ic(piece, piece, count * 8, nonce, from * 8 / 64, key);
        for (size_t i = 0; i < count; i++) {
            uint64_t word = little_endian(piece + i * 8);
            uint64_t cell = (uint64_t)cells[from + i];

            cells[from + i] = (int64_t)(add ? cell + word : cell - word);
        }
    }
    sodium_memzero(piece, sizeof(piece));
}
