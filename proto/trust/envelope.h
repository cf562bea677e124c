#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The signed envelope: everything that must hold end to end travels in one.
 *
 * What is signed is `domain 0x00 u64le(length) payload`, so a signature for one purpose is none for
 * another. The received payload bytes are verified and those very bytes are parsed; nothing is
 * serialised again. An envelope's limit depends on its domain (64 KiB, a roster 1 MiB), so one look
 * at the size comes before any signature. Any thread.
 */
#include <protobuf-c/protobuf-c.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"
#include "proto/trust/keys.h"
#include "proto/wire/rikstal.pb-c.h"

struct arena;

#define DOMAIN_QUESTION "rikstal-question-v1"
#define DOMAIN_ANSWER "rikstal-answer-v1"
#define DOMAIN_HELLO "rikstal-hello-v1"
#define DOMAIN_ROSTER "rikstal-roster-v1"
#define DOMAIN_ATTEST "rikstal-attest-v1"
#define DOMAIN_ANALYST "rikstal-analyst-v1"
#define DOMAIN_POLICY "rikstal-policy-v1"

/* Payload limits; a whole envelope still fits into one frame. */
#define ENVELOPE_BYTES_MAX ((size_t)64 << 10)
#define ENVELOPE_ROSTER_BYTES_MAX (((size_t)1 << 20) - ((size_t)8 << 10))
#define ENVELOPE_SIGNATURES_MAX 16

/* The bytes of an Envelope message, strictly (message.h); no signature is looked at. */
bool envelope_parse(const uint8_t *data, size_t size, struct arena *arena,
                    Rikstal__V1__Envelope **out, struct err *err) MUST_CHECK;

/* A new envelope in the arena; the payload is copied. */
bool envelope_sign(const char *domain, const uint8_t *payload, size_t size,
                   const struct secret_key *key, struct arena *arena, Rikstal__V1__Envelope **out,
                   struct err *err) MUST_CHECK;
/* Pack the message and sign its bytes. */
bool envelope_sign_message(const char *domain, const ProtobufCMessage *message,
                           const struct secret_key *key, struct arena *arena,
                           Rikstal__V1__Envelope **out, struct err *err) MUST_CHECK;
/* One more signature over the same bytes (k of n). The same key twice is refused. */
bool envelope_cosign(Rikstal__V1__Envelope *envelope, const struct secret_key *key,
                     struct arena *arena, struct err *err) MUST_CHECK;

/* Is it of this domain, and first signed by this key? */
bool envelope_verify(const Rikstal__V1__Envelope *envelope, const char *domain,
                     const struct public_key *key, struct err *err) MUST_CHECK;
/* Verify, then unpack the payload strictly as this type. */
bool envelope_open(const Rikstal__V1__Envelope *envelope, const char *domain,
                   const struct public_key *key, const ProtobufCMessageDescriptor *type,
                   struct arena *arena, ProtobufCMessage **out, struct err *err) MUST_CHECK;
/* How many of these distinct keys have signed it, for k of n; 0 for a wrong domain. */
size_t envelope_signers(const Rikstal__V1__Envelope *envelope, const char *domain,
                        const struct public_key *keys, size_t n_keys);
/* Whose first signature it claims to be; false when the id has the wrong length. */
bool envelope_key_id(const Rikstal__V1__Envelope *envelope, struct key_id *out) MUST_CHECK;
/* BLAKE2b-256 of the payload bytes: Answer.question_hash and the like. */
void envelope_hash(const Rikstal__V1__Envelope *envelope, uint8_t hash[static 32]);
