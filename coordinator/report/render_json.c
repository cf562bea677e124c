/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <stdlib.h>

#include "coordinator/report/layout.h"
#include "coordinator/report/render.h"
#include "proto/base/clock.h"
#include "proto/base/json.h"
#include "proto/query/price.h"

static void put_hex(cJSON *object, const char *name, const uint8_t *data, size_t size, bool *ok)
{
    char hex[2 * 32 + 1];

    bytes_to_hex(data, size, hex);
    json_put_text(object, name, hex, ok);
}

static void put_figure(cJSON *object, const char *name, const struct figure *figure,
                       const struct display_rule *rule, bool *ok)
{
    cJSON *cell = json_put(object, name, cJSON_CreateObject(), ok);

    json_put_text(cell, "state", figure->suppressed ? "suppressed" : "value", ok);
    if (figure->suppressed) {
        json_put_null(cell, "value", ok);
        json_put_int(cell, "below", rule->below, ok);
    } else {
        json_put_int(cell, "value", figure->value, ok);
    }
    json_put_int(cell, "low95", figure->low, ok);
    json_put_int(cell, "high95", figure->high, ok);
}

/* The figures of one region or of the total. */
struct cells_of {
    const struct shape *shape;
    const struct figure *cell;
    const struct table *table; /* NULL for a count */
    const struct display_rule *rule;
    const char *const *steps; /* the criteria of a funnel; NULL: not known */
};

static void put_part_cells(cJSON *object, const struct cells_of *of, uint32_t part, bool *ok)
{
    const struct shape *shape = of->shape;

    for (uint32_t c = 0; c < shape->part_cells; c++) {
        const struct figure *figure = &of->cell[(size_t)part * shape->part_cells + c];

        if (!figure->none)
            put_figure(object, layout_figure(shape->measure.kind, c), figure, of->rule, ok);
    }
}

static void put_alleles(cJSON *object, const struct table_alleles *alleles,
                        const struct display_rule *rule, bool *ok)
{
    cJSON *frequency;

    put_figure(object, "ac", &alleles->ac, rule, ok);
    put_figure(object, "an", &alleles->an, rule, ok);
    if (!alleles->has_frequency) {
        json_put_null(object, "af", ok);
        return;
    }
    frequency = json_put(object, "af", cJSON_CreateObject(), ok);
    json_put_number(frequency, "value", alleles->frequency, ok);
    json_put_number(frequency, "low95", alleles->low, ok);
    json_put_number(frequency, "high95", alleles->high, ok);
}

/* A step by its name and, where the question is known here, its criterion. */
static void put_step(cJSON *object, const struct cells_of *of, uint32_t part, bool *ok)
{
    json_put_text(object, "name", of->shape->steps[part].name, ok);
    if (of->steps)
        json_put_text(object, "text", of->steps[part], ok);
}

static void put_point(cJSON *object, const struct table_point *point, bool *ok)
{
    cJSON *left;

    if (!point->has) {
        json_put_null(object, "left", ok);
        return;
    }
    left = json_put(object, "left", cJSON_CreateObject(), ok);
    json_put_number(left, "value", point->value, ok);
    json_put_number(left, "low95", point->low, ok);
    json_put_number(left, "high95", point->high, ok);
}

static void put_part(cJSON *parts, const struct cells_of *of, uint32_t part, bool *ok)
{
    cJSON *object = cJSON_CreateObject();

    if (!object || !cJSON_AddItemToArray(parts, object)) {
        cJSON_Delete(object);
        *ok = false;
        return;
    }
    if (of->shape->steps)
        put_step(object, of, part, ok);
    for (size_t key = 0; key < shape_keys(of->shape) && !of->shape->steps; key++)
        json_put_text(object, shape_key(of->shape, key), shape_part(of->shape, part, key), ok);
    put_part_cells(object, of, part, ok);
    if (of->table->alleles)
        put_alleles(object, &of->table->alleles[part], of->rule, ok);
    if (of->table->curve)
        put_point(object, &of->table->curve->point[part], ok);
}

/* For a table its sums come first, with the sum of the hidden parts. */
static void put_sums(cJSON *object, const struct cells_of *of, bool *ok)
{
    for (uint32_t c = 0; c < COUNT_CELLS; c++)
        put_figure(object, measure_cell_name(of->shape->measure.kind, c), &of->table->sum[c],
                   of->rule, ok);
    for (uint32_t c = 0; c < COUNT_CELLS; c++) {
        cJSON *hidden =
            json_put(object, c == CELL_MATCHED ? "matched_hidden" : "undetermined_hidden",
                     cJSON_CreateObject(), ok);

        json_put_int(hidden, "parts", of->table->hidden[c].n, ok);
        json_put_int(hidden, "together", of->table->hidden[c].together, ok);
    }
}

static void put_share(cJSON *object, const struct table_share *share,
                      const struct display_rule *rule, bool *ok)
{
    cJSON *of;

    put_figure(object, "told", &share->told, rule, ok);
    put_figure(object, "persons", &share->persons, rule, ok);
    if (!share->has_share) {
        json_put_null(object, "share", ok);
        return;
    }
    of = json_put(object, "share", cJSON_CreateObject(), ok);
    json_put_number(of, "value", share->share, ok);
    json_put_number(of, "low95", share->low, ok);
    json_put_number(of, "high95", share->high, ok);
}

static void put_odds(cJSON *object, const struct table_odds *odds, bool *ok)
{
    cJSON *of;

    if (!odds->has) {
        json_put_null(object, "odds_ratio", ok);
        return;
    }
    of = json_put(object, "odds_ratio", cJSON_CreateObject(), ok);
    json_put_number(of, "value", odds->ratio, ok);
    json_put_number(of, "low95", odds->low, ok);
    json_put_number(of, "high95", odds->high, ok);
}

/* Those that can be told. */
static void put_quartiles(cJSON *object, const struct cells_of *of, bool *ok)
{
    cJSON *list = json_put(object, "quartiles", cJSON_CreateArray(), ok);

    for (size_t i = 0; list && i < TABLE_QUARTILES; i++) {
        const struct table_quartile *quartile = &of->table->quartile[i];
        cJSON *item;

        if (!quartile->has)
            continue;
        item = cJSON_CreateObject();
        if (!item || !cJSON_AddItemToArray(list, item)) {
            cJSON_Delete(item);
            *ok = false;
            return;
        }
        json_put_number(item, "share", table_quartile_share[i], ok);
        json_put_text(item, "bin", shape_part(of->shape, quartile->bin, 0), ok);
        json_put_text(item, "low95", shape_part(of->shape, quartile->low, 0), ok);
        json_put_text(item, "high95", shape_part(of->shape, quartile->high, 0), ok);
    }
}

static void put_cells(cJSON *object, const struct cells_of *of, bool with_parts, bool *ok)
{
    const struct layout *layout = layout_of(of->shape->measure.kind);
    uint32_t n_parts = of->shape->n_parts - layout->curve;
    cJSON *parts;

    if (!of->table || of->table->share || of->table->odds) {
        put_part_cells(object, of, 0, ok);
        if (of->table && of->table->odds)
            put_odds(object, of->table->odds, ok);
        else if (of->table)
            put_share(object, of->table->share, of->rule, ok);
        return;
    }
    if (layout->headline == LAYOUT_SUM)
        put_sums(object, of, ok);
    if (layout->quartiles)
        put_quartiles(object, of, ok);
    if (layout->curve)
        put_figure(object, "undetermined", &of->table->curve->undetermined, of->rule, ok);
    if (!with_parts)
        return;
    parts = json_put(object, layout->parts_name ? layout->parts_name : "parts", cJSON_CreateArray(),
                     ok);
    for (uint32_t part = 0; parts && part < n_parts; part++)
        put_part(parts, of, part, ok);
}

static void put_counts_for_all(cJSON *object, const struct answer_balance *balance, bool *ok)
{
    cJSON *list = json_put(object, "counts_for_all", cJSON_CreateArray(), ok);

    for (size_t i = 0; list && i < PRICE_SIGMAS; i++) {
        cJSON *one = json_append(list, ok);

        if (!one)
            return;
        json_put_int(one, "sigma", price_sigma_menu[i], ok);
        json_put_int(one, "counts", answer_counts_for_all(balance, price_sigma_menu[i]), ok);
    }
}

void render_balance(cJSON *object, const struct answer_balance *balance, bool *ok)
{
    assert(balance && ok);
    json_put_text(object, "dataset", balance->dataset, ok);
    json_put_text(object, "window", balance->window, ok);
    json_put_int(object, "left_nrho", balance->year_left_nrho, ok);
    json_put_int(object, "cap_nrho", balance->year_cap_nrho, ok);
    json_put_int(object, "lifetime_left_nrho", balance->lifetime_left_nrho, ok);
    json_put_int(object, "lifetime_cap_nrho", balance->lifetime_cap_nrho, ok);
    if (balance->person_year_nrho == 0)
        return;
    json_put_int(object, "person_year_nrho", balance->person_year_nrho, ok);
    json_put_int(object, "person_lifetime_nrho", balance->person_lifetime_nrho, ok);
    json_put_bool(object, "everybody_could_pay", answer_everybody_could_pay(balance), ok);
    put_counts_for_all(object, balance, ok);
}

/* A refusal has none: nothing was computed from any data. */
static void put_provenance(cJSON *object, const struct answer *answer, bool *ok)
{
    cJSON *terms;

    if (answer->has_snapshot)
        put_hex(object, "snapshot", answer->snapshot, sizeof(answer->snapshot), ok);
    json_put_text(object, "snapshot_date", answer->snapshot_date, ok);
    json_put_text(object, "assembly", answer->assembly, ok);
    json_put_int(object, "tested_share_percent", answer->tested_share_percent, ok);
    json_put_int(object, "price_nrho", answer->price_nrho, ok);
    json_put_bool(object, "charged", answer->charged, ok);
    json_put_int(object, "budget_left_nrho", answer->budget_left_nrho, ok);
    json_put_int(object, "log_index", (int64_t)answer->log_index, ok);
    terms = json_put(object, "terms", cJSON_CreateObject(), ok);
    for (size_t i = 0; i < answer->n_terms; i++)
        json_put_text(terms, answer->term[i].system, answer->term[i].release, ok);
}

static void put_region(cJSON *regions, const struct report *report, size_t i,
                       const struct render_options *options, bool *ok)
{
    const struct report_region *region = &report->region[i];
    cJSON *object = cJSON_CreateObject();
    bool envelopes = options->envelopes;

    if (!object || !cJSON_AddItemToArray(regions, object)) {
        cJSON_Delete(object);
        *ok = false;
        return;
    }
    json_put_text(object, "node", region->is.node, ok);
    json_put_text(object, "name", region->is.name, ok);
    json_put_text(object, "state", region_state_name(region->is.state), ok);
    if (region->is.code[0])
        json_put_text(object, "code", region->is.code, ok);
    if (region->reason[0])
        json_put_text(object, "reason", region->reason, ok);
    if (region->cell)
        put_cells(object,
                  &(struct cells_of){report->shape, region->cell, region->table, &region->rule,
                                     options->steps},
                  !envelopes || report->shape->n_parts <= RENDER_REGION_PARTS_MAX, ok);
    if (region->is.answer && region->is.answer->n_cells > 0)
        put_provenance(object, region->is.answer, ok);
    if (region->is.answer && region->is.answer->balance.told)
        render_balance(json_put(object, "budget", cJSON_CreateObject(), ok),
                       &region->is.answer->balance, ok);
    if (region->is.answer && envelopes)
        json_put_base64(object, "answer", region->is.answer->envelope,
                        region->is.answer->envelope_bytes, ok);
}

static void put_total(cJSON *root, const struct report *report, const char *const *steps, bool *ok)
{
    cJSON *total;

    if (!report->has_total) {
        json_put_null(root, "total", ok);
        return;
    }
    total = json_put(root, "total", cJSON_CreateObject(), ok);
    put_cells(total,
              &(struct cells_of){report->shape, report->total, report->table, &report->rule, steps},
              true, ok);
}

static void put_head(cJSON *root, const struct report *report, const struct render_options *options,
                     bool *ok)
{
    char when[CLOCK_TEXT_BYTES];

    json_put_int(root, "schema_version", RENDER_SCHEMA_VERSION, ok);
    put_hex(root, "id", report->id, QUESTION_ID_BYTES, ok);
    json_put_text(root, "state", report->open ? "open" : "complete", ok);
    if (options->question)
        json_put_text(root, "question", options->question, ok);
    if (options->explained)
        json_put_text(root, "explained", options->explained, ok);
    if (options->echo)
        term_echo_put(options->echo, root, ok);
    if (options->asked_s) {
        clock_text(options->asked_s, when);
        json_put_text(root, "asked", when, ok);
    }
    if (report->disease[0])
        json_put_text(root, "disease", report->disease, ok);
    if (report->release[0])
        json_put_text(root, "release", report->release, ok);
    json_put_text(root, "measure", measure_name(report->measure), ok);
    json_put_text(root, "mode", mode_name(report->mode), ok);
    if (report->mode == MODE_SUM)
        json_put_bool(root, "blind", report->blind, ok);
    json_put_text(root, "unit", "persons", ok);
    json_put_int(root, "sigma", report->sigma, ok);
    if (measure_declaration(report->measure)->undetermined)
        json_put_int(root, "sigma_undetermined",
                     measure_sigma(&report->shape->measure, report->sigma, MEASURE_UNDETERMINED),
                     ok);
    if (report->shape->measure.sigma_total)
        json_put_int(root, "sigma_total", report->shape->measure.sigma_total, ok);
    json_put_int(root, "regions_asked", (int64_t)report->n_regions, ok);
    json_put_int(root, "regions_answered", (int64_t)report->n_answered, ok);
    json_put_bool(root, "signatures_verified", options->verified, ok);
}

cJSON *render_json(const struct report *report, const struct render_options *options)
{
    assert(report && options);
    cJSON *root = cJSON_CreateObject();
    cJSON *display, *regions;
    bool ok = root != NULL;

    put_head(root, report, options, &ok);
    put_total(root, report, options->steps, &ok);
    display = json_put(root, "display", cJSON_CreateObject(), &ok);
    json_put_int(display, "below", report->rule.below, &ok);
    json_put_int(display, "base", report->rule.base, &ok);
    json_put_int(root, "price_nrho", report->price_nrho, &ok);
    json_put_bool(root, "charged", report->charged, &ok);
    if (options->envelopes && options->list)
        json_put_base64(root, "mask_list", options->list, options->list_size, &ok);
    regions = json_put(root, "regions", cJSON_CreateArray(), &ok);
    for (size_t i = 0; regions && i < report->n_regions; i++)
        put_region(regions, report, i, options, &ok);
    if (ok)
        return root;
    cJSON_Delete(root);
    return NULL;
}
