#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pairwise masks for mode `sum`: what a node sends is its noised vector plus masks that cancel in
 * the sum of all participants and hide everything else (reference: privacy, section 4.7).
 *
 * Each attempt has a new X25519 key, which mask_apply() uses once and wipes, so a key stolen later
 * reveals no old vector. Masks are the streams of proto/trust/keystream.h, added by the node whose
 * id sorts first and subtracted by the other, modulo 2^64. A peer whose key gives the all-zero
 * secret is refused, and so is a peer with the same key as another, because their masks would
 * cancel. Secrets are in guarded memory. One thread.
 *
 * In a blind sum each node adds one more stream, which it shares with the asker only. The sum of
 * all vectors then looks random to everybody but the asker, who subtracts these streams.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

#define MASK_KEY_BYTES 32
#define MASK_SESSION_BYTES 32
#define MASK_PEERS_MAX 64

struct mask;

/* Makes a key pair. NULL when memory is out. */
struct mask *mask_new(void);
/*
 * Makes another key pair in the same guarded memory. That saves the allocation, which takes half as
 * long as making a key.
 */
void mask_renew(struct mask *mask);
/* Wipes the secret key. Nothing can be masked until mask_renew(). */
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
    const struct mask_peer *peers; /* all other nodes; ids and keys are distinct */
    size_t n_peers;
    const uint8_t *asker;           /* blind sum: the asker's key, MASK_KEY_BYTES; else NULL */
    uint8_t id[MASK_SESSION_BYTES]; /* participants_session() of proto/trust/participants.h */
};

/*
 * Adds the masks to n cells that already carry noise. Works once: it wipes the secret key, also on
 * failure. On failure the cells are unchanged.
 */
bool mask_apply(struct mask *mask, const struct mask_session *session, int64_t *cells, size_t n,
                struct err *err) MUST_CHECK;

/*
 * The rule for the noise shares of m participants. t = (m - 1) / 3 of them may collude, and the
 * noise of the others must still have variance sigma^2. So each node draws with variance sigma^2 /
 * shares, where shares = m - t. ERR_DENIED when m is below participants_min (or 3), or when a
 * share's variance would be below 1.5, where the sum of shares is no longer a discrete Gaussian to
 * 1e-11.
 */
bool mask_shares(uint32_t m, uint32_t participants_min, uint32_t sigma, uint32_t *shares,
                 struct err *err) MUST_CHECK;
