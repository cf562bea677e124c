#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a report shows beside the cells of an answer with many parts: for a breakdown its sums, made
 * so that the printed parts add up to the printed sum; for a frequency the alleles.
 *
 * Display thresholds are applied last, after noise, consistency and rounding, and hide every part
 * below them, zero included. The sum of a table's hidden parts is the printed sum minus the printed
 * parts, and the report states it as such. Pure; a table lives in the caller's arena; any thread.
 */
#include <stdbool.h>
#include <stdint.h>

#include "coordinator/report/display.h"
#include "proto/query/shape.h"

struct arena;

/* The hidden parts of a table: those below the threshold. */
struct table_hidden {
    uint32_t n;
    int64_t together; /* the printed sum minus the printed parts */
};

/*
 * The alleles of one change. Their noise follows from that of the cells: AC = het + 2 hom + hemi
 * has 5 times a cell's variance where every person has two copies, and 6 times elsewhere; AN = 2
 * (ref + het + hom) + hemi + ref_haploid has 12 and 14 times (reference: privacy, section 3.3).
 */
struct table_alleles {
    struct figure ac;
    struct figure an;
    bool has_frequency; /* AC is shown, and AN is more than noise */
    double frequency;   /* from the printed AC and AN, so it reveals no more than they do */
    double low;         /* its 95 % interval, between 0 and 1 */
    double high;
};

/* Of a share: the denominators, which are sums of its cells, and the share itself. */
struct table_share {
    struct figure told;    /* of whom it can be told: matched and unmatched */
    struct figure persons; /* all of the population */
    bool has_share;        /* matched is shown, and told is more than noise */
    double share;          /* from the printed figures, so it reveals no more than they do */
    double low;            /* its 95 % interval, between 0 and 1 */
    double high;
};

/* S at the end of a bin: the share that had no event until then. */
struct table_point {
    bool has; /* enough are at risk, and the bin has an end */
    double value;
    double low; /* its 95 % interval, between 0 and 1: of the noise, and of who these persons are */
    double high;
};

struct table_curve {
    struct figure undetermined; /* of whom the time cannot be told */
    struct table_point *point;  /* one for each part */
};

/* The odds ratio of a 2x2 table. */
struct table_odds {
    bool has; /* every cell is more than noise */
    double ratio;
    double low; /* its 95 % interval: of the noise, and of who these persons are */
    double high;
};

/* The bin in which a share of those whose number is known is reached. */
struct table_quartile {
    bool has; /* there are more of them than noise */
    uint32_t bin;
    uint32_t low; /* bins of its 95 % interval, which is of the noise */
    uint32_t high;
};

#define TABLE_QUARTILES 3
/* A quarter, half, three quarters. */
extern const double table_quartile_share[TABLE_QUARTILES];

struct table {
    struct figure sum[COUNT_CELLS]; /* for a breakdown: over all parts; where their total is
                                     * released too, by that and by the parts together */
    struct table_hidden hidden[COUNT_CELLS];
    struct table_alleles *alleles;   /* for a frequency: one for each part; else NULL */
    struct table_share *share;       /* for a share; else NULL */
    struct table_curve *curve;       /* for a survival; else NULL */
    struct table_odds *odds;         /* for an association; else NULL */
    struct table_quartile *quartile; /* for a histogram TABLE_QUARTILES of them; else NULL */
};

struct table_input {
    const struct shape *shape;
    const int64_t *noised; /* the cells of the shape, added up over the regions that are included */
    double variance;       /* of the noise of each cell that has the question's sigma */
    int64_t half_width;    /* of their 95 % intervals */
    struct display_rule rule;
    double graded[MEASURE_GRADES]; /* variances of the cells with a sigma of their own */
};

/*
 * The merge functions of measures, as declared in layout.h. Each sets the figures of all cells, in
 * order, and fills the table; false when memory is out. table_cells() is for parts whose figures
 * are their cells, the others for parts that add up, parts with alleles, a share, and steps.
 */
bool table_cells(const struct table_input *input, struct figure *cell, struct table *table,
                 struct arena *arena);
bool table_share(const struct table_input *input, struct figure *cell, struct table *table,
                 struct arena *arena);
bool table_breakdown(const struct table_input *input, struct figure *cell, struct table *table,
                     struct arena *arena);
bool table_frequency(const struct table_input *input, struct figure *cell, struct table *table,
                     struct arena *arena);
/*
 * Of a funnel a step's figures are cumulated: FUNNEL_LAST becomes who is left after the step, with
 * who is undecided because of a later one, and never rises; FUNNEL_UNDECIDED becomes who is
 * undecided because of it or an earlier one, and never falls.
 */
bool table_funnel(const struct table_input *input, struct figure *cell, struct table *table,
                  struct arena *arena);
/*
 * Of a survival a bin's figures are cumulated: SURVIVAL_EVENT becomes who reaches it, and never
 * rises, SURVIVAL_CENSORED who had the event by its end, and never falls. The last part has none.
 */
bool table_survival(const struct table_input *input, struct figure *cell, struct table *table,
                    struct arena *arena);
bool table_association(const struct table_input *input, struct figure *cell, struct table *table,
                       struct arena *arena);
/* A breakdown, with the quartiles of the number. */
bool table_histogram(const struct table_input *input, struct figure *cell, struct table *table,
                     struct arena *arena);
/* 1.96 standard deviations, rounded up. For sums of draws the exact width is equal or one less. */
int64_t table_half_width(double variance);
