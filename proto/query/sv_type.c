/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/query/sv_type.h"

#include <assert.h>
#include <string.h>

bool sv_type_read(const char *text, size_t length, enum sv_type *type)
{
    static const struct {
        const char *word;
        enum sv_type type;
    } words[] = {
        {"DEL", SV_DEL}, {"DUP", SV_DUP}, {"TDUP", SV_DUP},
        {"INV", SV_INV}, {"INS", SV_INS}, {"CNV", SV_CNV},
    };
    const char *colon = length ? memchr(text, ':', length) : NULL;
    size_t n = colon ? (size_t)(colon - text) : length;

    assert(type);
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (strlen(words[i].word) == n && memcmp(text, words[i].word, n) == 0) {
            *type = words[i].type;
            return true;
        }
    return false;
}

enum sv_fit sv_type_fits(enum sv_type type, unsigned asked)
{
    unsigned ways = SV_BIT(SV_DEL) | SV_BIT(SV_DUP);

    assert(type < SV_TYPES);
    if (asked & SV_BIT(type))
        return SV_YES;
    if (type != SV_CNV || !(asked & ways))
        return SV_NO;
    return (asked & ways) == ways ? SV_YES : SV_PERHAPS;
}
