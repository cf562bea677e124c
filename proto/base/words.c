/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/base/words.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

bool words_find(words_function *list, const char *text, size_t *out)
{
    assert(list && text && out);
    for (size_t i = 0; list(i); i++)
        if (strcmp(list(i), text) == 0) {
            *out = i;
            return true;
        }
    return false;
}

const char *words_join(words_function *list, const char *last, char room[static WORDS_TEXT_BYTES])
{
    size_t used = 0;

    room[0] = 0;
    for (size_t i = 0; list(i); i++) {
        const char *between = i == 0 ? "" : (list(i + 1) ? ", " : last);
        int n = snprintf(room + used, WORDS_TEXT_BYTES - used, "%s%s", between, list(i));

        assert(n > 0 && (size_t)n < WORDS_TEXT_BYTES - used);
        used += (size_t)n;
    }
    return room;
}
