#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The root keys of a network: offline keys, of which k of n must sign each roster. A plain value;
 * any thread.
 */
#include <stdint.h>

#include "proto/base/err.h"
#include "proto/trust/keys.h"

#define ROOT_KEYS_MAX 16

/* The root keys: `needed` of keys[0..n) must sign. */
struct root_keys {
    uint32_t needed;
    uint32_t n;
    struct public_key keys[ROOT_KEYS_MAX];
};

#define ROOT_KEYS_HASH_BYTES 32
#define ROOT_KEYS_BYTES_MAX (2 + ROOT_KEYS_MAX * KEY_BYTES)

/*
 * The same bytes for the same keys in any order: needed, n, then the keys in ascending order.
 * Returns how many bytes were written.
 */
size_t root_keys_bytes(const struct root_keys *roots, uint8_t out[static ROOT_KEYS_BYTES_MAX]);
/* BLAKE2b-256 of root_keys_bytes(): it names a network where its name is not known yet. */
void root_keys_hash(const struct root_keys *roots, uint8_t out[static ROOT_KEYS_HASH_BYTES]);

/*
 * Reads a text file: "rikstal-roots-v1 K", then one line "rikstal-public-v1 HEX" for each key, at
 * least K of them.
 */
bool root_keys_read(const char *path, struct root_keys *out, struct err *err) MUST_CHECK;
bool root_keys_parse(const char *text, struct root_keys *out, struct err *err) MUST_CHECK;
bool root_keys_write(const struct root_keys *roots, const char *path, struct err *err) MUST_CHECK;
