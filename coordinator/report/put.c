/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/report/put.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PIECE_BYTES 512 /* a longer text is formatted on the heap */

void put(struct bytes *out, const char *format, ...)
{
    assert(out && format);
    char piece[PIECE_BYTES];
    char *longer = NULL;
    va_list args;
    int length;

    va_start(args, format);
    length = vsnprintf(piece, sizeof(piece), format, args);
    va_end(args);
    if (length >= (int)sizeof(piece)) {
        va_start(args, format);
        length = vasprintf(&longer, format, args);
        va_end(args);
    }
    if (length < 0)
        out->failed = true;
    else
        bytes_add_text(out, longer ? longer : piece);
    free(longer);
}

/* In UTF-8 every byte that is not a continuation byte begins a character. */
static int width_of(const char *text)
{
    int width = 0;

    for (; *text; text++)
        width += ((unsigned char)*text & 0xc0) != 0x80;
    return width;
}

void put_padded(struct bytes *out, const char *text, int width)
{
    assert(out && text);
    int missing = abs(width) - width_of(text);

    if (width > 0)
        bytes_add_text(out, text);
    for (int i = 0; i < missing; i++)
        bytes_add_u8(out, ' ');
    if (width <= 0)
        bytes_add_text(out, text);
}

const char *put_number_text(int64_t value, char room[static 32])
{
    char digits[24];
    size_t n, at = 0;

    snprintf(digits, sizeof(digits), "%" PRId64, value);
    n = strlen(digits);
    for (size_t i = 0; i < n; i++) {
        if (i > 0 && (n - i) % 3 == 0 && digits[i - 1] != '-')
            room[at++] = ' ';
        room[at++] = digits[i];
    }
    room[at] = 0;
    return room;
}
