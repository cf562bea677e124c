/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/query/region.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

const struct region regions[REGION_COUNT] = {
    {"01", "AB", "Region Stockholm", "Stockholm"},
    {"03", "C", "Region Uppsala", "Uppsala"},
    {"04", "D", "Region Sörmland", "Sörmland"},
    {"05", "E", "Region Östergötland", "Östergötland"},
    {"06", "F", "Region Jönköpings län", "Jönköping"},
    {"07", "G", "Region Kronoberg", "Kronoberg"},
    {"08", "H", "Region Kalmar län", "Kalmar"},
    {"09", "I", "Region Gotland", "Gotland"},
    {"10", "K", "Region Blekinge", "Blekinge"},
    {"12", "M", "Region Skåne", "Skåne"},
    {"13", "N", "Region Halland", "Halland"},
    {"14", "O", "Västra Götalandsregionen", "Västra Götaland"},
    {"17", "S", "Region Värmland", "Värmland"},
    {"18", "T", "Region Örebro län", "Örebro"},
    {"19", "U", "Region Västmanland", "Västmanland"},
    {"20", "W", "Region Dalarna", "Dalarna"},
    {"21", "X", "Region Gävleborg", "Gävleborg"},
    {"22", "Y", "Region Västernorrland", "Västernorrland"},
    {"23", "Z", "Region Jämtland Härjedalen", "Jämtland Härjedalen"},
    {"24", "AC", "Region Västerbotten", "Västerbotten"},
    {"25", "BD", "Region Norrbotten", "Norrbotten"},
};

/* Other names of a region, besides its name and its word. */
static const struct {
    const char *name; /* folded */
    const char *code;
} aliases[] = {
    {"sodermanland", "04"}, {"jonkopings", "06"}, {"vgr", "14"}, {"vastra gotalands", "14"},
    {"jamtland", "23"},     {"harjedalen", "23"}, {"sll", "01"},
};

#define NAME_MAX_BYTES 64

/*
 * The ASCII letter that a Swedish letter folds to; the letter is 0xC3 and this byte in UTF-8. 0 for
 * another byte.
 */
static char under_c3(unsigned char second)
{
    switch (second) {
    case 0x84: /* Ä */
    case 0x85: /* Å */
    case 0xA4: /* ä */
    case 0xA5: /* å */
        return 'a';
    case 0x96: /* Ö */
    case 0xB6: /* ö */
        return 'o';
    default:
        return 0;
    }
}

/*
 * Lower case, without dots and rings (precomposed, or combining U+0308 and U+030A, which macOS
 * writes), and with '-' and '_' as spaces. No two regions fold to the same text. False when the
 * text has other letters or is too long to be a name.
 */
static bool fold(const char *text, char *out)
{
    size_t n = 0;

    for (const unsigned char *at = (const unsigned char *)text; *at; at++) {
        char c;

        if (n + 1 >= NAME_MAX_BYTES)
            return false;
        if (*at == 0xCC && (at[1] == 0x88 || at[1] == 0x8A)) {
            at++;
            continue;
        }
        if (*at == 0xC3) {
            c = under_c3(*++at);
            if (!c)
                return false;
        } else if (*at >= 'A' && *at <= 'Z') {
            c = (char)(*at + 32);
        } else if (*at == '-' || *at == '_') {
            c = ' ';
        } else if (*at < 0x80) {
            c = (char)*at;
        } else {
            return false;
        }
        out[n++] = c;
    }
    out[n] = 0;
    return true;
}

/* Removes "region " before and " lan" after a folded name. */
static char *bare_name(char *folded)
{
    size_t length;

    if (strncmp(folded, "region ", 7) == 0)
        folded += 7;
    length = strlen(folded);
    if (length > 4 && strcmp(folded + length - 4, " lan") == 0)
        folded[length - 4] = 0;
    return folded;
}

static bool is_name_of(const char *name, const char *wanted)
{
    char folded[NAME_MAX_BYTES];

    return fold(name, folded) && strcmp(bare_name(folded), wanted) == 0;
}

const struct region *region_by_code(const char *code)
{
    assert(code);
    for (size_t i = 0; i < REGION_COUNT; i++)
        if (strcmp(regions[i].code, code) == 0)
            return &regions[i];
    return NULL;
}

static const struct region *region_by_iso(const char *folded)
{
    if (strncmp(folded, "se ", 3) == 0)
        folded += 3;
    for (size_t i = 0; i < REGION_COUNT; i++) {
        char iso[NAME_MAX_BYTES];

        if (fold(regions[i].iso, iso) && strcmp(iso, folded) == 0)
            return &regions[i];
    }
    return NULL;
}

const struct region *region_by_text(const char *text)
{
    assert(text);
    char folded[NAME_MAX_BYTES];
    const struct region *found;
    const char *name;

    if (!fold(text, folded))
        return NULL;
    found = region_by_code(folded);
    if (!found)
        found = region_by_iso(folded);
    if (found)
        return found;
    name = bare_name(folded);
    for (size_t i = 0; i < REGION_COUNT; i++)
        if (is_name_of(regions[i].name, name) || is_name_of(regions[i].word, name))
            return &regions[i];
    for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++)
        if (strcmp(aliases[i].name, name) == 0)
            return region_by_code(aliases[i].code);
    return NULL;
}
