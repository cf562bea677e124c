#pragma once
/*
 * The one place where a measure says what it releases: how many integers, what each of them is, and
 * how much one person can change them.
 *
 * Every count is three-valued, so it releases matched and undetermined cells, and one person is in
 * at most one of them (reference: privacy, section 3.3). Node, coordinator and client lay out cells
 * by this declaration; price and noise know a measure only by it, and noise_open() refuses cells
 * that were not declared here. Values only; any thread.
 */
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

/* What one question releases. */
struct measure {
    enum measure_kind kind;
    uint32_t n_cells;             /* integers in the vector, undetermined ones included */
    uint32_t sensitivity_squared; /* most that one person changes it, in L2, squared */
};

/*
 * parts is the number of table cells of a breakdown over disjoint dimensions or of changes of a
 * frequency; a count has 1. From the question alone. ERR_INVALID beyond the limits.
 */
bool measure_declare(enum measure_kind kind, uint32_t parts, struct measure *out,
                     struct err *err) MUST_CHECK;
/* It is what measure_declare() gives for some number of parts; made up by hand it may be anything.
 */
bool measure_is_declared(const struct measure *measure);
/* Cells of each part, in their order: 2, 2 and 6. 0 when there is no such measure. */
uint32_t measure_part_cells(enum measure_kind kind);
/* "matched", "ref_haploid"; cell is below measure_part_cells(). */
const char *measure_cell_name(enum measure_kind kind, uint32_t cell);

/* "count", "breakdown", "frequency"; "unknown" when there is none. */
const char *measure_name(enum measure_kind kind);
bool measure_read(const char *name, enum measure_kind *kind) MUST_CHECK;

/*
 * What it costs at a node under noise of variance sigma^2: sensitivity_squared / (2 sigma^2), in
 * nano-rho, rounded up. Which sigma may be asked for is node/privacy/price.h's to say.
 */
int64_t measure_price_nrho(const struct measure *measure, uint32_t sigma);
