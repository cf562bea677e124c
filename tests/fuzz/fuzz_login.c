/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What comes from an identity provider, and from whoever stands in its place: discovery document,
 * JWKS, ID token, claims. A token that is taken must have been signed, and none of the corpus is.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "coordinator/login/id_token.h"
#include "coordinator/login/metadata.h"
#include "proto/base/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define KEY                                                                                        \
    "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\","                                             \
    "\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}]}"

static void as_document(const char *text, size_t size)
{
    struct metadata *metadata;
    cJSON *root = NULL;
    struct err err;

    if (!json_parse(text, size, 1 << 20, &root, &err))
        return;
    if (metadata_read(root, "https://idp", &metadata, &err)) {
        assert(strncmp(metadata->token, "http", 4) == 0);
        metadata_free(metadata);
    }
    cJSON_Delete(root);
}

static void as_token(const char *text, const struct key_set *keys)
{
    const struct id_token_terms terms = {
        .issuer = "https://idp", .client = "desk", .nonce = "n", .now_s = 1900000000};
    cJSON *claims = NULL;
    struct err err;
    bool unknown;

    if (id_token_open(text, keys, &terms, &claims, &unknown, &err))
        abort();
    assert(err.code == ERR_DENIED || err.code == ERR_INTERNAL);
    assert(!claims);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct key_set *ours;
    struct key_set *theirs = NULL;
    char *text = malloc(size + 1);
    struct err err;

    if (!text || (!ours && !key_set_read(KEY, strlen(KEY), &ours, &err)))
        abort();
    memcpy(text, data, size);
    text[size] = 0;
    as_document(text, size);
    if (key_set_read(text, size, &theirs, &err))
        key_set_free(theirs);
    as_token(text, ours);
    free(text);
    return 0;
}
