#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A report: the national figure with its uncertainty, and every region's own state. merge() makes
 * it and the renderers print it.
 *
 * For a region that is suppressed, or took part in a sum, the report holds no number that must not
 * be shown. A report lives in the arena that merge() was given and never changes afterwards; any
 * thread may read it.
 */
#include <stddef.h>
#include <stdint.h>

#include "coordinator/report/answer.h"
#include "coordinator/report/display.h"
#include "coordinator/report/table.h"
#include "proto/query/mode.h"

#define REPORT_SHARE 0.95 /* confidence level of the intervals */

/* A region as it is printed, with its figures. */
struct report_region {
    struct answer_region is; /* state: suppressed when the first figure is, took-part in a sum; code
                              * is never NULL */
    const char *reason;      /* "" */
    struct display_rule rule;
    struct figure *cell; /* n_cells; NULL unless state is value or suppressed; NULL in a sum */
    struct table *table; /* the table beside these cells; NULL for a count */
};

struct report {
    const uint8_t *id;
    enum measure_kind measure;
    enum mode mode;
    uint32_t sigma;
    size_t n_cells;
    const struct shape *shape; /* never NULL */
    const char *disease;       /* never NULL */
    const char *release;       /* the national one that it is about; "": the network has none */
    bool open;
    size_t n_regions;
    struct report_region *region;
    size_t n_answered;        /* regions with a value, shown or suppressed */
    bool has_total;           /* at least one region has a value */
    bool blind;               /* sum: only the asker can open the total */
    bool sealed;              /* a blind sum that succeeded, without the veil to open it */
    struct display_rule rule; /* for the total: the strictest rule of all answers */
    size_t shares;            /* sum: each participant's noise has variance sigma^2 / shares */
    int64_t half_width;       /* half width of the interval of each cell of the total that has the
                               * question's sigma, in persons */
    struct figure *total;     /* n_cells */
    struct table *table;      /* the table beside the total; NULL for a count */
    int64_t price_nrho;       /* the highest price among the nodes; nodes of one release all have
                               * the same price */
    bool charged;             /* at least one node charged it; false: a repeat */
};
