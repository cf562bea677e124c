#pragma once
/*
 * The one place where a measure says what it releases: how many integers, and how much one person
 * can change them.
 *
 * Every count is three-valued, so it releases matched and undetermined cells, and one person is in
 * at most one of them (reference: privacy, section 3.3). Price and noise know a measure only by
 * this declaration; noise_open() refuses cells that were not declared here. Values only; any
 * thread.
 */
#include <stdint.h>

#include "proto/base/err.h"

/* The numbers are those of Measure in proto/rikstal.proto. */
enum measure_kind { MEASURE_COUNT = 1, MEASURE_BREAKDOWN = 2, MEASURE_FREQUENCY = 3 };

#define MEASURE_TABLE_MAX 4096   /* table cells of a breakdown */
#define MEASURE_CHANGES_MAX 100  /* changes of one frequency question */
#define MEASURE_GENOTYPE_CELLS 5 /* a change: ref, het, hom, hemi, not covered */

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
