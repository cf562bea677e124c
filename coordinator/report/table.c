/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/report/table.h"

#include <assert.h>
#include <math.h>

#include "coordinator/report/consistency.h"
#include "coordinator/report/monotone.h"
#include "proto/base/arena.h"
#include "proto/query/ploidy.h"

#define QUANTILE_95 1.959963984540054
/* An AN of fewer standard deviations is too uncertain to divide by. */
#define AN_DEVIATIONS_MIN 5.0

int64_t table_half_width(double variance)
{
    assert(variance >= 0);
    return (int64_t)ceil(QUANTILE_95 * sqrt(variance));
}

/* Of the noise of this cell. */
static double variance_of(const struct table_input *input, uint32_t cell)
{
    enum measure_grade grade = measure_cell_grade(&input->shape->measure, cell);

    return grade == MEASURE_ASKED ? input->variance : input->graded[grade];
}

/* Of the 95 % interval of this cell. */
static int64_t half_width_of(const struct table_input *input, uint32_t cell)
{
    enum measure_grade grade = measure_cell_grade(&input->shape->measure, cell);

    return grade == MEASURE_ASKED ? input->half_width : table_half_width(input->graded[grade]);
}

bool table_cells(const struct table_input *input, struct figure *cell, struct table *table,
                 struct arena *arena)
{
    assert(input && input->shape && cell);
    (void)table;
    (void)arena;
    for (uint32_t i = 0; i < input->shape->measure.n_cells; i++)
        cell[i] = display_figure(input->noised[i], half_width_of(input, i), &input->rule);
    return true;
}

/* ---- breakdown ------------------------------------------------------------------------------- */

struct column {
    struct consistency_node *node; /* the sum, followed by the parts */
    int64_t *rounded;
    int64_t sum; /* of all parts as the noised figures have it, and the variance of that */
    double variance;
};

static void column_fit(const struct table_input *input, uint32_t which, struct column *column)
{
    uint32_t n = input->shape->n_parts, total = COUNT_CELLS * n + which;

    column->node[0] = (struct consistency_node){.first = 1, .n_children = n, .variance = INFINITY};
    if (input->shape->measure.sigma_total) {
        column->node[0].measured = (double)input->noised[total];
        column->node[0].variance = variance_of(input, total);
    }
    for (uint32_t part = 0; part < n; part++)
        column->node[1 + part] =
            (struct consistency_node){.measured = (double)input->noised[COUNT_CELLS * part + which],
                                      .variance = variance_of(input, which)};
    consistency_fit(column->node, 1 + n);
    column->sum = llround(column->node[0].value);
    column->variance = column->node[0].left;
    consistency_clamp(column->node, 1 + n);
    consistency_round(column->node, 1 + n, input->rule.base, column->rounded);
}

/*
 * The most that a part was reduced by so that none is below zero; it is the same for all that stay
 * above.
 */
static int64_t column_sunk(const struct column *column, uint32_t n_parts)
{
    double most = 0;

    for (uint32_t part = 1; part <= n_parts; part++)
        most = fmax(most, column->node[part].measured - column->node[part].value);
    return (int64_t)ceil(most);
}

static void column_print(const struct table_input *input, uint32_t which,
                         const struct column *column, struct figure *cell, struct table *table)
{
    int64_t half = half_width_of(input, which);
    int64_t half_of_sum = table_half_width(column->variance);
    int64_t sunk = column_sunk(column, input->shape->n_parts);
    int64_t shown = 0;

    for (uint32_t part = 0; part < input->shape->n_parts; part++) {
        int64_t noised = input->noised[COUNT_CELLS * part + which];
        int64_t value = column->rounded[1 + part];
        struct figure *to = &cell[COUNT_CELLS * part + which];

        if (display_is_hidden(column->node[1 + part].value, value, &input->rule)) {
            *to = display_hidden(sunk, half, &input->rule);
            table->hidden[which].n++;
        } else {
            *to = display_shown(value, noised, half, &input->rule);
            shown += value;
        }
    }
    if (display_is_hidden(column->node[0].value, column->rounded[0], &input->rule))
        table->sum[which] = display_hidden(0, half_of_sum, &input->rule);
    else
        table->sum[which] =
            display_shown(column->rounded[0], column->sum, half_of_sum, &input->rule);
    table->hidden[which].together = column->rounded[0] - shown;
    if (input->shape->measure.sigma_total)
        cell[COUNT_CELLS * input->shape->n_parts + which] = table->sum[which];
}

bool table_breakdown(const struct table_input *input, struct figure *cell, struct table *table,
                     struct arena *arena)
{
    assert(input && input->shape && cell && table);
    size_t n = (size_t)input->shape->n_parts + 1;
    struct column column = {.node = arena_array(arena, n, sizeof(*column.node)),
                            .rounded = arena_array(arena, n, sizeof(*column.rounded))};

    if (!column.node || !column.rounded)
        return false;
    for (uint32_t which = 0; which < COUNT_CELLS; which++) {
        column_fit(input, which, &column);
        column_print(input, which, &column, cell, table);
    }
    return true;
}

/* ---- frequency ------------------------------------------------------------------------------- */

static double within_one(double value)
{
    return value < 0 ? 0 : (value > 1 ? 1 : value);
}

/*
 * By the delta method. AC and AN share the noise of het, hom and hemi. Rounding adds half a base.
 */
static void frequency_of(struct table_alleles *alleles, double variance, bool two_copies,
                         uint32_t base)
{
    double an = (double)alleles->an.value, f = (double)alleles->ac.value / an;
    double ac_variance = (two_copies ? 5 : 6) * variance;
    double an_variance = (two_copies ? 12 : 14) * variance;
    double shared = (two_copies ? 6 : 7) * variance;
    double deviation = sqrt(ac_variance + f * f * an_variance - 2 * f * shared) / an;
    double half = QUANTILE_95 * deviation + (double)base / 2 * (1 + f) / an;

    alleles->has_frequency = true;
    alleles->frequency = within_one(f);
    alleles->low = within_one(f - half);
    alleles->high = within_one(f + half);
}

/* There are no more alleles with the change than alleles: where noise says so, both are their mean.
 */
static void alleles_fit(int64_t ac, int64_t an, bool two_copies, const struct table_input *input,
                        struct table_alleles *alleles)
{
    double variance[2] = {(two_copies ? 12 : 14) * input->variance,
                          (two_copies ? 5 : 6) * input->variance};
    double fitted[2] = {(double)an, (double)ac}, weight[2] = {1 / variance[0], 1 / variance[1]};
    const int64_t noised[2] = {an, ac};
    struct figure *to[2] = {&alleles->an, &alleles->ac};

    monotone_falling(fitted, weight, 2);
    for (int i = 0; i < 2; i++) {
        int64_t half = table_half_width(variance[i]);
        int64_t value = display_round((int64_t)llround(fitted[i]), input->rule.base);
        double sunk = fmax(0, ceil((double)noised[i] - fitted[i]));

        *to[i] = ac <= an ? display_figure(noised[i], half, &input->rule)
                 : display_is_hidden(fitted[i], value, &input->rule)
                     ? display_hidden((int64_t)sunk, half, &input->rule)
                     : display_shown(value, noised[i], half, &input->rule);
    }
}

/* Nobody is the fewest that a genotype has: so AC is no less than what its parts show. */
static int64_t carriers(int64_t noised)
{
    return noised > 0 ? noised : 0;
}

static void alleles_print(const struct table_input *input, uint32_t part,
                          struct table_alleles *alleles)
{
    const int64_t *cell = input->noised + (size_t)MEASURE_GENOTYPE_CELLS * part;
    const struct ast_locus *at = &input->shape->changes[part].locus;
    bool two = ploidy_at(at->assembly, at->chromosome, at->start) == PLOIDY_TWO;
    int64_t ac = carriers(cell[GENOTYPE_HET]) + 2 * carriers(cell[GENOTYPE_HOM]);
    int64_t an = 2 * (cell[GENOTYPE_REF] + cell[GENOTYPE_HET] + cell[GENOTYPE_HOM]);
    double an_variance = (two ? 12 : 14) * input->variance;

    if (!two) { /* here every person has two copies, so these two cells would be noise alone */
        ac += carriers(cell[GENOTYPE_HEMI]);
        an += cell[GENOTYPE_HEMI] + cell[GENOTYPE_REF_HAPLOID];
    }
    alleles_fit(ac, an, two, input, alleles);
    if (!alleles->ac.suppressed && !alleles->an.suppressed &&
        (double)alleles->an.value > AN_DEVIATIONS_MIN * sqrt(an_variance))
        frequency_of(alleles, input->variance, two, input->rule.base);
}

/* Where everybody has two copies nobody can be in these cells, and they would be noise alone. */
static void without_haploid(const struct table_input *input, uint32_t part, struct figure *cell)
{
    const struct ast_locus *at = &input->shape->changes[part].locus;

    if (ploidy_at(at->assembly, at->chromosome, at->start) != PLOIDY_TWO)
        return;
    cell[GENOTYPE_HEMI] = (struct figure){.none = true};
    cell[GENOTYPE_REF_HAPLOID] = (struct figure){.none = true};
}

bool table_frequency(const struct table_input *input, struct figure *cell, struct table *table,
                     struct arena *arena)
{
    assert(input && input->shape && cell && table);
    table->alleles = arena_array(arena, input->shape->n_parts, sizeof(*table->alleles));
    if (!table->alleles)
        return false;
    if (!table_cells(input, cell, table, arena))
        return false;
    for (uint32_t part = 0; part < input->shape->n_parts; part++) {
        alleles_print(input, part, &table->alleles[part]);
        without_haploid(input, part, cell + (size_t)MEASURE_GENOTYPE_CELLS * part);
    }
    return true;
}
