/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "coordinator/report/figure.h"
#include "coordinator/report/layout.h"
#include "coordinator/report/put.h"
#include "coordinator/report/render.h"
#include "proto/base/clock.h"
#include "proto/query/price.h"

#define NAME_WIDTH 30
#define STATE_WIDTH 12
#define FIGURE_WIDTH 10
#define RANGE_WIDTH 16

static const char *so_far(const struct report *report)
{
    return report->open ? " so far" : "";
}

/* A vague figure has said its interval. */
static void put_rest_of_range(const struct figure *figure, struct bytes *out)
{
    char range[RANGE_BYTES];

    put(out, figure_is_vague(figure) ? "%s)" : ": %s)",
        figure_is_vague(figure) ? "" : figure_range_text(figure, range));
}

/* "1 240 persons (95 %: 1 195–1 285), 20 of 21 regions" */
static void put_headline(const struct report *report, const struct render_options *options,
                         struct bytes *out)
{
    const struct figure *total = layout_told(report->shape, report->total, report->table);
    const struct measure_declaration *declared = measure_declaration(report->shape->measure.kind);
    char number[RANGE_BYTES];
    const char *bold = options->colour ? "\033[1m" : "";
    const char *plain = options->colour ? "\033[0m" : "";

    if (options->question && options->question[0])
        put(out, "%s\n", options->question);
    if (options->explained)
        put(out, "%s\n", options->explained);
    if (options->echo)
        term_echo_lines(options->echo, "", out);
    if (report->disease[0])
        put(out, "research on %s: with those who permit research on it alone\n", report->disease);
    if (report->release[0])
        put(out, "of the national release %s\n", report->release);
    if (report->sealed) {
        put(out, "\n%sA blind sum: only its asker's key opens it%s, %zu of %zu regions\n\n", bold,
            plain, report->n_answered, report->n_regions);
        return;
    }
    if (!report->has_total) {
        put(out, "\n%s%s%s, of %zu asked.\n\n", bold,
            report->mode == MODE_SUM
                ? (report->open ? "No sum yet" : "No sum came about; no region's figure was shown")
                : "No region has answered with a number",
            plain, report->n_regions);
        return;
    }
    if (!total) {
        put(out, "\n%s%u %s%s, %zu of %zu regions%s\n\n", bold, report->shape->n_parts,
            report->shape->n_parts == 1 ? declared->part_name : declared->parts_name, plain,
            report->n_answered, report->n_regions, so_far(report));
        return;
    }
    put(out, "\n%s%s%s persons%s (95 %%", bold, figure_is_vague(&total[CELL_MATCHED]) ? "" : "≈ ",
        figure_words(&total[CELL_MATCHED], &report->rule, number), plain);
    put_rest_of_range(&total[CELL_MATCHED], out);
    put(out, ", %zu of %zu regions%s\n", report->n_answered, report->n_regions, so_far(report));
    put(out, "%s more could not be determined (95 %%",
        figure_words(&total[CELL_UNDETERMINED], &report->rule, number));
    put_rest_of_range(&total[CELL_UNDETERMINED], out);
    put(out, "\n\n");
}

static const char *state_colour(enum region_state state)
{
    switch (state) {
    case REGION_VALUE:
    case REGION_TOOK_PART:
        return "\033[32m";
    case REGION_SUPPRESSED:
    case REGION_WAITING:
        return "\033[2m";
    default:
        return "\033[33m";
    }
}

static void put_state(struct bytes *out, enum region_state state, bool colour)
{
    if (colour)
        bytes_add_text(out, state_colour(state));
    put_padded(out, region_state_name(state), STATE_WIDTH);
    if (colour)
        bytes_add_text(out, "\033[0m");
}

static void put_figures(struct bytes *out, const struct figure *cell,
                        const struct display_rule *rule)
{
    char number[RANGE_BYTES], range[RANGE_BYTES];

    put_padded(out, cell ? figure_words(&cell[CELL_MATCHED], rule, number) : "–", -FIGURE_WIDTH);
    put_padded(out,
               cell && !figure_is_vague(&cell[CELL_MATCHED])
                   ? figure_range_text(&cell[CELL_MATCHED], range)
                   : "",
               -RANGE_WIDTH);
    put_padded(out, cell ? figure_words(&cell[CELL_UNDETERMINED], rule, number) : "–",
               -(FIGURE_WIDTH + 4));
}

static void put_region(const struct report *report, const struct report_region *region, bool colour,
                       struct bytes *out)
{
    char name[200];

    snprintf(name, sizeof(name), "%s %s", region->is.node, region->is.name);
    put_padded(out, name, NAME_WIDTH);
    put_state(out, region->is.state, colour);
    put_figures(out, layout_told(report->shape, region->cell, region->table), &region->rule);
    put(out, "   ");
    if (region->is.answer && region->is.answer->snapshot_date[0])
        put(out, "%s ", region->is.answer->snapshot_date);
    if (region->reason[0] || region->is.code[0])
        put(out, "%s", region->reason[0] ? region->reason : region->is.code);
    bytes_add_u8(out, '\n');
}

static void put_rule(struct bytes *out)
{
    int width = NAME_WIDTH + STATE_WIDTH + FIGURE_WIDTH + RANGE_WIDTH + FIGURE_WIDTH + 4;

    for (int i = 0; i < width; i++)
        bytes_add_text(out, "─");
    bytes_add_u8(out, '\n');
}

static void put_rows(const struct report *report, bool colour, struct bytes *out)
{
    char count[64];

    put_padded(out, "Region", NAME_WIDTH);
    put_padded(out, "State", STATE_WIDTH);
    put_padded(out, "Persons", -FIGURE_WIDTH);
    put_padded(out, "95 %", -RANGE_WIDTH);
    put_padded(out, "Undetermined", -(FIGURE_WIDTH + 4));
    put(out, "   Data of\n");
    put_rule(out);
    for (size_t i = 0; i < report->n_regions; i++)
        put_region(report, &report->region[i], colour, out);
    put_rule(out);
    snprintf(count, sizeof(count), "%zu of %zu", report->n_answered, report->n_regions);
    put_padded(out, "Total", NAME_WIDTH);
    put_padded(out, count, STATE_WIDTH);
    put_figures(out,
                report->has_total ? layout_told(report->shape, report->total, report->table) : NULL,
                &report->rule);
    put(out, "\n\n");
}

static bool term_seen(const struct report *report, size_t region, size_t term)
{
    const struct answer_term *wanted = &report->region[region].is.answer->term[term];

    for (size_t i = 0; i <= region; i++) {
        const struct answer *answer = report->region[i].is.answer;

        for (size_t t = 0; answer && t < (i == region ? term : answer->n_terms); t++)
            if (strcmp(answer->term[t].system, wanted->system) == 0 &&
                strcmp(answer->term[t].release, wanted->release) == 0)
                return true;
    }
    return false;
}

/*
 * Lists each release once, whichever regions use it; two releases of one system show a difference.
 */
static void put_terms(const struct report *report, struct bytes *out)
{
    const char *before = "Terms: ";

    for (size_t i = 0; i < report->n_regions; i++) {
        const struct answer *answer = report->region[i].is.answer;

        for (size_t t = 0; answer && t < answer->n_terms; t++) {
            if (term_seen(report, i, t))
                continue;
            put(out, "%s%s %s", before, answer->term[t].system, answer->term[t].release);
            before = ", ";
        }
    }
    if (before[0] == ',')
        bytes_add_u8(out, '\n');
}

/* "(sigma 10; undetermined 200; total 20)" */
static void put_sigmas(const struct report *report, struct bytes *out)
{
    const struct measure *measure = &report->shape->measure;

    put(out, "(sigma %u", report->sigma);
    if (measure->sigma_undetermined)
        put(out, "; undetermined %u", measure->sigma_undetermined);
    if (measure->sigma_total)
        put(out, "; total %u", measure->sigma_total);
    put(out, ")");
}

static void put_noise(const struct report *report, struct bytes *out)
{
    if (report->mode == MODE_SUM) {
        put(out,
            "The regions added up under masks: no region's own figure leaves this sum. Who "
            "subtracts\n"
            "two sums over different regions has the noise of both, and both were paid for. The\n"
            "total's noise has variance sigma^2 x %zu/%zu ",
            report->n_answered, report->shares);
        put_sigmas(report, out);
        put(out, "; the interval is that of the noise.\n%s",
            report->blind ? "It was blind: the coordinator could not add it up, only your key "
                            "could.\n"
                          : "");
        return;
    }
    put(out, "Each region adds noise ");
    put_sigmas(report, out);
    put(out, "; the intervals are those of the noise.\n");
}

/* Where persons pay for the figures that they are in: whether somebody may have been left out. */
/* Of the region where it is fewest. */
static int64_t fewest_for_all(const struct report *report, uint32_t sigma)
{
    int64_t fewest = INT64_MAX;

    for (size_t i = 0; i < report->n_regions; i++) {
        const struct answer_balance *balance = answer_accounts(report->region[i].is.answer);
        int64_t n = balance ? answer_counts_for_all(balance, sigma) : fewest;

        fewest = n < fewest ? n : fewest;
    }
    return fewest;
}

static void put_accounts(const struct report *report, struct bytes *out)
{
    size_t with = 0, low = 0;

    for (size_t i = 0; i < report->n_regions; i++) {
        const struct answer_balance *balance = answer_accounts(report->region[i].is.answer);

        with += balance != NULL;
        low += balance && !answer_everybody_could_pay(balance);
    }
    if (with == 0)
        return;
    put(out, "In %zu of %zu regions a person pays for the figures that the person is in, and ",
        with, report->n_regions);
    if (low == 0) {
        put(out,
            "what your\norganisation has asked leaves nobody out: it is less than one person "
            "may spend with it.\nAnother %" PRId64 " counts at sigma 5, or %" PRId64
            " at 10, or %" PRId64 " at 20 leave nobody out either, whomever they\nare about. A "
            "region that failed or lost its books may have taken more.\n",
            fewest_for_all(report, 5), fewest_for_all(report, 10), fewest_for_all(report, 20));
        return;
    }
    put(out,
        "who has nothing left for your\norganisation is left out. FIGURES CAN BE TOO LOW in %zu "
        "of them, most of all\nabout persons of whom you have asked before:",
        low);
    for (size_t i = 0; i < report->n_regions; i++) {
        const struct answer_balance *balance = answer_accounts(report->region[i].is.answer);

        if (balance && !answer_everybody_could_pay(balance))
            put(out, " %s", report->region[i].is.node);
    }
    put(out, ".\n");
}

static void put_notes(const struct report *report, const struct render_options *options,
                      struct bytes *out)
{
    char id[2 * QUESTION_ID_BYTES + 1], when[CLOCK_TEXT_BYTES];

    if (report->has_total) {
        put_noise(report, out);
        put(out,
            "\"0 to N\" is below %u or not told from zero, and so is \"<%u\" in a list: it may be "
            "nobody.\nA shown number does not prove that anybody exists.\n",
            report->rule.below, report->rule.below);
        put(out, "%s", layout_of(report->shape->measure.kind)->note);
        put(out, "A person may be counted in more than one region.\n");
        put_accounts(report, out);
        put(out, "Price: %" PRId64 ".%02" PRId64 " points at each region%s.\n",
            report->price_nrho / PRICE_POINT_NRHO,
            report->price_nrho % PRICE_POINT_NRHO / (PRICE_POINT_NRHO / 100),
            report->charged ? "" : "; a repeat, already paid: nothing was charged");
        put_terms(report, out);
    }
    bytes_to_hex(report->id, QUESTION_ID_BYTES, id);
    put(out, "Question %s", id);
    if (options->asked_s) {
        clock_text(options->asked_s, when);
        put(out, " of %s", when);
    }
    if (options->verified && report->sealed)
        put(out, "; every answer's signature was verified here, and no total can be made");
    else if (options->verified)
        put(out, "; every answer's signature was verified here and the total added again");
    put(out, ".\n");
}

void render_table(const struct report *report, const struct render_options *options,
                  struct bytes *out)
{
    assert(report && options && out);
    put_headline(report, options, out);
    layout_parts(report, out);
    put_rows(report, options->colour, out);
    put_notes(report, options, out);
}
