#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signatures on a node's policy file: who must sign it, and whether they have.
 *
 * Each signature is an Envelope of the domain rikstal-policy-v1 by one key, whose payload names the
 * network, the node, the hash of the file's very bytes, and its version and budget window. A file
 * holds them as lines of text, "rikstal-policy-signature-v1 HEX"; lines of several officers, nodes
 * and versions may stand in one file, so signatures are put together by writing them one below the
 * other. Needed are the keys that the roster names (roster_policy.h), each by itself: who does not
 * sign denies. What is read lives in the arena. Any thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"
#include "proto/trust/keys.h"
#include "proto/wire/rikstal.pb-c.h"

struct arena;
struct roster;

#define POLICY_SIGNATURES_MAX 256 /* lines of a file */
#define POLICY_SIGNATURES_BYTES_MAX ((size_t)256 << 10)
#define POLICY_HASH_BYTES 32

/* What is signed. Nothing in it is the signer's, so all who sign a policy sign the same bytes. */
struct policy_subject {
    const char *network;
    const char *node;
    const uint8_t *hash; /* BLAKE2b-256 of the file */
    uint64_t version;
    const char *window;
};

/* The line of one signature, with its newline. */
bool policy_signature_make(const struct policy_subject *subject, const struct secret_key *key,
                           struct arena *arena, const char **line, struct err *err) MUST_CHECK;

struct policy_signature {
    const char *line; /* as it was read, without its newline */
    const Rikstal__V1__Envelope *envelope;
    const Rikstal__V1__PolicySignature *claim; /* by whomever: nothing is verified yet */
};

struct policy_signatures {
    size_t n;
    struct policy_signature *one;
};

/* All lines of a file, or none: a line that is not one is an error that names it. */
bool policy_signatures_parse(const char *text, size_t size, struct arena *arena,
                             struct policy_signatures *out, struct err *err) MUST_CHECK;
/* A file; one that is not there holds none. */
bool policy_signatures_read(const char *path, struct arena *arena, struct policy_signatures *out,
                            struct err *err) MUST_CHECK;
/* Does it claim to be on this policy, of this node? */
bool policy_signature_is_on(const struct policy_signature *signature,
                            const struct policy_subject *subject);

/* Of one of the two who may have to sign. */
struct policy_vote {
    bool needed; /* the roster names a key */
    bool given;
    struct public_key key;
    struct err why; /* not given: what is wrong with the best that there is */
};

struct policy_approval {
    struct policy_vote national;
    struct policy_vote officer;
};

/* Holds the signatures against the keys of this roster. A revoked key's count for nothing. */
void policy_approval_of(const struct policy_signatures *signatures, const struct roster *roster,
                        const struct policy_subject *subject, struct policy_approval *out);
/* Everybody who is needed has signed; ERR_DENIED says who has not, and why. */
bool policy_approved(const struct policy_approval *approval, struct err *err) MUST_CHECK;
/* Nobody is needed: the roster names no key. */
bool policy_approval_is_free(const struct policy_approval *approval);
