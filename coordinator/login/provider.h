#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An identity provider (OpenID Connect Core and Discovery 1.0): the address to which a browser is
 * sent, and the claims that the code it comes back with is worth. Nothing is fetched before the
 * first log-in, so a desk starts while its provider is down.
 *
 * The discovery document and the keys are kept for an hour; an unknown key makes them be fetched
 * once more, at most once in PROVIDER_APART_MS. Addresses come from the discovery document alone,
 * never from a token. Any thread; one log-in at a time asks the provider.
 */
#include <cjson/cJSON.h>

#include "coordinator/login/fetch.h"
#include "coordinator/login/visit.h"
#include "proto/base/err.h"

#define PROVIDER_BYTES_MAX ((size_t)256 << 10) /* of each document */
#define PROVIDER_LIFE_MS INT64_C(3600000)
#define PROVIDER_APART_MS INT64_C(60000)
#define PROVIDER_ADDRESS_BYTES 4096
#define PROVIDER_CODE_MAX 2048 /* bytes of an authorization code, and of an access token */

struct provider;

/* The texts must outlive the provider. */
struct provider_options {
    const char *issuer;    /* discovery: issuer/.well-known/openid-configuration */
    const char *client;    /* the desk's client id */
    const char *secret;    /* NULL: a public client, which PKCE protects alone */
    const char *scopes;    /* "openid profile" */
    const char *redirect;  /* the exact address to come back to */
    const char *ca;        /* as fetch_call.ca */
    fetch_function *fetch; /* fetch_run() of fetch.h */
};

bool provider_open(const struct provider_options *options, struct provider **out,
                   struct err *err) MUST_CHECK;
void provider_close(struct provider *provider); /* accepts NULL */

/* Where the browser goes to log in. ERR_UNAVAILABLE, ERR_INVALID: the provider cannot be used. */
bool provider_address(struct provider *provider, const struct visit *visit,
                      char out[static PROVIDER_ADDRESS_BYTES], struct err *err) MUST_CHECK;

/* What the browser brought back from there. */
struct provider_return {
    const char *code;   /* NULL: none */
    const char *issuer; /* `iss` (RFC 9207); NULL: none */
};
/*
 * Redeems the code: the claims of the verified ID token, and those of userinfo that it has not.
 * The caller deletes them. ERR_DENIED: the provider's answer breaks a rule, which err names.
 */
bool provider_redeem(struct provider *provider, const struct visit *visit,
                     const struct provider_return *back, cJSON **claims,
                     struct err *err) MUST_CHECK;
