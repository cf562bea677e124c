#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one place where a measure is declared: its name, what its parts stand for, the cells of each
 * part, how much one person can change them, and the words that explain it.
 *
 * Every count is three-valued, so it releases matched and undetermined cells, and one person is in
 * at most one of them (reference: privacy, section 3.3); a table may release its total too, in
 * cells behind those of its parts. Node, coordinator and client lay out cells
 * by this declaration. price and noise know nothing else about a measure, and noise_open() refuses
 * cells that were not declared here. README.md says how to add a measure. Constants; any thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

/* The numbers are those of Measure in proto/rikstal.proto. */
enum measure_kind {
    MEASURE_COUNT = 1,
    MEASURE_BREAKDOWN = 2,
    MEASURE_FREQUENCY = 3,
    MEASURE_FUNNEL = 4,
    MEASURE_SHARE = 5,
    MEASURE_LEAVE_ONE_OUT = 6,
    MEASURE_TIMELINE = 7,
    MEASURE_HISTOGRAM = 8,
    MEASURE_SURVIVAL = 9,
    MEASURE_ASSOCIATION = 10,
};

/* The cells of a count, and of each part of a breakdown, a timeline and a histogram. */
enum count_cell { CELL_MATCHED, CELL_UNDETERMINED, COUNT_CELLS };
/*
 * The cells of each change of a frequency: persons by genotype. In ref and hom the person has two
 * copies of the place, in hemi and ref_haploid one (proto/query/ploidy.h); not_covered has all
 * other persons of the cohort.
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

/*
 * The cells of each step of a funnel. Whom the first step rules out is in none. Everybody else is
 * in one: whom a later step rules out, in `last` of the step before the first that does; whom no
 * step rules out, in `last` of the last step when all are met for certain, and otherwise in
 * `undecided` of the first step that cannot be told.
 */
enum funnel_cell { FUNNEL_LAST, FUNNEL_UNDECIDED, MEASURE_FUNNEL_CELLS };

/*
 * The cells of a share: everybody of the population is in one. The first two are those of a count;
 * matched and unmatched together are those of whom it can be told.
 */
enum share_cell {
    SHARE_MATCHED = CELL_MATCHED,
    SHARE_UNDETERMINED = CELL_UNDETERMINED,
    SHARE_UNMATCHED,
    MEASURE_SHARE_CELLS,
};

/*
 * The cells of each bin of a curve: who had the event in it, and who was last heard of in it
 * without one. Of the last class, whose time is not known, the first cell has all of whom it cannot
 * be told, and nobody is in the second.
 */
enum survival_cell {
    SURVIVAL_EVENT,
    SURVIVAL_UNTOLD = SURVIVAL_EVENT,
    SURVIVAL_CENSORED,
    MEASURE_SURVIVAL_CELLS,
};

/*
 * The cells of an association: everybody among whom it is asked is in one of the first four by
 * whether the exposure and the outcome are met, or, where one of them or whether the person is
 * asked for cannot be told, in the last.
 */
enum association_cell {
    ASSOCIATION_EXPOSED_WITH,
    ASSOCIATION_EXPOSED_WITHOUT,
    ASSOCIATION_UNEXPOSED_WITH,
    ASSOCIATION_UNEXPOSED_WITHOUT,
    ASSOCIATION_UNTOLD,
    MEASURE_ASSOCIATION_CELLS,
};

#define MEASURE_TABLE_MAX 4000  /* parts of one breakdown; more do not fit in a signed answer */
#define MEASURE_CHANGES_MAX 100 /* changes of one frequency question */
#define MEASURE_STEPS_MAX 32    /* criteria of one funnel */

/* What the parts of an answer stand for. shape_read() makes the parts from the question. */
enum measure_parts {
    MEASURE_ONE_PART,
    MEASURE_BY_DIMENSIONS, /* one for each combination of classes of the question's dimensions */
    MEASURE_BY_CHANGES,    /* one for each of the question's changes */
    MEASURE_BY_STEPS,      /* one for each of its steps, in order */
    MEASURE_BY_BINS,       /* one for each class of its bins */
    MEASURE_TWO_BY_TWO,    /* one, of two criteria */
};

/* How many cells the widest figure of a part adds up. */
enum measure_widest {
    MEASURE_WIDEST_ONE,         /* a part's figures are its cells, or follow a law of their own */
    MEASURE_WIDEST_ALL,         /* all of the measure's */
    MEASURE_WIDEST_ALL_BUT_ONE, /* of a funnel the survivors of the first step */
};

/* By which sigma a cell is released (reference: budget, section 6). */
enum measure_grade {
    MEASURE_ASKED,        /* the question's */
    MEASURE_UNDETERMINED, /* of whom it cannot be told: may be coarser */
    MEASURE_TOTAL,        /* of all parts together */
    MEASURE_GRADES,
};

/* A row of the table of measures. */
struct measure_declaration {
    enum measure_kind kind;
    const char *name;
    enum measure_parts parts;
    uint32_t parts_max;
    const char *part_name;   /* "change" */
    const char *parts_name;  /* "changes" */
    uint32_t n_cells;        /* of each part */
    const char *const *cell; /* their names, in order; one person is in at most one of them */
    uint32_t bins;           /* MEASURE_BY_BINS: units that it may be of, bit enum bins_unit */
    bool each_part;          /* true: one person may be in a cell of each part; false: in one cell
                              * of all parts */
    uint32_t undetermined;   /* bit i: cell i of a part stands alone, of whom it cannot be told, so
                              * that it may have a sigma of its own */
    bool may_total;          /* may release its total too */
    enum measure_widest widest;
    const char *help; /* follows "breakdown: " in help */
    /* The words for its figures: text before and after the number of parts, for one part and for
     * more. */
    const char *words;
    const char *one_part;
    const char *many_parts;
};

/* The figures that one question releases. */
struct measure {
    enum measure_kind kind;
    uint32_t n_cells;             /* integers in the vector, undetermined and total ones included */
    uint32_t sensitivity_squared; /* squared L2 norm of the largest change by one person */
    uint32_t sigma_undetermined;  /* of MEASURE_UNDETERMINED; 0: the question's */
    uint32_t sigma_total;         /* of MEASURE_TOTAL; 0: no total is released */
};

/* NULL when there is no measure of this number. */
const struct measure_declaration *measure_declaration(enum measure_kind kind);
/*
 * Computed from the question alone; `parts` is the question's number of parts. ERR_INVALID when it
 * is 0 or above the measure's parts_max.
 */
bool measure_declare(enum measure_kind kind, uint32_t parts, struct measure *out,
                     struct err *err) MUST_CHECK;
/*
 * Gives cells of a declared measure a sigma of their own; 0 and 0 change nothing. A total adds the
 * cells of one more part behind all others, counts as a part of parts_max, and is of everybody who
 * is in a part: so a person changes one more cell. ERR_INVALID when the measure has no such cells.
 */
bool measure_grade(struct measure *measure, uint32_t sigma_undetermined, uint32_t sigma_total,
                   struct err *err) MUST_CHECK;
/* Which grade has this cell of all n_cells? */
enum measure_grade measure_cell_grade(const struct measure *measure, uint32_t cell);
/* The sigma of a grade where the question's is `sigma`. */
uint32_t measure_sigma(const struct measure *measure, uint32_t sigma, enum measure_grade grade);
/* The finest sigma that is asked for, by which policies judge: a total may be finer than the parts.
 */
uint32_t measure_finest(const struct measure *measure, uint32_t sigma);
/*
 * True when measure_declare() and measure_grade() give exactly these values for some number of
 * parts. A struct that was filled otherwise may hold any values.
 */
bool measure_is_declared(const struct measure *measure);
/* How many cells the widest figure of a part adds up, each of which has noise of its own. */
uint32_t measure_widest_sum(const struct measure *measure);
/* Number of cells of each part. 0 when there is no such measure. */
uint32_t measure_part_cells(enum measure_kind kind);
/* "matched", "ref_haploid"; `cell` must be below measure_part_cells(). */
const char *measure_cell_name(enum measure_kind kind, uint32_t cell);

/* "count", "breakdown", "frequency"; "unknown" for another number. */
const char *measure_name(enum measure_kind kind);
/* The names as a closed list (proto/base/words.h), in the order of their numbers. */
const char *measure_word(size_t i);
/* Finds a measure by its name. ERR_INVALID, with a list of the names, when there is none. */
bool measure_read(const char *name, enum measure_kind *kind, struct err *err) MUST_CHECK;
