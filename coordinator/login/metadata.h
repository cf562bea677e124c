#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The discovery document of an identity provider (OpenID Connect Discovery 1.0, section 3): which
 * of its addresses are used. A document of another issuer is none, and neither is one with an
 * address that may not be called (fetch.h), or of a provider that says which methods of PKCE it has
 * and leaves S256 out. A value; does not change after it is read.
 */
#include <cjson/cJSON.h>
#include <stdbool.h>

#include "proto/base/err.h"

struct metadata {
    char *authorization, *token, *keys;
    char *userinfo;    /* NULL: it has none */
    bool tells_issuer; /* the browser brings `iss` back (RFC 9207) */
};

bool metadata_read(const cJSON *document, const char *issuer, struct metadata **out,
                   struct err *err) MUST_CHECK;
void metadata_free(struct metadata *metadata); /* accepts NULL */
