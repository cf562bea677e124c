#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Streams of 64-bit numbers that only the holders of two X25519 keys share: the masks between two
 * nodes, and the veil between a node and the asker of a blind sum.
 *
 * A stream's key is BLAKE2b-256(key = X25519 secret, domain || first || second || session || node);
 * all inputs except the node's id have a fixed length. The stream is ChaCha20 with that key and
 * nonce zero, one little-endian number for each cell, modulo 2^64. A key makes only one stream: for
 * a second one the session must differ. Callers must wipe keys. Any thread.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

#define KEYSTREAM_KEY_BYTES 32 /* of an X25519 key, and of a stream's key */
#define KEYSTREAM_SESSION_BYTES 32
#define KEYSTREAM_MASK "rikstal-mask-v1"   /* first, second: both public keys, the smaller first */
#define KEYSTREAM_BLIND "rikstal-blind-v1" /* first: the asker's public key; second: the node's */

/* The public inputs of a stream's key. */
struct keystream_bond {
    const char *domain;
    const uint8_t *first; /* KEYSTREAM_KEY_BYTES; `second` too */
    const uint8_t *second;
    const uint8_t *session; /* KEYSTREAM_SESSION_BYTES: participants_session() */
    const char *node;       /* "" when first and second already identify the stream */
};

/*
 * Makes the stream's key from our secret and their public key. False when theirs is a point of
 * small order.
 */
bool keystream_key(const uint8_t secret[static KEYSTREAM_KEY_BYTES],
                   const uint8_t theirs[static KEYSTREAM_KEY_BYTES],
                   const struct keystream_bond *bond,
                   uint8_t key[static KEYSTREAM_KEY_BYTES]) MUST_CHECK;
/* True for a public key that can keep a secret: not zero and no other point of small order. */
bool keystream_hides(const uint8_t theirs[static KEYSTREAM_KEY_BYTES]);

/* Adds the stream to n cells, or subtracts it. */
void keystream_apply(const uint8_t key[static KEYSTREAM_KEY_BYTES], bool add, int64_t *cells,
                     size_t n);
