/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/analyst/receipt.h"

#include <assert.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/arena.h"
#include "proto/base/base64.h"
#include "proto/base/file.h"
#include "proto/base/json.h"

#define FORMAT "rikstal-receipt-v1"

/* Adds for each region only what a check needs: node, state, code and the signed answer. */
static void regions_put(cJSON *root, const cJSON *document, bool *ok)
{
    cJSON *regions = json_put(root, "regions", cJSON_CreateArray(), ok);
    const cJSON *item;

    cJSON_ArrayForEach(item, json_array(document, "regions"))
    {
        cJSON *one = cJSON_CreateObject();

        json_put_text(one, "node", json_text(item, "node"), ok);
        json_put_text(one, "state", json_text(item, "state"), ok);
        if (json_text(item, "code"))
            json_put_text(one, "code", json_text(item, "code"), ok);
        if (json_text(item, "answer"))
            json_put_text(one, "answer", json_text(item, "answer"), ok);
        if (!cJSON_AddItemToArray(regions, one)) {
            cJSON_Delete(one);
            *ok = false;
        }
    }
}

bool receipt_text(const struct receipt *receipt, struct bytes *out, struct err *err)
{
    assert(out && receipt && receipt->question && receipt->document);
    cJSON *root = cJSON_CreateObject();
    bool ok = root != NULL;
    char *text;

    json_put_text(root, "format", FORMAT, &ok);
    json_put_text(root, "question", receipt->question, &ok);
    json_put_int(root, "asked", receipt->asked_s, &ok);
    json_put_base64(root, "envelope", receipt->envelope, receipt->envelope_bytes, &ok);
    json_put_base64(root, "roster", receipt->roster, receipt->roster_bytes, &ok);
    if (receipt->blind)
        json_put_base64(root, "blind_secret", receipt->blind, KEYSTREAM_KEY_BYTES, &ok);
    if (json_text(receipt->document, "mask_list"))
        json_put_text(root, "mask_list", json_text(receipt->document, "mask_list"), &ok);
    regions_put(root, receipt->document, &ok);
    text = ok ? cJSON_Print(root) : NULL;
    cJSON_Delete(root);
    if (!text)
        return err_memory(err);
    bytes_add_text(out, text);
    sodium_memzero(text, strlen(text));
    cJSON_free(text);
    return !out->failed || err_memory(err);
}

bool receipt_write(const char *path, const struct receipt *receipt, struct err *err)
{
    assert(path && receipt);
    struct bytes text = {0};
    bool ok = receipt_text(receipt, &text, err) &&
              file_write(path, text.data, text.size, receipt->blind ? 0600 : 0644, err);

    if (text.size)
        sodium_memzero(text.data, text.size);
    bytes_clear(&text);
    return ok;
}

static bool get_base64(const cJSON *root, const char *name, struct arena *arena,
                       const uint8_t **data, size_t *size, struct err *err)
{
    const char *text = json_text(root, name);
    size_t length = text ? strlen(text) : 0;
    uint8_t *out = arena_alloc(arena, length + 1);

    if (!out)
        return err_memory(err);
    if (!length || !base64_read(text, length, out, length, size))
        return err_set(err, ERR_INVALID, "the receipt's \"%s\" is missing or not base64", name);
    *data = out;
    return true;
}

/* Absent from a receipt that its owner gave to others. */
static bool blind_read(const cJSON *root, struct arena *arena, const uint8_t **secret,
                       struct err *err)
{
    size_t size;

    *secret = NULL;
    if (!json_text(root, "blind_secret"))
        return true;
    return get_base64(root, "blind_secret", arena, secret, &size, err) &&
           (size == KEYSTREAM_KEY_BYTES ||
            err_set(err, ERR_INVALID, "the receipt's \"blind_secret\" has %zu bytes", size));
}

bool receipt_parse(const char *text, size_t size, struct arena *arena, struct receipt *out,
                   struct err *err)
{
    assert(text && arena && out);
    const char *format, *question;
    cJSON *root;
    bool ok;

    if (!json_parse(text, size, RECEIPT_BYTES_MAX, &root, err))
        return err_wrap(err, "the receipt: ");
    format = json_text(root, "format");
    question = json_text(root, "question");
    ok = (format && strcmp(format, FORMAT) == 0) ||
         err_set(err, ERR_INVALID, "this is not a receipt of this form (%s)", FORMAT);
    ok = ok && (json_int(root, "asked", &out->asked_s) ||
                err_set(err, ERR_INVALID, "the receipt does not say when it was asked"));
    ok = ok && get_base64(root, "envelope", arena, &out->envelope, &out->envelope_bytes, err) &&
         get_base64(root, "roster", arena, &out->roster, &out->roster_bytes, err) &&
         blind_read(root, arena, &out->blind, err);
    out->question = ok ? arena_strdup(arena, question ? question : "") : NULL;
    if (!ok || !out->question) {
        cJSON_Delete(root);
        return ok ? err_memory(err) : false;
    }
    out->document = root;
    return true;
}

bool receipt_read(const char *path, struct arena *arena, struct receipt *out, struct err *err)
{
    assert(path && arena && out);
    uint8_t *data;
    size_t size;

    if (!file_read(path, RECEIPT_BYTES_MAX, arena, &data, &size, err))
        return err_wrap(err, "the receipt: ");
    return receipt_parse((const char *)data, size, arena, out, err) || err_wrap(err, "%s: ", path);
}
