/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/base/printable.h"

#include <assert.h>
#include <utf8proc.h>

bool printable(const char *text)
{
    assert(text);
    utf8proc_int32_t point;

    while (*text) {
        utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)text, -1, &point);

        if (n <= 0)
            return false;
        text += n;
        switch (utf8proc_category(point)) {
        case UTF8PROC_CATEGORY_CC: /* control characters: C0, DEL and C1, among them the
                                    * one-character CSI */
        case UTF8PROC_CATEGORY_CF: /* format characters, among them those that reverse the order of
                                    * letters */
        case UTF8PROC_CATEGORY_ZL:
        case UTF8PROC_CATEGORY_ZP:
            return false;
        default:
            break;
        }
    }
    return true;
}
