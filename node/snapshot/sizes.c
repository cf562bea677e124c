/* SPDX-License-Identifier: Apache-2.0 */
#include "node/snapshot/sizes.h"

#include <assert.h>
#include <stddef.h>

static uint8_t choose(uint64_t n, const uint8_t *before)
{
    uint8_t class = 0;

    if (before && n <= sizes_bound(*before) && n >= sizes_bound(*before) / 16)
        return *before;
    while (class < SIZES_CLASS_MAX && n > sizes_bound(class) / 4 * 3)
        class ++;
    return class;
}

/* From the day on which every segment has kinds, and until one has none. */
static uint8_t choose_kinds(uint64_t n, const uint8_t *before)
{
    return n == 0 ? 0 : choose(n, before && *before > 0 ? before : NULL);
}

struct sizes sizes_choose(const struct sizes_of *of, const struct sizes *before)
{
    assert(of);
    return (struct sizes){.persons = choose(of->persons, before ? &before->persons : NULL),
                          .sites = choose(of->sites, before ? &before->sites : NULL),
                          .gene = choose(of->gene, before ? &before->gene : NULL),
                          .events = choose(of->events, before ? &before->events : NULL),
                          .structural = choose(of->structural, before ? &before->structural : NULL),
                          .kinds = choose_kinds(of->kinds, before ? &before->kinds : NULL)};
}
