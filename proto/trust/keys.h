#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ed25519 keys, and the files that they live in.
 *
 * A secret lies in locked, guarded memory (sodium_malloc) from the moment it is read until it is
 * wiped; it never passes through an arena or an error text. A key file is one line of text:
 * "rikstal-secret-v1 HEX" (32 bytes: the Ed25519 seed, or any other secret of 32 bytes) or
 * "rikstal-public-v1 HEX". A secret file that others may read is refused. random_start() first.
 * Any thread; a secret key is not changed after it is made.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

#define KEY_BYTES 32
#define KEY_ID_BYTES 16
#define KEY_SIGNATURE_BYTES 64

struct public_key {
    uint8_t b[KEY_BYTES];
};

/* BLAKE2b-128 of the public key. */
struct key_id {
    uint8_t b[KEY_ID_BYTES];
};

struct secret_key; /* wiped and freed by secret_key_free() */

bool secret_key_new(struct secret_key **out, struct err *err) MUST_CHECK;
bool secret_key_read(const char *path, struct secret_key **out, struct err *err) MUST_CHECK;
/* 0600; replaces nothing: a path that is there is refused. */
bool secret_key_write(const struct secret_key *key, const char *path, struct err *err) MUST_CHECK;
void secret_key_free(struct secret_key *key); /* accepts NULL */
const struct public_key *secret_key_public(const struct secret_key *key);
/* libsodium's 64 bytes, for signatures in other people's formats (C2SP notes). Never copied. */
const uint8_t *secret_key_ed25519(const struct secret_key *key);
void secret_key_sign(const struct secret_key *key, const uint8_t *message, size_t size,
                     uint8_t signature[static KEY_SIGNATURE_BYTES]);

bool public_key_read(const char *path, struct public_key *out, struct err *err) MUST_CHECK;
bool public_key_write(const struct public_key *key, const char *path, struct err *err) MUST_CHECK;
bool public_key_same(const struct public_key *a, const struct public_key *b);
/* Is this the key's signature over the message? */
bool public_key_verify(const struct public_key *key, const uint8_t *message, size_t size,
                       const uint8_t signature[static KEY_SIGNATURE_BYTES]) MUST_CHECK;
void public_key_id(const struct public_key *key, struct key_id *out);

/* 32 secret bytes that are no signature key (K_pid, noise keys); out should be locked memory. */
bool secret_bytes_read(const char *path, uint8_t out[static KEY_BYTES], struct err *err) MUST_CHECK;
bool secret_bytes_write(const char *path, const uint8_t secret[static KEY_BYTES], unsigned mode,
                        struct err *err) MUST_CHECK;
