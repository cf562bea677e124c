/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/login/id_token.h"

#include <assert.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "proto/base/json.h"

/* Each defence, which the controls of tests/system/test_login.py take away. */
#ifndef ID_TOKEN_SIGNATURE
#define ID_TOKEN_SIGNATURE 1
#endif
#ifndef ID_TOKEN_ISSUER
#define ID_TOKEN_ISSUER 1
#endif
#ifndef ID_TOKEN_AUDIENCE
#define ID_TOKEN_AUDIENCE 1
#endif
#ifndef ID_TOKEN_TIME
#define ID_TOKEN_TIME 1
#endif
#ifndef ID_TOKEN_NONCE
#define ID_TOKEN_NONCE 1
#endif

/* A part of the token, which is base64url without padding, as strict JSON. */
static bool part_read(const char *text, size_t length, cJSON **out, struct err *err)
{
    uint8_t *data = malloc(length + 1);
    const char *end = NULL;
    size_t got = 0;
    bool ok;

    if (!data)
        return err_memory(err);
    ok = sodium_base642bin(data, length, text, length, NULL, &got, &end,
                           sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0 &&
         end == text + length;
    ok = ok ? json_parse((const char *)data, got, ID_TOKEN_BYTES_MAX, out, err)
            : err_set(err, ERR_DENIED, "the ID token is not base64url");
    free(data);
    if (ok && !cJSON_IsObject(*out)) {
        cJSON_Delete(*out);
        *out = NULL;
        ok = err_set(err, ERR_INVALID, "not an object");
    }
    if (!ok && err->code == ERR_INVALID)
        return err_set(err, ERR_DENIED, "the ID token is not strict JSON");
    return ok;
}

static bool header_check(const cJSON *header, struct key_signed *token, struct err *err)
{
    const char *alg = json_text(header, "alg"), *typ = json_text(header, "typ");

    token->kid = json_text(header, "kid");
    if (json_member(header, "crit"))
        return err_set(err, ERR_DENIED, "the ID token has a critical header, which none knows");
    if (typ && strcasecmp(typ, "JWT") != 0)
        return err_set(err, ERR_DENIED, "the token is of another type than an ID token");
    if (ID_TOKEN_SIGNATURE && (!alg || !key_algorithm_read(alg, &token->algorithm)))
        return err_set(err, ERR_DENIED, "the ID token's alg must be RS256, ES256 or EdDSA");
    return true;
}

static bool signature_check(const char *text, size_t header_size, const struct key_set *keys,
                            bool *unknown_key, struct err *err)
{
    struct key_signed token = {.text = text, .size = strlen(text)};
    cJSON *header = NULL;
    bool known = true;
    bool ok = part_read(text, header_size, &header, err) && header_check(header, &token, err) &&
              (!ID_TOKEN_SIGNATURE || key_set_verify(keys, &token, &known, err));

    *unknown_key = !known;
    cJSON_Delete(header);
    return ok;
}

/* ---- claims ---------------------------------------------------------------------------------- */

static bool is_text(const cJSON *claims, const char *name, const char *wanted)
{
    const char *is = json_text(claims, name);

    return is && strcmp(is, wanted) == 0;
}

/* The only audience, or one of several where azp names us. */
static bool audience_check(const cJSON *claims, const char *client, struct err *err)
{
    const cJSON *aud = json_member(claims, "aud"), *one;
    bool ours = is_text(claims, "aud", client);
    bool alone = cJSON_IsString(aud) || cJSON_GetArraySize(aud) == 1;

    if (cJSON_IsArray(aud))
        cJSON_ArrayForEach(one, aud) ours =
            ours || (cJSON_IsString(one) && strcmp(one->valuestring, client) == 0);
    if (!ours)
        return err_set(err, ERR_DENIED, "the ID token is for another audience than this desk");
    if (json_member(claims, "azp") ? !is_text(claims, "azp", client) : !alone)
        return err_set(err, ERR_DENIED, "the ID token was issued to another client (azp)");
    return true;
}

static bool time_check(const cJSON *claims, int64_t now_s, struct err *err)
{
    int64_t exp, iat, nbf;

    if (!json_int(claims, "exp", &exp) || !json_int(claims, "iat", &iat))
        return err_set(err, ERR_DENIED, "the ID token's exp and iat must be whole numbers");
    if (exp <= now_s - ID_TOKEN_SKEW_S)
        return err_set(err, ERR_DENIED, "the ID token has expired; compare the clocks");
    if (iat > now_s + ID_TOKEN_SKEW_S || iat < now_s - ID_TOKEN_AGE_S)
        return err_set(err, ERR_DENIED, "the ID token is not of now (iat); compare the clocks");
    if (json_member(claims, "nbf") &&
        (!json_int(claims, "nbf", &nbf) || nbf > now_s + ID_TOKEN_SKEW_S))
        return err_set(err, ERR_DENIED, "the ID token is not valid yet; compare the clocks");
    return true;
}

static bool claims_check(const cJSON *claims, const struct id_token_terms *terms, struct err *err)
{
    const char *sub = json_text(claims, "sub");

    if (ID_TOKEN_ISSUER && !is_text(claims, "iss", terms->issuer))
        return err_set(err, ERR_DENIED, "the ID token is of another issuer");
    if (ID_TOKEN_AUDIENCE && !audience_check(claims, terms->client, err))
        return false;
    if (ID_TOKEN_TIME && !time_check(claims, terms->now_s, err))
        return false;
    if (ID_TOKEN_NONCE && !is_text(claims, "nonce", terms->nonce))
        return err_set(err, ERR_DENIED, "the ID token is of another log-in (nonce)");
    if (!sub || !*sub || strlen(sub) > ID_TOKEN_SUB_MAX)
        return err_set(err, ERR_DENIED, "the ID token's sub must have 1 to %d bytes",
                       ID_TOKEN_SUB_MAX);
    return true;
}

bool id_token_open(const char *text, const struct key_set *keys, const struct id_token_terms *terms,
                   cJSON **claims, bool *unknown_key, struct err *err)
{
    assert(text && keys && terms && claims && unknown_key);
    size_t header_size = strcspn(text, "."), size = strlen(text);
    const char *payload = text + header_size + 1;
    cJSON *root = NULL;
    bool ok;

    *unknown_key = false;
    if (size > ID_TOKEN_BYTES_MAX)
        return err_set(err, ERR_DENIED, "the ID token has more than %zu bytes", ID_TOKEN_BYTES_MAX);
    if (header_size == size || !strchr(payload, '.') || strchr(strchr(payload, '.') + 1, '.'))
        return err_set(err, ERR_DENIED, "the ID token is not a JWS of three parts");
    ok = signature_check(text, header_size, keys, unknown_key, err) &&
         part_read(payload, strcspn(payload, "."), &root, err) && claims_check(root, terms, err);
    if (ok)
        *claims = root;
    else
        cJSON_Delete(root);
    return ok;
}
