/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/trust/keys.h"

#include <assert.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "proto/base/arena.h"
#include "proto/base/bytes.h"
#include "proto/base/file.h"
#include "proto/base/random.h"

#define SECRET_WORD "rikstal-secret-v1 "
#define PUBLIC_WORD "rikstal-public-v1 "
#define WORD_BYTES (sizeof(SECRET_WORD) - 1)
#define LINE_BYTES (WORD_BYTES + 2 * KEY_BYTES + 1) /* with the newline */

static_assert(sizeof(SECRET_WORD) == sizeof(PUBLIC_WORD), "one length of line for both");
static_assert(KEY_SIGNATURE_BYTES == crypto_sign_BYTES, "Ed25519");
static_assert(KEY_BYTES == crypto_sign_PUBLICKEYBYTES, "Ed25519");

struct secret_key {
    uint8_t seed[KEY_BYTES];                    /* the contents of the file */
    uint8_t secret[crypto_sign_SECRETKEYBYTES]; /* the key in libsodium's form */
    struct public_key public;
};

/* Reads the 32 bytes of a one-line key file. Buffers are wiped. */
static bool line_read(const char *path, const char *word, uint8_t out[static KEY_BYTES],
                      struct err *err)
{
    struct arena *arena = arena_new(4096);
    uint8_t *data = NULL;
    size_t size = 0;
    bool ok;

    if (!arena)
        return err_memory(err);
    ok = file_read(path, LINE_BYTES, arena, &data, &size, err);
    if (ok) {
        if (size == LINE_BYTES && data[size - 1] == '\n')
            data[--size] = 0;
        ok = size == LINE_BYTES - 1 && memcmp(data, word, WORD_BYTES) == 0 &&
             bytes_from_hex((const char *)data + WORD_BYTES, out, KEY_BYTES);
        if (!ok)
            err_set(err, ERR_INVALID, "%s is not a key file (one line: %sHEX)", path, word);
        sodium_memzero(data, size);
    }
    arena_free(arena);
    return ok;
}

static bool line_write(const char *path, const char *word, const uint8_t bytes[static KEY_BYTES],
                       unsigned mode, struct err *err)
{
    char line[LINE_BYTES + 1];
    bool ok;

    if (file_exists(path))
        return err_set(err, ERR_INVALID, "%s is there already; a key is never replaced in place",
                       path);
    memcpy(line, word, WORD_BYTES);
    bytes_to_hex(bytes, KEY_BYTES, line + WORD_BYTES);
    line[LINE_BYTES - 1] = '\n';
    ok = file_write(path, line, LINE_BYTES, (mode_t)mode, err);
    sodium_memzero(line, sizeof(line));
    return ok;
}

static bool private_to_owner(const char *path, struct err *err)
{
    struct stat info;

    if (stat(path, &info) == 0 && (info.st_mode & 077))
        return err_set(err, ERR_DENIED, "%s may be read by others; run: chmod go= %s", path, path);
    return true; /* when the file does not exist, the function that reads it reports that */
}

bool keys_read_secret(const char *path, uint8_t out[static KEY_BYTES], struct err *err)
{
    assert(path);
    return private_to_owner(path, err) && line_read(path, SECRET_WORD, out, err);
}

bool keys_write_secret(const char *path, const uint8_t secret[static KEY_BYTES], unsigned mode,
                       struct err *err)
{
    return line_write(path, SECRET_WORD, secret, mode, err);
}

/* Memory for a key: locked, guarded, and wiped by sodium_free(). */
static struct secret_key *key_alloc(struct err *err)
{
    struct secret_key *key = sodium_malloc(sizeof(*key));

    if (!key)
        err_set(err, ERR_INTERNAL, "no locked memory for a secret key");
    return key;
}

static void key_complete(struct secret_key *key)
{
    crypto_sign_seed_keypair(key->public.b, key->secret, key->seed);
}

bool secret_key_new(struct secret_key **out, struct err *err)
{
    assert(out);
    struct secret_key *key = key_alloc(err);

    if (!key)
        return false;
    random_bytes(key->seed, KEY_BYTES);
    key_complete(key);
    *out = key;
    return true;
}

bool secret_key_read(const char *path, struct secret_key **out, struct err *err)
{
    assert(path && out);
    struct secret_key *key = key_alloc(err);

    if (!key)
        return false;
    if (!keys_read_secret(path, key->seed, err)) {
        sodium_free(key);
        return false;
    }
    key_complete(key);
    *out = key;
    return true;
}

bool secret_key_write(const struct secret_key *key, const char *path, struct err *err)
{
    return keys_write_secret(path, key->seed, 0600, err);
}

void secret_key_free(struct secret_key *key)
{
    sodium_free(key);
}

const struct public_key *secret_key_public(const struct secret_key *key)
{
    return &key->public;
}

const uint8_t *secret_key_ed25519(const struct secret_key *key)
{
    return key->secret;
}

void secret_key_sign(const struct secret_key *key, const uint8_t *message, size_t size,
                     uint8_t signature[static KEY_SIGNATURE_BYTES])
{
    assert(key && (message || !size));
    crypto_sign_detached(signature, NULL, message, size, key->secret);
}

bool public_key_read(const char *path, struct public_key *out, struct err *err)
{
    assert(path && out);
    return line_read(path, PUBLIC_WORD, out->b, err);
}

bool public_key_write(const struct public_key *key, const char *path, struct err *err)
{
    return line_write(path, PUBLIC_WORD, key->b, 0644, err);
}

bool public_key_same(const struct public_key *a, const struct public_key *b)
{
    return memcmp(a->b, b->b, KEY_BYTES) == 0;
}

bool public_key_verify(const struct public_key *key, const uint8_t *message, size_t size,
                       const uint8_t signature[static KEY_SIGNATURE_BYTES])
{
    assert(key && (message || !size));
    return crypto_sign_verify_detached(signature, message, size, key->b) == 0;
}

void public_key_id(const struct public_key *key, struct key_id *out)
{
    crypto_generichash(out->b, sizeof(out->b), key->b, sizeof(key->b), NULL, 0);
}
