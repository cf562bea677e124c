#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ed25519 keys and their files.
 *
 * A secret stays in locked, guarded memory (sodium_malloc) from the moment it is read until it is
 * wiped; it is never copied into an arena or an error text. A key file is one line of text:
 * "rikstal-secret-v1 HEX" (32 bytes: the Ed25519 seed, or another secret of that size) or
 * "rikstal-public-v1 HEX". A secret file that other users may read is refused. Call random_start()
 * before. Any thread; a secret key does not change after it is made.
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
/* Creates the file with mode 0600. Refuses a path that already exists. */
bool secret_key_write(const struct secret_key *key, const char *path, struct err *err) MUST_CHECK;
void secret_key_free(struct secret_key *key); /* accepts NULL */
const struct public_key *secret_key_public(const struct secret_key *key);
/* libsodium's 64 bytes, for signatures in formats of others (C2SP notes). Never copy them. */
const uint8_t *secret_key_ed25519(const struct secret_key *key);
void secret_key_sign(const struct secret_key *key, const uint8_t *message, size_t size,
                     uint8_t signature[static KEY_SIGNATURE_BYTES]);

bool public_key_read(const char *path, struct public_key *out, struct err *err) MUST_CHECK;
bool public_key_write(const struct public_key *key, const char *path, struct err *err) MUST_CHECK;
bool public_key_same(const struct public_key *a, const struct public_key *b);
/* True when this is the key's signature over the message. */
bool public_key_verify(const struct public_key *key, const uint8_t *message, size_t size,
                       const uint8_t signature[static KEY_SIGNATURE_BYTES]) MUST_CHECK;
void public_key_id(const struct public_key *key, struct key_id *out);

/*
 * Reads 32 secret bytes that are not a signature key (K_pid, noise keys); out should be locked
 * memory.
 */
bool keys_read_secret(const char *path, uint8_t out[static KEY_BYTES], struct err *err) MUST_CHECK;
bool keys_write_secret(const char *path, const uint8_t secret[static KEY_BYTES], unsigned mode,
                       struct err *err) MUST_CHECK;
