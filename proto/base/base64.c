/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/base/base64.h"

#include <assert.h>
#include <sodium.h>

char *base64_write(const uint8_t *data, size_t size, char *out)
{
    assert(out && (data || !size));
    return sodium_bin2base64(out, BASE64_TEXT_BYTES(size), data, size,
                             sodium_base64_VARIANT_ORIGINAL);
}

bool base64_read(const char *text, size_t length, uint8_t *out, size_t room, size_t *size)
{
    assert(out && size && (text || !length));
    const char *end = NULL;
    size_t got = 0;

    if (sodium_base642bin(out, room, text, length, NULL, &got, &end,
                          sodium_base64_VARIANT_ORIGINAL) != 0 ||
        end != text + length)
        return false;
    *size = got;
    return true;
}
