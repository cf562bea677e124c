/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/report/layout.h"

#include <assert.h>

#include "coordinator/report/parts.h"
#include "proto/base/arena.h"

static const char *const funnel_figures[MEASURE_FUNNEL_CELLS] = {
    [FUNNEL_LAST] = "survivors", [FUNNEL_UNDECIDED] = "undetermined"};

static const char *const survival_figures[MEASURE_SURVIVAL_CELLS] = {"at_risk", "events"};

static const struct layout layouts[] = {
    [MEASURE_COUNT] = {.headline = LAYOUT_CELLS, .note = ""},
    [MEASURE_BREAKDOWN] = {.headline = LAYOUT_SUM,
                           .merge = table_breakdown,
                           .render = parts_breakdown,
                           .note =
                               "Everybody is in one part. The printed parts, with what those below "
                               "the threshold hold\ntogether, add up to the printed total.\n"},
    [MEASURE_FREQUENCY] = {.headline = LAYOUT_NONE,
                           .merge = table_frequency,
                           .render = parts_frequency,
                           .alleles = true,
                           .note =
                               "AC counts alleles (het + 2 hom + hemi), AN copies of the place in "
                               "those who were tested there:\ntwo, or one for men on X and Y "
                               "outside the pseudo-autosomal regions and on MT. AF = AC / AN.\n"},
    [MEASURE_FUNNEL] = {.headline = LAYOUT_LAST,
                        .merge = table_funnel,
                        .render = parts_funnel,
                        .figure = funnel_figures,
                        .parts_name = "steps",
                        .note =
                            "Survivors of a step are not ruled out by it or a step before it, and "
                            "are not among its undetermined.\nUndetermined is whom no step of all "
                            "rules out, and of whom this step or one before it cannot be told.\n"},
    [MEASURE_SHARE] = {.headline = LAYOUT_CELLS,
                       .merge = table_share,
                       .render = parts_share,
                       .share = true,
                       .note = "It can be told of who is like this or certainly not, for "
                               "whatever reason; the share is of these.\nFor the share of the "
                               "tested, ask within tested(variant(…)).\n"},
    [MEASURE_LEAVE_ONE_OUT] = {.headline = LAYOUT_NONE,
                               .merge = table_cells,
                               .render = parts_leave_one_out,
                               .parts_name = "steps",
                               .note = "Gained by a step: who meets all others for certain, and "
                                       "not this one. Without it the trial\nhad so many more than "
                                       "a funnel's last survivors.\n"},
    [MEASURE_TIMELINE] = {.headline = LAYOUT_SUM,
                          .merge = table_breakdown,
                          .render = parts_breakdown,
                          .note = "A person is in the bin of the first event that meets the "
                                  "question, and in no other; of whom it\ncannot be told whether "
                                  "there was one before is undetermined.\n"},
    [MEASURE_HISTOGRAM] = {.headline = LAYOUT_SUM,
                           .merge = table_histogram,
                           .render = parts_histogram,
                           .quartiles = true,
                           .note = "Everybody is in one bin, which has its first number and the "
                                   "last one before the next bin.\nQuartiles are of those whose "
                                   "number is known; their intervals are those of the noise.\n"},
    [MEASURE_SURVIVAL] = {.headline = LAYOUT_NONE,
                          .merge = table_survival,
                          .render = parts_survival,
                          .figure = survival_figures,
                          .curve = true,
                          .note = "Left is the share that had no event by the end of the bin, by "
                                  "Kaplan and Meier over bins: who was last\nheard of before "
                                  "counts as long as that. Its interval is of the noise and of "
                                  "chance together.\n"},
    [MEASURE_ASSOCIATION] = {.headline = LAYOUT_NONE,
                             .merge = table_association,
                             .render = parts_association,
                             .odds = true,
                             .note = "The odds ratio is of the printed figures; its interval is "
                                     "Woolf's, of the noise and of chance together.\nAn "
                                     "association is no cause.\n"},
};

const char *layout_figure(enum measure_kind kind, uint32_t cell)
{
    const struct layout *layout = layout_of(kind);

    assert(cell < measure_part_cells(kind));
    return layout->figure ? layout->figure[cell] : measure_cell_name(kind, cell);
}

const struct layout *layout_of(enum measure_kind kind)
{
    assert(measure_declaration(kind));
    assert((size_t)kind < sizeof(layouts) / sizeof(layouts[0]) && layouts[kind].note);
    return &layouts[kind];
}

struct table *layout_table(const struct table_input *input, struct figure *cell,
                           struct arena *arena)
{
    const struct layout *layout = layout_of(input->shape->measure.kind);
    struct table *table = arena_alloc(arena, sizeof(*table));

    assert(layout->merge);
    if (!table)
        return NULL;
    *table = (struct table){0};
    return layout->merge(input, cell, table, arena) ? table : NULL;
}

const struct figure *layout_told(const struct shape *shape, const struct figure *cell,
                                 const struct table *table)
{
    assert(shape);
    switch (layout_of(shape->measure.kind)->headline) {
    case LAYOUT_CELLS:
        return cell;
    case LAYOUT_SUM:
        return table ? table->sum : NULL;
    case LAYOUT_LAST:
        return cell ? cell + (size_t)(shape->n_parts - 1) * shape->part_cells : NULL;
    case LAYOUT_NONE:
        break;
    }
    return NULL;
}

void layout_parts(const struct report *report, struct bytes *out)
{
    assert(report && out);
    if (report->has_total && report->table)
        layout_of(report->shape->measure.kind)->render(report, out);
}
