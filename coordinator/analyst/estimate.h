#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a question costs and how far its figures may be from the truth, told before it is asked:
 * from its measure, sigma and the number of regions alone. Pure but for the printing.
 */
#include <stdint.h>

#include "coordinator/analyst/output.h"
#include "coordinator/report/plan.h"
#include "proto/base/err.h"
#include "proto/query/price.h"
#include "proto/query/shape.h"

/* One line of the menu: half widths of 95 % intervals, in persons. */
struct estimate {
    uint32_t sigma;
    int64_t nrho;     /* at each region */
    int64_t region;   /* of one region's figure */
    int64_t national; /* of the total of mode regions */
    int64_t sum;      /* of the total of mode sum; negative: not given */
};

struct estimate estimate_of(const struct measure *measure, size_t n_regions, uint32_t sigma);

/* What would be asked and what it would cost, on stdout: JSON where that is the form, else words.
 */
struct estimate_plan {
    const struct plan *plan;
    const struct shape *shape;
    const char *question;
    const char *disease;                     /* "" */
    const Rikstal__V1__RosterPermit *permit; /* NULL: none */
};
bool estimate_print(const struct estimate_plan *quoted, enum output_form form,
                    struct err *err) MUST_CHECK;
