/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/report/parts.h"

#include <assert.h>
#include <stdio.h>

#include "coordinator/report/figure.h"
#include "coordinator/report/put.h"

#define KEY_WIDTH 16
#define CHANGE_WIDTH 30
#define FIGURE_WIDTH 10
#define RANGE_WIDTH 16

static void put_line(struct bytes *out, int width)
{
    for (int i = 0; i < width; i++)
        bytes_add_text(out, "─");
    bytes_add_u8(out, '\n');
}

static void put_with_range(struct bytes *out, const struct figure *figure,
                           const struct display_rule *rule)
{
    char number[FIGURE_BYTES], range[RANGE_BYTES];

    put_padded(out, figure_text(figure, rule, number), -FIGURE_WIDTH);
    put_padded(out, figure->suppressed ? "" : figure_range_text(figure, range), -RANGE_WIDTH);
}

/* For a row that adds up with no other: what may be nobody is its interval. */
static void put_alone(struct bytes *out, const struct figure *figure,
                      const struct display_rule *rule)
{
    char number[RANGE_BYTES], range[RANGE_BYTES];

    put_padded(out, figure_words(figure, rule, number), -FIGURE_WIDTH);
    put_padded(out, figure_is_vague(figure) ? "" : figure_range_text(figure, range), -RANGE_WIDTH);
}

/* ---- breakdown ------------------------------------------------------------------------------- */

static int keys_width(const struct shape *shape)
{
    return KEY_WIDTH * (int)shape_keys(shape);
}

/* The sum of the hidden parts, so that the column adds up. */
static void put_hidden(const struct report *report, struct bytes *out)
{
    const struct table_hidden *hidden = report->table->hidden;
    char label[64], number[32];

    if (hidden[CELL_MATCHED].n + hidden[CELL_UNDETERMINED].n == 0)
        return;
    snprintf(label, sizeof(label), "all below %u", report->rule.below);
    put_padded(out, label, keys_width(report->shape));
    put_padded(out, put_number_text(hidden[CELL_MATCHED].together, number), -FIGURE_WIDTH);
    put_padded(out, "", -RANGE_WIDTH);
    put_padded(out, put_number_text(hidden[CELL_UNDETERMINED].together, number),
               -(FIGURE_WIDTH + 4));
    bytes_add_u8(out, '\n');
}

void parts_breakdown(const struct report *report, struct bytes *out)
{
    assert(report->has_total && report->table && out);
    const struct shape *shape = report->shape;
    int width = keys_width(shape) + 2 * FIGURE_WIDTH + RANGE_WIDTH + 4;
    char number[FIGURE_BYTES];

    for (size_t key = 0; key < shape_keys(shape); key++)
        put_padded(out, shape_key(shape, key), KEY_WIDTH);
    put_padded(out, "Persons", -FIGURE_WIDTH);
    put_padded(out, "95 %", -RANGE_WIDTH);
    put_padded(out, "Undetermined", -(FIGURE_WIDTH + 4));
    bytes_add_u8(out, '\n');
    put_line(out, width);
    for (uint32_t part = 0; part < shape->n_parts; part++) {
        const struct figure *cell = report->total + (size_t)COUNT_CELLS * part;

        if (shape->n_parts > PARTS_ALL_MAX && cell[CELL_MATCHED].suppressed &&
            cell[CELL_UNDETERMINED].suppressed)
            continue;
        for (size_t key = 0; key < shape_keys(shape); key++)
            put_padded(out, shape_part(shape, part, key), KEY_WIDTH);
        put_with_range(out, &cell[CELL_MATCHED], &report->rule);
        put_padded(out, figure_text(&cell[CELL_UNDETERMINED], &report->rule, number),
                   -(FIGURE_WIDTH + 4));
        bytes_add_u8(out, '\n');
    }
    put_hidden(report, out);
    put_line(out, width);
    put_padded(out, "Total", keys_width(shape));
    put_with_range(out, &report->table->sum[CELL_MATCHED], &report->rule);
    put_padded(out, figure_text(&report->table->sum[CELL_UNDETERMINED], &report->rule, number),
               -(FIGURE_WIDTH + 4));
    put(out, "\n\n");
}

/* "half of them: up to 30-89 (95 %: 30-89 to 90-364)" */
void parts_histogram(const struct report *report, struct bytes *out)
{
    static const char *const names[TABLE_QUARTILES] = {"a quarter", "half", "three quarters"};

    assert(report->has_total && report->table && report->table->quartile && out);
    parts_breakdown(report, out);
    for (size_t i = 0; i < TABLE_QUARTILES; i++) {
        const struct table_quartile *quartile = &report->table->quartile[i];

        if (quartile->has)
            put(out, "%s of them: up to %s (95 %%: %s to %s)\n", names[i],
                shape_part(report->shape, quartile->bin, 0),
                shape_part(report->shape, quartile->low, 0),
                shape_part(report->shape, quartile->high, 0));
        else
            put(out, "%s of them: cannot be told through the noise\n", names[i]);
    }
    bytes_add_u8(out, '\n');
}

/* ---- frequency ------------------------------------------------------------------------------- */

static void put_change(const struct report *report, uint32_t part, struct bytes *out)
{
    const struct table_alleles *alleles = &report->table->alleles[part];
    const struct figure *cell = report->total + (size_t)MEASURE_GENOTYPE_CELLS * part;
    static const enum genotype_cell order[] = {GENOTYPE_HET, GENOTYPE_HOM, GENOTYPE_HEMI,
                                               GENOTYPE_NOT_COVERED};
    char number[FIGURE_BYTES];

    put_padded(out, shape_part(report->shape, part, 0), CHANGE_WIDTH);
    if (alleles->has_frequency)
        put(out, "%11.5f  %.5f–%.5f", alleles->frequency, alleles->low, alleles->high);
    else
        put_padded(out, "–", -28);
    put_padded(out, figure_text(&alleles->ac, &report->rule, number), -FIGURE_WIDTH);
    put_padded(out, figure_text(&alleles->an, &report->rule, number), -FIGURE_WIDTH);
    for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
        put_padded(out, figure_text(&cell[order[i]], &report->rule, number), -FIGURE_WIDTH);
    bytes_add_u8(out, '\n');
}

void parts_frequency(const struct report *report, struct bytes *out)
{
    assert(report->has_total && report->table && report->table->alleles && out);
    static const char *const heads[] = {"AC", "AN", "Het", "Hom", "Hemi", "Not cov."};

    put_padded(out, "Change", CHANGE_WIDTH);
    put_padded(out, "AF", -11);
    put_padded(out, "95 %", -17);
    for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
        put_padded(out, heads[i], -FIGURE_WIDTH);
    bytes_add_u8(out, '\n');
    put_line(out, CHANGE_WIDTH + 28 + 6 * FIGURE_WIDTH);
    for (uint32_t part = 0; part < report->shape->n_parts; part++)
        put_change(report, part, out);
    bytes_add_u8(out, '\n');
}

/* ---- funnel ---------------------------------------------------------------------------------- */

#define STEP_WIDTH 44

void parts_funnel(const struct report *report, struct bytes *out)
{
    assert(report->has_total && report->table && report->shape->steps && out);
    const struct shape *shape = report->shape;
    char number[RANGE_BYTES];

    put_padded(out, "After", STEP_WIDTH);
    put_padded(out, "Survivors", -FIGURE_WIDTH);
    put_padded(out, "95 %", -RANGE_WIDTH);
    put_padded(out, "Undetermined", -(FIGURE_WIDTH + 4));
    bytes_add_u8(out, '\n');
    put_line(out, STEP_WIDTH + 2 * FIGURE_WIDTH + RANGE_WIDTH + 4);
    for (uint32_t step = 0; step < shape->n_parts; step++) {
        const struct figure *cell = report->total + (size_t)MEASURE_FUNNEL_CELLS * step;

        put_padded(out, shape_part(shape, step, 0), STEP_WIDTH);
        put_alone(out, &cell[FUNNEL_LAST], &report->rule);
        put_padded(out, figure_words(&cell[FUNNEL_UNDECIDED], &report->rule, number),
                   -(FIGURE_WIDTH + 4));
        bytes_add_u8(out, '\n');
    }
    bytes_add_u8(out, '\n');
}

void parts_leave_one_out(const struct report *report, struct bytes *out)
{
    assert(report->has_total && report->table && report->shape->steps && out);

    put_padded(out, "Without", STEP_WIDTH);
    put_padded(out, "Gained", -FIGURE_WIDTH);
    put_padded(out, "95 %", -RANGE_WIDTH);
    bytes_add_u8(out, '\n');
    put_line(out, STEP_WIDTH + FIGURE_WIDTH + RANGE_WIDTH);
    for (uint32_t step = 0; step < report->shape->n_parts; step++) {
        put_padded(out, shape_part(report->shape, step, 0), STEP_WIDTH);
        put_alone(out, &report->total[step], &report->rule);
        bytes_add_u8(out, '\n');
    }
    bytes_add_u8(out, '\n');
}

/* ---- share ----------------------------------------------------------------------------------- */

#define PER 100000 /* of so many it is told beside percent */

static void put_denominator(const char *name, const struct figure *figure,
                            const struct display_rule *rule, struct bytes *out)
{
    char number[RANGE_BYTES], range[RANGE_BYTES];

    put(out, "%s%s", name, figure_words(figure, rule, number));
    if (!figure_is_vague(figure))
        put(out, " (95 %%: %s)", figure_range_text(figure, range));
}

void parts_share(const struct report *report, struct bytes *out)
{
    assert(report->has_total && report->table && report->table->share && out);
    const struct table_share *share = report->table->share;

    put_denominator("of ", &share->told, &report->rule, out);
    put_denominator(" of whom it can be told, of ", &share->persons, &report->rule, out);
    put(out, " persons in all\n");
    if (share->has_share && figure_is_vague(&report->total[SHARE_MATCHED]))
        put(out, "0 to %.3g %% of whom it can be told, 0 to %.0f per 100 000\n\n",
            100 * share->high, PER * share->high);
    else if (share->has_share)
        put(out,
            "%.3g %% of whom it can be told (95 %%: %.3g–%.3g %%), %.0f per 100 000 "
            "(%.0f–%.0f)\n\n",
            100 * share->share, 100 * share->low, 100 * share->high, PER * share->share,
            PER * share->low, PER * share->high);
    else
        put(out, "too few to give a share\n\n");
}

/* ---- survival -------------------------------------------------------------------------------- */

#define BAR_WIDTH 40

static void put_point(struct bytes *out, const struct table_point *point)
{
    int length = (int)(point->value * BAR_WIDTH + 0.5);

    if (!point->has) {
        put_padded(out, "–", -FIGURE_WIDTH);
        return;
    }
    put(out, "%10.3f  %.3f–%.3f  ", point->value, point->low, point->high);
    for (int i = 0; i < length; i++)
        bytes_add_text(out, "█");
    for (int i = length; i < BAR_WIDTH; i++)
        bytes_add_text(out, "·");
}

/* The first bin by whose end half or more had the event. */
static void put_median(const struct report *report, struct bytes *out)
{
    const struct table_point *point = report->table->curve->point;
    uint32_t i = 0, n = report->shape->n_parts - 1;

    while (i < n && point[i].has && point[i].value > 0.5)
        i++;
    if (i < n && point[i].has)
        put(out, "half had the event within %s days\n\n", shape_part(report->shape, i, 0));
    else
        put(out, "fewer than half had the event as far as the curve reaches\n\n");
}

void parts_survival(const struct report *report, struct bytes *out)
{
    assert(report->has_total && report->table && report->table->curve && out);
    static const char *const heads[] = {"At risk", "Events", "Left"};
    const struct table_curve *curve = report->table->curve;
    char number[RANGE_BYTES];

    put_padded(out, "Days", KEY_WIDTH);
    for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
        put_padded(out, heads[i], -FIGURE_WIDTH);
    put(out, "  95 %%\n");
    put_line(out, KEY_WIDTH + 3 * FIGURE_WIDTH + 15 + BAR_WIDTH);
    for (uint32_t part = 0; part + 1 < report->shape->n_parts; part++) {
        const struct figure *cell = report->total + (size_t)MEASURE_SURVIVAL_CELLS * part;

        put_padded(out, shape_part(report->shape, part, 0), KEY_WIDTH);
        for (uint32_t c = 0; c < MEASURE_SURVIVAL_CELLS; c++)
            put_padded(out, figure_words(&cell[c], &report->rule, number), -FIGURE_WIDTH);
        put_point(out, &curve->point[part]);
        bytes_add_u8(out, '\n');
    }
    put(out, "\nof %s the time could not be determined; ",
        figure_words(&curve->undetermined, &report->rule, number));
    put_median(report, out);
}

/* ---- association ----------------------------------------------------------------------------- */

void parts_association(const struct report *report, struct bytes *out)
{
    assert(report->has_total && report->table && report->table->odds && out);
    static const char *const rows[] = {"Exposed", "Not exposed"};
    const struct table_odds *odds = report->table->odds;
    const struct figure *cell = report->total;
    char number[RANGE_BYTES];

    put_padded(out, "", KEY_WIDTH);
    put_padded(out, "Outcome", -FIGURE_WIDTH);
    put_padded(out, "95 %", -RANGE_WIDTH);
    put_padded(out, "Without", -FIGURE_WIDTH);
    put_padded(out, "95 %", -RANGE_WIDTH);
    bytes_add_u8(out, '\n');
    put_line(out, KEY_WIDTH + 2 * (FIGURE_WIDTH + RANGE_WIDTH));
    for (int row = 0; row < 2; row++) {
        put_padded(out, rows[row], KEY_WIDTH);
        put_alone(out, &cell[ASSOCIATION_UNEXPOSED_WITH * row], &report->rule);
        put_alone(out, &cell[ASSOCIATION_UNEXPOSED_WITH * row + 1], &report->rule);
        bytes_add_u8(out, '\n');
    }
    put(out, "\n%s could not be determined\n",
        figure_words(&cell[ASSOCIATION_UNTOLD], &report->rule, number));
    if (odds->has)
        put(out, "odds ratio %.3g (95 %%: %.3g–%.3g)\n\n", odds->ratio, odds->low, odds->high);
    else
        put(out, "too few in one of the four for an odds ratio\n\n");
}
