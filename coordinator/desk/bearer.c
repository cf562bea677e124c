/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/desk/bearer.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>
#include <strings.h>

#include "proto/base/bytes.h"
#include "proto/base/clock.h"
#include "proto/base/random.h"

#define SECRET_BYTES 32
#define SCHEME "Bearer "
#define DAY_S 86400

static const char *const words[] = {"read", "ask"}; /* scope 1 and 2 */

const char *bearer_scope_word(size_t i)
{
    return i < sizeof(words) / sizeof(words[0]) ? words[i] : NULL;
}

bool bearer_scope_read(const char *word, enum bearer_scope *out, struct err *err)
{
    assert(word && out);
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcmp(word, words[i]) == 0) {
            *out = (enum bearer_scope)(i + 1);
            return true;
        }
    }
    return err_set(err, ERR_INVALID, "the scope must be read or ask");
}

/* Of one line, so that a list of names is a list of lines. */
static bool is_name(const char *text)
{
    size_t length = strlen(text);

    for (size_t i = 0; i < length; i++)
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
            return false;
    return length >= 1 && length <= BEARER_NAME_MAX;
}

static void hash_of(const char *token, uint8_t hash[static crypto_hash_sha256_BYTES])
{
    crypto_hash_sha256(hash, (const uint8_t *)token, strlen(token));
}

bool bearer_new(struct history *history, const struct bearer_terms *terms,
                char token[static BEARER_TEXT_BYTES], int64_t *id, struct err *err)
{
    assert(history && terms && terms->name && terms->scope != BEARER_NONE && token && id);
    assert(terms->days >= 1 && terms->days <= BEARER_DAYS_MAX);
    uint8_t secret[SECRET_BYTES], hash[crypto_hash_sha256_BYTES];
    int64_t now_s = clock_wall_s();
    struct history_token kept = {.hash = hash,
                                 .name = terms->name,
                                 .scope = terms->scope,
                                 .created_s = now_s,
                                 .expires_s = now_s + (int64_t)terms->days * DAY_S};
    bool ok;

    if (!is_name(terms->name))
        return err_set(err, ERR_INVALID,
                       "a token's name has 1 to %d bytes and no control characters",
                       BEARER_NAME_MAX);
    random_bytes(secret, sizeof(secret));
    memcpy(token, BEARER_MARK, sizeof(BEARER_MARK));
    bytes_to_hex(secret, sizeof(secret), token + strlen(BEARER_MARK));
    hash_of(token, hash);
    ok = history_token_add(history, &kept, BEARER_TOKENS_MAX, id, err);
    if (ok && !*id)
        ok = err_set(err, ERR_DENIED, "this desk has %d tokens; revoke one first",
                     BEARER_TOKENS_MAX);
    if (!ok)
        sodium_memzero(token, BEARER_TEXT_BYTES);
    sodium_memzero(secret, sizeof(secret));
    return ok;
}

bool bearer_scope_of(struct history *history, const char *authorization, enum bearer_scope *out,
                     struct err *err)
{
    assert(history && out);
    uint8_t hash[crypto_hash_sha256_BYTES];
    int64_t scope;

    *out = BEARER_NONE;
    if (!authorization || strncasecmp(authorization, SCHEME, strlen(SCHEME)) != 0 ||
        strlen(authorization) != strlen(SCHEME) + BEARER_TEXT_BYTES - 1)
        return true;
    hash_of(authorization + strlen(SCHEME), hash);
    if (!history_token_use(history, hash, clock_wall_s(), &scope, err))
        return false;
    *out = scope == BEARER_READ || scope == BEARER_ASK ? (enum bearer_scope)scope : BEARER_NONE;
    return true;
}
