/* SPDX-License-Identifier: Apache-2.0 */
#include "node/import/code_memo.h"

#include <assert.h>
#include <string.h>

/* Writes both texts; false when they are too long. *place: the slot where they may be. */
static bool write_text(const char *system, const char *code, char text[static CODE_MEMO_TEXT],
                       size_t *place)
{
    size_t first = strlen(system) + 1, second = strlen(code) + 1;
    uint32_t hash = 2166136261u; /* FNV-1a */

    if (first >= CODE_MEMO_TEXT || second > CODE_MEMO_TEXT - first || second == 1)
        return false;
    memset(text, 0, CODE_MEMO_TEXT);
    memcpy(text, system, first);
    memcpy(text + first, code, second);
    for (size_t i = 0; i < first + second; i++)
        hash = (hash ^ (uint8_t)text[i]) * 16777619u;
    *place = (hash ^ hash >> 16) % CODE_MEMO_SLOTS;
    return true;
}

bool code_memo_find(const struct code_memo *memo, const char *system, const char *code,
                    struct code *out)
{
    char text[CODE_MEMO_TEXT];
    size_t place;

    if (!write_text(system, code, text, &place) ||
        memcmp(memo->slots[place].text, text, sizeof(text)) != 0)
        return false;
    *out = memo->slots[place].code;
    return true;
}

void code_memo_keep(struct code_memo *memo, const char *system, const char *code,
                    const struct code *read)
{
    assert(memo && read);
    char text[CODE_MEMO_TEXT];
    size_t place;

    if (!write_text(system, code, text, &place))
        return;
    memcpy(memo->slots[place].text, text, sizeof(text));
    memo->slots[place].code = *read;
}
