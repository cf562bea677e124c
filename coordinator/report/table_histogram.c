/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The quartiles of a histogram, as bins: a breakdown's figures, and where a quarter, half and three
 * quarters of those whose number is known are reached.
 *
 * With q the share, let D(k) be (1 - q) times who is in the bins up to k less q times who is above:
 * the quartile lies in the first bin where D is not negative. Of n bins the noise of D(k) has the
 * variance v (k (1 - q)^2 + (n - k) q^2), where k counts bins. The interval begins at the first bin
 * where D is not below -1.96 deviations, and ends after the last where it is below +1.96: each end
 * misses the true bin with 2.5 % at most, whatever D does elsewhere, for to miss it D must be so
 * wrong at that bin, or at the one before it. The interval is that of the noise alone. Where it has
 * no end nothing is told. Bins are all that is said, from cells that were released.
 */
#include <assert.h>
#include <math.h>

#include "coordinator/report/table.h"
#include "proto/base/arena.h"

#define QUANTILE_95 1.959963984540054

const double table_quartile_share[TABLE_QUARTILES] = {0.25, 0.5, 0.75};

static struct table_quartile quartile(const struct table_input *input, double share)
{
    struct table_quartile told = {0};
    uint32_t n =
        input->shape->n_parts - 1; /* the last part is of those whose number is not known */
    bool begun = false, reached = false;
    double below = 0, above = 0;

    for (uint32_t k = 0; k < n; k++)
        above += (double)input->noised[COUNT_CELLS * k + CELL_MATCHED];
    for (uint32_t k = 0; k < n; k++) {
        double here = (double)input->noised[COUNT_CELLS * k + CELL_MATCHED];
        double variance = (k + 1) * (1 - share) * (1 - share) + (double)(n - k - 1) * share * share;
        double limit = QUANTILE_95 * sqrt(input->variance * variance), difference;

        below += here;
        above -= here;
        difference = (1 - share) * below - share * above;
        if (!begun && difference >= -limit)
            told.low = k;
        begun |= difference >= -limit;
        if (!reached && difference >= 0)
            told.bin = k;
        reached |= difference >= 0;
        if (difference < limit)
            told.high = k + 1;
    }
    told.has = told.high < n;
    return told;
}

bool table_histogram(const struct table_input *input, struct figure *cell, struct table *table,
                     struct arena *arena)
{
    assert(input && input->shape && input->shape->n_parts > 1 && cell && table);
    table->quartile = arena_array(arena, TABLE_QUARTILES, sizeof(*table->quartile));
    if (!table->quartile || !table_breakdown(input, cell, table, arena))
        return false;
    for (size_t i = 0; i < TABLE_QUARTILES; i++) {
        table->quartile[i] = quartile(input, table_quartile_share[i]);
        table->quartile[i].has &= !table->sum[CELL_MATCHED].suppressed;
    }
    return true;
}
