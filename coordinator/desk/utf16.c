/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/desk/utf16.h"

#include <assert.h>
#include <stdint.h>

/* Bytes of the character at `at`; 1 for a byte that begins none, or that is cut short. */
static size_t character(const char *text, size_t length, size_t at)
{
    uint8_t first = (uint8_t)text[at];
    size_t n = first >= 0xf0 && first < 0xf8   ? 4
               : first >= 0xe0 && first < 0xf0 ? 3
               : first >= 0xc2 && first < 0xe0 ? 2
                                               : 1;

    if (n > length - at)
        return 1;
    for (size_t i = 1; i < n; i++)
        if (((uint8_t)text[at + i] & 0xc0) != 0x80)
            return 1;
    return n;
}

size_t utf16_units(const char *text, size_t length, size_t byte)
{
    assert(text || !length);
    size_t units = 0;

    for (size_t at = 0; at < length;) {
        size_t n = character(text, length, at);

        if (at + n > byte)
            break;
        units += n == 4 ? 2 : 1; /* a surrogate pair */
        at += n;
    }
    return units;
}

size_t utf16_byte(const char *text, size_t length, size_t units)
{
    assert(text || !length);
    size_t at = 0;

    for (size_t passed = 0; at < length && passed < units;) {
        size_t n = character(text, length, at);

        passed += n == 4 ? 2 : 1;
        at += n;
    }
    return at;
}
