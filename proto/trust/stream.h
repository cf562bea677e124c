#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Streams of 64-bit numbers that the holders of two X25519 keys share, and nobody else: masks
 * between two nodes, and the veil between a node and the asker of a blind sum.
 *
 * A stream's key is BLAKE2b-256(key = X25519 secret, domain || first || second || session || node),
 * all but the node's id of fixed length; the stream is ChaCha20 under it with nonce zero, a
 * little-endian number a cell, modulo 2^64. A key makes one stream: who asks for two must change
 * the session. Callers wipe keys. Any thread.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

#define STREAM_KEY_BYTES 32 /* of X25519, and of the stream */
#define STREAM_SESSION_BYTES 32
#define STREAM_MASK "rikstal-mask-v1"   /* first, second: both public keys, the smaller first */
#define STREAM_BLIND "rikstal-blind-v1" /* first: the asker's; second: the node's */

/* What a stream is bound to, beside the secret. */
struct stream_bond {
    const char *domain;
    const uint8_t *first; /* STREAM_KEY_BYTES, like second */
    const uint8_t *second;
    const uint8_t *session; /* STREAM_SESSION_BYTES: participants_session() */
    const char *node;       /* "" when first and second say it all */
};

/* The stream's key from our secret and their public key; false when theirs hides nothing. */
bool stream_key(const uint8_t secret[static STREAM_KEY_BYTES],
                const uint8_t theirs[static STREAM_KEY_BYTES], const struct stream_bond *bond,
                uint8_t key[static STREAM_KEY_BYTES]) MUST_CHECK;
/* A public key that hides something: not zero, and no other point of small order. */
bool stream_hides(const uint8_t theirs[static STREAM_KEY_BYTES]);

/* Add the stream to n cells, or take it off. */
void stream_apply(const uint8_t key[static STREAM_KEY_BYTES], bool add, int64_t *cells, size_t n);
