/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A curve from the cells of its bins: Kaplan and Meier's product over bins, who is censored in a
 * bin counting half in it (the actuarial estimate: Cutler and Ederer, J Chronic Dis 8, 1958).
 *
 * The cells are first made not negative with their total kept (consistency.h). Then R = N - C / 2
 * are at risk in a bin of N who reach it, of whom C are censored and D have the event, and S is the
 * product of 1 - D / R. The variance of log S is Greenwood's sum of D / (R (R - D)), which is that
 * of who these persons are, and that of the noise by the delta method: each cell's variance times
 * the square of the derivative of log S by it. So the interval is wider than that of the noise
 * alone.
 */
#include <assert.h>
#include <math.h>

#include "coordinator/report/consistency.h"
#include "coordinator/report/table.h"
#include "proto/base/arena.h"

#define QUANTILE_95 1.959963984540054
/* At risk of fewer standard deviations of noise is too uncertain to divide by. */
#define RISK_DEVIATIONS_MIN 5.0
#define BINS (BINS_EDGES_MAX + 1)

/* Without the last class, of whose time is not known. */
struct curve {
    uint32_t n;
    double event[BINS];
    double censored[BINS];
    double reached[BINS];    /* persons whose time is not before the bin */
    double by_reached[BINS]; /* derivatives of log(1 - D / R) by R and by D */
    double by_event[BINS];
    double greenwood[BINS];
    double log_left[BINS]; /* of S at the end of the bin */
};

static int64_t noised_at(const struct table_input *input, uint32_t bin, enum survival_cell cell)
{
    return input->noised[(size_t)MEASURE_SURVIVAL_CELLS * bin + cell];
}

static bool cells_fit(const struct table_input *input, struct curve *curve, struct arena *arena)
{
    size_t n = (size_t)MEASURE_SURVIVAL_CELLS * curve->n;
    struct consistency_node *node = arena_array(arena, n + 1, sizeof(*node));

    if (!node)
        return false;
    node[0] = (struct consistency_node){.first = 1, .n_children = n, .variance = INFINITY};
    for (size_t i = 0; i < n; i++)
        node[1 + i] = (struct consistency_node){.measured = (double)input->noised[i],
                                                .variance = input->variance};
    consistency_fit(node, 1 + n);
    consistency_clamp(node, 1 + n);
    for (uint32_t i = 0; i < curve->n; i++) {
        curve->event[i] = node[1 + MEASURE_SURVIVAL_CELLS * i + SURVIVAL_EVENT].value;
        curve->censored[i] = node[1 + MEASURE_SURVIVAL_CELLS * i + SURVIVAL_CENSORED].value;
    }
    return true;
}

static void curve_make(struct curve *curve)
{
    double reached = 0, left = 0, greenwood = 0;

    for (uint32_t i = curve->n; i-- > 0;) {
        reached += curve->event[i] + curve->censored[i];
        curve->reached[i] = reached;
    }
    for (uint32_t i = 0; i < curve->n; i++) {
        double risk = curve->reached[i] - curve->censored[i] / 2;
        double rest = risk - curve->event[i];
        bool some = rest > 0 && risk > 0;

        curve->by_reached[i] = some ? curve->event[i] / (risk * rest) : 0;
        curve->by_event[i] = some ? -1 / rest : 0;
        greenwood += curve->by_reached[i];
        left = some ? left + log(rest / risk) : -INFINITY;
        curve->greenwood[i] = greenwood;
        curve->log_left[i] = left;
    }
}

/* Of log S at the end of bin `at`, by the noise of all cells. */
static double noise_variance(const struct curve *curve, uint32_t at, double variance)
{
    double before = 0, sum = 0; /* derivatives by R of the bins up to one */

    for (uint32_t i = 0; i < curve->n; i++) {
        double by_event, by_censored;

        before += i <= at ? curve->by_reached[i] : 0;
        by_event = before + (i <= at ? curve->by_event[i] : 0);
        by_censored = before - (i <= at ? curve->by_reached[i] / 2 : 0);
        sum += by_event * by_event + by_censored * by_censored;
    }
    return sum * variance;
}

/* The last bin has no end, and behind a bin of too few the product says nothing. */
static void points_make(const struct table_input *input, const struct curve *curve,
                        const struct figure *cell, struct table_point *point)
{
    bool enough = true;

    for (uint32_t i = 0; i + 1 < curve->n; i++) {
        double noise = sqrt(MEASURE_SURVIVAL_CELLS * (curve->n - i) * input->variance);
        double half;

        enough = enough && !cell[MEASURE_SURVIVAL_CELLS * i].suppressed &&
                 curve->reached[i] > RISK_DEVIATIONS_MIN * noise && curve->log_left[i] > -INFINITY;
        if (!enough)
            return;
        half = QUANTILE_95 * sqrt(curve->greenwood[i] + noise_variance(curve, i, input->variance));
        point[i] =
            (struct table_point){true, exp(curve->log_left[i]), exp(curve->log_left[i] - half),
                                 fmin(1, exp(curve->log_left[i] + half))};
    }
}

static struct figure figure_of(double fitted, int64_t noised, double variance,
                               const struct table_input *input)
{
    int64_t half = table_half_width(variance);
    int64_t value = display_round((int64_t)llround(fitted), input->rule.base);
    double sunk = fmax(0, ceil((double)noised - fitted));

    if (display_is_hidden(fitted, value, &input->rule))
        return display_hidden((int64_t)sunk, half, &input->rule);
    return display_shown(value, noised, half, &input->rule);
}

/* Who reaches each bin, and who had the event by its end. */
static void figures_make(const struct table_input *input, const struct curve *curve,
                         struct figure *cell)
{
    int64_t reached = 0, events = 0;
    double fitted = 0;

    for (uint32_t i = curve->n; i-- > 0;) {
        reached += noised_at(input, i, SURVIVAL_EVENT) + noised_at(input, i, SURVIVAL_CENSORED);
        cell[MEASURE_SURVIVAL_CELLS * i] =
            figure_of(curve->reached[i], reached,
                      MEASURE_SURVIVAL_CELLS * (curve->n - i) * input->variance, input);
    }
    for (uint32_t i = 0; i < curve->n; i++) {
        events += noised_at(input, i, SURVIVAL_EVENT);
        fitted += curve->event[i];
        cell[MEASURE_SURVIVAL_CELLS * i + 1] =
            figure_of(fitted, events, (i + 1) * input->variance, input);
    }
}

bool table_survival(const struct table_input *input, struct figure *cell, struct table *table,
                    struct arena *arena)
{
    assert(input && input->shape && input->shape->n_parts > 1 && cell && table);
    struct curve *curve = arena_alloc(arena, sizeof(*curve));
    uint32_t untold = input->shape->n_parts - 1;

    table->curve = arena_alloc(arena, sizeof(*table->curve));
    if (!curve || !table->curve)
        return false;
    table->curve->point = arena_array(arena, input->shape->n_parts, sizeof(*table->curve->point));
    curve->n = untold;
    assert(curve->n <= BINS);
    if (!table->curve->point || !cells_fit(input, curve, arena))
        return false;
    curve_make(curve);
    figures_make(input, curve, cell);
    points_make(input, curve, cell, table->curve->point);
    table->curve->undetermined =
        display_figure(noised_at(input, untold, SURVIVAL_UNTOLD), input->half_width, &input->rule);
    for (uint32_t c = 0; c < MEASURE_SURVIVAL_CELLS; c++)
        cell[MEASURE_SURVIVAL_CELLS * untold + c] = (struct figure){.none = true};
    return true;
}
