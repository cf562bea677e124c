/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/login/key_set.h"

#include <assert.h>
#include <cjose/cjose.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/json.h"

#define RSA_BITS_LEAST 2048
#define RSA_BITS_MOST 8192

struct key_set {
    size_t n;
    struct key_set_key {
        enum key_algorithm algorithm;
        char *kid;        /* NULL: it has no name */
        cjose_jwk_t *jwk; /* NULL for EdDSA */
        uint8_t ed25519[crypto_sign_PUBLICKEYBYTES];
    } key[KEY_SET_KEYS_MAX];
};

static const struct {
    const char *name, *kty, *crv;
} algorithms[] = {
    [KEY_RS256] = {"RS256", "RSA", NULL},
    [KEY_ES256] = {"ES256", "EC", "P-256"},
    [KEY_EDDSA] = {"EdDSA", "OKP", "Ed25519"},
};
#define N_ALGORITHMS (sizeof(algorithms) / sizeof(algorithms[0]))

bool key_algorithm_read(const char *name, enum key_algorithm *out)
{
    assert(name && out);
    for (size_t i = 0; i < N_ALGORITHMS; i++)
        if (strcmp(algorithms[i].name, name) == 0) {
            *out = (enum key_algorithm)i;
            return true;
        }
    return false;
}

/* ---- reading --------------------------------------------------------------------------------- */

/* A member that is absent, or has this text. */
static bool absent_or(const cJSON *jwk, const char *member, const char *text)
{
    const cJSON *is = json_member(jwk, member);

    return !is || (cJSON_IsString(is) && strcmp(is->valuestring, text) == 0);
}

/* False for a key that is of no use here. */
static bool kind_of(const cJSON *jwk, enum key_algorithm *out)
{
    const char *kty = json_text(jwk, "kty"), *crv = json_text(jwk, "crv");

    if (!kty || json_member(jwk, "d") || json_member(jwk, "k") || !absent_or(jwk, "use", "sig"))
        return false;
    for (size_t i = 0; i < N_ALGORITHMS; i++) {
        if (strcmp(algorithms[i].kty, kty) != 0 ||
            (algorithms[i].crv && (!crv || strcmp(algorithms[i].crv, crv) != 0)))
            continue;
        *out = (enum key_algorithm)i;
        return absent_or(jwk, "alg", algorithms[i].name);
    }
    return false;
}

static bool read_ed25519(const cJSON *jwk, uint8_t out[static crypto_sign_PUBLICKEYBYTES])
{
    const char *x = json_text(jwk, "x"), *end = NULL;
    size_t got = 0;

    return x &&
           sodium_base642bin(out, crypto_sign_PUBLICKEYBYTES, x, strlen(x), NULL, &got, &end,
                             sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0 &&
           !*end && got == crypto_sign_PUBLICKEYBYTES;
}

/* NULL for a key that cjose does not take, and for one of too few bits. */
static cjose_jwk_t *read_jwk(const cJSON *jwk, enum key_algorithm algorithm)
{
    char *text = cJSON_PrintUnformatted(jwk);
    cjose_jwk_t *key = text ? cjose_jwk_import(text, strlen(text), NULL) : NULL;
    size_t bits = key ? cjose_jwk_get_keysize(key, NULL) : 0;

    cJSON_free(text);
    if (key && algorithm == KEY_RS256 && (bits < RSA_BITS_LEAST || bits > RSA_BITS_MOST)) {
        cjose_jwk_release(key);
        return NULL;
    }
    return key;
}

/* Passes over what is of no use. False when memory is out. */
static bool take(struct key_set *set, const cJSON *jwk)
{
    struct key_set_key key = {.kid = NULL};
    const char *kid = json_text(jwk, "kid");

    if (set->n == KEY_SET_KEYS_MAX || (kid && strlen(kid) > KEY_SET_KID_MAX) ||
        !kind_of(jwk, &key.algorithm))
        return true;
    if (key.algorithm == KEY_EDDSA) {
        if (!read_ed25519(jwk, key.ed25519))
            return true;
    } else if (!(key.jwk = read_jwk(jwk, key.algorithm))) {
        return true;
    }
    key.kid = kid ? strdup(kid) : NULL;
    set->key[set->n++] = key;
    return !kid || key.kid;
}

bool key_set_read(const char *text, size_t size, struct key_set **out, struct err *err)
{
    assert((text || !size) && out);
    struct key_set *set = calloc(1, sizeof(*set));
    cJSON *root = NULL;
    const cJSON *jwk;
    bool ok = set || err_memory(err);

    ok = ok && json_parse(text, size, KEY_SET_BYTES_MAX, &root, err);
    if (ok && cJSON_GetArraySize(json_array(root, "keys")) > KEY_SET_KEYS_MAX)
        ok = err_set(err, ERR_INVALID, "more than %d keys", KEY_SET_KEYS_MAX);
    if (ok)
        cJSON_ArrayForEach(jwk, json_array(root, "keys")) ok =
            ok && (take(set, jwk) || err_memory(err));
    if (ok && !set->n)
        ok = err_set(err, ERR_INVALID,
                     "no key for RS256 (of at least %d bits), ES256 or EdDSA with Ed25519",
                     RSA_BITS_LEAST);
    cJSON_Delete(root);
    if (ok)
        *out = set;
    else
        key_set_free(set);
    return ok;
}

void key_set_free(struct key_set *set)
{
    if (!set)
        return;
    for (size_t i = 0; i < set->n; i++) {
        free(set->key[i].kid);
        if (set->key[i].jwk)
            cjose_jwk_release(set->key[i].jwk);
    }
    free(set);
}

/* ---- verifying ------------------------------------------------------------------------------- */

/* NULL when there is none, or when no name says which of several. */
static const struct key_set_key *find(const struct key_set *set, const struct key_signed *token)
{
    const struct key_set_key *found = NULL;

    for (size_t i = 0; i < set->n; i++) {
        const struct key_set_key *key = &set->key[i];

        if (key->algorithm != token->algorithm)
            continue;
        if (!token->kid && found)
            return NULL;
        if (!token->kid || (key->kid && strcmp(key->kid, token->kid) == 0))
            found = key;
    }
    return found;
}

static bool verify_ed25519(const struct key_set_key *key, const struct key_signed *token)
{
    const char *dot = memrchr(token->text, '.', token->size), *end = NULL;
    uint8_t signature[crypto_sign_BYTES];
    size_t got = 0, length = dot ? (size_t)(dot - token->text) : 0;

    return dot &&
           sodium_base642bin(signature, sizeof(signature), dot + 1, token->size - length - 1, NULL,
                             &got, &end, sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0 &&
           end == token->text + token->size && got == sizeof(signature) &&
           crypto_sign_verify_detached(signature, (const uint8_t *)token->text, length,
                                       key->ed25519) == 0;
}

static bool verify_jwk(const struct key_set_key *key, const struct key_signed *token)
{
    cjose_jws_t *jws = cjose_jws_import(token->text, token->size, NULL);
    bool ok = jws && cjose_jws_verify(jws, key->jwk, NULL);

    if (jws)
        cjose_jws_release(jws);
    return ok;
}

bool key_set_verify(const struct key_set *set, const struct key_signed *token, bool *known,
                    struct err *err)
{
    assert(set && token && token->text && known);
    const struct key_set_key *key = find(set, token);

    *known = key != NULL;
    if (!key)
        return err_set(err, ERR_DENIED, "signed with a key that the provider does not list");
    return (key->jwk ? verify_jwk(key, token) : verify_ed25519(key, token)) ||
           err_set(err, ERR_DENIED, "the signature is not the provider's");
}
