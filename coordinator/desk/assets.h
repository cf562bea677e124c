#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The page's files, embedded at build time from coordinator/web/dist (embed.py): index.html with a
 * nonce of its own in each response, and hashed files that never change, each plain, gzipped and in
 * brotli. No path of a request is opened, so none can lead out. A build without the page says so.
 * Constants; any thread.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "coordinator/http/exchange.h"

#define ASSETS_NONCE_BYTES 33 /* 128 random bits as hexadecimal digits, and a NUL */

/* One file in one coding; made by embed.py. */
struct asset {
    const char *path; /* "/assets/index-Ab3.js" */
    const char *type;
    const char *coding; /* "identity", "gzip" or "br"; of one path in this order, reversed */
    const char *hash;   /* SHA-256 of these bytes, hexadecimal */
    const uint8_t *data;
    size_t size;
};

bool assets_are_there(void);
/* language: in which the page opens. nonce is set for a page, "" otherwise. */
void assets_answer(const char *language, const struct exchange_request *request,
                   char nonce[static ASSETS_NONCE_BYTES], struct exchange_response *response);
