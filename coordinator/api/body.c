/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/api/body.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/base64.h"
#include "proto/base/json.h"

/* Reads an optional whole number of milliseconds. */
static bool milliseconds(const cJSON *root, const char *name, int64_t max, int64_t *out,
                         struct err *err)
{
    int64_t value = 0;

    if (json_member(root, name) && (!json_int(root, name, &value) || value < 0 || value > max))
        return err_set(err, ERR_INVALID, "%s must be a whole number from 0 to %lld", name,
                       (long long)max);
    *out = value;
    return true;
}

static bool names_known(const cJSON *root, struct err *err)
{
    const cJSON *item;

    if (!cJSON_IsObject(root))
        return err_set(err, ERR_INVALID, "the body must be a JSON object");
    cJSON_ArrayForEach(item, root)
    {
        if (strcmp(item->string, "envelope") != 0 && strcmp(item->string, "wait_ms") != 0 &&
            strcmp(item->string, "deadline_ms") != 0)
            return err_set(err, ERR_INVALID,
                           "the body has a member other than envelope, wait_ms and deadline_ms");
    }
    return true;
}

static bool envelope_read(const cJSON *root, struct question_body *out, struct err *err)
{
    const char *text = json_text(root, "envelope");
    size_t length = text ? strlen(text) : 0;
    size_t size = 0;
    uint8_t *data;

    if (length == 0)
        return err_set(err, ERR_INVALID, "envelope must be a base64 text");
    data = malloc(length);
    if (!data)
        return err_memory(err);
    if (!base64_read(text, length, data, length, &size)) {
        free(data);
        return err_set(err, ERR_INVALID, "envelope is not base64 (RFC 4648, with padding)");
    }
    out->envelope = data;
    out->envelope_bytes = size;
    return true;
}

bool body_read(const char *text, size_t size, struct question_body *out, struct err *err)
{
    assert(out && (text || !size));
    struct question_body body = {0};
    cJSON *root;
    bool ok;

    if (!json_parse(text, size, BODY_BYTES_MAX, &root, err))
        return false;
    ok = names_known(root, err) &&
         milliseconds(root, "wait_ms", BODY_WAIT_MAX_MS, &body.wait_ms, err) &&
         milliseconds(root, "deadline_ms", BODY_DEADLINE_MAX_MS, &body.deadline_ms, err) &&
         envelope_read(root, &body, err);
    cJSON_Delete(root);
    if (ok)
        *out = body;
    return ok;
}

void body_clear(struct question_body *body)
{
    assert(body);
    free(body->envelope);
    *body = (struct question_body){0};
}
