#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A report: the national figure with its uncertainty, and every region's own state, as merge()
 * makes it and the renderers print it.
 *
 * Of a region that is suppressed, or took part in a sum, there is no number here that may not be
 * shown. A report lives in the arena that it was merged into and is never changed afterwards; any
 * thread may read it.
 */
#include <stddef.h>
#include <stdint.h>

#include "coordinator/report/answer.h"
#include "coordinator/report/display.h"
#include "coordinator/report/table.h"
#include "proto/query/mode.h"

#define REPORT_SHARE 0.95 /* of the interval */

/* A region as it is printed, and its figures. */
struct report_region {
    struct answer_region is; /* suppressed when its first figure is; took-part; code never NULL */
    const char *reason;      /* "" */
    struct display_rule rule;
    struct figure *cell; /* n_cells; NULL unless state is value or suppressed; none in a sum */
    struct table *table; /* beside these cells; NULL of a count */
};

struct report {
    const uint8_t *id;
    enum measure_kind measure;
    enum mode mode;
    uint32_t sigma;
    size_t n_cells;
    const struct shape *shape; /* never NULL */
    const char *disease;       /* never NULL */
    bool open;
    size_t n_regions;
    struct report_region *region;
    size_t n_answered;        /* with a value, shown or suppressed */
    bool has_total;           /* at least one has */
    bool blind;               /* sum: only the asker can open the total */
    bool sealed;              /* a blind sum that came about, and nobody here can open it */
    struct display_rule rule; /* of the total: the strictest of the answers' */
    size_t shares;            /* sum: each participant's noise has variance sigma^2 / shares */
    int64_t half_width;       /* of each cell of the total, persons */
    struct figure *total;     /* n_cells */
    struct table *table;      /* beside the total; NULL of a count */
    int64_t price_nrho;       /* the dearest node's; equal at all nodes of one release */
    bool charged;             /* at least one node took it; false: a repeat */
};
