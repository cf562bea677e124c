/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/query/permission.h"

#include <assert.h>
#include <string.h>

#include "proto/base/number.h"
#include "proto/query/ast.h"
#include "proto/query/audience.h"
#include "proto/query/price.h"
#include "proto/query/vocabulary.h"

/* 0 only in the control of tests/attack/promises.c, which must notice it. */
#ifndef PERMISSION_SUM_HAS_NO_REGION
#define PERMISSION_SUM_HAS_NO_REGION 1
#endif

/* The recursion is at most AST_DEPTH_MAX deep. */
static uint32_t fields_of(const struct ast_node *node)
{
    uint32_t fields = 0;

    if (node->kind == AST_TEST)
        return UINT32_C(1) << node->field;
    for (uint32_t i = 0; i < node->n_children; i++)
        fields |= fields_of(node->children[i]);
    return fields;
}

/* The field that the measure itself reveals, beside those of the criterion. */
static uint32_t fields_of_measure(const struct permission_asked *asked)
{
    static const uint32_t of_dimension[DIMENSION_KINDS] = {
        [DIMENSION_SEX] = UINT32_C(1) << FIELD_SEX,
        [DIMENSION_AGE] = UINT32_C(1) << FIELD_AGE,
        [DIMENSION_DECADE] = UINT32_C(1) << FIELD_BIRTH_YEAR};
    uint32_t fields = 0;

    if (measure_declaration(asked->measure)->parts == MEASURE_BY_CHANGES)
        return UINT32_C(1) << FIELD_CHANGE;
    if (asked->bins)
        return UINT32_C(1) << (asked->bins->unit == BINS_YEARS ? FIELD_AGE : FIELD_DATE);
    for (size_t i = 0; asked->breakdown && i < asked->breakdown->n_dimensions; i++)
        fields |= of_dimension[asked->breakdown->dimensions[i]->kind];
    return fields;
}

uint32_t permission_fields(const struct permission_asked *asked)
{
    assert(asked && asked->root);
    return fields_of(asked->root) | fields_of_measure(asked);
}

/*
 * Are all bounds of ages and birth years multiples of so many years? Then every set that can be
 * built from them consists of whole bands. A question with both ages and birth years is refused:
 * the two kinds of bounds together would cut bands.
 */
static bool in_bands(const struct ast_node *node, int64_t years, bool in_event)
{
    bool fits = true;

    if (node->kind == AST_TEST) {
        if (node->field != FIELD_AGE && node->field != FIELD_BIRTH_YEAR)
            return true;
        if (node->op != OP_RANGE)
            return node->op == OP_EXISTS;
        if (node->time != TIME_YEARS || in_event) /* an event's date would move the bands */
            return false;
        return (node->low_nano <= 0 || node->low_nano % (years * NUMBER_NANO) == 0) &&
               (node->high_nano < 0 || node->high_nano == INT64_MAX ||
                (node->high_nano / NUMBER_NANO + 1) % years == 0);
    }
    for (uint32_t i = 0; fits && i < node->n_children; i++)
        fits = in_bands(node->children[i], years, in_event || node->kind == AST_EVENT);
    return fits;
}

/* Are all edges of bins of age between two bands? */
static bool bins_fit(const struct bins *bins, uint32_t years)
{
    bool fit = true;

    for (uint32_t i = 0; bins && bins->unit == BINS_YEARS && i < bins->n_edges; i++)
        fit &= (uint32_t)bins->edges[i] % years == 0;
    return fit;
}

static bool age_fits(const struct permission *rule, const struct permission_asked *asked,
                     uint32_t fields)
{
    const uint32_t both = UINT32_C(1) << FIELD_AGE | UINT32_C(1) << FIELD_BIRTH_YEAR;

    return rule->age_band <= 1 ||
           ((fields & both) != both && bins_fit(asked->bins, rule->age_band) &&
            in_bands(asked->root, rule->age_band, false));
}

static bool has_purpose(const struct permission *rule, const char *purpose)
{
    for (size_t i = 0; i < rule->n_purposes; i++)
        if (strcmp(rule->purposes[i], purpose) == 0)
            return true;
    return false;
}

static uint32_t sigma_bit(uint32_t sigma)
{
    return price_sigma_known(sigma) ? UINT32_C(1) << price_sigma_place(sigma) : 0;
}

uint32_t permission_fields_in(const struct permission *rule, enum mode mode)
{
    assert(rule);
    const uint32_t region = UINT32_C(1) << FIELD_REGION;

    return mode == MODE_SUM && PERMISSION_SUM_HAS_NO_REGION ? rule->fields & ~region : rule->fields;
}

static const char *field_outside(uint32_t fields, uint32_t allowed)
{
    for (uint32_t i = 0; i < FIELD_COUNT; i++)
        if (fields & ~allowed & (UINT32_C(1) << i))
            return field_name(i);
    return fields & ~allowed ? "a field that this version does not know" : NULL;
}

int permission_meets(const struct permission *rule, const struct permission_asked *asked,
                     struct err *err)
{
    assert(rule && asked && asked->root);
    const uint32_t fields = permission_fields(asked);
    const char *outside = field_outside(fields, permission_fields_in(rule, asked->mode));

    if (!has_purpose(rule, asked->purpose)) {
        err_set(err, ERR_DENIED, "role %s may not ask for the purpose \"%.64s\"", rule->role,
                asked->purpose);
        return 0;
    }
    if (!(rule->modes & UINT32_C(1) << (asked->mode - 1))) {
        err_set(err, ERR_DENIED, "role %s may not use mode %s for this purpose", rule->role,
                mode_name(asked->mode));
        return 1;
    }
    if (!(rule->measures & UINT32_C(1) << (asked->measure - 1))) {
        err_set(err, ERR_DENIED, "role %s may not ask for the measure %s in mode %s", rule->role,
                measure_name(asked->measure), mode_name(asked->mode));
        return 2;
    }
    if (outside) {
        err_set(err, ERR_DENIED, "role %s may not ask about %s in mode %s%s", rule->role, outside,
                mode_name(asked->mode),
                asked->mode == MODE_SUM && outside == field_name(FIELD_REGION)
                    ? ": " AUDIENCE_REGION_IN_SUM
                    : "");
        return 3;
    }
    if (!age_fits(rule, asked, fields)) {
        err_set(err, ERR_DENIED,
                "role %s may ask for whole bands of %u years alone, of age or of birth year in "
                "mode %s",
                rule->role, rule->age_band, mode_name(asked->mode));
        return 4;
    }
    if (!(rule->sigmas & sigma_bit(asked->sigma))) {
        err_set(err, ERR_DENIED, "role %s may not use sigma %u in mode %s", rule->role,
                asked->sigma, mode_name(asked->mode));
        return 5;
    }
    if (rule->permit && !asked->permit) {
        err_set(err, ERR_DENIED, "role %s needs a permit in mode %s", rule->role,
                mode_name(asked->mode));
        return 6;
    }
    return PERMISSION_MET;
}

const char *permission_decision_word(size_t i)
{
    static const char *const words[] = {"auto", "hold", "deny"};

    return i < sizeof(words) / sizeof(words[0]) ? words[i] : NULL;
}
