/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/analyst/blind.h"

#include <assert.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/random.h"
#include "proto/trust/keystream.h"

struct blind {
    uint8_t public_key[KEYSTREAM_KEY_BYTES];
    uint8_t *secret_key; /* in guarded memory */
};

static struct blind *blind_alloc(void)
{
    struct blind *blind = calloc(1, sizeof(*blind));

    if (!blind)
        return NULL;
    blind->secret_key = sodium_malloc(KEYSTREAM_KEY_BYTES);
    if (blind->secret_key)
        return blind;
    free(blind);
    return NULL;
}

struct blind *blind_new(void)
{
    struct blind *blind = blind_alloc();

    if (!blind)
        return NULL;
    random_bytes(blind->secret_key, KEYSTREAM_KEY_BYTES);
    crypto_scalarmult_base(blind->public_key, blind->secret_key);
    return blind;
}

struct blind *blind_of(const uint8_t *secret)
{
    assert(secret);
    struct blind *blind = blind_alloc();

    if (!blind)
        return NULL;
    memcpy(blind->secret_key, secret, KEYSTREAM_KEY_BYTES);
    crypto_scalarmult_base(blind->public_key, blind->secret_key);
    return blind;
}

void blind_free(struct blind *blind)
{
    if (!blind)
        return;
    sodium_free(blind->secret_key); /* wipes */
    free(blind);
}

const uint8_t *blind_public_key(const struct blind *blind)
{
    return blind->public_key;
}

const uint8_t *blind_secret_key(const struct blind *blind)
{
    return blind->secret_key;
}

bool blind_veil(const struct blind *blind, const struct sum_list *list, int64_t *veil, size_t n,
                struct err *err)
{
    assert(blind && list && list->n <= REGIONS_MAX && (veil || !n));
    memset(veil, 0, n * sizeof(*veil));
    for (size_t i = 0; i < list->n; i++) {
        struct keystream_bond bond = {.domain = KEYSTREAM_BLIND,
                                      .first = blind->public_key,
                                      .second = list->key[i],
                                      .session = list->session,
                                      .node = list->node[i]};
        uint8_t key[KEYSTREAM_KEY_BYTES];

        if (!keystream_key(blind->secret_key, list->key[i], &bond, key))
            return err_set(err, ERR_DENIED, "the key of node %s is none", list->node[i]);
        keystream_apply(key, true, veil, n);
        sodium_memzero(key, sizeof(key));
    }
    return true;
}
