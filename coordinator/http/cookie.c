/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/http/cookie.h"

#include <assert.h>
#include <string.h>

bool cookie_value(const char *cookies, const char *name, char *out, size_t room)
{
    assert(name && out && room);
    size_t length = strlen(name), size;

    for (const char *at = cookies; at && *at; at += strcspn(at, ";")) {
        at += strspn(at, "; ");
        if (strncmp(at, name, length) != 0 || at[length] != '=')
            continue;
        at += length + 1;
        size = strcspn(at, ";");
        if (size >= room)
            return false;
        memcpy(out, at, size);
        out[size] = 0;
        return true;
    }
    return false;
}
