/* SPDX-License-Identifier: Apache-2.0 */
#include "node/import/sv_line.h"

#include <assert.h>
#include <string.h>

#include "node/import/extent.h"
#include "node/terms/alleles.h"
#include "proto/query/sv_type.h"

#define NUMBER_MOST INT32_MAX

/* What the line says, before it is put together. */
struct sv_reading {
    const struct vcf_line *line;
    int64_t position;
    int64_t most; /* the chromosome's last position */
    enum sv_type type;
    bool precise;
    int64_t length; /* |SVLEN|; -1: not told */
    int64_t around_start[2];
    int64_t around_end[2];
};

/* A whole number and nothing else. */
static bool read_whole(const char *p, const char *end, int64_t *value)
{
    bool minus = p < end && *p == '-';

    p += minus;
    if (p == end)
        return false;
    for (*value = 0; p < end; p++) {
        if (*p < '0' || *p > '9' || *value > NUMBER_MOST)
            return false;
        *value = *value * 10 + (*p - '0');
    }
    if (*value > NUMBER_MOST)
        return false;
    *value = minus ? -*value : *value;
    return true;
}

/* A number of INFO: *told is false when there is none. False when it is no number. */
static bool info_number(const struct vcf_line *line, const char *key, bool *told, int64_t *value)
{
    struct text_span text;

    *told = extent_info(line, key, &text) && !(text.length == 1 && *text.text == '.');
    return !*told || read_whole(text.text, text.text + text.length, value);
}

/* An interval around a place: "-12,8". */
static bool info_around(const struct vcf_line *line, const char *key, int64_t around[2])
{
    struct text_span text;
    const char *comma, *end;

    around[0] = around[1] = 0;
    if (!extent_info(line, key, &text))
        return true;
    end = text.text + text.length;
    comma = text.length ? memchr(text.text, ',', text.length) : NULL;
    return comma && read_whole(text.text, comma, &around[0]) &&
           read_whole(comma + 1, end, &around[1]) && around[0] <= 0 && around[1] >= 0;
}

/* One of two words may be CNV, which the other makes more exact. */
static bool join_types(enum sv_type a, enum sv_type b, enum sv_type *type)
{
    unsigned ways = SV_BIT(SV_DEL) | SV_BIT(SV_DUP);

    *type = a == SV_CNV ? b : a;
    return a == b || (a == SV_CNV && SV_BIT(b) & ways) || (b == SV_CNV && SV_BIT(a) & ways);
}

static bool read_symbol(struct sv_reading *of)
{
    struct text_span alt = of->line->alt, word;
    enum sv_type symbol, told;

    if (alt.length < 3 || alt.text[0] != '<' || alt.text[alt.length - 1] != '>' ||
        !sv_type_read(alt.text + 1, alt.length - 2, &symbol))
        return false;
    of->type = symbol;
    return !extent_info(of->line, "SVTYPE", &word) ||
           (sv_type_read(word.text, word.length, &told) && join_types(symbol, told, &of->type));
}

/* The type of an ALT in bases. */
static bool read_spelled(struct sv_reading *of)
{
    int64_t more = (int64_t)of->line->alt.length - (int64_t)of->line->ref.length;
    struct text_span word;

    if (extent_info(of->line, "SVTYPE", &word) && sv_type_read(word.text, word.length, &of->type))
        return of->type == SV_DEL   ? more < 0
               : of->type == SV_INV ? more == 0
                                    : more > 0 && of->type != SV_CNV;
    of->type = more < 0 ? SV_DEL : SV_INS;
    return more <= -SV_LENGTH_LEAST || more >= SV_LENGTH_LEAST;
}

bool sv_line_told(const struct vcf_line *line)
{
    assert(line);
    size_t ref = line->ref.length, alt = line->alt.length;
    struct text_span word;

    return (ref > alt ? ref - alt : alt - ref) >= SV_LENGTH_LEAST ||
           extent_info(line, "SVTYPE", &word);
}

static bool read_info(struct sv_reading *of)
{
    struct text_span flag;
    bool told;

    of->precise = !extent_info(of->line, "IMPRECISE", &flag);
    if (!info_number(of->line, "SVLEN", &told, &of->length))
        return false;
    of->length = of->length < 0 ? -of->length : of->length;
    if (!told || of->length == 0)
        of->length = -1;
    return info_around(of->line, "CIPOS", of->around_start) &&
           info_around(of->line, "CIEND", of->around_end);
}

/* The last base of a symbolic allele that has a stretch. */
static bool find_end(const struct sv_reading *of, int64_t *end)
{
    int64_t bases, off;
    struct text_span other;
    uint32_t ignored;
    bool told;

    if (extent_other(of->line, &other, &ignored))
        return false;
    if (!info_number(of->line, "END", &told, end))
        return false;
    if (!told) {
        *end = of->position + of->length;
        return of->length > 0;
    }
    bases = *end - of->position;
    off = of->length > bases ? of->length - bases : bases - of->length;
    return bases > 0 && (of->length < 0 || off <= 1 || off * 10 <= of->length);
}

static uint32_t within(int64_t at, int64_t most)
{
    return at < 1 ? 1 : at > most ? (uint32_t)most : (uint32_t)at;
}

/* From the first base that is changed to the last, with the intervals around both. */
static void set_places(const struct sv_reading *of, int64_t start, int64_t end,
                       struct structural *out)
{
    out->start_first = within(start + of->around_start[0], of->most);
    out->start_last = within(start + of->around_start[1], of->most);
    out->end_first = within(end + of->around_end[0], of->most);
    out->end_last = within(end + of->around_end[1], of->most);
}

static void set_length(const struct sv_reading *of, struct structural *out)
{
    if (of->type == SV_INS || (of->length >= 0 && of->precise)) {
        out->length_least = of->length >= 0 ? (uint32_t)of->length : 0;
        out->length_most = of->length >= 0 ? (uint32_t)of->length : STRUCTURAL_LENGTH_OPEN;
        return;
    }
    if (out->end_first >= out->start_last)
        out->length_least = out->end_first - out->start_last + 1;
    if (out->end_last >= out->start_first)
        out->length_most = out->end_last - out->start_first + 1;
}

static bool put_symbol(struct sv_reading *of, struct structural *out)
{
    int64_t end = of->position;

    if (of->type == SV_INS) {
        memcpy(of->around_end, of->around_start, sizeof(of->around_end));
        set_places(of, of->position, of->position, out);
    } else {
        if (!find_end(of, &end) || end > of->most)
            return false;
        set_places(of, of->position + 1, end, out);
    }
    set_length(of, out);
    return true;
}

/* Bases that REF and ALT have in common at their front; one of them at least stays behind it. */
static int64_t common(const struct vcf_line *line)
{
    size_t shorter = line->ref.length < line->alt.length ? line->ref.length : line->alt.length;
    size_t n = 0;

    while (n < shorter && line->ref.text[n] == line->alt.text[n])
        n++;
    return (int64_t)n;
}

static bool put_spelled(struct sv_reading *of, struct structural *out)
{
    int64_t ref = (int64_t)of->line->ref.length, alt = (int64_t)of->line->alt.length;
    int64_t more = alt > ref ? alt - ref : ref - alt, same = common(of->line);
    int64_t before = of->position + same - 1;

    memset(of->around_start, 0, sizeof(of->around_start));
    memset(of->around_end, 0, sizeof(of->around_end));
    of->precise = true;
    if (of->length < 0)
        of->length = of->type == SV_INV ? ref - same : more;
    if (of->type == SV_INS)
        set_places(of, before > 0 ? before : 1, before > 0 ? before : 1, out);
    else if (of->type == SV_DUP)
        *out = (struct structural){.start_first = within(before - more + 1, of->most),
                                   .start_last = within(before + 1, of->most),
                                   .end_first = within(before, of->most),
                                   .end_last = within(before + more, of->most)};
    else
        set_places(of, before + 1, of->position + ref - 1, out);
    set_length(of, out);
    return of->length > 0;
}

bool sv_line_read(const struct vcf_line *line, uint32_t position, uint32_t length,
                  struct structural *out)
{
    assert(line && out && position);
    struct sv_reading of = {.line = line, .position = position, .most = length, .length = -1};
    bool bases = allele_class(line->alt.text, line->alt.length) == ALLELE_BASES;

    *out = (struct structural){0};
    if (!(bases ? read_spelled(&of) : read_symbol(&of)) || !read_info(&of))
        return false;
    if (!(bases ? put_spelled(&of, out) : put_symbol(&of, out)))
        return false;
    out->type = (uint8_t)of.type;
    out->copies = STRUCTURAL_COPIES_UNKNOWN;
    return structural_valid(out);
}
