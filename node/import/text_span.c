/* SPDX-License-Identifier: Apache-2.0 */
#include "node/import/text_span.h"

#include <string.h>

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

struct text_span text_span_decode(struct text_span value, char *room, size_t size)
{
    size_t n = 0;

    if (value.length > size || !value.length || !memchr(value.text, '%', value.length))
        return value;
    for (size_t i = 0; i < value.length; i++) {
        bool whole = value.text[i] == '%' && i + 2 < value.length;
        int high = whole ? hex_value(value.text[i + 1]) : -1;
        int low = whole ? hex_value(value.text[i + 2]) : -1;

        room[n++] = high >= 0 && low >= 0 ? (char)(high << 4 | low) : value.text[i];
        if (high >= 0 && low >= 0)
            i += 2;
    }
    return (struct text_span){room, n};
}
