/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A provider whose answers are the test's: what is fetched when, what a code is redeemed with, and
 * which answers let nobody in. An unknown key is looked for once, and not more often than allowed.
 */
#include "tests/unit/refused.h"

#include "coordinator/login/provider.h"
#include "proto/base/clock.h"
#include "proto/base/json.h"
#include "tests/unit/login/signer.h"

#define NOW 1900000000

/* The provider as the next calls find it. */
static struct {
    bool down, lists_none, tells_issuer, has_userinfo;
    const char *token, *userinfo;
    int discovered, listed;
    char form[4096], user[256], bearer[256];
} idp;
static struct signer signer;
static char *jwks;

static const char *answer_to(const struct fetch_call *call)
{
    static char document[2048];

    if (strcmp(call->url, "https://idp/.well-known/openid-configuration") == 0) {
        idp.discovered++;
        snprintf(document, sizeof(document),
                 "{\"issuer\":\"https://idp\",\"authorization_endpoint\":\"https://idp/auth\","
                 "\"token_endpoint\":\"https://idp/token\",\"jwks_uri\":\"https://idp/jwks\"%s%s}",
                 idp.has_userinfo ? ",\"userinfo_endpoint\":\"https://idp/me\"" : "",
                 idp.tells_issuer ? ",\"authorization_response_iss_parameter_supported\":true"
                                  : "");
        return document;
    }
    if (strcmp(call->url, "https://idp/jwks") == 0) {
        idp.listed++;
        return idp.lists_none ? "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"other\","
                                "\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}]}"
                              : jwks;
    }
    if (strcmp(call->url, "https://idp/me") == 0) {
        snprintf(idp.bearer, sizeof(idp.bearer), "%s", call->bearer);
        return idp.userinfo;
    }
    assert_string_equal(call->url, "https://idp/token");
    snprintf(idp.form, sizeof(idp.form), "%s", call->form);
    snprintf(idp.user, sizeof(idp.user), "%s", call->user ? call->user : "");
    return idp.token;
}

static bool ask(const struct fetch_call *call, struct bytes *body, long *status, struct err *err)
{
    if (idp.down)
        return err_set(err, ERR_UNAVAILABLE, "down");
    assert_int_equal(call->most, PROVIDER_BYTES_MAX);
    bytes_add_text(body, answer_to(call));
    *status = 200;
    return true;
}

static struct provider *open_provider(const char *secret)
{
    const struct provider_options options = {.issuer = "https://idp",
                                             .client = "a desk",
                                             .secret = secret,
                                             .scopes = "openid profile",
                                             .redirect = "https://desk/login/return",
                                             .fetch = ask};
    struct provider *provider;
    struct err err;

    assert_true(provider_open(&options, &provider, &err));
    return provider;
}

static const struct visit visit = {.state = "s", .nonce = "n", .verifier = "v", .mark = "m"};

/* The token response of a good ID token, with an access token. */
static void give(const char *nonce)
{
    static char answer[8192];
    char claims[512], *token;

    snprintf(claims, sizeof(claims),
             "{\"iss\":\"https://idp\",\"aud\":\"a desk\",\"exp\":%d,\"iat\":%d,\"nonce\":\"%s\","
             "\"sub\":\"anna\",\"name\":\"of the token\"}",
             NOW + 300, NOW, nonce);
    token = signer_sign_ed25519(&signer, "{\"alg\":\"EdDSA\",\"kid\":\"d\"}", claims);
    snprintf(answer, sizeof(answer), "{\"id_token\":\"%s\",\"access_token\":\"at\"}", token);
    free(token);
    idp.token = answer;
}

static bool redeems(struct provider *provider, const char *code, const char *issuer,
                    struct err *err)
{
    const struct provider_return back = {.code = code, .issuer = issuer};
    cJSON *claims = NULL;
    bool ok = provider_redeem(provider, &visit, &back, &claims, err);

    cJSON_Delete(claims);
    return ok;
}

static int begin(void **state)
{
    (void)state;
    memset(&idp, 0, sizeof(idp));
    clock_set(1000000, NOW);
    return 0;
}

static void test_the_way_there(void **state)
{
    struct provider *provider = open_provider(NULL);
    char to[PROVIDER_ADDRESS_BYTES];
    struct err err;

    (void)state;
    idp.down = true;
    assert_refused(provider_address(provider, &visit, to, &err), &err, ERR_UNAVAILABLE);
    idp.down = false;
    assert_true(provider_address(provider, &visit, to, &err));
    assert_non_null(strstr(to,
                           "https://idp/auth?response_type=code&client_id=a%20desk&redirect_uri="
                           "https%3A%2F%2Fdesk%2Flogin%2Freturn&scope=openid%20profile&state=s&"
                           "nonce=n&code_challenge="));
    assert_non_null(strstr(to, "&code_challenge_method=S256"));
    assert_null(strstr(to, "code_verifier"));
    assert_true(provider_address(provider, &visit, to, &err));
    assert_int_equal(idp.discovered, 1);
    clock_set(1000000 + PROVIDER_LIFE_MS, NOW);
    assert_true(provider_address(provider, &visit, to, &err));
    assert_int_equal(idp.discovered, 2);
    provider_close(provider);
}

static void test_the_way_back(void **state)
{
    struct provider *provider = open_provider("s:e c");
    const struct provider_return back = {.code = "c&c", .issuer = "https://idp"};
    cJSON *claims = NULL;
    struct err err;

    (void)state;
    idp.has_userinfo = true;
    idp.userinfo = "{\"sub\":\"anna\",\"name\":\"of userinfo\",\"groups\":[\"g\"]}";
    give("n");
    assert_true(provider_redeem(provider, &visit, &back, &claims, &err));
    assert_string_equal(idp.form, "grant_type=authorization_code&code=c%26c&redirect_uri="
                                  "https%3A%2F%2Fdesk%2Flogin%2Freturn&code_verifier=v");
    assert_string_equal(idp.user, "a%20desk:s%3Ae%20c");
    assert_string_equal(idp.bearer, "at");
    assert_string_equal(json_text(claims, "name"), "of the token");
    assert_int_equal(cJSON_GetArraySize(json_array(claims, "groups")), 1);
    cJSON_Delete(claims);
    idp.userinfo = "{\"sub\":\"bo\"}";
    assert_refused_for(redeems(provider, "c", "https://idp", &err), &err, ERR_DENIED, "person");
    provider_close(provider);
}

static void test_answers_that_let_nobody_in(void **state)
{
    struct provider *provider = open_provider(NULL);
    struct err err;

    (void)state;
    give("n");
    assert_true(redeems(provider, "c", NULL, &err));
    assert_string_equal(idp.user, "");
    assert_non_null(strstr(idp.form, "&client_id=a%20desk"));
    assert_refused_for(redeems(provider, NULL, NULL, &err), &err, ERR_DENIED, "no code");
    assert_refused_for(redeems(provider, "", NULL, &err), &err, ERR_DENIED, "no code");
    assert_refused_for(redeems(provider, "c", "https://other", &err), &err, ERR_DENIED, "iss");
    give("another");
    assert_refused_for(redeems(provider, "c", NULL, &err), &err, ERR_DENIED, "nonce");
    idp.token = "{\"access_token\":\"at\"}";
    assert_refused_for(redeems(provider, "c", NULL, &err), &err, ERR_DENIED, "no ID token");
    idp.token = "{\"id_token\":7}";
    assert_refused_for(redeems(provider, "c", NULL, &err), &err, ERR_DENIED, "no ID token");
    idp.token = "<html>";
    assert_refused_for(redeems(provider, "c", NULL, &err), &err, ERR_INVALID, "token");
    provider_close(provider);
    idp.tells_issuer = true;
    provider = open_provider(NULL);
    give("n");
    assert_refused_for(redeems(provider, "c", NULL, &err), &err, ERR_DENIED, "iss");
    assert_true(redeems(provider, "c", "https://idp", &err));
    provider_close(provider);
}

static void test_an_unknown_key_is_looked_for_once(void **state)
{
    struct provider *provider = open_provider(NULL);
    struct err err;

    (void)state;
    idp.lists_none = true;
    give("n");
    assert_refused_for(redeems(provider, "c", NULL, &err), &err, ERR_DENIED, "does not list");
    assert_int_equal(idp.listed, 1); /* it was fetched this moment */
    clock_set(1000000 + PROVIDER_APART_MS, NOW);
    assert_refused_for(redeems(provider, "c", NULL, &err), &err, ERR_DENIED, "does not list");
    assert_int_equal(idp.listed, 2);
    assert_refused_for(redeems(provider, "c", NULL, &err), &err, ERR_DENIED, "does not list");
    assert_int_equal(idp.listed, 2);
    idp.lists_none = false; /* the provider has a new key, and lists it */
    clock_set(1000000 + 2 * PROVIDER_APART_MS, NOW);
    assert_true(redeems(provider, "c", NULL, &err));
    assert_int_equal(idp.listed, 3);
    provider_close(provider);
}

/* A code of PROVIDER_CODE_MAX bytes and one more; documents of PROVIDER_BYTES_MAX and one more. */
static void test_sizes_at_the_limit_and_one_past(void **state)
{
    struct provider *provider = open_provider(NULL);
    char code[PROVIDER_CODE_MAX + 2], *large = malloc(PROVIDER_BYTES_MAX + 2);
    struct err err;

    (void)state;
    assert_non_null(large);
    give("n");
    memset(code, 'c', sizeof(code));
    code[PROVIDER_CODE_MAX] = 0;
    assert_true(redeems(provider, code, NULL, &err));
    code[PROVIDER_CODE_MAX] = 'c';
    code[PROVIDER_CODE_MAX + 1] = 0;
    assert_refused_for(redeems(provider, code, NULL, &err), &err, ERR_DENIED, "no code");
    memset(large, ' ', PROVIDER_BYTES_MAX + 1);
    memcpy(large, idp.token, strlen(idp.token));
    large[PROVIDER_BYTES_MAX] = 0;
    idp.token = large;
    assert_true(redeems(provider, "c", NULL, &err));
    large[PROVIDER_BYTES_MAX] = ' ';
    large[PROVIDER_BYTES_MAX + 1] = 0;
    assert_refused(redeems(provider, "c", NULL, &err), &err, ERR_INVALID);
    free(large);
    provider_close(provider);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_the_way_there, begin),
        cmocka_unit_test_setup(test_the_way_back, begin),
        cmocka_unit_test_setup(test_answers_that_let_nobody_in, begin),
        cmocka_unit_test_setup(test_an_unknown_key_is_looked_for_once, begin),
        cmocka_unit_test_setup(test_sizes_at_the_limit_and_one_past, begin),
    };
    int failed;

    signer = signer_new();
    jwks = signer_jwks(&signer);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    clock_release();
    free(jwks);
    cjose_jwk_release(signer.rsa);
    cjose_jwk_release(signer.ec);
    return failed;
}
