/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A share's denominators and the share. Told has the noise of two cells, persons that of three.
 * The share m / t of t = m + r has, by the delta method, the variance v ((1 - p)^2 + p^2) / t^2,
 * because m and r have noise of their own; rounding adds half a base to each.
 */
#include <assert.h>
#include <math.h>

#include "coordinator/report/table.h"
#include "proto/base/arena.h"

#define QUANTILE_95 1.959963984540054
#define TOLD_DEVIATIONS_MIN 5.0 /* fewer are too uncertain to divide by */

static double within_one(double value)
{
    return value < 0 ? 0 : (value > 1 ? 1 : value);
}

static void share_of(struct table_share *share, const struct figure *matched,
                     const struct table_input *input)
{
    double told = (double)share->told.value, p = (double)matched->value / told;
    double deviation = sqrt(input->variance * ((1 - p) * (1 - p) + p * p)) / told;
    double half = QUANTILE_95 * deviation + (double)input->rule.base / 2 * (1 + p) / told;

    share->has_share = true;
    share->share = within_one(p);
    share->low = within_one(p - half);
    share->high = within_one(p + half);
}

bool table_share(const struct table_input *input, struct figure *cell, struct table *table,
                 struct arena *arena)
{
    assert(input && input->shape && cell && table);
    struct table_share *share = arena_alloc(arena, sizeof(*share));
    int64_t told = input->noised[SHARE_MATCHED] + input->noised[SHARE_UNMATCHED];
    double variance = 2 * input->variance;

    if (!share || !table_cells(input, cell, table, arena))
        return false;
    *share = (struct table_share){0};
    share->told = display_figure(told, table_half_width(variance), &input->rule);
    share->persons = display_figure(told + input->noised[SHARE_UNDETERMINED],
                                    table_half_width(3 * input->variance), &input->rule);
    if (!cell[SHARE_MATCHED].suppressed && !share->told.suppressed &&
        (double)share->told.value > TOLD_DEVIATIONS_MIN * sqrt(variance))
        share_of(share, &cell[SHARE_MATCHED], input);
    table->share = share;
    return true;
}
