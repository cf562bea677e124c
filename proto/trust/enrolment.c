/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/trust/enrolment.h"

#include <assert.h>
#include <string.h>

#include "proto/base/arena.h"
#include "proto/base/base64.h"
#include "proto/base/bytes.h"
#include "proto/base/json.h"

#define REQUEST_TYPE "rikstal-enrolment-request-v1"
#define RESPONSE_TYPE "rikstal-enrolment-response-v1"

/* ---- writing ---- */

/* Prints the tree as text in the arena, and frees the tree. */
static bool tree_text(cJSON *tree, bool ok, struct arena *arena, const char **text, struct err *err)
{
    char *printed = ok ? cJSON_Print(tree) : NULL;
    char *copy = printed ? arena_printf(arena, "%s\n", printed) : NULL;

    cJSON_free(printed);
    cJSON_Delete(tree);
    if (!copy)
        return err_memory(err);
    *text = copy;
    return true;
}

static void put_key(cJSON *tree, const struct public_key *key, bool *ok)
{
    char hex[2 * KEY_BYTES + 1];

    bytes_to_hex(key->b, KEY_BYTES, hex);
    json_put_text(tree, "node_key", hex, ok);
}

bool enrolment_request_text(const struct enrolment_request *request, struct arena *arena,
                            const char **text, struct err *err)
{
    assert(request && text);
    cJSON *tree = cJSON_CreateObject();
    bool ok = tree != NULL;

    json_put_text(tree, "type", REQUEST_TYPE, &ok);
    json_put_text(tree, "network", request->network, &ok);
    json_put_text(tree, "region", request->region, &ok);
    json_put_text(tree, "name", request->name, &ok);
    put_key(tree, &request->key, &ok);
    json_put_text(tree, "csr", request->csr, &ok);
    return tree_text(tree, ok, arena, text, err);
}

bool enrolment_response_text(const struct enrolment_response *response, struct arena *arena,
                             const char **text, struct err *err)
{
    assert(response && text);
    cJSON *tree = cJSON_CreateObject();
    bool ok = tree != NULL;

    json_put_text(tree, "type", RESPONSE_TYPE, &ok);
    json_put_text(tree, "network", response->network, &ok);
    json_put_text(tree, "region", response->region, &ok);
    put_key(tree, &response->key, &ok);
    json_put_text(tree, "certificate", response->certificate, &ok);
    json_put_text(tree, "ca", response->ca, &ok);
    json_put_text(tree, "roots", response->roots, &ok);
    json_put_base64(tree, "roster", response->roster, response->roster_size, &ok);
    return tree_text(tree, ok, arena, text, err);
}

/* ---- reading ---- */

static bool tree_read(const char *text, size_t size, const char *type, cJSON **tree,
                      struct err *err)
{
    const char *found;

    if (!json_parse(text, size, ENROLMENT_BYTES_MAX, tree, err))
        return false;
    found = json_text(*tree, "type");
    if (found && strcmp(found, type) == 0)
        return true;
    cJSON_Delete(*tree);
    return err_set(err, ERR_INVALID, "the file is no %s", type);
}

/* Copies a text member into the arena. */
static bool take(const cJSON *tree, const char *name, struct arena *arena, const char **out,
                 struct err *err)
{
    const char *value = json_text(tree, name);

    if (!value)
        return err_set(err, ERR_INVALID, "the enrolment file lacks \"%s\"", name);
    *out = arena_strdup(arena, value);
    return *out || err_memory(err);
}

static bool take_key(const cJSON *tree, struct public_key *out, struct err *err)
{
    const char *hex = json_text(tree, "node_key");

    return (hex && bytes_from_hex(hex, out->b, KEY_BYTES)) ||
           err_set(err, ERR_INVALID, "\"node_key\" is not a key of %d bytes in hex", KEY_BYTES);
}

static bool take_base64(const cJSON *tree, const char *name, struct arena *arena,
                        const uint8_t **out, size_t *size, struct err *err)
{
    const char *value = json_text(tree, name);
    size_t length = value ? strlen(value) : 0;
    uint8_t *bytes = arena_alloc(arena, length + 1);

    if (!bytes)
        return err_memory(err);
    if (!value || !base64_read(value, length, bytes, length, size))
        return err_set(err, ERR_INVALID, "\"%s\" is not base64", name);
    *out = bytes;
    return true;
}

bool enrolment_request_parse(const char *text, size_t size, struct arena *arena,
                             struct enrolment_request *out, struct err *err)
{
    assert(out && (text || !size));
    struct enrolment_request found;
    cJSON *tree;
    bool ok;

    if (!tree_read(text, size, REQUEST_TYPE, &tree, err))
        return false;
    ok = take(tree, "network", arena, &found.network, err) &&
         take(tree, "region", arena, &found.region, err) &&
         take(tree, "name", arena, &found.name, err) && take_key(tree, &found.key, err) &&
         take(tree, "csr", arena, &found.csr, err);
    cJSON_Delete(tree);
    if (ok)
        *out = found;
    return ok;
}

bool enrolment_response_parse(const char *text, size_t size, struct arena *arena,
                              struct enrolment_response *out, struct err *err)
{
    assert(out && (text || !size));
    struct enrolment_response found;
    cJSON *tree;
    bool ok;

    if (!tree_read(text, size, RESPONSE_TYPE, &tree, err))
        return false;
    ok = take(tree, "network", arena, &found.network, err) &&
         take(tree, "region", arena, &found.region, err) && take_key(tree, &found.key, err) &&
         take(tree, "certificate", arena, &found.certificate, err) &&
         take(tree, "ca", arena, &found.ca, err) && take(tree, "roots", arena, &found.roots, err) &&
         take_base64(tree, "roster", arena, &found.roster, &found.roster_size, err);
    cJSON_Delete(tree);
    if (ok)
        *out = found;
    return ok;
}
