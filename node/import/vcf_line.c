/* SPDX-License-Identifier: Apache-2.0 */
#include "node/import/vcf_line.h"

#include <string.h>

#define POSITION_DIGITS_MAX 10u

bool vcf_line_split(const char *text, size_t size, struct vcf_line *line)
{
    struct text_span columns[9];
    const char *end = text + size, *start = text;

    for (unsigned i = 0; i < 9; i++) {
        const char *tab = memchr(start, '\t', (size_t)(end - start));

        if (!tab)
            return false;
        columns[i] = (struct text_span){start, (size_t)(tab - start)};
        start = tab + 1;
    }
    *line = (struct vcf_line){.chromosome = columns[0],
                              .position = columns[1],
                              .ref = columns[3],
                              .alt = columns[4],
                              .filter = columns[6],
                              .info = columns[7],
                              .format = columns[8],
                              .samples = {start, (size_t)(end - start)}};
    return true;
}

uint32_t vcf_line_position(const struct vcf_line *line)
{
    uint64_t value = 0;

    if (!line->position.length || line->position.length > POSITION_DIGITS_MAX)
        return 0;
    for (size_t i = 0; i < line->position.length; i++) {
        char c = line->position.text[i];

        if (c < '0' || c > '9')
            return 0;
        value = value * 10 + (uint64_t)(c - '0');
    }
    return value > INT32_MAX ? 0 : (uint32_t)value;
}

static bool is_word(struct text_span span, const char *word)
{
    return strlen(word) == span.length && memcmp(word, span.text, span.length) == 0;
}

static bool is_kept(struct text_span word, const char *const *keep, size_t n_keep)
{
    for (size_t i = 0; i < n_keep; i++)
        if (is_word(word, keep[i]))
            return true;
    return is_word(word, "PASS") || is_word(word, ".");
}

bool vcf_line_passed(const struct vcf_line *line, const char *const *keep, size_t n_keep)
{
    size_t start = 0;

    if (is_kept(line->filter, NULL, 0))
        return true;
    for (size_t i = 0; i <= line->filter.length; i++) {
        if (i < line->filter.length && line->filter.text[i] != ';')
            continue;
        if (!is_kept((struct text_span){line->filter.text + start, i - start}, keep, n_keep))
            return false;
        start = i + 1;
    }
    return true;
}

bool vcf_line_info(const struct vcf_line *line, const struct header *header, size_t *at,
                   const struct info_key **key, struct text_span *value)
{
    const char *end = line->info.text + line->info.length;

    while (*at < line->info.length) {
        const char *start = line->info.text + *at;
        const char *stop = memchr(start, ';', (size_t)(end - start));
        const char *equals;
        size_t length;

        if (!stop)
            stop = end;
        *at += (size_t)(stop - start) + 1;
        equals = memchr(start, '=', (size_t)(stop - start));
        length = (size_t)((equals ? equals : stop) - start);
        *key = header_key(header, start, length);
        if (!*key)
            continue;
        *value = (struct text_span){equals ? equals + 1 : stop,
                                    equals ? (size_t)(stop - equals - 1) : 0};
        return true;
    }
    return false;
}
