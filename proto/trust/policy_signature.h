#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signatures on a node's policy file: who must sign it, and whether they did.
 *
 * Each signature is an Envelope of the domain rikstal-policy-v1 by one key. Its payload has the
 * network, the node, the hash of the file's exact bytes, and the file's version and budget window.
 * A file holds signatures as lines of text, "rikstal-policy-signature-v1 HEX". One file may have
 * lines of several officers, nodes and versions, so files are combined by concatenation. Each key
 * that the roster names (roster_policy.h) must have signed: a signer that does not sign forbids the
 * policy. What is read lives in the arena. Any thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"
#include "proto/trust/keys.h"
#include "proto/wire/rikstal.pb-c.h"

struct arena;
struct roster;

#define POLICY_SIGNATURES_MAX 256 /* lines of one file */
#define POLICY_SIGNATURES_BYTES_MAX ((size_t)256 << 10)
#define POLICY_HASH_BYTES 32

/*
 * The signed contents. They do not depend on the signer, so all signers of a policy sign the same
 * bytes.
 */
struct policy_subject {
    const char *network;
    const char *node;
    const uint8_t *hash; /* BLAKE2b-256 of the file */
    uint64_t version;
    const char *window;
};

/* Writes the line of one signature, with its newline. */
bool policy_signature_make(const struct policy_subject *subject, const struct secret_key *key,
                           struct arena *arena, const char **line, struct err *err) MUST_CHECK;

struct policy_signature {
    const char *line; /* the line that was read, without its newline */
    const Rikstal__V1__Envelope *envelope;
    const Rikstal__V1__PolicySignature *claim; /* not verified yet: anybody may have written it */
};

struct policy_signatures {
    size_t n;
    struct policy_signature *one;
};

/* Reads all lines of a file. A line that is not a signature is an error that names the line. */
bool policy_signatures_parse(const char *text, size_t size, struct arena *arena,
                             struct policy_signatures *out, struct err *err) MUST_CHECK;
/* Reads a file. A file that does not exist has no signatures. */
bool policy_signatures_read(const char *path, struct arena *arena, struct policy_signatures *out,
                            struct err *err) MUST_CHECK;
/* True when the signature claims to be for this policy of this node. */
bool policy_signature_is_on(const struct policy_signature *signature,
                            const struct policy_subject *subject);

/* The signature of one of the two possible signers. */
struct policy_vote {
    bool needed; /* the roster names a key, so this signer must sign */
    bool given;
    struct public_key key;
    struct err why; /* when not given: what is wrong with the closest signature */
};

struct policy_approval {
    struct policy_vote national;
    struct policy_vote officer;
};

/* Checks the signatures with the keys of this roster. Signatures by a revoked key are ignored. */
void policy_approval_of(const struct policy_signatures *signatures, const struct roster *roster,
                        const struct policy_subject *subject, struct policy_approval *out);
/* True when every signer that is needed has signed. ERR_DENIED says who has not, and why. */
bool policy_signature_approves(const struct policy_approval *approval, struct err *err) MUST_CHECK;
/* True when the roster names no key, so that nobody must sign. */
bool policy_approval_is_free(const struct policy_approval *approval);
