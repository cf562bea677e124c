/* SPDX-License-Identifier: Apache-2.0 */
#include "node/import/sv_caller.h"

#include <assert.h>
#include <string.h>

#include "proto/query/sv_type.h"

#define CALLERS (sizeof(callers) / sizeof(callers[0]))

static const struct {
    const char *begins;   /* the line, behind ## */
    const char *contains; /* NULL: no matter what else it has */
    unsigned types;
} callers[] = {
    {"source=GenerateSVCandidates", NULL,
     SV_BIT(SV_DEL) | SV_BIT(SV_DUP) | SV_BIT(SV_INV) | SV_BIT(SV_INS)},
    {"cmdline=", "configManta", SV_BIT(SV_DEL) | SV_BIT(SV_DUP) | SV_BIT(SV_INV) | SV_BIT(SV_INS)},
    {"source=TIDDIT", NULL, SV_BIT(SV_DEL) | SV_BIT(SV_DUP) | SV_BIT(SV_INV)},
};

static const char declares[] = "ALT=<ID=";

static bool begins(const char *text, size_t size, const char *word)
{
    return size >= strlen(word) && memcmp(text, word, strlen(word)) == 0;
}

void sv_caller_meta(struct sv_caller_marks *marks, const char *line, size_t size)
{
    assert(marks && size >= 2);
    const char *text = line + 2;
    enum sv_type type;

    size -= 2;
    for (size_t i = 0; i < CALLERS; i++)
        if (begins(text, size, callers[i].begins) &&
            (!callers[i].contains ||
             memmem(text, size, callers[i].contains, strlen(callers[i].contains))))
            marks->known |= callers[i].types;
    if (begins(text, size, declares)) {
        size_t n = 0, left = size - strlen(declares);

        text += strlen(declares);
        while (n < left && text[n] != ',' && text[n] != '>')
            n++;
        if (sv_type_read(text, n, &type))
            marks->declared |= SV_BIT(type);
    }
}

unsigned sv_caller_judged(const struct sv_caller_marks *marks)
{
    assert(marks);
    return marks->known & marks->declared;
}
