#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The public keys of an identity provider, from its JWKS (RFC 7517), and a signature by one of
 * them.
 *
 * Three algorithms count: RS256 (keys of 2048 to 8192 bits) and ES256, which cjose checks, and
 * EdDSA with Ed25519 (RFC 8037), which libsodium checks. A key of another kind, for encryption or
 * with a secret half is passed over. The key decides which algorithm it is used with, never the
 * token. A set does not change after it is made, so any thread may use it.
 */
#include <stddef.h>

#include "proto/base/err.h"

#define KEY_SET_BYTES_MAX ((size_t)256 << 10)
#define KEY_SET_KEYS_MAX 32
#define KEY_SET_KID_MAX 256 /* bytes of the name of a key */

struct key_set;

enum key_algorithm { KEY_RS256, KEY_ES256, KEY_EDDSA };

/* The algorithm of this name ("RS256"). False for every other one, "none" and "HS256" too. */
bool key_algorithm_read(const char *name, enum key_algorithm *out) MUST_CHECK;

/* Reads a JWKS document. ERR_INVALID when no key of it can be used. */
bool key_set_read(const char *text, size_t size, struct key_set **out, struct err *err) MUST_CHECK;
void key_set_free(struct key_set *set); /* accepts NULL */

/* A compact JWS (RFC 7515) whose header has been read. */
struct key_signed {
    const char *text;
    size_t size;
    enum key_algorithm algorithm;
    const char *kid; /* NULL: the header names none; then the set must have one key of this kind */
};
/* *known is false when the set has no such key, so a newer set may have it. */
bool key_set_verify(const struct key_set *set, const struct key_signed *token, bool *known,
                    struct err *err) MUST_CHECK;
