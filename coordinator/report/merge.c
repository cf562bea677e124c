/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/report/merge.h"

#include <assert.h>
#include <string.h>

#include "coordinator/report/layout.h"
#include "coordinator/report/spread.h"
#include "coordinator/report/sum.h"
#include "proto/base/arena.h"
#include "proto/query/price.h"

static uint32_t larger(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

/* The functions below set the regions first, then their total. */
static void region_state_set(const struct answer_region *from, struct report_region *to)
{
    to->is = *from;
    to->is.code = from->answer ? from->answer->code : (from->code ? from->code : "");
    to->reason = from->answer ? from->answer->reason : "";
}

static bool has_value(const struct report_region *region)
{
    return region->is.answer && region->is.answer->state == REGION_VALUE;
}

static void tally(struct report *report)
{
    for (size_t i = 0; i < report->n_regions; i++) {
        struct report_region *region = &report->region[i];

        if (!has_value(region))
            continue;
        region->rule = (struct display_rule){region->is.answer->display_below,
                                             region->is.answer->display_base};
        report->n_answered++;
        report->rule.below = larger(report->rule.below, region->rule.below);
        report->rule.base = larger(report->rule.base, region->rule.base);
        report->charged = report->charged || region->is.answer->charged;
        if (region->is.answer->price_nrho > report->price_nrho)
            report->price_nrho = region->is.answer->price_nrho;
    }
    report->has_total = report->n_answered > 0;
}

/*
 * Sets the regions' figures of one cell. When `adds_up` is set, the printed values add up to the
 * printed total.
 */
static void cell_print(struct report *report, size_t cell, int64_t half_width, bool adds_up)
{
    int64_t part[REGIONS_MAX];
    int64_t rounded[REGIONS_MAX];
    size_t n = 0;

    for (size_t i = 0; i < report->n_regions; i++)
        if (has_value(&report->region[i]))
            part[n++] = report->region[i].is.answer->cell[cell];
    display_parts(part, n, report->rule.base, rounded);
    n = 0;
    for (size_t i = 0; i < report->n_regions; i++) {
        struct report_region *region = &report->region[i];
        struct figure *figure;

        if (!has_value(region))
            continue;
        figure = &region->cell[cell];
        *figure = display_figure(part[n], half_width, &region->rule);
        if (adds_up && !figure->suppressed)
            figure->value = rounded[n] < 0 ? 0 : rounded[n];
        n++;
    }
}

static int64_t total_of(const struct report *report, size_t cell)
{
    int64_t sum = 0; /* cannot overflow: 64 regions of at most 1e9 */

    for (size_t i = 0; i < report->n_regions; i++)
        if (has_value(&report->region[i]))
            sum += report->region[i].is.answer->cell[cell];
    return sum;
}

static bool figures_alloc(struct report *report, struct arena *arena)
{
    report->total = arena_array(arena, report->n_cells, sizeof(struct figure));
    for (size_t i = 0; i < report->n_regions; i++) {
        if (!has_value(&report->region[i]) || report->mode == MODE_SUM)
            continue;
        report->region[i].cell = arena_array(arena, report->n_cells, sizeof(struct figure));
        if (!report->region[i].cell)
            return false;
    }
    return report->total != NULL;
}

static bool input_check(const struct merge_input *input, struct err *err)
{
    if (input->n_regions == 0 || input->n_regions > REGIONS_MAX)
        return err_set(err, ERR_INVALID, "a report has 1 to %d regions", REGIONS_MAX);
    const struct measure *measure = &(input->shape ? input->shape : &shape_count)->measure;

    if (!price_check(measure, input->sigma, err))
        return false;
    if (input->n_cells == 0 || input->n_cells > ANSWER_CELLS_MAX ||
        mode_refusal(input->mode) != NULL)
        return err_set(err, ERR_INVALID, "answers of mode regions or sum are merged");
    if (measure->n_cells != input->n_cells)
        return err_set(err, ERR_INVALID, "a report of other cells than its shape has");
    if (input->blind ? input->mode != MODE_SUM : input->veil != NULL)
        return err_set(err, ERR_INVALID, "only a sum is blind, and only a blind one has a veil");
    for (size_t i = 0; i < input->n_regions; i++) {
        const struct answer *answer = input->region[i].answer;

        if (answer && answer->state != input->region[i].state)
            return err_set(err, ERR_INTERNAL, "region %s: its state is not its answer's",
                           input->region[i].node);
        if (answer && answer->state == REGION_VALUE && answer->n_cells != input->n_cells)
            return err_set(err, ERR_INVALID, "region %s answered in another shape",
                           input->region[i].node);
    }
    return true;
}

/* Without a merge of its own the figures of a measure are its cells, and there is no table. */
static bool is_cells_alone(const struct report *report)
{
    return layout_of(report->shape->measure.kind)->merge == NULL;
}

static uint32_t grade_sigma(const struct report *report, int grade)
{
    return measure_sigma(&report->shape->measure, report->sigma, (enum measure_grade)grade);
}

/* Of draws of each grade that were added up: their variance, in units of sigma^2. */
static void variances_set(const struct report *report, double draws, struct table_input *input)
{
    input->variance = draws * report->sigma * report->sigma;
    for (int grade = 0; grade < MEASURE_GRADES; grade++) {
        uint32_t sigma = grade_sigma(report, grade);

        input->graded[grade] = draws * sigma * sigma;
    }
}

/* The half width of the total's cells of a grade. */
static int64_t total_half_width(const struct report *report, int grade)
{
    uint32_t sigma = grade_sigma(report, grade);

    return report->mode == MODE_SUM
               ? spread_sum_half_width(report->n_answered, report->shares, sigma, REPORT_SHARE)
               : spread_half_width(report->n_answered, sigma, REPORT_SHARE);
}

/* Sets the printable cells of all parts, and the table beside them. */
static bool parts_print(struct report *report, const int64_t *noised, double draws,
                        struct arena *arena)
{
    struct table_input input = {.shape = report->shape,
                                .noised = noised,
                                .half_width = report->half_width,
                                .rule = report->rule};
    int64_t half_width[MEASURE_GRADES];

    if (is_cells_alone(report)) {
        for (int grade = 0; grade < MEASURE_GRADES; grade++)
            half_width[grade] = total_half_width(report, grade);
        for (uint32_t cell = 0; cell < report->n_cells; cell++)
            report->total[cell] = display_figure(
                noised[cell], half_width[measure_cell_grade(&report->shape->measure, cell)],
                &report->rule);
        return true;
    }
    variances_set(report, draws, &input);
    report->table = layout_table(&input, report->total, arena);
    return report->table != NULL;
}

static bool region_parts_print(struct report *report, struct report_region *region,
                               int64_t half_width, struct arena *arena)
{
    struct table_input input = {.shape = report->shape,
                                .noised = region->is.answer->cell,
                                .half_width = half_width,
                                .rule = region->rule};

    variances_set(report, 1, &input);
    region->table = layout_table(&input, region->cell, arena);
    return region->table != NULL;
}

/* A region's state is that of its summary figure, when it has one. */
static void region_suppress(const struct report *report, struct report_region *region)
{
    const struct figure *told = layout_told(report->shape, region->cell, region->table);

    if (told && told[0].suppressed)
        region->is.state = REGION_SUPPRESSED;
}

static bool regions_print(const struct merge_input *input, struct report *report,
                          struct arena *arena)
{
    bool cells_alone = is_cells_alone(report);
    int64_t one[MEASURE_GRADES];
    int64_t *noised = arena_array(arena, input->n_cells, sizeof(*noised));

    if (!noised)
        return false;
    report->half_width = total_half_width(report, MEASURE_ASKED);
    for (int grade = 0; grade < MEASURE_GRADES; grade++)
        one[grade] = grade == MEASURE_ASKED || cells_alone
                         ? spread_half_width(1, grade_sigma(report, grade), REPORT_SHARE)
                         : 0;
    for (uint32_t cell = 0; cell < input->n_cells; cell++) {
        noised[cell] = total_of(report, cell);
        if (cells_alone)
            cell_print(report, cell, one[measure_cell_grade(&report->shape->measure, cell)],
                       input->adds_up);
    }
    for (size_t i = 0; i < report->n_regions; i++) {
        if (!report->region[i].cell)
            continue;
        if (!cells_alone &&
            !region_parts_print(report, &report->region[i], one[MEASURE_ASKED], arena))
            return false;
        region_suppress(report, &report->region[i]);
    }
    return parts_print(report, noised, (double)report->n_answered, arena);
}

/*
 * There is a total only when every participant of the list, and no other region, has a vector of
 * its session.
 */
static size_t vectors_of(const struct merge_input *input,
                         const struct answer *vector[static REGIONS_MAX])
{
    size_t n = 0;

    for (size_t i = 0; input->list && i < input->n_regions; i++) {
        const struct answer *answer = input->region[i].answer;

        if (!answer || answer->state != REGION_VALUE)
            continue;
        if (!sum_list_has(input->list, answer->node) || !answer->has_session ||
            memcmp(answer->session, input->list->session, sizeof(answer->session)) != 0)
            return 0;
        vector[n++] = answer;
    }
    return input->list && n == input->list->n ? n : 0;
}

/* A region that took part is included in the total; without a total it has no figure either. */
static void sum_states(struct report *report)
{
    bool came_about = report->has_total || report->sealed;

    for (size_t i = 0; i < report->n_regions; i++) {
        struct report_region *region = &report->region[i];

        if (!has_value(region))
            continue;
        region->is.state = came_about ? REGION_TOOK_PART : REGION_FAILED;
        if (!came_about)
            region->is.code = "no-sum";
    }
    if (!came_about)
        report->n_answered = 0;
}

static bool sum_print(const struct merge_input *input, struct report *report, struct arena *arena)
{
    const struct answer *vector[REGIONS_MAX];
    int64_t total[ANSWER_CELLS_MAX];
    size_t m = vectors_of(input, vector);

    report->sealed = m > 0 && input->blind && !input->veil;
    report->has_total =
        m > 0 && !report->sealed && sum_cells(vector, m, input->veil, input->n_cells, total);
    sum_states(report);
    if (!report->has_total)
        return true;
    report->shares = m - (m - 1) / 3;
    report->half_width = total_half_width(report, MEASURE_ASKED);
    return parts_print(report, total, (double)m / (double)report->shares, arena);
}

bool merge(const struct merge_input *input, struct arena *arena, struct report **out,
           struct err *err)
{
    assert(input && arena && out);
    struct report *report;
    bool ok;

    if (!input_check(input, err))
        return false;
    report = arena_alloc(arena, sizeof(*report));
    if (!report)
        return err_memory(err);
    *report = (struct report){.id = input->id,
                              .measure = input->measure,
                              .mode = input->mode,
                              .blind = input->blind,
                              .sigma = input->sigma,
                              .n_cells = input->n_cells,
                              .shape = input->shape ? input->shape : &shape_count,
                              .disease = input->disease ? input->disease : "",
                              .release = input->release ? input->release : "",
                              .open = input->open,
                              .n_regions = input->n_regions};
    report->region = arena_array(arena, input->n_regions, sizeof(struct report_region));
    if (!report->region)
        return err_memory(err);
    for (size_t i = 0; i < input->n_regions; i++)
        region_state_set(&input->region[i], &report->region[i]);
    tally(report);
    if (!figures_alloc(report, arena))
        return err_memory(err);
    ok = report->mode == MODE_SUM ? sum_print(input, report, arena)
                                  : !report->has_total || regions_print(input, report, arena);
    if (!ok)
        return err_memory(err);
    *out = report;
    return true;
}
