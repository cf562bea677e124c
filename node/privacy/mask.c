/* SPDX-License-Identifier: Apache-2.0 */
#include "node/privacy/mask.h"

#include <assert.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/random.h"
#include "proto/trust/keystream.h"

static_assert(MASK_KEY_BYTES == KEYSTREAM_KEY_BYTES &&
                  MASK_SESSION_BYTES == KEYSTREAM_SESSION_BYTES,
              "a mask is a stream");

struct mask {
    uint8_t public_key[MASK_KEY_BYTES];
    bool used;
    uint8_t *secret_key; /* in guarded memory */
};

struct mask *mask_new(void)
{
    struct mask *mask = calloc(1, sizeof(*mask));

    if (!mask)
        return NULL;
    mask->secret_key = sodium_malloc(MASK_KEY_BYTES);
    if (!mask->secret_key) {
        mask_free(mask);
        return NULL;
    }
    mask_renew(mask);
    return mask;
}

void mask_renew(struct mask *mask)
{
    assert(mask);
    random_bytes(mask->secret_key, MASK_KEY_BYTES);
    crypto_scalarmult_base(mask->public_key, mask->secret_key);
    mask->used = false;
}

void mask_wipe(struct mask *mask)
{
    assert(mask);
    mask->used = true;
    sodium_memzero(mask->secret_key, MASK_KEY_BYTES);
}

void mask_free(struct mask *mask)
{
    if (!mask)
        return;
    sodium_free(mask->secret_key); /* wipes, accepts NULL */
    free(mask);
}

const uint8_t *mask_public_key(const struct mask *mask)
{
    assert(mask);
    return mask->public_key;
}

/* The key of the stream that this node and peer share in this session. False for a bad peer key. */
static bool pair_key(const struct mask *mask, const struct mask_peer *peer,
                     const uint8_t session[static MASK_SESSION_BYTES],
                     uint8_t key[static KEYSTREAM_KEY_BYTES])
{
    bool first = memcmp(mask->public_key, peer->key, MASK_KEY_BYTES) < 0;
    struct keystream_bond bond = {.domain = KEYSTREAM_MASK,
                                  .first = first ? mask->public_key : peer->key,
                                  .second = first ? peer->key : mask->public_key,
                                  .session = session,
                                  .node = ""};

    return keystream_key(mask->secret_key, peer->key, &bond, key);
}

/* The key of the stream that only the asker can subtract. */
static bool blind_key(const struct mask *mask, const struct mask_session *session,
                      uint8_t key[static KEYSTREAM_KEY_BYTES])
{
    struct keystream_bond bond = {.domain = KEYSTREAM_BLIND,
                                  .first = session->asker,
                                  .second = mask->public_key,
                                  .session = session->id,
                                  .node = session->self};

    return keystream_key(mask->secret_key, session->asker, &bond, key);
}

/*
 * False when peer i has a key that occurs twice: two equal keys give equal streams, which would
 * cancel where one node adds and the other subtracts.
 */
static bool key_is_its_own(const struct mask *mask, const struct mask_session *session, size_t i,
                           struct err *err)
{
    const uint8_t *key = session->peers[i].key;
    bool own = memcmp(key, mask->public_key, MASK_KEY_BYTES) != 0;

    for (size_t j = 0; own && j < i; j++)
        own = memcmp(key, session->peers[j].key, MASK_KEY_BYTES) != 0;
    return own ||
           err_set(err, ERR_DENIED, "the key of node %s is another's", session->peers[i].node);
}

static bool session_holds(const struct mask *mask, const struct mask_session *session,
                          struct err *err)
{
    if (session->n_peers < 1 || session->n_peers > MASK_PEERS_MAX)
        return err_set(err, ERR_DENIED, "a sum has 2 to %d participants", MASK_PEERS_MAX + 1);
    for (size_t i = 0; i < session->n_peers; i++) {
        if (strcmp(session->peers[i].node, session->self) == 0)
            return err_set(err, ERR_DENIED, "the node is its own peer");
        for (size_t j = 0; j < i; j++)
            if (strcmp(session->peers[i].node, session->peers[j].node) == 0)
                return err_set(err, ERR_DENIED, "a peer stands twice in the list");
        if (!key_is_its_own(mask, session, i, err))
            return false;
    }
    return true;
}

bool mask_apply(struct mask *mask, const struct mask_session *session, int64_t *cells, size_t n,
                struct err *err)
{
    assert(mask && session);
    uint8_t keys[MASK_PEERS_MAX][KEYSTREAM_KEY_BYTES], blind[KEYSTREAM_KEY_BYTES];
    bool ok;

    if (mask->used)
        return err_set(err, ERR_DENIED, "the masks of this attempt were used");
    mask->used = true;
    ok = session_holds(mask, session, err);
    for (size_t i = 0; ok && i < session->n_peers; i++)
        if (!pair_key(mask, &session->peers[i], session->id, keys[i]))
            ok = err_set(err, ERR_DENIED, "the key of node %s is none", session->peers[i].node);
    if (ok && session->asker && !blind_key(mask, session, blind))
        ok = err_set(err, ERR_DENIED, "the asker's key is none");
    for (size_t i = 0; ok && i < session->n_peers; i++)
        keystream_apply(keys[i], strcmp(session->self, session->peers[i].node) < 0, cells, n);
    if (ok && session->asker)
        keystream_apply(blind, true, cells, n);
    mask_wipe(mask);
    sodium_memzero(keys, sizeof(keys));
    sodium_memzero(blind, sizeof(blind));
    return ok;
}

bool mask_shares(uint32_t m, uint32_t participants_min, uint32_t sigma, uint32_t *shares,
                 struct err *err)
{
    uint32_t least = participants_min > 3 ? participants_min : 3;
    uint32_t k;

    if (m < least)
        return err_set(err, ERR_DENIED, "a sum needs %u participants, %u took part", least, m);
    k = m - (m - 1) / 3;
    if (2 * (uint64_t)sigma * sigma < 3 * (uint64_t)k) /* sigma^2 / k < 1.5 */
        return err_set(err, ERR_DENIED, "sigma %u is too small for a sum of %u nodes", sigma, m);
    *shares = k;
    return true;
}
