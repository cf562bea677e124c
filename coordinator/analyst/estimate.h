#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The price of a question and the uncertainty of its figures, before it is asked: they follow from
 * its measure, sigma and the number of regions. Pure, except for the printing.
 */
#include <cjson/cJSON.h>
#include <stdint.h>

#include "coordinator/analyst/output.h"
#include "coordinator/report/plan.h"
#include "proto/base/err.h"
#include "proto/query/price.h"
#include "proto/query/shape.h"

/* A choice of sigma: half widths of 95 % intervals, in persons. */
struct estimate {
    uint32_t sigma;
    uint32_t sigma_undetermined; /* of cells of whom it cannot be told; 0: the measure has none */
    uint32_t sigma_total;        /* of a total of its own; 0: there is none */
    int64_t nrho;                /* price at each region */
    int64_t region;              /* for one region's figure */
    int64_t national;            /* for the total in mode regions */
    int64_t sum;                 /* for the total in mode sum; negative: not offered */
};

struct estimate estimate_of(const struct measure *measure, size_t n_regions, uint32_t sigma);

/*
 * The price and the widths for each sigma (schemas/price.json), with the usual ones for cells that
 * may have their own (price_usual() of proto/query/price.h). NULL when memory is out.
 */
cJSON *estimate_menu(const struct measure *measure, size_t n_regions);

/*
 * Prints a line on stdout, which begins with `before`, where a figure of the measure adds up
 * several cells: then it is wider than an estimate says, which is of one cell. Else nothing.
 */
void estimate_sums(const struct measure *measure, const char *before);

/* Prints on stdout what would be asked and its price, as JSON or in words. */
struct estimate_plan {
    const struct plan *plan;
    const struct shape *shape;
    const char *question;
    const struct term_echo *echo;            /* of the question; NULL: nothing */
    const char *disease;                     /* "": none */
    const char *release;                     /* the national one; "": the network has none */
    const Rikstal__V1__RosterPermit *permit; /* NULL: none */
    const cJSON *policy;                     /* permitted_json(); NULL: not looked at */
};
/* NULL when memory is out. */
cJSON *estimate_json(const struct estimate_plan *of);
bool estimate_print(const struct estimate_plan *of, enum output_form form,
                    struct err *err) MUST_CHECK;
