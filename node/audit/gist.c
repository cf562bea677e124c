/* SPDX-License-Identifier: Apache-2.0 */
#include "node/audit/gist.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define WORDS 6
#define RELEASE_BYTES 16
#define ROLE_BYTES 64

void gist_write(const struct gist *gist, char note[static LEAF_NOTE_BYTES])
{
    assert(gist && gist->release && gist->role && *gist->role);
    int size =
        snprintf(note, LEAF_NOTE_BYTES, "%s %" PRIu32 " %s %.*s %08" PRIx32 " %.*s",
                 mode_name(gist->mode), gist->sigma, measure_name(gist->measure), RELEASE_BYTES,
                 gist->release[0] ? gist->release : "-", gist->fields, ROLE_BYTES, gist->role);

    assert(size > 0 && size < LEAF_NOTE_BYTES);
}

/* The six words of the note: what follows the fifth blank is one. */
static bool cut(char *note, char *word[static WORDS])
{
    for (size_t i = 0; i < WORDS; i++) {
        size_t size = i + 1 < WORDS ? strcspn(note, " ") : strlen(note);

        if (size == 0 || (i + 1 < WORDS && note[size] == 0))
            return false;
        word[i] = note;
        note += size + 1;
        word[i][size] = 0;
    }
    return true;
}

/* A number of digits of this base alone; hex has exactly eight. */
static bool read_number(const char *word, unsigned base, uint32_t *out)
{
    static const char digits[] = "0123456789abcdef";
    size_t size = strlen(word);
    uint64_t value = 0;

    if (base == 16 ? size != 8 : size > 9 || (word[0] == '0' && size > 1))
        return false;
    for (size_t i = 0; i < size; i++) {
        const char *digit = memchr(digits, word[i], base);

        if (!digit)
            return false;
        value = value * base + (uint64_t)(digit - digits);
    }
    *out = (uint32_t)value;
    return true;
}

bool gist_read(char *note, struct gist *out, struct err *err)
{
    assert(note && out);
    char *word[WORDS];
    struct err unknown;

    *out = (struct gist){0};
    if (!cut(note, word) || !mode_read(word[0], &out->mode, &unknown) ||
        !read_number(word[1], 10, &out->sigma) || !measure_read(word[2], &out->measure, &unknown) ||
        strlen(word[3]) > RELEASE_BYTES || !read_number(word[4], 16, &out->fields) ||
        strlen(word[5]) > ROLE_BYTES)
        return err_set(err, ERR_INVALID, "the note is no gist of a question");
    out->release = strcmp(word[3], "-") == 0 ? "" : word[3];
    out->role = word[5];
    return true;
}
