/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/tlog/merkle.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#define LEAF_PREFIX 0x00
#define NODE_PREFIX 0x01

void merkle_leaf_hash(const void *leaf, size_t size, uint8_t hash[static MERKLE_HASH_BYTES])
{
    static const uint8_t prefix = LEAF_PREFIX;
    crypto_hash_sha256_state state;

    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, &prefix, 1);
    crypto_hash_sha256_update(&state, leaf, size);
    crypto_hash_sha256_final(&state, hash);
}

void merkle_node_hash(const uint8_t left[static MERKLE_HASH_BYTES],
                      const uint8_t right[static MERKLE_HASH_BYTES],
                      uint8_t hash[static MERKLE_HASH_BYTES])
{
    uint8_t text[1 + 2 * MERKLE_HASH_BYTES];

    text[0] = NODE_PREFIX;
    memcpy(text + 1, left, MERKLE_HASH_BYTES);
    memcpy(text + 1 + MERKLE_HASH_BYTES, right, MERKLE_HASH_BYTES);
    crypto_hash_sha256(hash, text, sizeof(text));
}

void merkle_empty_root(uint8_t root[static MERKLE_HASH_BYTES])
{
    crypto_hash_sha256(root, (const uint8_t *)"", 0);
}

/* RFC 9162, section 2.1.4.2, for 0 < old_size < size */
static bool consistent(uint64_t old_size, uint64_t size, const struct merkle_proof *proof,
                       const uint8_t *old_root, const uint8_t *root)
{
    bool old_is_whole = (old_size & (old_size - 1)) == 0;
    uint64_t fn = old_size - 1, sn = size - 1;
    uint8_t fr[MERKLE_HASH_BYTES], sr[MERKLE_HASH_BYTES];
    size_t i = 0;

    if (proof->n == 0 || proof->n > MERKLE_PROOF_MAX)
        return false;
    memcpy(fr, old_is_whole ? old_root : proof->hash[i++], MERKLE_HASH_BYTES);
    memcpy(sr, fr, MERKLE_HASH_BYTES);
    for (; fn & 1; fn >>= 1)
        sn >>= 1;
    for (; i < proof->n; i++) {
        if (sn == 0)
            return false;
        if ((fn & 1) || fn == sn) {
            merkle_node_hash(proof->hash[i], fr, fr);
            merkle_node_hash(proof->hash[i], sr, sr);
            while (!(fn & 1) && fn != 0) {
                fn >>= 1;
                sn >>= 1;
            }
        } else {
            merkle_node_hash(sr, proof->hash[i], sr);
        }
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0 && sodium_memcmp(fr, old_root, MERKLE_HASH_BYTES) == 0 &&
           sodium_memcmp(sr, root, MERKLE_HASH_BYTES) == 0;
}

bool merkle_verify_consistency(uint64_t old_size, uint64_t size, const struct merkle_proof *proof,
                               const uint8_t old_root[static MERKLE_HASH_BYTES],
                               const uint8_t root[static MERKLE_HASH_BYTES])
{
    assert(proof && proof->n <= MERKLE_PROOF_MAX);
    uint8_t empty[MERKLE_HASH_BYTES];

    if (old_size > size)
        return false;
    if (old_size == size)
        return proof->n == 0 && sodium_memcmp(old_root, root, MERKLE_HASH_BYTES) == 0;
    if (old_size > 0)
        return consistent(old_size, size, proof, old_root, root);
    merkle_empty_root(empty); /* every log is an extension of the empty log */
    return proof->n == 0 && sodium_memcmp(old_root, empty, MERKLE_HASH_BYTES) == 0;
}
