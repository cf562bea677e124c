#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a report presents a measure: how the figures of its parts follow from noised cells, and how
 * they are printed. One row for each measure, to which proto/query/measure.h has the declaration.
 *
 * Constants and pure functions; any thread.
 */
#include <stdbool.h>

#include "coordinator/report/report.h"
#include "proto/base/bytes.h"

/* The figures that summarise a region, or the total, in one line. */
enum layout_headline {
    LAYOUT_CELLS, /* the cells of the measure's one part */
    LAYOUT_SUM,   /* the table's sum over all parts */
    LAYOUT_LAST,  /* the figures of the last part */
    LAYOUT_NONE,  /* none, because each part stands for itself */
};

/* Sets the figures of all cells, and the table beside them. False when memory is out. */
typedef bool layout_merge(const struct table_input *input, struct figure *cell, struct table *table,
                          struct arena *arena);
/* Prints the parts of the total for people. */
typedef void layout_render(const struct report *report, struct bytes *out);

struct layout {
    enum layout_headline headline;
    layout_merge *merge;       /* NULL where the figures are the cells of one part and no more */
    layout_render *render;     /* NULL likewise */
    bool alleles;              /* its table has allele figures */
    bool share;                /* its table has a share */
    bool odds;                 /* its table has an odds ratio */
    bool quartiles;            /* its table has quartiles */
    bool curve;                /* its table has a curve; the last part has no figures */
    const char *const *figure; /* names of a part's figures; NULL: those of the cells */
    const char *parts_name;    /* of the list of parts in JSON; NULL: "parts" */
    const char *note;          /* how to read the parts, for people; or "" */
};

/* The name of a part's figure number `cell`: "matched", "survivors". */
const char *layout_figure(enum measure_kind kind, uint32_t cell);

/* Asserts that the measure is declared. */
const struct layout *layout_of(enum measure_kind kind);

/*
 * For a measure with a merge of its own: sets the figures of all cells, in order, and returns the
 * table beside them, in the arena. NULL when memory is out.
 */
struct table *layout_table(const struct table_input *input, struct figure *cell,
                           struct arena *arena);
/*
 * The figures that summarise a region or the total in one line. NULL when the measure has none, or
 * there is no figure.
 */
const struct figure *layout_told(const struct shape *shape, const struct figure *cell,
                                 const struct table *table);
/* Prints nothing for a measure without a table, and when there is no total. */
void layout_parts(const struct report *report, struct bytes *out);
