/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "coordinator/report/layout.h"
#include "coordinator/report/put.h"
#include "coordinator/report/render.h"
#include "proto/base/clock.h"

/*
 * The line of a table's sum has no names of parts, and its figures are in columns of their own, so
 * that adding up a column never adds parts to sums.
 */
#define NO_PART UINT32_MAX

/*
 * Quotes as in RFC 4180 for commas. TSV has no quoting, so separators inside a text become spaces.
 */
static void put_field(struct bytes *out, const char *text, char separator)
{
    bool quote = separator == ',' && strpbrk(text, ",\"\r\n");

    if (quote)
        bytes_add_u8(out, '"');
    for (; *text; text++) {
        if (quote && *text == '"')
            bytes_add_u8(out, '"');
        bytes_add_u8(out, separator == '\t' && strchr("\t\r\n", *text) ? ' ' : (uint8_t)*text);
    }
    if (quote)
        bytes_add_u8(out, '"');
}

static void put_figure(struct bytes *out, const struct figure *figure, char separator)
{
    if (!figure || figure->none)
        put(out, "%c%c%c%c", separator, separator, separator, separator);
    else if (figure->suppressed)
        put(out, "%csuppressed%c%c%" PRId64 "%c%" PRId64, separator, separator, separator,
            figure->low, separator, figure->high);
    else
        put(out, "%cvalue%c%" PRId64 "%c%" PRId64 "%c%" PRId64, separator, separator, figure->value,
            separator, figure->low, separator, figure->high);
}

/* Figures of one region or of the total. `cell` is NULL when there are none. */
struct line {
    const struct report *report;
    const struct figure *cell;
    const struct table *table;
    const struct display_rule *rule;
    char separator;
    const struct render_options *options;
};

static void put_frequency(struct bytes *out, const struct table_alleles *alleles, char separator)
{
    put_figure(out, alleles ? &alleles->ac : NULL, separator);
    put_figure(out, alleles ? &alleles->an : NULL, separator);
    if (alleles && alleles->has_frequency)
        put(out, "%c%.6g%c%.6g%c%.6g", separator, alleles->frequency, separator, alleles->low,
            separator, alleles->high);
    else
        put(out, "%c%c%c", separator, separator, separator);
}

static void put_share(struct bytes *out, const struct table_share *share, char separator)
{
    put_figure(out, share ? &share->told : NULL, separator);
    put_figure(out, share ? &share->persons : NULL, separator);
    if (share && share->has_share)
        put(out, "%c%.6g%c%.6g%c%.6g", separator, share->share, separator, share->low, separator,
            share->high);
    else
        put(out, "%c%c%c", separator, separator, separator);
}

static void put_odds(struct bytes *out, const struct table_odds *odds, char separator)
{
    if (odds && odds->has)
        put(out, "%c%.6g%c%.6g%c%.6g", separator, odds->ratio, separator, odds->low, separator,
            odds->high);
    else
        put(out, "%c%c%c", separator, separator, separator);
}

/* The curve at the end of a bin; of the last part, of how many the time cannot be told. */
static void put_curve(struct bytes *out, const struct table_curve *curve, uint32_t part,
                      bool is_last, char separator)
{
    if (curve && curve->point[part].has)
        put(out, "%c%.6g%c%.6g%c%.6g", separator, curve->point[part].value, separator,
            curve->point[part].low, separator, curve->point[part].high);
    else
        put(out, "%c%c%c", separator, separator, separator);
    put_figure(out, curve && is_last ? &curve->undetermined : NULL, separator);
}

/* On the line of the sum; empty where one cannot be told. */
static void put_quartiles(struct bytes *out, const struct line *line, bool is_sum, char separator)
{
    const struct shape *shape = line->report->shape;

    for (size_t i = 0; i < TABLE_QUARTILES; i++) {
        const struct table_quartile *told = is_sum ? &line->table->quartile[i] : NULL;
        uint32_t bins[] = {told ? told->bin : 0, told ? told->low : 0, told ? told->high : 0};

        for (size_t b = 0; b < sizeof(bins) / sizeof(bins[0]); b++) {
            bytes_add_u8(out, (uint8_t)separator);
            put_field(out, told && told->has ? shape_part(shape, bins[b], 0) : "", separator);
        }
    }
}

static void put_quartiles_head(struct bytes *out, char separator)
{
    static const char *const names[TABLE_QUARTILES] = {"quarter", "half", "three_quarters"};

    for (size_t i = 0; i < TABLE_QUARTILES; i++)
        put(out, "%c%s%c%s_low95%c%s_high95", separator, names[i], separator, names[i], separator,
            names[i]);
}

/* The sum of all parts, and of the hidden ones. NULL: not on this line. */
static void put_sums(struct bytes *out, const struct table *table, char separator)
{
    for (uint32_t c = 0; c < COUNT_CELLS; c++)
        put_figure(out, table ? &table->sum[c] : NULL, separator);
    for (uint32_t c = 0; c < COUNT_CELLS; c++)
        if (table)
            put(out, "%c%u%c%" PRId64, separator, table->hidden[c].n, separator,
                table->hidden[c].together);
        else
            put(out, "%c%c", separator, separator);
}

static void put_figure_head(struct bytes *out, const char *name, char separator)
{
    put(out, "%c%s_state%c%s%c%s_low95%c%s_high95", separator, name, separator, name, separator,
        name, separator, name);
}

static void put_sums_head(struct bytes *out, char separator)
{
    put_figure_head(out, "sum_matched", separator);
    put_figure_head(out, "sum_undetermined", separator);
    put(out, "%cmatched_hidden_parts%cmatched_hidden_together", separator, separator);
    put(out, "%cundetermined_hidden_parts%cundetermined_hidden_together", separator, separator);
}

static bool has_sums(const struct shape *shape)
{
    return layout_of(shape->measure.kind)->headline == LAYOUT_SUM;
}

static void put_head(const struct report *report, char separator, struct bytes *out)
{
    const struct shape *shape = report->shape;

    put(out, "node%cname%cstate", separator, separator);
    for (size_t key = 0; key < shape_keys(shape); key++)
        put(out, "%c%s", separator, shape_key(shape, key));
    for (uint32_t c = 0; c < shape->part_cells; c++)
        put_figure_head(out, layout_figure(shape->measure.kind, c), separator);
    if (layout_of(shape->measure.kind)->alleles) {
        put_figure_head(out, "ac", separator);
        put_figure_head(out, "an", separator);
        put(out, "%caf%caf_low95%caf_high95", separator, separator, separator);
    }
    if (layout_of(shape->measure.kind)->share) {
        put_figure_head(out, "told", separator);
        put_figure_head(out, "persons", separator);
        put(out, "%cshare%cshare_low95%cshare_high95", separator, separator, separator);
    }
    if (layout_of(shape->measure.kind)->odds)
        put(out, "%codds_ratio%codds_ratio_low95%codds_ratio_high95", separator, separator,
            separator);
    if (layout_of(shape->measure.kind)->curve) {
        put(out, "%cleft%cleft_low95%cleft_high95", separator, separator, separator);
        put_figure_head(out, "undetermined", separator);
    }
    if (has_sums(shape))
        put_sums_head(out, separator);
    if (layout_of(shape->measure.kind)->quartiles)
        put_quartiles_head(out, separator);
    put(out, "%cunit%csigma%cbelow%cbase%csnapshot_date%cassembly%ccode", separator, separator,
        separator, separator, separator, separator, separator);
    put(out, "%cterms%cmeasure%cmode%crelease%cid%casked%cquestion", separator, separator,
        separator, separator, separator, separator, separator);
    put(out, "%csigma_undetermined%csigma_total%ceverybody_could_pay\n", separator, separator,
        separator);
}

/*
 * The part's names, its figures, and how they were made. The names are empty on the line of a sum.
 */
static void put_part(const struct line *line, uint32_t part, struct bytes *out)
{
    const struct shape *shape = line->report->shape;
    char separator = line->separator;
    bool is_part = line->cell && part != NO_PART;

    for (size_t key = 0; key < shape_keys(shape); key++) {
        bytes_add_u8(out, (uint8_t)separator);
        put_field(out, is_part ? shape_part(shape, part, key) : "", separator);
    }
    for (uint32_t c = 0; c < shape->part_cells; c++)
        put_figure(out, is_part ? &line->cell[(size_t)part * shape->part_cells + c] : NULL,
                   separator);
    if (layout_of(shape->measure.kind)->alleles)
        put_frequency(out, is_part ? &line->table->alleles[part] : NULL, separator);
    if (layout_of(shape->measure.kind)->share)
        put_share(out, is_part ? line->table->share : NULL, separator);
    if (layout_of(shape->measure.kind)->odds)
        put_odds(out, is_part ? line->table->odds : NULL, separator);
    if (layout_of(shape->measure.kind)->curve)
        put_curve(out, is_part ? line->table->curve : NULL, part, part + 1 == shape->n_parts,
                  separator);
    if (has_sums(shape))
        put_sums(out, line->cell && !is_part ? line->table : NULL, separator);
    if (layout_of(shape->measure.kind)->quartiles)
        put_quartiles(out, line, line->cell && !is_part, separator);
    put(out, "%cpersons%c%u%c%u%c%u%c", separator, separator, line->report->sigma, separator,
        line->rule->below, separator, line->rule->base, separator);
}

/* Releases of terms are a region's: "hp 2026-01-08; icd10 2026". */
static void put_terms(const struct answer *answer, char separator, struct bytes *out)
{
    struct bytes text = {0};

    for (size_t i = 0; answer && i < answer->n_terms; i++)
        put(&text, "%s%s %s", i ? "; " : "", answer->term[i].system, answer->term[i].release);
    bytes_add_u8(&text, 0);
    out->failed = out->failed || text.failed;
    if (!text.failed)
        put_field(out, (const char *)text.data, separator);
    bytes_clear(&text);
}

/* The sigmas of cells that may have their own; empty where the measure has no such cells. */
static void put_grades(const struct report *report, char separator, struct bytes *out)
{
    const struct measure *measure = &report->shape->measure;

    bytes_add_u8(out, (uint8_t)separator);
    if (measure_declaration(measure->kind)->undetermined)
        put(out, "%u", measure_sigma(measure, report->sigma, MEASURE_UNDETERMINED));
    bytes_add_u8(out, (uint8_t)separator);
    if (measure->sigma_total)
        put(out, "%u", measure->sigma_total);
}

/* Of one region: what JSON calls so. Empty where no person pays for figures. */
static const char *everybody(const struct report_region *region)
{
    const struct answer_balance *of = answer_accounts(region->is.answer);

    return !of ? "" : answer_everybody_could_pay(of) ? "yes" : "no";
}

/* Of the total: "no" if it is so of one region in it. */
static const char *everybody_of_all(const struct report *report)
{
    const char *word = "";

    for (size_t i = 0; i < report->n_regions && *word != 'n'; i++) {
        const char *one = everybody(&report->region[i]);

        word = *one ? one : word;
    }
    return word;
}

/*
 * What the figures rest on, so that a line says it wherever it is copied to; ends the line. The
 * total has no region.
 */
static void put_rest(const struct line *line, const struct report_region *region, struct bytes *out)
{
    char id[2 * QUESTION_ID_BYTES + 1], when[CLOCK_TEXT_BYTES] = "";
    const struct report *report = line->report;
    char separator = line->separator;

    bytes_to_hex(report->id, QUESTION_ID_BYTES, id);
    if (line->options->asked_s)
        clock_text(line->options->asked_s, when);
    bytes_add_u8(out, (uint8_t)separator);
    put_terms(region ? region->is.answer : NULL, separator, out);
    put(out, "%c%s%c%s%c%s%c%s%c%s%c", separator, measure_name(report->measure), separator,
        mode_name(report->mode), separator, report->release, separator, id, separator, when,
        separator);
    put_field(out, line->options->question ? line->options->question : "", separator);
    put_grades(report, separator, out);
    put(out, "%c%s\n", separator, region ? everybody(region) : everybody_of_all(report));
}

static void put_region(const struct report_region *region, const struct line *line, uint32_t part,
                       struct bytes *out)
{
    char separator = line->separator;

    put_field(out, region->is.node, separator);
    bytes_add_u8(out, (uint8_t)separator);
    put_field(out, region->is.name, separator);
    put(out, "%c%s", separator, region_state_name(region->is.state));
    put_part(line, part, out);
    put_field(out, region->is.answer ? region->is.answer->snapshot_date : "", separator);
    bytes_add_u8(out, (uint8_t)separator);
    put_field(out, region->is.answer ? region->is.answer->assembly : "", separator);
    bytes_add_u8(out, (uint8_t)separator);
    put_field(out, region->is.code, separator);
    put_rest(line, region, out);
}

static const char *total_state(const struct report *report)
{
    if (report->open)
        return "waiting";
    if (report->sealed)
        return "blind";
    return report->has_total ? "value" : "failed";
}

static void put_total(const struct line *line, uint32_t part, struct bytes *out)
{
    const struct report *report = line->report;
    char separator = line->separator;

    put(out, "total%c%zu of %zu regions%c%s", separator, report->n_answered, report->n_regions,
        separator, total_state(report));
    put_part(line, part, out);
    put(out, "%c%c", separator, separator);
    put_rest(line, NULL, out);
}

void render_csv(const struct report *report, const struct render_options *options, char separator,
                struct bytes *out)
{
    assert(report && options && out && (separator == ',' || separator == '\t'));
    const struct shape *shape = report->shape;
    struct line total = {report,        report->has_total ? report->total : NULL,
                         report->table, &report->rule,
                         separator,     options};

    if (options->mark)
        bytes_add_text(out, "\xef\xbb\xbf");
    put_head(report, separator, out);
    for (size_t i = 0; i < report->n_regions; i++) {
        const struct report_region *region = &report->region[i];
        struct line line = {report, region->cell, region->table, &region->rule, separator, options};
        uint32_t n = region->cell ? shape->n_parts : 1; /* a region without figures has one line */

        for (uint32_t part = 0; part < n; part++)
            put_region(region, &line, part, out);
        if (region->cell && has_sums(shape))
            put_region(region, &line, NO_PART, out);
    }
    for (uint32_t part = 0; part < (report->has_total ? shape->n_parts : 1); part++)
        put_total(&total, part, out);
    if (report->has_total && has_sums(shape))
        put_total(&total, NO_PART, out);
}
