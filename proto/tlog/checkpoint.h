#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A checkpoint: the signed statement "my log has this size and this root" as a C2SP note
 * (c2sp.org/signed-note, tlog-checkpoint), and the cosignatures of witnesses (tlog-cosignature).
 *
 * The note's text has these lines: origin, size in decimal, root in base64, then the optional
 * extension lines "nonce HEX" and "roster VERSION" in this order. A blank line follows, then one
 * signature line for each key: "— name base64(key hash, signature)". Signatures are Ed25519 (type
 * 0x01); a cosignature has type 0x04 and a time. Each checkpoint that is to be cosigned has a fresh
 * nonce, so that a cosignature over it cannot be an older one, given out again. The roster's
 * version tells a witness whether the node has received the newest revocations. Values only; any
 * thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"
#include "proto/tlog/merkle.h"

#define CHECKPOINT_BYTES_MAX 4096
#define CHECKPOINT_ORIGIN_BYTES 129
#define CHECKPOINT_NONCE_BYTES 33      /* 16 bytes in hex, with NUL */
#define CHECKPOINT_COSIGNATURE_MAX 512 /* a line, with NUL */

struct checkpoint {
    char origin[CHECKPOINT_ORIGIN_BYTES]; /* "rikstal.example/region-12" */
    uint64_t size;
    uint8_t root[MERKLE_HASH_BYTES];
    char nonce[CHECKPOINT_NONCE_BYTES]; /* lower-case hex; empty when the note has no such line */
    uint64_t roster;                    /* version of the node's roster; 0 when the note has no such
                                         * line */
};

/* The signed note as text, with its NUL. `secret` is libsodium's 64-byte Ed25519 key. */
bool checkpoint_sign(const struct checkpoint *checkpoint, const uint8_t secret[static 64],
                     char note[static CHECKPOINT_BYTES_MAX], struct err *err) MUST_CHECK;
/* Parses a note, which must have this origin and a good signature by `key`. */
bool checkpoint_verify(const char *note, const char *origin, const uint8_t key[static 32],
                       struct checkpoint *out, struct err *err) MUST_CHECK;
/* Writes a witness's signature line over the note, made at this time. */
bool checkpoint_cosign(const char *note, const char *witness, const uint8_t secret[static 64],
                       int64_t time_s, char line[static CHECKPOINT_COSIGNATURE_MAX],
                       struct err *err) MUST_CHECK;
bool checkpoint_verify_cosignature(const char *note, const char *line, const char *witness,
                                   const uint8_t key[static 32], int64_t *time_s,
                                   struct err *err) MUST_CHECK;
