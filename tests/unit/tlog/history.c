/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/tlog/history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/tlog/watch.h"

static void must(bool ok)
{
    if (!ok)
        abort();
}

void history_make(struct history *h, size_t n, size_t parts, uint8_t a, uint8_t b)
{
    must(n <= HISTORY_MAX);
    h->n = n;
    for (size_t i = 0; i < n; i++)
        h->leaf[i] = i < parts ? a : b;
}

/* The largest power of two below n. */
static size_t split(size_t n)
{
    size_t k = 1;

    while (2 * k < n)
        k *= 2;
    return k;
}

static void root_of(const uint8_t *leaf, size_t n, uint8_t hash[static MERKLE_HASH_BYTES])
{
    uint8_t left[MERKLE_HASH_BYTES], right[MERKLE_HASH_BYTES];

    if (n == 0) {
        merkle_empty_root(hash);
    } else if (n == 1) {
        merkle_leaf_hash(leaf, 1, hash);
    } else {
        root_of(leaf, split(n), left);
        root_of(leaf + split(n), n - split(n), right);
        merkle_node_hash(left, right, hash);
    }
}

/* SUBPROOF(m, D[n], whole) of RFC 6962, 2.1.2. */
static void subproof(const uint8_t *leaf, size_t m, size_t n, bool whole, struct merkle_proof *out)
{
    size_t k = n > 1 ? split(n) : 0;

    if (m == n) {
        if (!whole)
            root_of(leaf, n, out->hash[out->n++]);
    } else if (m <= k) {
        subproof(leaf, m, k, whole, out);
        root_of(leaf + k, n - k, out->hash[out->n++]);
    } else {
        subproof(leaf + k, m - k, n - k, false, out);
        root_of(leaf, k, out->hash[out->n++]);
    }
}

void history_tell(const struct history *h, const struct teller *teller, size_t old_size,
                  struct told *out)
{
    struct checkpoint checkpoint = {.size = h->n, .roster = teller->roster};
    struct err err;

    root_of(h->leaf, h->n, checkpoint.root);
    snprintf(checkpoint.nonce, sizeof(checkpoint.nonce), "%s", teller->nonce);
    must(watch_origin(teller->network, teller->node, secret_key_public(teller->key),
                      checkpoint.origin));
    must(checkpoint_sign(&checkpoint, secret_key_ed25519(teller->key), out->note, &err));
    out->proof.n = 0;
    if (old_size > 0 && old_size < h->n)
        subproof(h->leaf, old_size, h->n, true, &out->proof);
    for (size_t i = 0; i < out->proof.n; i++)
        out->hash[i] = (ProtobufCBinaryData){MERKLE_HASH_BYTES, out->proof.hash[i]};
    rikstal__v1__checkpoint__init(&out->message);
    out->message.node = (char *)(uintptr_t)teller->node;
    out->message.note = (ProtobufCBinaryData){strlen(out->note), (uint8_t *)out->note};
    out->message.old_size = old_size;
    out->message.proof = out->hash;
    out->message.n_proof = out->proof.n;
}
