/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tables hold the leaves and the hash of every complete subtree: node (level, i) covers leaves
 * i 2^level .. (i + 1) 2^level - 1. A new leaf completes as many subtrees as its index has trailing
 * one bits. Root and proofs are computed from at most 64 complete subtrees.
 */
#include "node/audit/audit.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/sql.h"

#define LEVELS 63

extern const char *const audit_steps[]; /* schemas/audit, in order, NULL behind the last */

struct audit {
    sqlite3 *db; /* borrowed */
    sqlite3_stmt *count;
    sqlite3_stmt *leaf_add;
    sqlite3_stmt *leaf_get;
    sqlite3_stmt *subtree_add;
    sqlite3_stmt *subtree_get;
    uint64_t size;
};

static void rewind_stmt(sqlite3_stmt *stmt)
{
    sqlite3_reset(stmt);
    sqlite3_clear_bindings(stmt);
}

static bool prepare(struct audit *audit, struct err *err)
{
    sqlite3 *db = audit->db;

    return sql_prepare(db, "SELECT coalesce(max(id) + 1, 0) FROM leaf", &audit->count, err) &&
           sql_prepare(db, "INSERT INTO leaf(id, data) VALUES(?1, ?2)", &audit->leaf_add, err) &&
           sql_prepare(db, "SELECT data FROM leaf WHERE id = ?1", &audit->leaf_get, err) &&
           sql_prepare(db, "INSERT INTO subtree VALUES(?1, ?2, ?3)", &audit->subtree_add, err) &&
           sql_prepare(db, "SELECT hash FROM subtree WHERE level = ?1 AND position = ?2",
                       &audit->subtree_get, err);
}

bool audit_open(sqlite3 *db, struct audit **out, struct err *err)
{
    struct audit *audit = calloc(1, sizeof(*audit));

    if (!audit)
        return err_memory(err);
    audit->db = db;
    if (!sql_migrate_part(db, "audit", audit_steps, err) || !prepare(audit, err) ||
        !audit_reload(audit, err)) {
        audit_close(audit);
        return false;
    }
    *out = audit;
    return true;
}

void audit_close(struct audit *audit)
{
    if (!audit)
        return;
    sqlite3_finalize(audit->count);
    sqlite3_finalize(audit->leaf_add);
    sqlite3_finalize(audit->leaf_get);
    sqlite3_finalize(audit->subtree_add);
    sqlite3_finalize(audit->subtree_get);
    free(audit);
}

uint64_t audit_size(const struct audit *audit)
{
    assert(audit);
    return audit->size;
}

bool audit_reload(struct audit *audit, struct err *err)
{
    assert(audit);
    bool read = sqlite3_step(audit->count) == SQLITE_ROW;

    if (read)
        audit->size = (uint64_t)sqlite3_column_int64(audit->count, 0);
    else
        sql_failed(audit->db, "audit log", err);
    sqlite3_reset(audit->count);
    return read;
}

static bool put_leaf(struct audit *audit, const void *leaf, size_t size, struct err *err)
{
    sqlite3_stmt *stmt = audit->leaf_add;
    bool put = sqlite3_bind_int64(stmt, 1, (int64_t)audit->size) == SQLITE_OK &&
               sqlite3_bind_blob(stmt, 2, leaf, (int)size, SQLITE_STATIC) == SQLITE_OK &&
               sqlite3_step(stmt) == SQLITE_DONE;

    if (!put)
        sql_failed(audit->db, "audit leaf", err);
    rewind_stmt(stmt);
    return put;
}

static bool put_subtree(struct audit *audit, unsigned level, uint64_t position, const uint8_t *hash,
                        struct err *err)
{
    sqlite3_stmt *stmt = audit->subtree_add;
    bool put = sqlite3_bind_int64(stmt, 1, level) == SQLITE_OK &&
               sqlite3_bind_int64(stmt, 2, (int64_t)position) == SQLITE_OK &&
               sqlite3_bind_blob(stmt, 3, hash, MERKLE_HASH_BYTES, SQLITE_STATIC) == SQLITE_OK &&
               sqlite3_step(stmt) == SQLITE_DONE;

    if (!put)
        sql_failed(audit->db, "audit tree", err);
    rewind_stmt(stmt);
    return put;
}

static bool get_subtree(struct audit *audit, unsigned level, uint64_t position,
                        uint8_t hash[static MERKLE_HASH_BYTES], struct err *err)
{
    sqlite3_stmt *stmt = audit->subtree_get;
    int code = SQLITE_ERROR;
    bool got = false;

    if (sqlite3_bind_int64(stmt, 1, level) == SQLITE_OK &&
        sqlite3_bind_int64(stmt, 2, (int64_t)position) == SQLITE_OK)
        code = sqlite3_step(stmt);
    if (code == SQLITE_ROW && sqlite3_column_bytes(stmt, 0) == MERKLE_HASH_BYTES) {
        memcpy(hash, sqlite3_column_blob(stmt, 0), MERKLE_HASH_BYTES);
        got = true;
    } else if (code == SQLITE_ROW || code == SQLITE_DONE) {
        err_set(err, ERR_INTERNAL, "the audit log lacks the hash of subtree %u/%llu", level,
                (unsigned long long)position);
    } else {
        sql_failed(audit->db, "audit tree", err);
    }
    rewind_stmt(stmt);
    return got;
}

bool audit_append(struct audit *audit, const void *leaf, size_t size, uint64_t *index,
                  struct err *err)
{
    uint8_t hash[MERKLE_HASH_BYTES], left[MERKLE_HASH_BYTES];
    uint64_t position = audit->size;
    unsigned level = 0;

    assert(sql_in_transaction(audit->db));
    if (size == 0 || size > AUDIT_LEAF_MAX)
        return err_set(err, ERR_INVALID, "an audit leaf has 1 to %d bytes, not %zu", AUDIT_LEAF_MAX,
                       size);
    merkle_leaf_hash(leaf, size, hash);
    if (!put_leaf(audit, leaf, size, err) || !put_subtree(audit, 0, position, hash, err))
        return false;
    for (; position & 1; level++, position >>= 1) {
        if (!get_subtree(audit, level, position - 1, left, err))
            return false;
        merkle_node_hash(left, hash, hash);
        if (!put_subtree(audit, level + 1, position >> 1, hash, err))
            return false;
    }
    *index = audit->size++;
    return true;
}

bool audit_leaf(struct audit *audit, uint64_t index, uint8_t leaf[static AUDIT_LEAF_MAX],
                size_t *size, struct err *err)
{
    assert(audit);
    sqlite3_stmt *stmt = audit->leaf_get;
    int code = SQLITE_ERROR;

    if (sqlite3_bind_int64(stmt, 1, (int64_t)index) == SQLITE_OK)
        code = sqlite3_step(stmt);
    int bytes = code == SQLITE_ROW ? sqlite3_column_bytes(stmt, 0) : 0;
    bool got = bytes > 0 && bytes <= AUDIT_LEAF_MAX;

    if (got) {
        memcpy(leaf, sqlite3_column_blob(stmt, 0), (size_t)bytes);
        *size = (size_t)bytes;
    } else if (code == SQLITE_ROW || code == SQLITE_DONE) {
        err_set(err, ERR_INTERNAL, "the audit log lacks leaf %llu", (unsigned long long)index);
    } else {
        sql_failed(audit->db, "audit leaf", err);
    }
    rewind_stmt(stmt);
    return got;
}

/* The exponent of the largest power of two below n, for n > 1. */
static unsigned split_level(uint64_t n)
{
    return 63 - (unsigned)__builtin_clzll(n - 1);
}

/*
 * Root of the leaves begin .. begin + n - 1. begin must be a multiple of a power of two >= n, as in
 * the recursions of RFC 6962. The recursion is at most LEVELS deep.
 */
static bool range_root(struct audit *audit, uint64_t begin, uint64_t n,
                       uint8_t hash[static MERKLE_HASH_BYTES], struct err *err)
{
    uint8_t right[MERKLE_HASH_BYTES];

    assert(n > 0);
    if ((n & (n - 1)) == 0) {
        unsigned level = (unsigned)__builtin_ctzll(n);

        return get_subtree(audit, level, begin >> level, hash, err);
    }
    uint64_t k = UINT64_C(1) << split_level(n);

    if (!range_root(audit, begin, k, hash, err) || !range_root(audit, begin + k, n - k, right, err))
        return false;
    merkle_node_hash(hash, right, hash);
    return true;
}

bool audit_root(struct audit *audit, uint64_t size, uint8_t root[static MERKLE_HASH_BYTES],
                struct err *err)
{
    assert(audit);
    if (size > audit->size)
        return err_set(err, ERR_INVALID, "the log has %llu leaves, not %llu",
                       (unsigned long long)audit->size, (unsigned long long)size);
    if (size == 0) {
        merkle_empty_root(root);
        return true;
    }
    return range_root(audit, 0, size, root, err);
}

/* SUBPROOF(m, D[n], whole) of RFC 6962, section 2.1.2. */
static bool subproof(struct audit *audit, uint64_t begin, uint64_t n, uint64_t m,
                     struct merkle_proof *proof, struct err *err)
{
    bool whole = begin == 0; /* the old tree's root is known to the verifier */

    assert(proof->n < MERKLE_PROOF_MAX);
    if (m == n)
        return whole || range_root(audit, begin, n, proof->hash[proof->n++], err);
    uint64_t k = UINT64_C(1) << split_level(n);

    if (m <= k)
        return subproof(audit, begin, k, m, proof, err) &&
               range_root(audit, begin + k, n - k, proof->hash[proof->n++], err);
    return subproof(audit, begin + k, n - k, m - k, proof, err) &&
           range_root(audit, begin, k, proof->hash[proof->n++], err);
}

bool audit_consistency(struct audit *audit, uint64_t old_size, uint64_t size,
                       struct merkle_proof *proof, struct err *err)
{
    assert(audit && proof);
    if (size > audit->size || old_size > size)
        return err_set(err, ERR_INVALID, "no proof from %llu to %llu in a log of %llu leaves",
                       (unsigned long long)old_size, (unsigned long long)size,
                       (unsigned long long)audit->size);
    proof->n = 0;
    return old_size == 0 || old_size == size || subproof(audit, 0, size, old_size, proof, err);
}

static bool same_subtree(struct audit *audit, unsigned level, uint64_t position,
                         const uint8_t *hash, struct err *err)
{
    uint8_t stored[MERKLE_HASH_BYTES];

    if (!get_subtree(audit, level, position, stored, err))
        return false;
    return memcmp(stored, hash, MERKLE_HASH_BYTES) == 0 ||
           err_set(err, ERR_INTERNAL, "audit log: leaf %llu or subtree %u/%llu was altered",
                   (unsigned long long)((position << level) + (UINT64_C(1) << level) - 1), level,
                   (unsigned long long)position);
}

bool audit_verify(struct audit *audit, struct err *err)
{
    assert(audit);
    uint8_t waiting[LEVELS + 1][MERKLE_HASH_BYTES]; /* left neighbours, one a level */
    uint8_t hash[MERKLE_HASH_BYTES], leaf[AUDIT_LEAF_MAX];
    size_t size;

    for (uint64_t index = 0; index < audit->size; index++) {
        uint64_t position = index;
        unsigned level = 0;

        if (!audit_leaf(audit, index, leaf, &size, err))
            return false;
        merkle_leaf_hash(leaf, size, hash);
        for (;; level++, position >>= 1) {
            if (!same_subtree(audit, level, position, hash, err))
                return false;
            if (!(position & 1))
                break;
            merkle_node_hash(waiting[level], hash, hash);
        }
        memcpy(waiting[level], hash, MERKLE_HASH_BYTES);
    }
    return true;
}
