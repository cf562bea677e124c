#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one place where a measure is declared: its name, what its parts are told apart by, the cells
 * of each part, how much one person can change them, and the words that explain it.
 *
 * Every count is three-valued, so it releases matched and undetermined cells, and one person is in
 * at most one of them (reference: privacy, section 3.3). Node, coordinator and client lay out cells
 * by this declaration; price and noise know a measure only by it, and noise_open() refuses cells
 * that were not declared here. README.md says how a measure is added. Constants; any thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

/* The numbers are those of Measure in proto/rikstal.proto. */
enum measure_kind { MEASURE_COUNT = 1, MEASURE_BREAKDOWN = 2, MEASURE_FREQUENCY = 3 };

/* The cells of one part. Of a count, and of each part of a breakdown: */
enum count_cell { CELL_MATCHED, CELL_UNDETERMINED, COUNT_CELLS };
/*
 * Of each change of a frequency: persons by genotype. ref and hom have two copies of the place,
 * hemi and ref_haploid the only one (proto/query/ploidy.h); not_covered is everybody else of the
 * cohort.
 */
enum genotype_cell {
    GENOTYPE_REF,
    GENOTYPE_HET,
    GENOTYPE_HOM,
    GENOTYPE_HEMI,
    GENOTYPE_REF_HAPLOID,
    GENOTYPE_NOT_COVERED,
    MEASURE_GENOTYPE_CELLS,
};

#define MEASURE_TABLE_MAX 4096  /* table cells of a breakdown */
#define MEASURE_CHANGES_MAX 100 /* changes of one frequency question */

/* What tells the parts of an answer apart; shape_read() makes them from the question. */
enum measure_parts {
    MEASURE_ONE_PART,
    MEASURE_BY_DIMENSIONS, /* one for each combination of classes of the question's dimensions */
    MEASURE_BY_CHANGES,    /* one for each of the question's changes */
};

/* One row of the table of measures. */
struct measure_declaration {
    enum measure_kind kind;
    const char *name;
    enum measure_parts parts;
    uint32_t parts_max;
    const char *part_name;   /* "change" */
    const char *parts_name;  /* "changes" */
    uint32_t n_cells;        /* of each part */
    const char *const *cell; /* their names, in their order; one person is in at most one */
    bool each_part;          /* one person is in one cell of each part; else of all parts */
    const char *help;        /* after "breakdown: ", for who chooses a measure */
    /* What its figures are: text before and after the number of parts, that of one and of many. */
    const char *words;
    const char *one_part;
    const char *many_parts;
};

/* What one question releases. */
struct measure {
    enum measure_kind kind;
    uint32_t n_cells;             /* integers in the vector, undetermined ones included */
    uint32_t sensitivity_squared; /* most that one person changes it, in L2, squared */
};

/* NULL when there is no measure of this number. */
const struct measure_declaration *measure_declaration(enum measure_kind kind);
/*
 * parts is the number of parts of the question. From the question alone. ERR_INVALID without one
 * and beyond the measure's parts_max.
 */
bool measure_declare(enum measure_kind kind, uint32_t parts, struct measure *out,
                     struct err *err) MUST_CHECK;
/* It is what measure_declare() gives for some number of parts; made up by hand it may be anything.
 */
bool measure_is_declared(const struct measure *measure);
/* Cells of each part. 0 when there is no such measure. */
uint32_t measure_part_cells(enum measure_kind kind);
/* "matched", "ref_haploid"; cell is below measure_part_cells(). */
const char *measure_cell_name(enum measure_kind kind, uint32_t cell);

/* "count", "breakdown", "frequency"; "unknown" when there is none. */
const char *measure_name(enum measure_kind kind);
/* The names as a closed list (proto/base/words.h), in the order of their numbers. */
const char *measure_word(size_t i);
/* ERR_INVALID with the measures that there are. */
bool measure_read(const char *name, enum measure_kind *kind, struct err *err) MUST_CHECK;
