/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/query/sample_type.h"

#include <assert.h>
#include <string.h>

static const char *const words[SAMPLE_TYPES + 1] = {"germline", "tumour",  "normal", "cfdna",
                                                    "rna",      "isolate", NULL};

const char *sample_type_word(size_t i)
{
    return i < SAMPLE_TYPES ? words[i] : NULL;
}

bool sample_type_read(const char *text, enum sample_type *type)
{
    assert(text && type);
    for (size_t i = 0; i < SAMPLE_TYPES; i++) {
        if (strcmp(words[i], text) != 0)
            continue;
        *type = (enum sample_type)(i + 1);
        return true;
    }
    return false;
}

bool sample_type_is(enum sample_type type, enum origin origin)
{
    assert(origin == ORIGIN_GERMLINE || origin == ORIGIN_SOMATIC);
    if (origin == ORIGIN_SOMATIC)
        return type == SAMPLE_TUMOUR || type == SAMPLE_CFDNA;
    return type == SAMPLE_GERMLINE || type == SAMPLE_NORMAL;
}
