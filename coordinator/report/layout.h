#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a report makes of a measure: how the figures of its parts come from noised cells, and how
 * they are printed. One row a measure, beside its declaration in proto/query/measure.h.
 *
 * Constants and pure functions; any thread.
 */
#include <stdbool.h>

#include "coordinator/report/report.h"
#include "proto/base/bytes.h"

/* By which figures a region, and the total, is told in one line. */
enum layout_headline {
    LAYOUT_CELLS, /* the cells of its one part */
    LAYOUT_SUM,   /* the table's sum over all parts */
    LAYOUT_NONE,  /* none: each part stands for itself */
};

/* Sets the figures of all cells and what stands beside them. False when memory is out. */
typedef bool layout_merge(const struct table_input *input, struct figure *cell, struct table *table,
                          struct arena *arena);
/* The parts of the total, for people. */
typedef void layout_render(const struct report *report, struct bytes *out);

struct layout {
    enum layout_headline headline;
    layout_merge *merge;   /* NULL of a measure with one part: its figures are its cells */
    layout_render *render; /* NULL of one with one part */
    bool alleles;          /* its table has alleles */
    const char *note;      /* how the parts are to be read, for people; "" */
};

/* Asserts that the measure is declared. */
const struct layout *layout_of(enum measure_kind kind);

/*
 * Of a measure with more than one part: sets the figures of all cells, in their order, and gives
 * what stands beside them, in the arena. NULL when memory is out.
 */
struct table *layout_table(const struct table_input *input, struct figure *cell,
                           struct arena *arena);
/*
 * The figures by which these, a region's or the total's, are told in one line. NULL where the
 * measure has none, and without a figure.
 */
const struct figure *layout_told(const struct shape *shape, const struct figure *cell,
                                 const struct table *table);
/* Nothing for a measure with one part, and where there is no total. */
void layout_parts(const struct report *report, struct bytes *out);
