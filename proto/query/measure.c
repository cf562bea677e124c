/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/query/measure.h"

#include <assert.h>
#include <string.h>

#include "proto/base/words.h"
#include "proto/query/bins.h"

static const char *const count_cells[COUNT_CELLS] = {"matched", "undetermined"};
static const char *const genotype_cells[MEASURE_GENOTYPE_CELLS] = {
    "ref", "het", "hom", "hemi", "ref_haploid", "not_covered"};
static const char *const funnel_cells[MEASURE_FUNNEL_CELLS] = {"last", "undecided"};
static const char *const share_cells[MEASURE_SHARE_CELLS] = {"matched", "undetermined",
                                                             "unmatched"};
static const char *const left_out_cells[] = {"gained"};
static const char *const association_cells[MEASURE_ASSOCIATION_CELLS] = {
    "exposed_with", "exposed_without", "unexposed_with", "unexposed_without", "undetermined"};
static const char *const survival_cells[MEASURE_SURVIVAL_CELLS] = {"event", "censored"};

/* Rows in the order of their numbers, without gaps. */
static const struct measure_declaration measures[] = {
    {.kind = MEASURE_COUNT,
     .name = "count",
     .parts = MEASURE_ONE_PART,
     .parts_max = 1,
     .part_name = "count",
     .parts_name = "counts",
     .n_cells = COUNT_CELLS,
     .cell = count_cells,
     .undetermined = 1u << CELL_UNDETERMINED,
     .help = "how many persons are like this",
     .words = "how many these persons are, and of how many it cannot be told\n"},
    {.kind = MEASURE_BREAKDOWN,
     .name = "breakdown",
     .parts = MEASURE_BY_DIMENSIONS,
     .parts_max = MEASURE_TABLE_MAX,
     .part_name = "table cell",
     .parts_name = "table cells",
     .n_cells = COUNT_CELLS,
     .cell = count_cells,
     .undetermined = 1u << CELL_UNDETERMINED,
     .may_total = true,
     .help = "a table of those who are like this (--by)",
     .words = "a table of these persons, with one figure for each of ",
     .one_part = " parts of how many they are, and one of how many cannot be told:\n",
     .many_parts = " parts of how many they are, and one of how many cannot be told:\n"},
    {.kind = MEASURE_FREQUENCY,
     .name = "frequency",
     .parts = MEASURE_BY_CHANGES,
     .parts_max = MEASURE_CHANGES_MAX,
     .part_name = "change",
     .parts_name = "changes",
     .n_cells = MEASURE_GENOTYPE_CELLS,
     .cell = genotype_cells,
     .each_part = true,
     .help = "how often changes are among them (--changes)",
     .words = "how many of these persons have which genotype at ",
     .one_part = " change:\n",
     .many_parts = " changes:\n"},
    /* Sensitivity 1: a person is in at most one cell of all steps, by the rule of funnel_cell. */
    {.kind = MEASURE_FUNNEL,
     .name = "funnel",
     .parts = MEASURE_BY_STEPS,
     .parts_max = MEASURE_STEPS_MAX,
     .part_name = "step",
     .parts_name = "steps",
     .n_cells = MEASURE_FUNNEL_CELLS,
     .cell = funnel_cells,
     .widest = MEASURE_WIDEST_ALL_BUT_ONE,
     .help = "how many are left after each criterion of a trial (--protocol)",
     .words = "how many persons pass ",
     .one_part = " step, and of how many it cannot be told:\n",
     .many_parts = " steps one after the other, and at which step it cannot be told:\n"},
    /* Sensitivity 1: a person of the population is in one of the three cells. */
    {.kind = MEASURE_SHARE,
     .name = "share",
     .parts = MEASURE_ONE_PART,
     .parts_max = 1,
     .part_name = "share",
     .parts_name = "shares",
     .n_cells = MEASURE_SHARE_CELLS,
     .cell = share_cells,
     .widest = MEASURE_WIDEST_ALL,
     .help = "a count with its denominator: of how many it can be told",
     .words = "how many these persons are, of how many it cannot be told, and how many all others "
              "are\n"},
    /* Sensitivity 1: at most one step is all that a person lacks, so nobody is in two cells. */
    {.kind = MEASURE_LEAVE_ONE_OUT,
     .name = "leave_one_out",
     .parts = MEASURE_BY_STEPS,
     .parts_max = MEASURE_STEPS_MAX,
     .part_name = "step",
     .parts_name = "steps",
     .n_cells = 1,
     .cell = left_out_cells,
     .help = "how many more a trial had without each criterion (--protocol)",
     .words = "how many persons meet all but one of ",
     .one_part = " step, by the step that they lack:\n",
     .many_parts = " steps, by the step that they lack:\n"},
    /* Sensitivity 1: a person's first event lies in one bin. */
    {.kind = MEASURE_TIMELINE,
     .name = "timeline",
     .parts = MEASURE_BY_BINS,
     .bins = 1u << BINS_MONTHS,
     .parts_max = BINS_EDGES_MAX + 2,
     .part_name = "bin",
     .parts_name = "bins",
     .n_cells = COUNT_CELLS,
     .cell = count_cells,
     .undetermined = 1u << CELL_UNDETERMINED,
     .help = "when a first event was, by month, quarter or year (--from, --period)",
     .words = "how many of these persons had a first event in each of ",
     .one_part = " bin, and of how many it cannot be told:\n",
     .many_parts = " bins, and of how many it cannot be told:\n"},
    /* Sensitivity 1: a person has one age, and one time from a first event to the next. */
    {.kind = MEASURE_HISTOGRAM,
     .name = "histogram",
     .parts = MEASURE_BY_BINS,
     .bins = 1u << BINS_YEARS | 1u << BINS_DAYS,
     .parts_max = BINS_EDGES_MAX + 2,
     .part_name = "bin",
     .parts_name = "bins",
     .n_cells = COUNT_CELLS,
     .cell = count_cells,
     .undetermined = 1u << CELL_UNDETERMINED,
     .help = "their ages, or the days between two events (--bins, --from, --to)",
     .words = "how many of these persons have a number in each of ",
     .one_part = " bin, and of how many it cannot be told:\n",
     .many_parts = " bins, and of how many it cannot be told:\n"},
    /* Sensitivity 1: a person has one time, which ends by the event or by the last contact. */
    {.kind = MEASURE_SURVIVAL,
     .name = "survival",
     .parts = MEASURE_BY_BINS,
     .bins = 1u << BINS_DAYS,
     .parts_max = BINS_EDGES_MAX + 2,
     .part_name = "bin",
     .parts_name = "bins",
     .n_cells = MEASURE_SURVIVAL_CELLS,
     .cell = survival_cells,
     .widest = MEASURE_WIDEST_ALL,
     .help = "a curve: who is still without an event, by time since another (--from, --to, --bins)",
     .words = "how many of these persons had an event in each of ",
     .one_part = " bin, and how many were last heard of in it without one:\n",
     .many_parts = " bins, and how many were last heard of in it without one:\n"},
    /* Sensitivity 1: a person is in one of the five cells. */
    {.kind = MEASURE_ASSOCIATION,
     .name = "association",
     .parts = MEASURE_TWO_BY_TWO,
     .parts_max = 1,
     .part_name = "table",
     .parts_name = "tables",
     .n_cells = MEASURE_ASSOCIATION_CELLS,
     .cell = association_cells,
     .undetermined = 1u << ASSOCIATION_UNTOLD,
     .help = "a 2x2 table and its odds ratio (--exposure, --outcome)",
     .words = "how many of these persons are exposed and have the outcome, one of them or neither, "
              "and of how many it cannot be told\n"},
};

#define N_MEASURES (sizeof(measures) / sizeof(measures[0]))

const struct measure_declaration *measure_declaration(enum measure_kind kind)
{
    if (kind < 1 || (size_t)kind > N_MEASURES)
        return NULL;
    assert(measures[kind - 1].kind == kind);
    return &measures[kind - 1];
}

bool measure_declare(enum measure_kind kind, uint32_t parts, struct measure *out, struct err *err)
{
    assert(out);
    const struct measure_declaration *d = measure_declaration(kind);

    if (!d)
        return err_set(err, ERR_INVALID, "there is no measure of number %d", (int)kind);
    if (parts == 0)
        return err_set(err, ERR_INVALID, "the question asks for no %s", d->parts_name);
    if (parts > d->parts_max)
        return err_set(err, ERR_INVALID,
                       "the question asks for %u %s; at most %u are released at once", parts,
                       d->parts_name, d->parts_max);
    *out = (struct measure){.kind = kind,
                            .n_cells = d->n_cells * parts,
                            .sensitivity_squared = d->each_part ? parts : 1};
    return true;
}

bool measure_grade(struct measure *measure, uint32_t sigma_undetermined, uint32_t sigma_total,
                   struct err *err)
{
    assert(measure && measure_declaration(measure->kind));
    const struct measure_declaration *d = measure_declaration(measure->kind);

    assert(measure->sigma_undetermined == 0 && measure->sigma_total == 0);
    if (sigma_undetermined && !d->undetermined)
        return err_set(err, ERR_INVALID,
                       "a %s has no cell of whom it cannot be told that may have its own sigma",
                       d->name);
    if (sigma_total && !d->may_total)
        return err_set(err, ERR_INVALID, "a %s has no total of its own", d->name);
    if (sigma_total && measure->n_cells / d->n_cells >= d->parts_max)
        return err_set(err, ERR_INVALID,
                       "with their total at most %u %s are released at once, not %u",
                       d->parts_max - 1, d->parts_name, measure->n_cells / d->n_cells);
    measure->sigma_undetermined = sigma_undetermined;
    measure->sigma_total = sigma_total;
    if (sigma_total) {
        measure->n_cells += d->n_cells;
        measure->sensitivity_squared++;
    }
    return true;
}

enum measure_grade measure_cell_grade(const struct measure *measure, uint32_t cell)
{
    assert(measure && measure_declaration(measure->kind) && cell < measure->n_cells);
    const struct measure_declaration *d = measure_declaration(measure->kind);

    if (measure->sigma_undetermined && d->undetermined >> cell % d->n_cells & 1)
        return MEASURE_UNDETERMINED;
    return measure->sigma_total && cell >= measure->n_cells - d->n_cells ? MEASURE_TOTAL
                                                                         : MEASURE_ASKED;
}

uint32_t measure_sigma(const struct measure *measure, uint32_t sigma, enum measure_grade grade)
{
    assert(measure);
    switch (grade) {
    case MEASURE_UNDETERMINED:
        return measure->sigma_undetermined ? measure->sigma_undetermined : sigma;
    case MEASURE_TOTAL:
        return measure->sigma_total ? measure->sigma_total : sigma;
    case MEASURE_ASKED:
    case MEASURE_GRADES:
        break;
    }
    return sigma;
}

uint32_t measure_widest_sum(const struct measure *measure)
{
    assert(measure && measure_declaration(measure->kind) && measure->n_cells > 0);
    switch (measure_declaration(measure->kind)->widest) {
    case MEASURE_WIDEST_ALL:
        return measure->n_cells;
    case MEASURE_WIDEST_ALL_BUT_ONE:
        return measure->n_cells - 1;
    case MEASURE_WIDEST_ONE:
        break;
    }
    return 1;
}

uint32_t measure_part_cells(enum measure_kind kind)
{
    const struct measure_declaration *d = measure_declaration(kind);

    return d ? d->n_cells : 0;
}

uint32_t measure_finest(const struct measure *measure, uint32_t sigma)
{
    uint32_t total = measure_sigma(measure, sigma, MEASURE_TOTAL);

    return total < sigma ? total : sigma;
}

bool measure_is_declared(const struct measure *measure)
{
    assert(measure);
    uint32_t cells = measure_part_cells(measure->kind);
    uint32_t total = measure->sigma_total ? 1 : 0;
    struct measure declared;
    struct err ignored;

    return cells > 0 && measure->n_cells / cells > total &&
           measure_declare(measure->kind, measure->n_cells / cells - total, &declared, &ignored) &&
           measure_grade(&declared, measure->sigma_undetermined, measure->sigma_total, &ignored) &&
           declared.n_cells == measure->n_cells &&
           declared.sensitivity_squared == measure->sensitivity_squared;
}

const char *measure_cell_name(enum measure_kind kind, uint32_t cell)
{
    assert(cell < measure_part_cells(kind));
    return measure_declaration(kind)->cell[cell];
}

const char *measure_name(enum measure_kind kind)
{
    const struct measure_declaration *d = measure_declaration(kind);

    return d ? d->name : "unknown";
}

const char *measure_word(size_t i)
{
    return i < N_MEASURES ? measures[i].name : NULL;
}

bool measure_read(const char *name, enum measure_kind *kind, struct err *err)
{
    assert(name && kind);
    char list[WORDS_TEXT_BYTES];
    size_t i;

    if (!words_find(measure_word, name, &i))
        return err_set(err, ERR_INVALID, "no measure \"%.40s\"; there are %s", name,
                       words_join(measure_word, ", ", list));
    *kind = measures[i].kind;
    return true;
}
