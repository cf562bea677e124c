/* SPDX-License-Identifier: Apache-2.0 */
#include "node/store/structural.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "node/store/variant.h"

bool structural_valid(const struct structural *variant)
{
    assert(variant);
    return variant->type < STRUCTURAL_TYPES_MAX && variant->start_first >= 1 &&
           variant->start_first <= variant->start_last &&
           variant->start_last <= VARIANT_POSITION_MAX && variant->end_first >= 1 &&
           variant->end_first <= variant->end_last && variant->end_last <= VARIANT_POSITION_MAX &&
           variant->start_first <= variant->end_last &&
           variant->length_least <= variant->length_most &&
           variant->length_least <= VARIANT_POSITION_MAX &&
           (variant->length_most == STRUCTURAL_LENGTH_OPEN ||
            variant->length_most <= VARIANT_POSITION_MAX) &&
           (variant->copies == STRUCTURAL_COPIES_UNKNOWN ||
            variant->copies <= STRUCTURAL_COPIES_MAX);
}

void structural_write(const struct structural *variant, char text[static STRUCTURAL_TEXT_BYTES])
{
    assert(structural_valid(variant));
    (void)snprintf(text, STRUCTURAL_TEXT_BYTES, "<%u:%u:%u:%u:%u:%u:%u>", variant->type,
                   variant->copies, variant->start_last, variant->end_first, variant->end_last,
                   variant->length_least, variant->length_most);
}

/* A number in decimal, as it is written, and the sign behind it. */
static bool take(const char **at, uint64_t most, char behind, uint64_t *number)
{
    const char *p = *at;

    *number = 0;
    if (*p == '0' && p[1] != behind)
        return false;
    while (*p >= '0' && *p <= '9' && *number <= most)
        *number = *number * 10 + (uint64_t)(*p++ - '0');
    if (p == *at || *number > most || *p != behind)
        return false;
    *at = p + 1;
    return true;
}

bool structural_read(uint32_t start_first, const char *text, struct structural *out)
{
    assert(text && out);
    static const uint64_t most[] = {UINT8_MAX,  UINT16_MAX, UINT32_MAX, UINT32_MAX,
                                    UINT32_MAX, UINT32_MAX, UINT32_MAX};
    uint64_t n[7];

    if (*text++ != '<')
        return false;
    for (int i = 0; i < 7; i++)
        if (!take(&text, most[i], i < 6 ? ':' : '>', &n[i]))
            return false;
    *out = (struct structural){.type = (uint8_t)n[0],
                               .copies = (uint16_t)n[1],
                               .start_first = start_first,
                               .start_last = (uint32_t)n[2],
                               .end_first = (uint32_t)n[3],
                               .end_last = (uint32_t)n[4],
                               .length_least = (uint32_t)n[5],
                               .length_most = (uint32_t)n[6]};
    return *text == 0 && structural_valid(out);
}
