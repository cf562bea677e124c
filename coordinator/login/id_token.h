#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An ID token (OpenID Connect Core 1.0, section 3.1.3.7): who has logged in, said by the provider
 * to this desk, for this log-in, now. It is a JWS in compact form; its signature is checked
 * (key_set.h) before any claim counts. Pure but for the clock; any thread.
 */
#include <cjson/cJSON.h>
#include <stddef.h>
#include <stdint.h>

#include "coordinator/login/key_set.h"

#define ID_TOKEN_BYTES_MAX ((size_t)16 << 10)
#define ID_TOKEN_SKEW_S 60   /* tolerance for clocks */
#define ID_TOKEN_AGE_S 600   /* it is fetched within a log-in, so it is never older */
#define ID_TOKEN_SUB_MAX 255 /* bytes, by the standard */

/* What the token must say. */
struct id_token_terms {
    const char *issuer;
    const char *client; /* the audience */
    const char *nonce;
    int64_t now_s;
};

/*
 * Gives the claims, which the caller deletes. ERR_DENIED names the rule that the token breaks,
 * never a claim's value. *unknown_key: the key is in a newer set, or nowhere.
 */
bool id_token_open(const char *text, const struct key_set *keys, const struct id_token_terms *terms,
                   cJSON **claims, bool *unknown_key, struct err *err) MUST_CHECK;
