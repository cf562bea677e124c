/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The odds ratio of a 2x2 table, from its printed cells, so that it reveals no more than they do.
 *
 * The interval is Woolf's (Ann Hum Genet 19, 1955) with the noise: log (a d / b c) has the variance
 * of the sum over the cells x of 1 / x, which is that of who these persons are, and of v / x^2 by
 * the delta method, where v is the variance of the noise and of rounding. There is none where a
 * cell is not more than five deviations of its noise: there the delta method would say too little.
 */
#include <assert.h>
#include <math.h>

#include "coordinator/report/table.h"
#include "proto/base/arena.h"

#define QUANTILE_95 1.959963984540054
#define CELL_DEVIATIONS_MIN 5.0

static bool is_more_than_noise(const struct figure *cell, double deviation)
{
    return !cell->suppressed && (double)cell->value > CELL_DEVIATIONS_MIN * deviation;
}

static void odds_of(struct table_odds *odds, const struct figure *cell, double variance)
{
    double log_ratio = 0, sum = 0;

    for (uint32_t i = 0; i < ASSOCIATION_UNTOLD; i++) {
        double x = (double)cell[i].value;
        bool below = i == ASSOCIATION_EXPOSED_WITHOUT || i == ASSOCIATION_UNEXPOSED_WITH;

        log_ratio += below ? -log(x) : log(x);
        sum += 1 / x + variance / (x * x);
    }
    *odds = (struct table_odds){true, exp(log_ratio), exp(log_ratio - QUANTILE_95 * sqrt(sum)),
                                exp(log_ratio + QUANTILE_95 * sqrt(sum))};
}

bool table_association(const struct table_input *input, struct figure *cell, struct table *table,
                       struct arena *arena)
{
    assert(input && input->shape && cell && table);
    double base = input->rule.base > 1 ? input->rule.base : 0;
    double variance = input->variance + base * base / 12;
    bool enough = true;

    table->odds = arena_alloc(arena, sizeof(*table->odds));
    if (!table->odds || !table_cells(input, cell, table, arena))
        return false;
    *table->odds = (struct table_odds){0};
    for (uint32_t i = 0; i < ASSOCIATION_UNTOLD; i++)
        enough = enough && is_more_than_noise(&cell[i], sqrt(variance));
    if (enough)
        odds_of(table->odds, cell, variance);
    return true;
}
