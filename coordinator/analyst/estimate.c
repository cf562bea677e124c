/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/analyst/estimate.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "coordinator/analyst/permitted.h"
#include "coordinator/report/merge.h"
#include "coordinator/report/spread.h"
#include "proto/base/clock.h"
#include "proto/base/json.h"

#define PARTICIPANTS_MIN 3 /* the fewest participants of a sum */
#define SCHEMA_VERSION 1

/*
 * Up to a third of the participants may collude, so the noise is that of the other participants'
 * shares alone (1.5 and the fraction: reference privacy, section 4.7).
 */
static int64_t sum_half_width(size_t n, uint32_t sigma)
{
    size_t shares = n - (n ? (n - 1) / 3 : 0);

    if (n < PARTICIPANTS_MIN || 2 * (uint64_t)sigma * sigma < 3 * shares)
        return -1;
    return spread_sum_half_width(n, shares, sigma, REPORT_SHARE);
}

struct estimate estimate_of(const struct measure *measure, size_t n_regions, uint32_t sigma)
{
    assert(measure && n_regions >= 1 && n_regions <= REGIONS_MAX);
    return (struct estimate){.sigma = sigma,
                             .sigma_undetermined =
                                 measure_declaration(measure->kind)->undetermined
                                     ? measure_sigma(measure, sigma, MEASURE_UNDETERMINED)
                                     : 0,
                             .sigma_total = measure->sigma_total,
                             .nrho = price_nrho(measure, sigma),
                             .region = spread_half_width(1, sigma, REPORT_SHARE),
                             .national = spread_half_width(n_regions, sigma, REPORT_SHARE),
                             .sum = sum_half_width(n_regions, sigma)};
}

void estimate_sums(const struct measure *measure, const char *before)
{
    assert(measure && before);
    uint32_t cells = measure_widest_sum(measure);

    if (cells > 1)
        printf("%sa width is that of one cell; figures are sums of up to %u cells, %.1f times as "
               "wide\n",
               before, cells, sqrt(cells));
}

/* Writes the last second before an end, because that is what people call the end of a time. */
static void permit_end(const Rikstal__V1__RosterPermit *permit, char text[static CLOCK_TEXT_BYTES])
{
    clock_text(permit->valid_to - 1, text);
}

static void permit_print(const Rikstal__V1__RosterPermit *permit)
{
    char until[CLOCK_TEXT_BYTES];

    permit_end(permit, until);
    printf("under permit %s, until %.10s", permit->id, until);
    if (permit->nrho)
        printf(", of %.2f points at each region", (double)permit->nrho / (double)PRICE_POINT_NRHO);
    printf("\n");
}

static void permit_json(cJSON *root, const Rikstal__V1__RosterPermit *permit, bool *ok)
{
    char until[CLOCK_TEXT_BYTES];

    if (!permit)
        return;
    permit_end(permit, until);
    json_put_text(root, "permit", permit->id, ok);
    json_put_text(root, "permit_until", until, ok);
    if (permit->nrho)
        json_put_int(root, "permit_nrho", permit->nrho, ok);
}

static void words_print(const struct estimate_plan *of)
{
    const struct plan *plan = of->plan;
    const struct shape *shape = of->shape;
    struct estimate estimate = estimate_of(&shape->measure, plan->n_regions, plan->sigma);

    printf("%s\n", of->question);
    output_echo(of->echo, "", stdout);
    printf("as %s of %s, role %s, purpose %s\n", plan->analyst, plan->organisation, plan->role,
           plan->purpose);
    printf("%s in mode %s%s, sigma %u, of %zu regions\n", measure_name(plan->measure),
           mode_name(plan->mode), plan->blind ? ", blind" : "", plan->sigma, plan->n_regions);
    if (of->disease[0])
        printf("research on %s: counts also who permits research on it alone\n", of->disease);
    if (of->release[0])
        printf("of the national release %s: the same question costs once, until it closes\n",
               of->release);
    if (of->permit)
        permit_print(of->permit);
    if (shape->n_parts > 1)
        printf("%u parts of %u cells each\n", shape->n_parts, shape->part_cells);
    printf("price %.2f points at each region (rho %.6f); nothing for a question that was asked "
           "before\n",
           (double)estimate.nrho / (double)PRICE_POINT_NRHO, (double)estimate.nrho / 1e9);
    if (plan->mode == MODE_REGIONS)
        printf("95 %%: ±%" PRId64 " for a region's figure, ±%" PRId64 " for the total of all %zu\n",
               estimate.region, estimate.national, plan->n_regions);
    else if (estimate.sum >= 0)
        printf("95 %%: ±%" PRId64 " for the total of all %zu\n", estimate.sum, plan->n_regions);
    if (plan->mode == MODE_REGIONS || estimate.sum >= 0)
        estimate_sums(&shape->measure, "");
    if (shape->measure.sigma_undetermined)
        printf("how many cannot be told has sigma %u\n", shape->measure.sigma_undetermined);
    if (shape->measure.sigma_total)
        printf("the total of the table has sigma %u, in a figure of its own\n",
               shape->measure.sigma_total);
    if (of->policy)
        permitted_print(of->policy);
}

/* The sigmas of the cells that have their own. */
static void grades_json(cJSON *object, const struct estimate *estimate, bool *ok)
{
    if (estimate->sigma_undetermined)
        json_put_int(object, "sigma_undetermined", estimate->sigma_undetermined, ok);
    if (estimate->sigma_total)
        json_put_int(object, "sigma_total", estimate->sigma_total, ok);
}

cJSON *estimate_json(const struct estimate_plan *of)
{
    assert(of && of->shape && of->plan);
    const struct plan *plan = of->plan;
    struct estimate estimate = estimate_of(&of->shape->measure, plan->n_regions, plan->sigma);
    cJSON *root = cJSON_CreateObject();
    bool ok = root != NULL;

    json_put_int(root, "schema_version", SCHEMA_VERSION, &ok);
    json_put_bool(root, "dry_run", true, &ok);
    json_put_text(root, "question", of->question, &ok);
    if (of->echo)
        term_echo_put(of->echo, root, &ok);
    json_put_text(root, "analyst", plan->analyst, &ok);
    json_put_text(root, "organisation", plan->organisation, &ok);
    json_put_text(root, "role", plan->role, &ok);
    json_put_text(root, "purpose", plan->purpose, &ok);
    if (of->disease[0])
        json_put_text(root, "disease", of->disease, &ok);
    if (of->release[0])
        json_put_text(root, "release", of->release, &ok);
    permit_json(root, of->permit, &ok);
    json_put_text(root, "measure", measure_name(plan->measure), &ok);
    json_put_text(root, "mode", mode_name(plan->mode), &ok);
    json_put_bool(root, "blind", plan->blind, &ok);
    json_put_int(root, "sigma", plan->sigma, &ok);
    grades_json(root, &estimate, &ok);
    json_put_int(root, "regions", (int64_t)plan->n_regions, &ok);
    json_put_int(root, "parts", of->shape->n_parts, &ok);
    json_put_int(root, "cells", of->shape->measure.n_cells, &ok);
    json_put_int(root, "price_nrho", estimate.nrho, &ok);
    if (plan->mode == MODE_REGIONS) {
        json_put_int(root, "region_half_width_95", estimate.region, &ok);
        json_put_int(root, "national_half_width_95", estimate.national, &ok);
    } else if (estimate.sum >= 0) {
        json_put_int(root, "sum_half_width_95", estimate.sum, &ok);
    }
    if (of->policy)
        json_put(root, "policy", cJSON_Duplicate(of->policy, true), &ok);
    if (ok)
        return root;
    cJSON_Delete(root);
    return NULL;
}

cJSON *estimate_menu(const struct measure *measure, size_t n_regions)
{
    assert(measure);
    cJSON *root = cJSON_CreateObject(), *menu = cJSON_CreateArray();
    struct measure graded = price_usual(measure, price_sigma_menu[0]);
    bool ok = true;

    json_put_int(root, "schema_version", SCHEMA_VERSION, &ok);
    json_put_text(root, "measure", measure_name(measure->kind), &ok);
    json_put_int(root, "cells", graded.n_cells, &ok);
    json_put_int(root, "sensitivity_squared", graded.sensitivity_squared, &ok);
    json_put_int(root, "regions", (int64_t)n_regions, &ok);
    for (size_t i = 0; i < PRICE_SIGMAS; i++) {
        struct measure usual = price_usual(measure, price_sigma_menu[i]);
        struct estimate line = estimate_of(&usual, n_regions, price_sigma_menu[i]);
        cJSON *one = cJSON_CreateObject();

        json_put_int(one, "sigma", line.sigma, &ok);
        grades_json(one, &line, &ok);
        json_put_int(one, "price_nrho", line.nrho, &ok);
        json_put_int(one, "region_half_width_95", line.region, &ok);
        json_put_int(one, "national_half_width_95", line.national, &ok);
        if (line.sum >= 0)
            json_put_int(one, "sum_half_width_95", line.sum, &ok);
        cJSON_AddItemToArray(menu, one);
    }
    json_put(root, "menu", menu, &ok);
    if (ok)
        return root;
    cJSON_Delete(root);
    return NULL;
}

bool estimate_print(const struct estimate_plan *of, enum output_form form, struct err *err)
{
    assert(of && of->shape && of->plan);
    cJSON *root;
    bool ok;

    if (form != OUTPUT_JSON) {
        words_print(of);
        return true;
    }
    root = estimate_json(of);
    ok = json_print(root, stdout, err);
    cJSON_Delete(root);
    return ok;
}
