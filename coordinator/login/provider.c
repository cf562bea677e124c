/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/login/provider.h"

#include <assert.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "coordinator/login/id_token.h"
#include "coordinator/login/metadata.h"
#include "coordinator/login/query_string.h"
#include "proto/base/clock.h"
#include "proto/base/json.h"

/* The defence that the controls of tests/system/test_login.py take away. */
#ifndef PROVIDER_CHECKS_ISS
#define PROVIDER_CHECKS_ISS 1
#endif

struct provider {
    struct provider_options is;
    char *user; /* of Basic; NULL: a public client */
    pthread_mutex_t lock;
    /* below: under lock */
    struct metadata *metadata; /* NULL: not fetched yet */
    struct key_set *keys;
    int64_t fetched_ms;
};

/* ---- documents of the provider --------------------------------------------------------------- */

/* A document that must be there, as bytes. `what` names it in errors. */
static bool get(const struct provider *provider, struct fetch_call *call, const char *what,
                struct bytes *body, struct err *err)
{
    long status = 0;

    call->ca = provider->is.ca;
    call->most = PROVIDER_BYTES_MAX;
    if (!provider->is.fetch(call, body, &status, err))
        return err_wrap(err, "%s: ", what);
    return status == 200 || err_set(err, status >= 500 ? ERR_UNAVAILABLE : ERR_DENIED,
                                    "%s: the identity provider says %ld", what, status);
}

static bool get_json(const struct provider *provider, struct fetch_call *call, const char *what,
                     cJSON **out, struct err *err)
{
    struct bytes body = {0};
    bool ok = get(provider, call, what, &body, err);

    if (ok && !json_parse((const char *)body.data, body.size, PROVIDER_BYTES_MAX, out, err))
        ok = err_wrap(err, "%s: ", what);
    if (body.size)
        sodium_memzero(body.data, body.size);
    bytes_clear(&body);
    return ok;
}

static bool metadata_get(const struct provider *provider, struct metadata **out, struct err *err)
{
    char url[FETCH_URL_MAX + 64];
    struct fetch_call call = {.url = url};
    cJSON *root = NULL;
    bool ok;

    snprintf(url, sizeof(url), "%s%s.well-known/openid-configuration", provider->is.issuer,
             provider->is.issuer[strlen(provider->is.issuer) - 1] == '/' ? "" : "/");
    ok = get_json(provider, &call, "the discovery document", &root, err) &&
         metadata_read(root, provider->is.issuer, out, err);
    cJSON_Delete(root);
    return ok;
}

static bool keys_get(const struct provider *provider, const struct metadata *metadata,
                     struct key_set **out, struct err *err)
{
    struct fetch_call call = {.url = metadata->keys};
    struct bytes body = {0};
    bool ok = get(provider, &call, "the provider's keys", &body, err);

    if (ok && !key_set_read((const char *)body.data, body.size, out, err))
        ok = err_wrap(err, "the provider's keys: ");
    bytes_clear(&body);
    return ok;
}

/* Under the lock. What is there stays when it cannot be fetched. */
static bool documents_get(struct provider *provider, struct err *err)
{
    struct metadata *metadata = NULL;
    struct key_set *keys = NULL;

    if (!metadata_get(provider, &metadata, err))
        return false;
    if (!keys_get(provider, metadata, &keys, err)) {
        metadata_free(metadata);
        return false;
    }
    metadata_free(provider->metadata);
    key_set_free(provider->keys);
    provider->metadata = metadata;
    provider->keys = keys;
    provider->fetched_ms = clock_mono_ms();
    return true;
}

/* Under the lock. */
static bool documents_fresh(struct provider *provider, struct err *err)
{
    return (provider->metadata && clock_mono_ms() - provider->fetched_ms < PROVIDER_LIFE_MS) ||
           documents_get(provider, err);
}

/* ---- the way there --------------------------------------------------------------------------- */

bool provider_address(struct provider *provider, const struct visit *visit,
                      char out[static PROVIDER_ADDRESS_BYTES], struct err *err)
{
    assert(provider && visit);
    char challenge[VISIT_TEXT_BYTES];
    struct bytes to = {0};
    bool ok;

    visit_challenge(visit, challenge);
    pthread_mutex_lock(&provider->lock);
    ok = documents_fresh(provider, err);
    if (ok)
        bytes_add_text(&to, provider->metadata->authorization);
    pthread_mutex_unlock(&provider->lock);
    if (!ok)
        return false;
    bytes_add_text(&to, memchr(to.data, '?', to.size) ? "&" : "?");
    query_string_add(&to, "response_type", "code");
    query_string_add(&to, "client_id", provider->is.client);
    query_string_add(&to, "redirect_uri", provider->is.redirect);
    query_string_add(&to, "scope", provider->is.scopes);
    query_string_add(&to, "state", visit->state);
    query_string_add(&to, "nonce", visit->nonce);
    query_string_add(&to, "code_challenge", challenge);
    query_string_add(&to, "code_challenge_method", "S256");
    bytes_add_u8(&to, 0);
    ok = !to.failed && to.size <= PROVIDER_ADDRESS_BYTES;
    if (ok)
        memcpy(out, to.data, to.size);
    bytes_clear(&to);
    return ok || err_set(err, ERR_INVALID, "the provider's address has more than %d bytes",
                         PROVIDER_ADDRESS_BYTES - 1);
}

/* ---- the way back ---------------------------------------------------------------------------- */

static bool return_check(const struct provider *provider, const struct provider_return *back,
                         struct err *err)
{
    if (!back->code || !*back->code || strlen(back->code) > PROVIDER_CODE_MAX)
        return err_set(err, ERR_DENIED, "the provider gave no code: the log-in was broken off");
    if (PROVIDER_CHECKS_ISS && (back->issuer ? strcmp(back->issuer, provider->is.issuer) != 0
                                             : provider->metadata->tells_issuer))
        return err_set(err, ERR_DENIED, "the browser came back from another provider (iss)");
    return true;
}

static bool tokens_get(const struct provider *provider, const struct visit *visit, const char *code,
                       cJSON **out, struct err *err)
{
    struct fetch_call call = {.url = provider->metadata->token, .user = provider->user};
    struct bytes form = {0};
    bool ok;

    query_string_add(&form, "grant_type", "authorization_code");
    query_string_add(&form, "code", code);
    query_string_add(&form, "redirect_uri", provider->is.redirect);
    query_string_add(&form, "code_verifier", visit->verifier);
    if (!provider->user)
        query_string_add(&form, "client_id", provider->is.client);
    bytes_add_u8(&form, 0);
    call.form = (const char *)form.data;
    ok = (!form.failed || err_memory(err)) && get_json(provider, &call, "the token", out, err);
    if (form.size)
        sodium_memzero(form.data, form.size);
    bytes_clear(&form);
    return ok;
}

/* With the keys at hand; with newer ones, once, when they do not have the token's. */
static bool token_open(struct provider *provider, const char *text, const struct visit *visit,
                       cJSON **claims, struct err *err)
{
    const struct id_token_terms terms = {.issuer = provider->is.issuer,
                                         .client = provider->is.client,
                                         .nonce = visit->nonce,
                                         .now_s = clock_wall_s()};
    bool unknown_key;

    if (!text)
        return err_set(err, ERR_DENIED, "the provider gave no ID token: is openid a scope?");
    if (id_token_open(text, provider->keys, &terms, claims, &unknown_key, err))
        return true;
    return unknown_key && clock_mono_ms() - provider->fetched_ms >= PROVIDER_APART_MS &&
           documents_get(provider, err) &&
           id_token_open(text, provider->keys, &terms, claims, &unknown_key, err);
}

/* Adds what userinfo says beside the ID token, which wins. It must be about the same person. */
static bool userinfo_add(const struct provider *provider, const cJSON *tokens, cJSON *claims,
                         struct err *err)
{
    struct fetch_call call = {.url = provider->metadata->userinfo,
                              .bearer = json_text(tokens, "access_token")};
    cJSON *root = NULL, *one, *next;
    const char *sub;

    if (!call.url || !call.bearer || strlen(call.bearer) > PROVIDER_CODE_MAX)
        return true;
    if (!get_json(provider, &call, "userinfo", &root, err))
        return false;
    sub = json_text(root, "sub");
    if (!sub || strcmp(sub, json_text(claims, "sub")) != 0) {
        cJSON_Delete(root);
        return err_set(err, ERR_DENIED, "userinfo is about another person than the ID token");
    }
    for (one = root->child; one; one = next) {
        next = one->next;
        if (!json_member(claims, one->string)) {
            cJSON_DetachItemViaPointer(root, one);
            cJSON_AddItemToArray(claims, one);
        }
    }
    cJSON_Delete(root);
    return true;
}

/* Under the lock. */
static bool redeem(struct provider *provider, const struct visit *visit,
                   const struct provider_return *back, cJSON **claims, struct err *err)
{
    cJSON *tokens = NULL, *said = NULL;
    bool ok = documents_fresh(provider, err) && return_check(provider, back, err) &&
              tokens_get(provider, visit, back->code, &tokens, err) &&
              token_open(provider, json_text(tokens, "id_token"), visit, &said, err) &&
              userinfo_add(provider, tokens, said, err);

    if (ok)
        *claims = said;
    else
        cJSON_Delete(said);
    cJSON_Delete(tokens);
    return ok;
}

bool provider_redeem(struct provider *provider, const struct visit *visit,
                     const struct provider_return *back, cJSON **claims, struct err *err)
{
    assert(provider && visit && back && claims);
    bool ok;

    pthread_mutex_lock(&provider->lock);
    ok = redeem(provider, visit, back, claims, err);
    pthread_mutex_unlock(&provider->lock);
    return ok;
}

/* ---- opening and closing --------------------------------------------------------------------- */

/* "client:secret", each encoded as RFC 6749, section 2.3.1 says. */
static bool user_make(struct provider *provider, struct err *err)
{
    struct bytes user = {0};

    query_string_escape(&user, provider->is.client);
    bytes_add_text(&user, ":");
    query_string_escape(&user, provider->is.secret);
    bytes_add_u8(&user, 0);
    if (user.failed) {
        bytes_clear(&user);
        return err_memory(err);
    }
    provider->user = (char *)user.data;
    return true;
}

bool provider_open(const struct provider_options *options, struct provider **out, struct err *err)
{
    assert(options && options->issuer && options->client && options->scopes && options->redirect &&
           options->fetch && out);
    struct provider *provider = calloc(1, sizeof(*provider));

    if (!provider)
        return err_memory(err);
    provider->is = *options;
    pthread_mutex_init(&provider->lock, NULL);
    if (options->secret && !user_make(provider, err)) {
        provider_close(provider);
        return false;
    }
    *out = provider;
    return true;
}

void provider_close(struct provider *provider)
{
    if (!provider)
        return;
    metadata_free(provider->metadata);
    key_set_free(provider->keys);
    if (provider->user) {
        sodium_memzero(provider->user, strlen(provider->user));
        free(provider->user);
    }
    pthread_mutex_destroy(&provider->lock);
    free(provider);
}
