/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A funnel's figures from its cells. Who is left after step j of n is in one of 2 (n - j) + 1
 * cells, who is undecided so far in one of j; so are the variances. The rows are made monotone, and
 * the intervals stay those of the noised sums, widened to hold what is printed: they hold the true
 * figure at least as often as they state.
 */
#include <assert.h>
#include <math.h>

#include "coordinator/report/monotone.h"
#include "coordinator/report/table.h"

static_assert(MEASURE_STEPS_MAX <= MONOTONE_FIGURES_MAX, "a funnel is one row of figures");

/* One row of cumulated figures, in an order in which they never rise. */
struct row {
    double noised[MEASURE_STEPS_MAX];
    double fitted[MEASURE_STEPS_MAX];
    double variance[MEASURE_STEPS_MAX];
    uint32_t n;
};

static void row_fit(struct row *row)
{
    double weight[MEASURE_STEPS_MAX];

    for (uint32_t i = 0; i < row->n; i++) {
        weight[i] = 1 / row->variance[i];
        row->fitted[i] = row->noised[i];
    }
    monotone_falling(row->fitted, weight, row->n);
}

/* The most that a figure was lowered by, the same for all, so that a bound says nothing of one. */
static int64_t row_sunk(const struct row *row)
{
    double most = 0;

    for (uint32_t i = 0; i < row->n; i++)
        most = fmax(most, row->noised[i] - row->fitted[i]);
    return (int64_t)ceil(most);
}

static struct figure row_figure(const struct row *row, uint32_t i, const struct display_rule *rule)
{
    int64_t half_width = table_half_width(row->variance[i]);
    int64_t value = display_round((int64_t)llround(row->fitted[i]), rule->base);

    if (display_is_hidden(row->fitted[i], value, rule))
        return display_hidden(row_sunk(row), half_width, rule);
    return display_shown(value < 0 ? 0 : value, (int64_t)row->noised[i], half_width, rule);
}

static void left_after(const struct table_input *input, struct row *row)
{
    double sum = 0, variance = 0;

    row->n = input->shape->n_parts;
    for (uint32_t i = row->n; i-- > 0;) {
        const int64_t *cell = input->noised + (size_t)MEASURE_FUNNEL_CELLS * i;

        sum += (double)cell[FUNNEL_LAST];
        variance += input->variance;
        row->noised[i] = sum;
        row->variance[i] = variance;
        sum += (double)cell[FUNNEL_UNDECIDED]; /* is still left before this step */
        variance += input->variance;
    }
    row_fit(row);
}

/* From the last step to the first, so that it never rises. */
static void undecided_so_far(const struct table_input *input, struct row *row)
{
    double sum = 0;

    row->n = input->shape->n_parts;
    for (uint32_t i = 0; i < row->n; i++) {
        uint32_t at = row->n - 1 - i;

        sum += (double)input->noised[(size_t)MEASURE_FUNNEL_CELLS * i + FUNNEL_UNDECIDED];
        row->noised[at] = sum;
        row->variance[at] = input->variance * (i + 1);
    }
    row_fit(row);
}

bool table_funnel(const struct table_input *input, struct figure *cell, struct table *table,
                  struct arena *arena)
{
    assert(input && input->shape && input->shape->steps && cell && table);
    struct row left, undecided;

    (void)table;
    (void)arena;
    left_after(input, &left);
    undecided_so_far(input, &undecided);
    for (uint32_t i = 0; i < left.n; i++) {
        struct figure *of = cell + (size_t)MEASURE_FUNNEL_CELLS * i;

        of[FUNNEL_LAST] = row_figure(&left, i, &input->rule);
        of[FUNNEL_UNDECIDED] = row_figure(&undecided, left.n - 1 - i, &input->rule);
    }
    return true;
}
