/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/login/metadata.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "coordinator/login/fetch.h"
#include "proto/base/json.h"

static bool address_take(const cJSON *document, const char *name, bool needed, char **out,
                         struct err *err)
{
    const char *text = json_text(document, name);

    if (!text && !needed && !json_member(document, name))
        return true;
    if (!text || !fetch_url_is_safe(text))
        return err_set(err, ERR_INVALID,
                       "the discovery document's %s must be an https address (http on loopback "
                       "alone)",
                       name);
    *out = strdup(text);
    return *out || err_memory(err);
}

/* Absent: the provider does not say, and PKCE is sent all the same. */
static bool knows_s256(const cJSON *document)
{
    const cJSON *methods = json_array(document, "code_challenge_methods_supported"), *one;

    cJSON_ArrayForEach(one, methods)
    {
        if (cJSON_IsString(one) && strcmp(one->valuestring, "S256") == 0)
            return true;
    }
    return !methods;
}

bool metadata_read(const cJSON *document, const char *issuer, struct metadata **out,
                   struct err *err)
{
    assert(issuer && out);
    struct metadata *metadata = calloc(1, sizeof(*metadata));
    const char *is = json_text(document, "issuer");
    bool ok = metadata || err_memory(err);

    if (ok && (!is || strcmp(is, issuer) != 0))
        ok = err_set(err, ERR_INVALID, "the discovery document is of another issuer");
    if (ok && !knows_s256(document))
        ok = err_set(err, ERR_INVALID, "the identity provider does not do PKCE with S256");
    ok = ok &&
         address_take(document, "authorization_endpoint", true, &metadata->authorization, err) &&
         address_take(document, "token_endpoint", true, &metadata->token, err) &&
         address_take(document, "jwks_uri", true, &metadata->keys, err) &&
         address_take(document, "userinfo_endpoint", false, &metadata->userinfo, err);
    if (ok) {
        metadata->tells_issuer =
            json_bool(document, "authorization_response_iss_parameter_supported", false);
        *out = metadata;
    } else {
        metadata_free(metadata);
    }
    return ok;
}

void metadata_free(struct metadata *metadata)
{
    if (!metadata)
        return;
    free(metadata->authorization);
    free(metadata->token);
    free(metadata->keys);
    free(metadata->userinfo);
    free(metadata);
}
