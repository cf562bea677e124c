#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The signed envelope: everything that must be verifiable from end to end is sent in one.
 *
 * The signed bytes are `domain 0x00 u64le(length) payload`, so a signature for one purpose is not
 * valid for another. The received payload bytes are verified and then parsed; nothing is serialised
 * again. The size limit depends on the domain (64 KiB, a roster 1 MiB) and is checked before any
 * signature. Any thread.
 */
#include <protobuf-c/protobuf-c.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/base/bytes.h"
#include "proto/base/err.h"
#include "proto/trust/keys.h"
#include "proto/wire/rikstal.pb-c.h"

struct arena;

#define DOMAIN_QUESTION "rikstal-question-v1"
#define DOMAIN_ANSWER "rikstal-answer-v1"
#define DOMAIN_HELLO "rikstal-hello-v1"
#define DOMAIN_RELEASES "rikstal-releases-v1"
#define DOMAIN_ROSTER "rikstal-roster-v1"
#define DOMAIN_ATTEST "rikstal-attest-v1"
#define DOMAIN_ANALYST "rikstal-analyst-v1"
#define DOMAIN_POLICY "rikstal-policy-v1"
#define DOMAIN_ACCESS "rikstal-access-v1"
#define DOMAIN_LEDGER "rikstal-ledger-v1"

/* Limits of the payload. A whole envelope still fits one frame. */
#define ENVELOPE_BYTES_MAX ((size_t)64 << 10)
#define ENVELOPE_ROSTER_BYTES_MAX (((size_t)1 << 20) - ((size_t)8 << 10))
#define ENVELOPE_SIGNATURES_MAX 16

/* What an envelope holds: the domain that is signed with the payload, and the payload's type. */
struct envelope_kind {
    const char *domain;
    const ProtobufCMessageDescriptor *type;
};

/* Parses the bytes of an Envelope message strictly (message.h); does not check signatures. */
bool envelope_parse(const uint8_t *data, size_t size, struct arena *arena,
                    Rikstal__V1__Envelope **out, struct err *err) MUST_CHECK;

/* A new envelope in the arena, with a copy of the payload. */
bool envelope_sign(const char *domain, struct bytes_view payload, const struct secret_key *key,
                   struct arena *arena, Rikstal__V1__Envelope **out, struct err *err) MUST_CHECK;
/* Packs the message and signs its bytes. */
bool envelope_sign_message(const char *domain, const ProtobufCMessage *message,
                           const struct secret_key *key, struct arena *arena,
                           Rikstal__V1__Envelope **out, struct err *err) MUST_CHECK;
/* Adds a signature over the same bytes (for k of n). Refuses a second signature by the same key. */
bool envelope_cosign(Rikstal__V1__Envelope *envelope, const struct secret_key *key,
                     struct arena *arena, struct err *err) MUST_CHECK;

/* Verifies the domain, and that the first signature is by this key. */
bool envelope_verify(const Rikstal__V1__Envelope *envelope, const char *domain,
                     const struct public_key *key, struct err *err) MUST_CHECK;
/* Verifies the envelope, then unpacks the payload strictly as the type of this kind. */
bool envelope_open(const Rikstal__V1__Envelope *envelope, struct envelope_kind kind,
                   const struct public_key *key, struct arena *arena, ProtobufCMessage **out,
                   struct err *err) MUST_CHECK;
/*
 * The number of these distinct keys that have signed the envelope, for k of n. 0 for another
 * domain.
 */
size_t envelope_signers(const Rikstal__V1__Envelope *envelope, const char *domain,
                        const struct public_key *keys, size_t n_keys);
/* The key id that the first signature claims. False when the id has the wrong length. */
bool envelope_key_id(const Rikstal__V1__Envelope *envelope, struct key_id *out) MUST_CHECK;
/* BLAKE2b-256 of the payload bytes; used for Answer.question_hash and the like. */
void envelope_hash(const Rikstal__V1__Envelope *envelope, uint8_t hash[static 32]);
