/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which ID tokens count: signed by a listed key with its own algorithm, of this issuer, audience
 * and log-in, of now. Each row breaks one rule alone, and is refused by that rule.
 */
#include "tests/unit/refused.h"

#include "coordinator/login/id_token.h"
#include "proto/base/json.h"
#include "tests/unit/login/signer.h"

#define NOW 1900000000
#define HEADER "{\"alg\":\"EdDSA\",\"kid\":\"d\"}"
#define CLAIMS(iss, aud, exp, iat, nonce, sub, more)                                               \
    "{\"iss\":\"" iss "\",\"aud\":" aud ",\"exp\":" exp ",\"iat\":" iat ",\"nonce\":\"" nonce      \
    "\",\"sub\":\"" sub "\"" more "}"
#define GOOD CLAIMS("https://idp", "\"desk\"", "1900000300", "1900000000", "n", "anna", "")

static const struct id_token_terms terms = {
    .issuer = "https://idp", .client = "desk", .nonce = "n", .now_s = NOW};
static struct signer signer;
static struct key_set *keys;

static bool opens(const char *token, struct err *err)
{
    cJSON *claims = NULL;
    bool unknown, ok = id_token_open(token, keys, &terms, &claims, &unknown, err);

    if (ok)
        assert_non_null(json_text(claims, "sub"));
    cJSON_Delete(claims);
    return ok;
}

static void test_each_algorithm_is_taken(void **state)
{
    char *tokens[] = {signer_sign(signer.rsa, "RS256", GOOD), signer_sign(signer.ec, "ES256", GOOD),
                      signer_sign_ed25519(&signer, HEADER, GOOD),
                      signer_sign_ed25519(&signer, "{\"alg\":\"EdDSA\",\"typ\":\"jwt\"}", GOOD)};
    struct err err = {.text = ""};

    (void)state;
    for (size_t i = 0; i < sizeof(tokens) / sizeof(tokens[0]); i++) {
        if (!opens(tokens[i], &err))
            fail_msg("token %zu: %s", i, err.text);
        free(tokens[i]);
    }
}

static void test_headers_that_do_not_count(void **state)
{
    static const char *const rows[][2] = {
        {"{\"alg\":\"none\"}", "alg must be"},
        {"{\"alg\":\"HS256\",\"kid\":\"d\"}", "alg must be"},
        {"{\"alg\":\"RS512\",\"kid\":\"r\"}", "alg must be"},
        {"{\"kid\":\"d\"}", "alg must be"},
        {"{\"alg\":[\"EdDSA\"]}", "alg must be"},
        {"{\"alg\":\"EdDSA\",\"kid\":\"d\",\"crit\":[\"b64\"]}", "critical"},
        {"{\"alg\":\"EdDSA\",\"kid\":\"d\",\"typ\":\"at+jwt\"}", "type"},
        {"{\"alg\":\"EdDSA\",\"alg\":\"none\",\"kid\":\"d\"}", "strict JSON"},
        {"{\"alg\":\"EdDSA\",\"kid\":\"r\"}", "does not list"}, /* that key is for RS256 */
        {"{\"alg\":\"RS256\",\"kid\":\"d\"}", "does not list"},
        {"{\"alg\":\"RS256\",\"kid\":\"r\"}", "not the provider's"},
        {"[]", "strict JSON"},
    };
    struct err err;

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char *token = signer_sign_ed25519(&signer, rows[i][0], GOOD);

        assert_refused_for(opens(token, &err), &err, ERR_DENIED, rows[i][1]);
        free(token);
    }
}

static void test_claims_that_do_not_count(void **state)
{
    static const char *const rows[][2] = {
        {CLAIMS("https://idp/", "\"desk\"", "1900000300", "1900000000", "n", "a", ""), "issuer"},
        {CLAIMS("https://idp", "\"desks\"", "1900000300", "1900000000", "n", "a", ""), "audience"},
        {CLAIMS("https://idp", "[]", "1900000300", "1900000000", "n", "a", ""), "audience"},
        {CLAIMS("https://idp", "[\"desk\",\"x\"]", "1900000300", "1900000000", "n", "a", ""),
         "azp"},
        {CLAIMS("https://idp", "\"desk\"", "1900000300", "1900000000", "n", "a", ",\"azp\":\"x\""),
         "azp"},
        {CLAIMS("https://idp", "\"desk\"", "1899999940", "1899999900", "n", "a", ""), "expired"},
        {CLAIMS("https://idp", "\"desk\"", "1900000300", "1900000061", "n", "a", ""), "not of now"},
        {CLAIMS("https://idp", "\"desk\"", "1900000300", "1899999399", "n", "a", ""), "not of now"},
        {CLAIMS("https://idp", "\"desk\"", "\"1900000300\"", "1900000000", "n", "a", ""), "whole"},
        {CLAIMS("https://idp", "\"desk\"", "1900000300.5", "1900000000", "n", "a", ""), "whole"},
        {CLAIMS("https://idp", "\"desk\"", "1900000300", "1900000000", "n", "a",
                ",\"nbf\":1900000061"),
         "not valid yet"},
        {CLAIMS("https://idp", "\"desk\"", "1900000300", "1900000000", "m", "a", ""), "nonce"},
        {CLAIMS("https://idp", "\"desk\"", "1900000300", "1900000000", "n", "", ""), "sub"},
        {"{\"iss\":\"https://idp\"}", "audience"},
        {"null", "strict JSON"},
    };
    struct err err;

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char *token = signer_sign_ed25519(&signer, HEADER, rows[i][0]);

        assert_refused_for(opens(token, &err), &err, ERR_DENIED, rows[i][1]);
        free(token);
    }
}

/* The same claims within the tolerance, to the second; and azp that is ours. */
static void test_claims_at_the_edge_count(void **state)
{
    static const char *const rows[] = {
        CLAIMS("https://idp", "\"desk\"", "1899999941", "1899999900", "n", "a", ""),
        CLAIMS("https://idp", "\"desk\"", "1900000300", "1900000060", "n", "a", ""),
        CLAIMS("https://idp", "\"desk\"", "1900000300", "1899999400", "n", "a", ""),
        CLAIMS("https://idp", "[\"x\",\"desk\"]", "1900000300", "1900000000", "n", "a",
               ",\"azp\":\"desk\",\"nbf\":1900000060"),
        CLAIMS("https://idp", "[\"desk\"]", "1900000300", "1900000000", "n", "a", ""),
    };
    struct err err;

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char *token = signer_sign_ed25519(&signer, HEADER, rows[i]);

        assert_true(opens(token, &err));
        free(token);
    }
}

static void test_any_other_byte_is_refused(void **state)
{
    char *token = signer_sign_ed25519(&signer, HEADER, GOOD);
    struct err err;

    (void)state;
    for (size_t i = 0; i < strlen(token); i++) {
        char kept = token[i];

        token[i] = kept == 'A' ? 'B' : 'A';
        assert_refused(opens(token, &err), &err, ERR_DENIED);
        token[i] = kept;
    }
    assert_true(opens(token, &err));
    assert_refused_for(opens("a.b", &err), &err, ERR_DENIED, "three parts");
    assert_refused_for(opens("a.b.c.d", &err), &err, ERR_DENIED, "three parts");
    assert_refused_for(opens("", &err), &err, ERR_DENIED, "three parts");
    assert_refused_for(opens("e30=.e30.AA", &err), &err, ERR_DENIED, "base64url");
    free(token);
}

/* A sub of ID_TOKEN_SUB_MAX bytes, and a token of ID_TOKEN_BYTES_MAX; and one more. */
static void test_sizes_at_the_limit_and_one_past(void **state)
{
    char sub[ID_TOKEN_SUB_MAX + 2], claims[ID_TOKEN_BYTES_MAX], *token;
    struct err err;

    (void)state;
    memset(sub, 's', sizeof(sub));
    for (size_t past = 0; past < 2; past++) {
        sub[ID_TOKEN_SUB_MAX + past] = 0;
        snprintf(claims, sizeof(claims),
                 CLAIMS("https://idp", "\"desk\"", "1900000300", "1900000000", "n", "%s", ""), sub);
        token = signer_sign_ed25519(&signer, HEADER, claims);
        assert_int_equal(opens(token, &err), !past);
        free(token);
        sub[ID_TOKEN_SUB_MAX] = 's';
    }
    token = malloc(ID_TOKEN_BYTES_MAX + 2);
    assert_non_null(token);
    memset(token, 'A', ID_TOKEN_BYTES_MAX + 1);
    token[ID_TOKEN_BYTES_MAX + 1] = 0;
    assert_refused_for(opens(token, &err), &err, ERR_DENIED, "bytes");
    token[ID_TOKEN_BYTES_MAX] = 0;
    assert_refused_for(opens(token, &err), &err, ERR_DENIED, "three parts");
    free(token);
}

static int setup(void **state)
{
    char *jwks;
    struct err err;

    (void)state;
    signer = signer_new();
    jwks = signer_jwks(&signer);
    if (!key_set_read(jwks, strlen(jwks), &keys, &err))
        fail_msg("%s in %s", err.text, jwks);
    free(jwks);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    key_set_free(keys);
    cjose_jwk_release(signer.rsa);
    cjose_jwk_release(signer.ec);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_algorithm_is_taken),
        cmocka_unit_test(test_headers_that_do_not_count),
        cmocka_unit_test(test_claims_that_do_not_count),
        cmocka_unit_test(test_claims_at_the_edge_count),
        cmocka_unit_test(test_any_other_byte_is_refused),
        cmocka_unit_test(test_sizes_at_the_limit_and_one_past),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
