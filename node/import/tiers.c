/* SPDX-License-Identifier: Apache-2.0 */
#include "node/import/tiers.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define NO_PLACE UINT32_MAX

/* Where FORMAT has the reads of the reference and of ALT. */
struct tier_places {
    uint32_t ref;
    uint32_t alt;
};

/* The place of a field in FORMAT. */
static uint32_t place_of(struct text_span format, const char *name)
{
    size_t start = 0, length = strlen(name);
    uint32_t place = 0;

    for (size_t i = 0; i <= format.length; i++) {
        if (i < format.length && format.text[i] != ':')
            continue;
        if (i - start == length && memcmp(format.text + start, name, length) == 0)
            return place;
        place++;
        start = i + 1;
    }
    return NO_PLACE;
}

bool tiers_has(struct text_span format)
{
    return place_of(format, "GT") == NO_PLACE &&
           (place_of(format, "TIR") != NO_PLACE || place_of(format, "AU") != NO_PLACE);
}

static uint32_t place_of_base(struct text_span format, char base)
{
    char name[] = {base, 'U', 0};

    return place_of(format, name);
}

static struct tier_places find_places(const struct vcf_line *line, unsigned n_alts)
{
    struct tier_places none = {NO_PLACE, NO_PLACE};

    if (n_alts != 1)
        return none;
    if (place_of(line->format, "TIR") != NO_PLACE)
        return (struct tier_places){place_of(line->format, "TAR"), place_of(line->format, "TIR")};
    if (line->ref.length != 1 || line->alt.length != 1)
        return none;
    return (struct tier_places){place_of_base(line->format, *line->ref.text),
                                place_of_base(line->format, *line->alt.text)};
}

/* The first tier of the field at a place of the column: digits before its comma. */
static bool first_tier(const char *p, const char *end, uint32_t place, uint64_t *reads)
{
    const char *start;

    for (; place && p < end; p++)
        place -= *p == ':';
    start = p;
    for (*reads = 0; p < end && *p >= '0' && *p <= '9' && p - start < 9; p++)
        *reads = *reads * 10 + (uint64_t)(*p - '0');
    return !place && p > start && p < end && *p == ',';
}

static void spell_sample(const char *p, const char *end, struct tier_places places,
                         struct bytes *out)
{
    char text[48];
    uint64_t ref, alt;

    if (places.ref == NO_PLACE || places.alt == NO_PLACE || !first_tier(p, end, places.ref, &ref) ||
        !first_tier(p, end, places.alt, &alt) || !(ref + alt)) {
        bytes_add_text(out, "./.");
        return;
    }
    snprintf(text, sizeof(text), "0/%c:%llu,%llu", alt ? '1' : '0', (unsigned long long)ref,
             (unsigned long long)alt);
    bytes_add_text(out, text);
}

bool tiers_spell(const struct vcf_line *line, unsigned n_alts, struct bytes *out)
{
    assert(line && out);
    const char *p = line->samples.text, *end = p + line->samples.length;
    struct tier_places places = find_places(line, n_alts);

    out->size = 0;
    for (;; p++) {
        const char *tab = memchr(p, '\t', (size_t)(end - p));
        const char *stop = tab ? tab : end;

        spell_sample(p, stop, places, out);
        p = stop;
        if (p == end)
            return !out->failed;
        bytes_add_text(out, "\t");
    }
}
