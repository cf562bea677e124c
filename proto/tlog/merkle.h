#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Merkle tree of RFC 6962, section 2.1: hashes, and proofs of growth that any reader can check.
 *
 * SHA-256; leaf hash = H(0x00 leaf), node hash = H(0x01 left right). No storage here: log.h keeps
 * the nodes. Values only; any thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

#define MERKLE_HASH_BYTES 32
#define MERKLE_PROOF_MAX 128 /* enough for a tree of fewer than 2^63 leaves */

struct merkle_proof {
    size_t n;
    uint8_t hash[MERKLE_PROOF_MAX][MERKLE_HASH_BYTES];
};

void merkle_leaf_hash(const void *leaf, size_t size, uint8_t hash[static MERKLE_HASH_BYTES]);
void merkle_node_hash(const uint8_t left[static MERKLE_HASH_BYTES],
                      const uint8_t right[static MERKLE_HASH_BYTES],
                      uint8_t hash[static MERKLE_HASH_BYTES]);
/* The root of the empty tree: the hash of no bytes. */
void merkle_empty_root(uint8_t root[static MERKLE_HASH_BYTES]);

/* Verifies a consistency proof as in RFC 9162, section 2.1.4.2. */
bool merkle_verify_consistency(uint64_t old_size, uint64_t size, const struct merkle_proof *proof,
                               const uint8_t old_root[static MERKLE_HASH_BYTES],
                               const uint8_t root[static MERKLE_HASH_BYTES]) MUST_CHECK;
