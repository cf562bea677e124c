#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What stands beside the cells of an answer with many parts: of a breakdown its sums, so made that
 * the printed parts add up to the printed sum; of a frequency the alleles.
 *
 * Display thresholds come last, after noise, consistency and rounding, and hide any part below
 * them, zero included; what the hidden parts of a table hold together is the sum without the shown
 * ones, and is told as that. Pure; a table lives in the caller's arena; any thread.
 */
#include <stdbool.h>
#include <stdint.h>

#include "coordinator/report/display.h"
#include "proto/query/shape.h"

struct arena;

/* The parts of a table that are below the threshold. */
struct table_hidden {
    uint32_t n;
    int64_t together; /* the printed sum without the printed parts */
};

/*
 * Of one change. Its noise is that of the cells: of AC = het + 2 hom + hemi it has 5 times a cell's
 * variance where everybody has two copies and 6 times where not, of AN = 2 (ref + het + hom) + hemi
 * + ref_haploid 12 and 14 times (reference: privacy, section 3.3).
 */
struct table_alleles {
    struct figure ac;
    struct figure an;
    bool has_frequency; /* AC is shown, and AN is more than noise */
    double frequency;   /* of the printed AC and AN, so it tells no more than they do */
    double low;         /* its 95 % interval, within 0 and 1 */
    double high;
};

struct table {
    struct figure sum[COUNT_CELLS]; /* breakdown: over all parts */
    struct table_hidden hidden[COUNT_CELLS];
    struct table_alleles *alleles; /* frequency: one a part; else NULL */
};

struct table_input {
    const struct shape *shape;
    const int64_t *noised; /* the shape's cells, added up over whoever is in them */
    double variance;       /* of each cell's noise */
    int64_t half_width;    /* of each cell's 95 % interval */
    struct display_rule rule;
};

/*
 * How measures are merged, as layout.h has it. Each sets the figures of all cells, in their order,
 * and fills the table; false when memory is out. Parts that add up; with alleles.
 */
bool table_breakdown(const struct table_input *input, struct figure *cell, struct table *table,
                     struct arena *arena);
bool table_frequency(const struct table_input *input, struct figure *cell, struct table *table,
                     struct arena *arena);
/* 1.96 standard deviations, up: for sums of draws, where the exact width is the same or one less.
 */
int64_t table_half_width(double variance);
