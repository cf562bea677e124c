#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The audit log: leaves in a Merkle tree (RFC 6962) that only grows.
 *
 * audit_append() runs inside the caller's transaction (asserted), so that a charge and its leaf are
 * on disk together or not at all. Root and proofs are for any size up to the present one. The log
 * borrows the database (database.h), which holds the ledger too. One thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"
#include "proto/tlog/merkle.h"

#define AUDIT_LEAF_MAX 4096

struct audit;
struct sqlite3;

/* Creates the tables when they are missing. */
bool audit_open(struct sqlite3 *db, struct audit **out, struct err *err) MUST_CHECK;
void audit_close(struct audit *audit);

/* The number of leaves, which is the index of the next one. */
uint64_t audit_size(const struct audit *audit);
/* Appends a leaf; *index becomes its index. */
bool audit_append(struct audit *audit, const void *leaf, size_t size, uint64_t *index,
                  struct err *err) MUST_CHECK;
/* Reads the size from the disk again, after the caller has rolled its transaction back. */
bool audit_reload(struct audit *audit, struct err *err) MUST_CHECK;

/* Copies leaf number index into the caller's buffer of AUDIT_LEAF_MAX bytes. */
bool audit_leaf(struct audit *audit, uint64_t index, uint8_t leaf[static AUDIT_LEAF_MAX],
                size_t *size, struct err *err) MUST_CHECK;
/* Root of the first size leaves. */
bool audit_root(struct audit *audit, uint64_t size, uint8_t root[static MERKLE_HASH_BYTES],
                struct err *err) MUST_CHECK;
bool audit_consistency(struct audit *audit, uint64_t old_size, uint64_t size,
                       struct merkle_proof *proof, struct err *err) MUST_CHECK;
/* Recomputes every hash from the leaves. ERR_INTERNAL names the first leaf or node that differs. */
bool audit_verify(struct audit *audit, struct err *err) MUST_CHECK;
