/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bands, in ascending order: not known; none seen (0); then before each bound the open stretch
 * below it and the bound itself, so that "<" and "<=" both begin or end at a band; above all.
 */
#include "proto/query/site_kind.h"

#include <assert.h>
#include <stddef.h>

#include "proto/query/ast.h"

#define BAND_UNKNOWN 0
#define BAND_NONE 1
#define BAND_FIRST 2 /* the open stretch below the first bound */

/* 0.001 % to 100 %. */
static const int64_t bounds[] = {10000,     20000,     50000,     100000,    200000,    500000,
                                 1000000,   2000000,   5000000,   10000000,  20000000,  30000000,
                                 50000000,  100000000, 150000000, 200000000, 250000000, 300000000,
                                 400000000, 500000000, 600000000, 650000000, 700000000, 750000000,
                                 800000000, 900000000, 950000000, 990000000, 1000000000};
#define BOUNDS (sizeof(bounds) / sizeof(bounds[0]))

static_assert(BAND_FIRST + 2 * BOUNDS + 1 == SITE_KIND_BANDS, "two bands a bound, and one above");

uint8_t site_kind_band(int64_t af_nano)
{
    size_t i = 0;

    if (af_nano <= 0)
        return af_nano < 0 ? BAND_UNKNOWN : BAND_NONE;
    while (i < BOUNDS && bounds[i] < af_nano)
        i++;
    return (uint8_t)(BAND_FIRST + 2 * i + (i < BOUNDS && bounds[i] == af_nano));
}

static int64_t lowest(uint8_t band)
{
    size_t i = (size_t)(band - BAND_FIRST) / 2;

    if (band <= BAND_NONE)
        return band == BAND_UNKNOWN ? -1 : 0;
    if ((band - BAND_FIRST) % 2)
        return bounds[i];
    return i > 0 ? bounds[i - 1] + 1 : 1;
}

static int64_t highest(uint8_t band)
{
    size_t i = (size_t)(band - BAND_FIRST) / 2;

    if (band < BAND_FIRST || (band - BAND_FIRST) % 2)
        return lowest(band);
    return i < BOUNDS ? bounds[i] - 1 : INT64_MAX;
}

int64_t site_kind_frequency(uint8_t band)
{
    assert(band < SITE_KIND_BANDS);
    return lowest(band);
}

/* Does each band lie in the range, or outside of it, as a whole? */
static bool range_fits(const struct ast_node *test)
{
    for (uint8_t band = BAND_NONE; band < SITE_KIND_BANDS; band++) {
        bool low = lowest(band) >= test->low_nano && lowest(band) <= test->high_nano;
        bool high = highest(band) >= test->low_nano && highest(band) <= test->high_nano;

        if (low != high ||
            (!low && lowest(band) < test->low_nano && highest(band) > test->high_nano))
            return false;
    }
    return true;
}

bool site_kind_decides(const struct ast_node *inner)
{
    assert(inner);
    if (inner->kind == AST_TEST) {
        if (inner->field == FIELD_AF)
            return range_fits(inner);
        return inner->field == FIELD_ZYGOSITY || inner->field == FIELD_CONSEQUENCE ||
               inner->field == FIELD_CLINVAR;
    }
    if (inner->kind != AST_ALL && inner->kind != AST_NOT && inner->kind != AST_AND &&
        inner->kind != AST_OR && inner->kind != AST_AT_LEAST)
        return false;
    for (uint32_t i = 0; i < inner->n_children; i++)
        if (!site_kind_decides(inner->children[i]))
            return false;
    return true;
}
