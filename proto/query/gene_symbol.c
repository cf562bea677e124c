/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/query/gene_symbol.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
}

/* The index of "ORF" in C9ORF72 and CXORF21; 0 when the symbol has another form. */
static size_t open_reading_frame(const char *symbol)
{
    size_t at = 1;

    if (upper(symbol[0]) != 'C')
        return 0;
    while (is_digit(symbol[at]))
        at++;
    if (at == 1 && (upper(symbol[1]) == 'X' || upper(symbol[1]) == 'Y'))
        at++;
    if (at == 1 || upper(symbol[at]) != 'O' || upper(symbol[at + 1]) != 'R' ||
        upper(symbol[at + 2]) != 'F' || !is_digit(symbol[at + 3]))
        return 0;
    return at;
}

static char folded(char c, size_t at, size_t frame)
{
    return frame && at >= frame && at < frame + 3 ? "orf"[at - frame] : upper(c);
}

void gene_symbol_fold(char *symbol)
{
    assert(symbol);
    size_t frame = open_reading_frame(symbol);

    for (size_t i = 0; symbol[i]; i++)
        symbol[i] = folded(symbol[i], i, frame);
}

bool gene_symbol_is_folded(const char *symbol)
{
    assert(symbol);
    size_t frame = open_reading_frame(symbol);

    for (size_t i = 0; symbol[i]; i++)
        if (symbol[i] != folded(symbol[i], i, frame))
            return false;
    return true;
}

bool gene_symbol_is_one(const char *text)
{
    assert(text);
    for (const char *c = text; *c; c++)
        if (*c <= ' ' || *c >= 0x7F || *c == '"')
            return false;
    return text[0];
}
