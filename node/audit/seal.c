/* SPDX-License-Identifier: Apache-2.0 */
#include "node/audit/seal.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "proto/base/random.h"
#include "proto/base/sql.h"

#define KEY_BYTES 32

/* 0 only in the control of tests/attack/promises.c, which must notice it. */
#ifndef SEAL_LEAVES
#define SEAL_LEAVES 1
#endif

enum sealed_field { SEALED_QUESTION = 1, SEALED_NOISE_KEY, SEALED_OVERRUN };

static bool key_read(sqlite3 *db, uint8_t key[static KEY_BYTES], bool *there, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool read = sql_prepare(db, "SELECT key FROM seal", &stmt, err) && sql_next(stmt, there, err);

    if (read && *there && !sql_blob(stmt, 0, key, KEY_BYTES))
        read = err_set(err, ERR_INTERNAL, "the audit log's seal cannot be read");
    sqlite3_finalize(stmt);
    return read;
}

static bool key_make(sqlite3 *db, uint8_t key[static KEY_BYTES], struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool made = sql_prepare(db, "INSERT INTO seal VALUES(1, ?1)", &stmt, err);

    random_bytes(key, KEY_BYTES);
    if (made && sqlite3_bind_blob(stmt, 1, key, KEY_BYTES, SQLITE_STATIC) != SQLITE_OK)
        made = sql_failed(db, "the audit log's seal", err);
    made = made && sql_done(stmt, err);
    sqlite3_finalize(stmt);
    return made;
}

static void seal(const uint8_t key[static KEY_BYTES], enum sealed_field field,
                 const char *organisation, uint8_t value[static 32])
{
    const uint8_t tag = (uint8_t)field;
    crypto_generichash_state state;

    if (sodium_is_zero(value, 32))
        return;
    crypto_generichash_init(&state, key, KEY_BYTES, 32);
    crypto_generichash_update(&state, &tag, 1);
    crypto_generichash_update(&state, (const uint8_t *)organisation, strlen(organisation) + 1);
    crypto_generichash_update(&state, value, 32);
    crypto_generichash_final(&state, value, 32);
}

bool seal_leaf(sqlite3 *db, struct leaf *leaf, struct err *err)
{
    uint8_t key[KEY_BYTES];
    bool there;

    assert(sql_in_transaction(db));
    if (!SEAL_LEAVES)
        return true;
    if (!key_read(db, key, &there, err) || (!there && !key_make(db, key, err)))
        return false;
    seal(key, SEALED_QUESTION, leaf->organisation, leaf->question_hash);
    seal(key, SEALED_NOISE_KEY, leaf->organisation, leaf->noise_key);
    sodium_memzero(key, sizeof(key));
    return true;
}

bool seal_overrun(sqlite3 *db, const char *organisation, uint8_t identity[static 32],
                  struct err *err)
{
    uint8_t key[KEY_BYTES];
    bool there;

    assert(sql_in_transaction(db) && organisation);
    if (!key_read(db, key, &there, err) || (!there && !key_make(db, key, err)))
        return false;
    seal(key, SEALED_OVERRUN, organisation, identity);
    sodium_memzero(key, sizeof(key));
    return true;
}
