/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/login/query_string.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

void query_string_escape(struct bytes *to, const char *text)
{
    assert(to && text);
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    char code[4];

    for (; *text; text++) {
        if (strchr(plain, *text)) {
            bytes_add(to, text, 1);
        } else {
            snprintf(code, sizeof(code), "%%%02X", (unsigned char)*text);
            bytes_add_text(to, code);
        }
    }
}

void query_string_add(struct bytes *to, const char *name, const char *value)
{
    assert(to && name && value);
    if (to->size && !to->failed && !strchr("?&", to->data[to->size - 1]))
        bytes_add_text(to, "&");
    bytes_add_text(to, name);
    bytes_add_text(to, "=");
    query_string_escape(to, value);
}
