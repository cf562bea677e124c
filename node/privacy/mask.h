#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pairwise masks for mode `sum`: what a node sends is its noised vector plus masks that cancel in
 * the sum of all participants and hide everything else (reference: privacy, section 4.7).
 *
 * Each attempt has a fresh X25519 key, used once and wiped by mask_apply(), so a key stolen later
 * reveals no old vector. Masks are the streams of proto/trust/stream.h, added by the node whose id
 * sorts first and subtracted by the other, modulo 2^64. A peer whose key gives the all-zero secret
 * is refused, and so is one with the key of another: their masks would cancel. Secrets are in
 * guarded memory. One thread.
 *
 * A blind sum has one more stream a node, shared with the asker alone: the sum of all vectors is
 * then chance to everybody but the asker, who takes the streams off.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

#define MASK_KEY_BYTES 32
#define MASK_SESSION_BYTES 32
#define MASK_PEERS_MAX 64

struct mask;

/* A fresh key pair; NULL when memory is out. */
struct mask *mask_new(void);
/* Another fresh pair in the same guarded memory, half as dear to get as a key to make. */
void mask_renew(struct mask *mask);
/* No secret is left, and nothing can be masked until mask_renew(). */
void mask_wipe(struct mask *mask);
/* Wipes. Accepts NULL. */
void mask_free(struct mask *mask);
const uint8_t *mask_public_key(const struct mask *mask);

struct mask_peer {
    const char *node;
    const uint8_t *key; /* MASK_KEY_BYTES */
};

struct mask_session {
    const char *self;              /* this node's id; must not be among the peers */
    const struct mask_peer *peers; /* everybody else, ids and keys distinct */
    size_t n_peers;
    const uint8_t *asker;           /* a blind sum: the asker's key, MASK_KEY_BYTES; else NULL */
    uint8_t id[MASK_SESSION_BYTES]; /* participants_session() of proto/trust/participants.h */
};

/*
 * Add the masks to n cells that already carry noise. Works once: the secret key is wiped, also on
 * failure, and cells are untouched on failure.
 */
bool mask_apply(struct mask *mask, const struct mask_session *session, int64_t *cells, size_t n,
                struct err *err) MUST_CHECK;

/*
 * The rule for participants: of m, t = (m - 1) / 3 may collude and the others' noise still has
 * variance sigma^2, so each node draws with variance sigma^2 / shares, shares = m - t. ERR_DENIED
 * when m is below participants_min (or 3), or when a share's variance would fall below 1.5, where
 * the sum of shares is no longer a discrete Gaussian to 1e-11.
 */
bool mask_shares(uint32_t m, uint32_t participants_min, uint32_t sigma, uint32_t *shares,
                 struct err *err) MUST_CHECK;
