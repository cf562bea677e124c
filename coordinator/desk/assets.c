/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/desk/assets.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "coordinator/desk/desk.h"
#include "proto/base/random.h"

/* Made by embed.py of what was built; the last has no path. */
extern const struct asset assets_embedded[];

#define INDEX "/index.html"
#define NONCE_PLACE "__CSP_NONCE_OF_RESPONSE__"
#define LANGUAGE_PLACE "<html lang=\"sv\""

static const char nothing[] =
    "<!doctype html>\n<html lang=\"sv\"><meta charset=\"utf-8\"><title>rikstal</title>\n"
    "<p>Det h\303\244r bygget har ingen sida. Programgr\303\244nssnittet finns under "
    "<code>/api/v1</code>.</p>\n"
    "<p lang=\"en\">This build has no page (meson option <code>web</code>). The API is under "
    "<code>/api/v1</code>; schemas/desk.json describes it.</p></html>\n";

bool assets_are_there(void)
{
    return assets_embedded[0].path != NULL;
}

/* "gzip, deflate, br;q=0": named, and not with the quality 0. */
static bool takes(const char *accept, const char *coding)
{
    for (const char *at = accept; at && *at;) {
        size_t length, name;

        at += strspn(at, ", \t");
        length = strcspn(at, ",");
        name = strcspn(at, ",; \t");
        if (name == strlen(coding) && strncmp(at, coding, name) == 0) {
            const char *q = memchr(at, '=', length);

            return !q || strspn(q + 1, "0.") != length - (size_t)(q + 1 - at);
        }
        at += length;
    }
    return false;
}

/* The smallest coding that the browser takes; identity always does. */
static const struct asset *find(const char *path, const char *accept)
{
    for (const struct asset *one = assets_embedded; one->path; one++)
        if (strcmp(one->path, path) == 0 &&
            (strcmp(one->coding, "identity") == 0 || takes(accept, one->coding)))
            return one;
    return NULL;
}

/* Writes the nonce where its place is, of the same room and more: a place is 25 characters. */
static void index_write(const struct asset *index, const char *language, const char *nonce,
                        struct bytes *out)
{
    const char *text = (const char *)index->data;
    size_t at = 0;

    while (at < index->size) {
        size_t rest = index->size - at;

        if (rest >= strlen(NONCE_PLACE) &&
            memcmp(text + at, NONCE_PLACE, strlen(NONCE_PLACE)) == 0) {
            bytes_add_text(out, nonce);
            at += strlen(NONCE_PLACE);
        } else if (strcmp(language, "en") == 0 && rest >= strlen(LANGUAGE_PLACE) &&
                   memcmp(text + at, LANGUAGE_PLACE, strlen(LANGUAGE_PLACE)) == 0) {
            bytes_add_text(out, "<html lang=\"en\"");
            at += strlen(LANGUAGE_PLACE);
        } else {
            bytes_add_u8(out, (uint8_t)text[at++]);
        }
    }
}

static void answer_page(const char *language, char nonce[static ASSETS_NONCE_BYTES],
                        struct exchange_response *response)
{
    const struct asset *index = find(INDEX, NULL);
    uint8_t drawn[(ASSETS_NONCE_BYTES - 1) / 2];

    if (!index) {
        exchange_text(response, 200, "text/html; charset=utf-8", nothing);
        return;
    }
    random_bytes(drawn, sizeof(drawn));
    bytes_to_hex(drawn, sizeof(drawn), nonce);
    response->status = 200;
    response->type = "text/html; charset=utf-8";
    index_write(index, language, nonce, &response->body);
}

void assets_answer(const char *language, const struct exchange_request *request,
                   char nonce[static ASSETS_NONCE_BYTES], struct exchange_response *response)
{
    assert(language && request && response);
    const char *seen = exchange_header(request, "If-None-Match");
    const struct asset *asset;
    char tag[80];

    if (strcmp(request->path, "/") == 0) {
        answer_page(language, nonce, response);
        return;
    }
    asset = find(request->path, exchange_header(request, "Accept-Encoding"));
    if (!asset || strcmp(request->path, INDEX) == 0) {
        desk_refuse(response, "path", "there is no such page; begin at /");
        return;
    }
    snprintf(tag, sizeof(tag), "\"%.64s\"", asset->hash);
    exchange_add(response, "ETag", "%s", tag);
    exchange_add(response, "Vary", "Accept-Encoding");
    response->immutable = true;
    response->type = asset->type;
    response->status = seen && strcmp(seen, tag) == 0 ? 304 : 200;
    if (response->status == 304)
        return;
    if (strcmp(asset->coding, "identity") != 0)
        exchange_add(response, "Content-Encoding", "%s", asset->coding);
    bytes_add(&response->body, asset->data, asset->size);
}
