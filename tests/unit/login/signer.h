#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An identity provider's keys for the tests of coordinator/login: one of each algorithm, their
 * JWKS, and tokens signed with them. What is made lives until the program ends.
 */
#include <cjose/cjose.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base/random.h"

#define SIGNER_TEXT ((size_t)64 << 10)

struct signer {
    cjose_jwk_t *rsa, *ec;
    uint8_t public[crypto_sign_PUBLICKEYBYTES], secret[crypto_sign_SECRETKEYBYTES];
};

static inline char *signer_base64(const void *data, size_t size)
{
    size_t room = sodium_base64_ENCODED_LEN(size, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    char *out = malloc(room);

    assert_non_null(out);
    return sodium_bin2base64(out, room, data, size, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

static inline struct signer signer_new(void)
{
    struct signer signer = {
        .rsa = cjose_jwk_create_RSA_random(2048, (const uint8_t *)"\1\0\1", 3, NULL),
        .ec = cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_256, NULL)};

    assert_true(random_start());
    assert_non_null(signer.rsa);
    assert_non_null(signer.ec);
    crypto_sign_keypair(signer.public, signer.secret);
    assert_true(cjose_jwk_set_kid(signer.rsa, "r", 1, NULL));
    assert_true(cjose_jwk_set_kid(signer.ec, "e", 1, NULL));
    return signer;
}

/* The public keys "r", "e" and "d". */
static inline char *signer_jwks(const struct signer *signer)
{
    char *x = signer_base64(signer->public, sizeof(signer->public)), *out = malloc(SIGNER_TEXT);
    char *rsa = cjose_jwk_to_json(signer->rsa, false, NULL);
    char *ec = cjose_jwk_to_json(signer->ec, false, NULL);

    assert_non_null(out);
    snprintf(out, SIGNER_TEXT,
             "{\"keys\":[%s,%s,{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"d\",\"x\":\"%s\"}]}",
             rsa, ec, x);
    free(x);
    free(rsa);
    free(ec);
    return out;
}

/* With cjose: RS256 or ES256. */
static inline char *signer_sign(cjose_jwk_t *key, const char *alg, const char *claims)
{
    cjose_header_t *header = cjose_header_new(NULL);
    const char *text;
    cjose_jws_t *jws;
    char *out;

    assert_true(cjose_header_set(header, CJOSE_HDR_ALG, alg, NULL));
    assert_true(cjose_header_set(header, CJOSE_HDR_KID, cjose_jwk_get_kid(key, NULL), NULL));
    jws = cjose_jws_sign(key, header, (const uint8_t *)claims, strlen(claims), NULL);
    assert_non_null(jws);
    assert_true(cjose_jws_export(jws, &text, NULL));
    out = strdup(text);
    cjose_jws_release(jws);
    cjose_header_release(header);
    return out;
}

/* With Ed25519, whatever the header says. */
static inline char *signer_sign_ed25519(const struct signer *signer, const char *header,
                                        const char *claims)
{
    char *first = signer_base64(header, strlen(header)),
         *second = signer_base64(claims, strlen(claims)), *out = malloc(SIGNER_TEXT), *third;
    uint8_t signature[crypto_sign_BYTES];

    assert_non_null(out);
    snprintf(out, SIGNER_TEXT, "%s.%s", first, second);
    crypto_sign_detached(signature, NULL, (const uint8_t *)out, strlen(out), signer->secret);
    third = signer_base64(signature, sizeof(signature));
    snprintf(out + strlen(out), SIGNER_TEXT - strlen(out), ".%s", third);
    free(first);
    free(second);
    free(third);
    return out;
}
