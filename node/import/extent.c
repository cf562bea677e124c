/* SPDX-License-Identifier: Apache-2.0 */
#include "node/import/extent.h"

#include <assert.h>
#include <string.h>

#include "node/terms/alleles.h"

#define POSITION_MAX INT32_MAX

/* One that is looked for in INFO; the first of this name counts. */
struct sought {
    const char *key;
    size_t length; /* of the key */
    struct text_span value;
    bool found;
};

static void take_entry(struct text_span entry, struct sought *sought)
{
    const char *p = entry.text, *end = p + entry.length;

    if (sought->found || *p != *sought->key || entry.length < sought->length ||
        memcmp(p, sought->key, sought->length) != 0)
        return;
    p += sought->length;
    if (p < end && *p != '=')
        return;
    p += p < end;
    sought->value = (struct text_span){p, (size_t)(end - p)};
    sought->found = true;
}

/* In one pass over INFO, which may be long. */
static void seek(const struct vcf_line *line, struct sought *sought, size_t n)
{
    const char *p = line->info.text, *end = p + line->info.length;

    while (p < end) {
        const char *stop = memchr(p, ';', (size_t)(end - p));

        if (!stop)
            stop = end;
        for (size_t i = 0; i < n; i++)
            take_entry((struct text_span){p, (size_t)(stop - p)}, &sought[i]);
        p = stop + 1;
    }
}

bool extent_info(const struct vcf_line *line, const char *key, struct text_span *value)
{
    struct sought sought = {.key = key, .length = strlen(key)};

    seek(line, &sought, 1);
    if (sought.found)
        *value = sought.value;
    return sought.found;
}

/* The number at the front of the text, with its sign; false when there is none. */
static bool read_number(const char **p, const char *end, int64_t *value)
{
    bool minus = *p < end && **p == '-';
    const char *start = *p += minus;

    *value = 0;
    for (; *p < end && **p >= '0' && **p <= '9'; (*p)++)
        if (*value <= POSITION_MAX)
            *value = *value * 10 + (**p - '0');
    if (minus)
        *value = -*value;
    return *p != start;
}

/* The highest value in a list of numbers; 0 when none is above it. */
static int64_t highest(struct text_span text)
{
    int64_t most = 0, value;

    if (!text.length)
        return 0;
    for (const char *p = text.text, *end = p + text.length; p < end; p++)
        if (read_number(&p, end, &value) && value > most)
            most = value;
    return most;
}

/* The greatest absolute value in a list of numbers; 0 when the list is empty. */
static int64_t greatest(struct text_span text)
{
    int64_t most = 0, value;

    if (!text.length)
        return 0;
    for (const char *p = text.text, *end = p + text.length; p < end; p++) {
        if (!read_number(&p, end, &value))
            continue;
        value = value < 0 ? -value : value;
        most = value > most ? value : most;
    }
    return most;
}

static bool is_symbolic(struct text_span alt)
{
    return memchr(alt.text, '<', alt.length) != NULL;
}

/* True when every allele of ALT is of a kind that lies at one place or says nothing about a
 * stretch. */
static bool is_point(struct text_span alt)
{
    static const char *const points[] = {"<INS", "<NON_REF>", "<*>", "<BND", "<TRA", "<CTX"};
    const char *p = alt.text, *end = p + alt.length;

    while (p < end) {
        const char *stop = memchr(p, ',', (size_t)(end - p));
        bool point = *p != '<';

        if (!stop)
            stop = end;
        for (size_t i = 0; i < sizeof(points) / sizeof(points[0]); i++)
            point |= (size_t)(stop - p) >= strlen(points[i]) &&
                     memcmp(p, points[i], strlen(points[i])) == 0;
        if (!point)
            return false;
        p = stop + 1;
    }
    return true;
}

/* True when some text in ALT is no allele, so that it may have been meant as a stretch. */
static bool is_ill_formed(struct text_span alt)
{
    const char *p = alt.text, *end = p + alt.length, *stop;

    do {
        stop = p < end ? memchr(p, ',', (size_t)(end - p)) : NULL;
        if (allele_class(p, (size_t)((stop ? stop : end) - p)) == ALLELE_BAD)
            return true;
        p = stop ? stop + 1 : end;
    } while (stop);
    return false;
}

static uint32_t within(int64_t at, uint32_t length)
{
    return at < 1 ? 1 : at > length ? length : (uint32_t)at;
}

enum { END, SVLEN, CIPOS, CIEND };

struct extent extent_of(const struct vcf_line *line, uint32_t position, uint32_t length)
{
    int64_t start = position,
            value; /* a line with an empty REF is broken; it counts as one base at its position */
    int64_t end = start + (int64_t)(line->ref.length ? line->ref.length : 1) - 1;
    struct sought sought[] = {[END] = {"END", 3, .found = false},
                              [SVLEN] = {"SVLEN", 5, .found = false},
                              [CIPOS] = {"CIPOS", 5, .found = false},
                              [CIEND] = {"CIEND", 5, .found = false}};
    struct text_span other;
    bool told = false;
    uint32_t elsewhere;

    seek(line, sought, sizeof(sought) / sizeof(*sought));
    if (sought[END].found && !extent_other(line, &other, &elsewhere)) {
        const char *p = sought[END].value.text;

        if (read_number(&p, p + sought[END].value.length, &value) && value > 0) {
            told = value >= start; /* an END before POS is not believed as the end */
            start = value < start ? value : start;
            end = value > end ? value : end;
        }
    }
    value = greatest(sought[SVLEN].value);
    if (value && !is_point(line->alt)) {
        told = true;
        end = position + value > end ? position + value : end;
    }
    if (!told && ((is_symbolic(line->alt) && !is_point(line->alt)) ||
                  (sought[END].found && is_ill_formed(line->alt))))
        end = length;
    if (is_symbolic(line->alt)) {
        value = position + highest(sought[CIPOS].value); /* it may begin behind its END */
        start -= greatest(sought[CIPOS].value);
        end += greatest(sought[CIEND].value);
        end = value > end ? value : end;
    }
    return (struct extent){within(start, length), within(end, length)};
}

bool extent_mate(struct text_span alt, struct text_span *contig, uint32_t *position)
{
    const char *end = alt.text + alt.length, *open = NULL, *colon = NULL, *p;
    int64_t value;

    for (p = alt.text; p < end && !open; p++)
        if (*p == '[' || *p == ']')
            open = p;
    if (!open)
        return false;
    for (p = open + 1; p < end && *p != *open;
         p++) /* the last colon counts, because a contig's name may hold one */
        if (*p == ':')
            colon = p;
    if (!colon || p == end)
        return false;
    *contig = (struct text_span){open + 1, (size_t)(colon - open - 1)};
    p = colon + 1;
    if (!read_number(&p, end, &value) || value < 1 || value > POSITION_MAX)
        return false;
    *position = (uint32_t)value;
    return true;
}

bool extent_other(const struct vcf_line *line, struct text_span *contig, uint32_t *position)
{
    assert(line && contig);
    struct text_span text;
    const char *p;
    int64_t value;

    if (!extent_info(line, "CHR2", contig) || !contig->length)
        return false;
    if (contig->length == line->chromosome.length &&
        memcmp(contig->text, line->chromosome.text, contig->length) == 0)
        return false;
    if (!extent_info(line, "POS2", &text) && !extent_info(line, "END2", &text) &&
        !extent_info(line, "END", &text))
        return false;
    p = text.text;
    if (!read_number(&p, text.text + text.length, &value) || value < 1 || value > POSITION_MAX)
        return false;
    *position = (uint32_t)value;
    return true;
}
