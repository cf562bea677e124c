/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/query/code_range.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "proto/query/code_system.h"

static const struct {
    const char *roman;
    const char *first;
    const char *last;
} chapters[] = {
    {"I", "A00", "B99"},    {"II", "C00", "D48"},    {"III", "D50", "D89"}, {"IV", "E00", "E90"},
    {"V", "F00", "F99"},    {"VI", "G00", "G99"},    {"VII", "H00", "H59"}, {"VIII", "H60", "H95"},
    {"IX", "I00", "I99"},   {"X", "J00", "J99"},     {"XI", "K00", "K93"},  {"XII", "L00", "L99"},
    {"XIII", "M00", "M99"}, {"XIV", "N00", "N99"},   {"XV", "O00", "O99"},  {"XVI", "P00", "P96"},
    {"XVII", "Q00", "Q99"}, {"XVIII", "R00", "R99"}, {"XIX", "S00", "T98"}, {"XX", "V01", "Y98"},
    {"XXI", "Z00", "Z99"},  {"XXII", "U00", "U99"},
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The system and what stands after it, in out; without ':' it is icd10. */
static const struct code_system *divide(const char *text, size_t length, char *rest)
{
    char copy[CODE_TEXT_MAX];
    char *colon;

    if (length >= sizeof(copy) || memchr(text, 0, length))
        return NULL;
    memcpy(copy, text, length);
    copy[length] = 0;
    colon = strchr(copy, ':');
    if (colon)
        *colon = 0;
    snprintf(rest, CODE_TEXT_MAX, "%s", colon ? colon + 1 : copy);
    return code_system_find(colon ? copy : "icd10");
}

/* One end: a code of three or four characters, of which all but a first letter are digits. */
static bool read_end(const struct code_system *system, const char *text, bool letter, char *out)
{
    struct code code;
    size_t n;

    if (!code_make(system->name, text, &code))
        return false;
    n = strlen(code.code);
    if (n < 3 || n > 4 || is_digit(code.code[0]) == letter)
        return false;
    for (size_t i = 1; i < n; i++)
        if (!is_digit(code.code[i]))
            return false;
    snprintf(out, CODE_RANGE_END, "%.4s", code.code);
    return true;
}

static bool read_ends(const struct code_system *system, char *text, bool letter,
                      struct code_range *range)
{
    char *dash = strchr(text, '-');

    if (!dash)
        return false;
    *dash = 0;
    return read_end(system, text, letter, range->first) &&
           read_end(system, dash + 1, letter, range->last) &&
           strlen(range->first) == strlen(range->last) && strcmp(range->first, range->last) < 0;
}

static bool is_letter(const char *text)
{
    return ((text[0] >= 'A' && text[0] <= 'Z') || (text[0] >= 'a' && text[0] <= 'z')) && !text[1];
}

static bool is_twofold(const char *text)
{
    return is_letter(text) && strchr("IVXivx", text[0]);
}

static bool read_chapter(const char *text, struct code_range *range)
{
    if (is_letter(text)) {
        snprintf(range->first, sizeof(range->first), "%c00", text[0] & ~0x20);
        snprintf(range->last, sizeof(range->last), "%c99", text[0] & ~0x20);
        return !is_twofold(text);
    }
    for (size_t i = 0; i < sizeof(chapters) / sizeof(chapters[0]); i++)
        if (strcasecmp(chapters[i].roman, text) == 0) {
            snprintf(range->first, sizeof(range->first), "%s", chapters[i].first);
            snprintf(range->last, sizeof(range->last), "%s", chapters[i].last);
            return true;
        }
    return false;
}

bool code_range_read(const char *text, size_t length, struct code_range *out)
{
    assert(out && (text || !length));
    struct code_range range = {.system = ""};
    char rest[CODE_TEXT_MAX];
    const struct code_system *system = divide(text, length, rest);
    bool icd10 = system && strcmp(system->name, "icd10") == 0;

    if (!icd10 && !(system && strcmp(system->name, "icd9") == 0))
        return false;
    snprintf(range.system, sizeof(range.system), "%s", system->name);
    if (!(icd10 && read_chapter(rest, &range)) && !read_ends(system, rest, icd10, &range))
        return false;
    *out = range;
    return true;
}

const char *code_range_twofold(const char *text, size_t length)
{
    assert(text || !length);
    char rest[CODE_TEXT_MAX];
    const struct code_system *system = divide(text, length, rest);

    if (!system || strcmp(system->name, "icd10") != 0 || !is_twofold(rest))
        return NULL;
    switch (rest[0] & ~0x20) {
    case 'I':
        return "icd10:A00-B99 for chapter I, icd10:I00-I99 for the codes that begin with I";
    case 'V':
        return "icd10:F00-F99 for chapter V, icd10:V00-V99 for the codes that begin with V";
    default:
        return "icd10:J00-J99 for chapter X, icd10:X00-X99 for the codes that begin with X";
    }
}

void code_range_print(const struct code_range *range, char *out)
{
    assert(range && out);
    const char *first = range->first, *last = range->last;

    snprintf(out, CODE_TEXT_MAX, "%s:%.3s%s%s-%.3s%s%s", range->system, first, first[3] ? "." : "",
             first + 3, last, last[3] ? "." : "", last + 3);
}

static void add(struct code_prefixes *out, const char *code, size_t n)
{
    assert(out->n < CODE_RANGE_PREFIXES);
    memcpy(out->at[out->n], code, n);
    out->at[out->n++][n] = 0;
}

/* Is every character from `at` on the first, or the last, that can stand there? */
static bool ends_in(const char *code, size_t at, char letter, char digit)
{
    for (size_t i = at; code[i]; i++)
        if (code[i] != (i == 0 && !is_digit(code[0]) ? letter : digit))
            return false;
    return true;
}

/* The ends have their first `same` characters in common. Recursion is as deep as a code is long. */
static void cover(const char *first, const char *last, size_t same, struct code_prefixes *out)
{
    while (first[same] && first[same] == last[same])
        same++;
    if (!first[same] ||
        (same > 0 && ends_in(first, same, 'A', '0') && ends_in(last, same, 'Z', '9'))) {
        add(out, first, same);
        return;
    }
    for (char c = first[same]; c <= last[same]; c++) {
        char from[CODE_RANGE_END], to[CODE_RANGE_END];

        snprintf(from, sizeof(from), "%s", first);
        snprintf(to, sizeof(to), "%s", last);
        from[same] = to[same] = c;
        for (size_t i = same + 1; first[i]; i++) {
            from[i] = c == first[same] ? first[i] : '0';
            to[i] = c == last[same] ? last[i] : '9';
        }
        cover(from, to, same + 1, out);
    }
}

void code_range_prefixes(const struct code_range *range, struct code_prefixes *out)
{
    assert(range && out && strlen(range->first) == strlen(range->last));
    out->n = 0;
    cover(range->first, range->last, 0, out);
}
