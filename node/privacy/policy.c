/* SPDX-License-Identifier: Apache-2.0 */
#include "node/privacy/policy.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "node/privacy/epsilon.h"
#include "node/privacy/policy_inside.h"
#include "proto/base/number.h"
#include "proto/base/words.h"
#include "proto/query/ast.h"
#include "proto/query/audience.h"
#include "proto/query/mode.h"
#include "proto/query/price.h"
#include "proto/query/vocabulary.h"

/* 0 only in the control of tests/attack/promises.c, which must notice it. */
#ifndef POLICY_SUM_HAS_NO_REGION
#define POLICY_SUM_HAS_NO_REGION 1
#endif

uint64_t policy_version(const struct policy *policy)
{
    assert(policy);
    return policy->version;
}

const char *policy_window(const struct policy *policy)
{
    assert(policy);
    return policy->window;
}

const char *policy_dataset(const struct policy *policy)
{
    assert(policy);
    return policy->datasets.n > 0 ? policy->datasets.name[0] : "";
}

const char *policy_population(const struct policy *policy)
{
    assert(policy);
    return policy->population;
}

/* The recursion is at most AST_DEPTH_MAX deep. */
static uint32_t tests_of(const struct ast_node *node)
{
    uint32_t n = node->kind == AST_TEST;

    for (uint32_t i = 0; i < node->n_children; i++)
        n += tests_of(node->children[i]);
    return n;
}

uint32_t policy_criteria(const struct ast *ast)
{
    assert(ast);
    return tests_of(ast->root);
}

const struct policy_limits *policy_limits(const struct policy *policy)
{
    assert(policy);
    return &policy->limits;
}

const uint8_t *policy_hash(const struct policy *policy)
{
    assert(policy);
    return policy->hash;
}

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
static uint32_t fields_of_measure(const struct policy_request *request)
{
    static const uint32_t of_dimension[DIMENSION_KINDS] = {
        [DIMENSION_SEX] = UINT32_C(1) << FIELD_SEX,
        [DIMENSION_AGE] = UINT32_C(1) << FIELD_AGE,
        [DIMENSION_DECADE] = UINT32_C(1) << FIELD_BIRTH_YEAR};
    uint32_t fields = 0;

    if (measure_declaration(request->measure.kind)->parts == MEASURE_BY_CHANGES)
        return UINT32_C(1) << FIELD_CHANGE;
    if (request->bins)
        return UINT32_C(1) << (request->bins->unit == BINS_YEARS ? FIELD_AGE : FIELD_DATE);
    for (size_t i = 0; request->breakdown && i < request->breakdown->n_dimensions; i++)
        fields |= of_dimension[request->breakdown->dimensions[i]->kind];
    return fields;
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

static bool age_fits(const struct policy_rule *rule, const struct policy_request *request,
                     uint32_t fields)
{
    const uint32_t both = UINT32_C(1) << FIELD_AGE | UINT32_C(1) << FIELD_BIRTH_YEAR;

    return rule->age_band <= 1 ||
           ((fields & both) != both && bins_fit(request->bins, rule->age_band) &&
            in_bands(request->ast->root, rule->age_band, false));
}

bool policy_counts_unrecorded(const struct policy *policy, const char *purpose)
{
    assert(policy);
    return !policy->says_unrecorded || policy_names_have(&policy->unrecorded, purpose);
}

static uint32_t sigma_bit(uint32_t sigma)
{
    return price_sigma_known(sigma) ? UINT32_C(1) << price_sigma_place(sigma) : 0;
}

/*
 * The fields that a rule allows in this mode. In mode sum `region` is none of them, whatever the
 * file says: a sum over one region's persons is that region's own figure, for which mode regions
 * has its price and may want a permit.
 */
static uint32_t fields_in_mode(const struct policy_rule *rule, enum mode mode)
{
    const uint32_t region = UINT32_C(1) << FIELD_REGION;

    return mode == MODE_SUM && POLICY_SUM_HAS_NO_REGION ? rule->fields & ~region : rule->fields;
}

static const char *field_outside(uint32_t fields, uint32_t allowed)
{
    for (uint32_t i = 0; i < FIELD_COUNT; i++)
        if (fields & ~allowed & (UINT32_C(1) << i))
            return policy_field_word(i);
    return fields & ~allowed ? "a field that this version does not know" : NULL;
}

/*
 * How many conditions of the rule the question meets before the first that it does not, 7 =
 * admitted; err names that one. The conditions come in the order that explains a refusal best.
 */
static int fit(const struct policy_rule *rule, const struct policy_request *request,
               uint32_t fields, struct err *err)
{
    const char *outside = field_outside(fields, fields_in_mode(rule, request->mode));

    if (!policy_names_have(&rule->purposes, request->purpose)) {
        err_set(err, ERR_DENIED, "role %s may not ask for the purpose \"%.64s\"", request->role,
                request->purpose);
        return 0;
    }
    if (!(rule->modes & UINT32_C(1) << (request->mode - 1))) {
        err_set(err, ERR_DENIED, "role %s may not use mode %s for this purpose", request->role,
                mode_name(request->mode));
        return 1;
    }
    if (!(rule->measures & UINT32_C(1) << (request->measure.kind - 1))) {
        err_set(err, ERR_DENIED, "role %s may not ask for the measure %s in mode %s", request->role,
                measure_name(request->measure.kind), mode_name(request->mode));
        return 2;
    }
    if (outside) {
        err_set(err, ERR_DENIED, "role %s may not ask about %s in mode %s%s", request->role,
                outside, mode_name(request->mode),
                request->mode == MODE_SUM && outside == policy_field_word(FIELD_REGION)
                    ? ": " AUDIENCE_REGION_IN_SUM
                    : "");
        return 3;
    }
    if (!age_fits(rule, request, fields)) {
        err_set(err, ERR_DENIED,
                "role %s may ask for whole bands of %u years alone, of age or of birth year in "
                "mode %s",
                request->role, rule->age_band, mode_name(request->mode));
        return 4;
    }
    if (!(rule->sigmas & sigma_bit(request->sigma))) {
        err_set(err, ERR_DENIED, "role %s may not use sigma %u in mode %s", request->role,
                request->sigma, mode_name(request->mode));
        return 5;
    }
    if (rule->permit && !request->permit[0]) {
        err_set(err, ERR_DENIED, "role %s needs a permit in mode %s", request->role,
                mode_name(request->mode));
        return 6;
    }
    return 7;
}

static const struct policy_role *find_role(const struct policy *policy, const char *name)
{
    for (uint32_t i = 0; i < policy->n_roles; i++)
        if (strcmp(policy->roles[i].name, name) == 0)
            return &policy->roles[i];
    return NULL;
}

/* The caps of the role, or the organisation's own where they are lower. */
static void fill_grant(const struct policy *policy, const struct policy_role *role,
                       const struct policy_rule *rule, const char *organisation,
                       struct policy_grant *grant)
{
    *grant = (struct policy_grant){
        .decision = rule->decision,
        .display_below = rule->display_below,
        .display_base = rule->display_base,
        .organisation_year_nrho = role->organisation_year_nrho,
        .organisation_lifetime_nrho = role->organisation_lifetime_nrho,
        .node_year_nrho = policy->node_year_nrho,
        .permit_nrho = policy->permit_nrho,
        .rate = policy->rate,
    };
    for (uint32_t i = 0; i < policy->n_organisations; i++) {
        const struct policy_organisation *own = &policy->organisations[i];

        if (strcmp(own->name, organisation) != 0)
            continue;
        if (own->organisation_year_nrho < grant->organisation_year_nrho)
            grant->organisation_year_nrho = own->organisation_year_nrho;
        if (own->organisation_lifetime_nrho < grant->organisation_lifetime_nrho)
            grant->organisation_lifetime_nrho = own->organisation_lifetime_nrho;
    }
}

bool policy_admit(const struct policy *policy, const struct policy_request *request,
                  struct policy_grant *grant, struct err *err)
{
    const struct policy_role *role = find_role(policy, request->role);
    uint32_t fields = fields_of(request->ast->root) | fields_of_measure(request);
    const struct policy_rule *fits = NULL;
    int furthest = -1;
    struct err why;

    if (mode_refusal(request->mode))
        return err_set(err, ERR_DENIED, "%s", mode_refusal(request->mode));
    assert(measure_declaration(request->measure.kind));
    if (!role || role->n_rules == 0)
        return err_set(err, ERR_DENIED, "this region's policy has nothing for role \"%.64s\"",
                       request->role);
    if (!policy_names_have(&policy->datasets, request->dataset))
        return err_set(err, ERR_DENIED, "this region's policy has no dataset of that name");
    for (uint32_t i = 0; i < role->n_rules; i++) {
        int reached = fit(&role->rules[i], request, fields, &why);

        if (reached == 7 && (!fits || role->rules[i].decision > fits->decision))
            fits = &role->rules[i];
        if (reached < 7 && reached > furthest) {
            furthest = reached;
            *err = why;
        }
    }
    if (fits && fits->decision == POLICY_DENY)
        return err_set(err, ERR_DENIED, "this region denies what role %s asks here", role->name);
    if (fits) {
        fill_grant(policy, role, fits, request->organisation, grant);
        grant->fields = fields;
    }
    return fits != NULL;
}

/* ---- in words -------------------------------------------------------------------------------- */

#define LINE_BYTES 512

static void add(char line[static LINE_BYTES], const char *text)
{
    size_t used = strlen(line);

    snprintf(line + used, LINE_BYTES - used, "%s", text);
}

/* Adds to the line the words whose bits are set; bit i stands for word i of the list. */
static void add_bits(char line[static LINE_BYTES], uint32_t bits, words_function *list)
{
    const char *gap = "";

    for (uint32_t i = 0; i < 32 && list(i); i++) {
        if (!(bits & UINT32_C(1) << i))
            continue;
        add(line, gap);
        add(line, list(i));
        gap = ", ";
    }
    if (!*gap)
        add(line, "nothing");
}

static void explain_rule(const struct policy_rule *rule,
                         void (*line)(const char *text, void *context), void *context)
{
    char text[LINE_BYTES] = "  for ";

    if (rule->decision != POLICY_AUTO)
        snprintf(text, sizeof(text), "  %s for ",
                 rule->decision == POLICY_HOLD ? "held until a person allows it," : "denied");
    for (uint32_t i = 0; i < rule->purposes.n; i++) {
        add(text, i ? ", " : "");
        add(text, rule->purposes.name[i]);
    }
    line(text, context);
    snprintf(text, sizeof(text), "    modes ");
    add_bits(text, rule->modes, mode_word);
    add(text, "; measures ");
    add_bits(text, rule->measures, measure_word);
    add(text, "; sigma ");
    add_bits(text, rule->sigmas, price_sigma_word);
    add(text, rule->permit ? "; with a permit only" : "");
    line(text, context);
    snprintf(text, sizeof(text), "    may ask about ");
    add_bits(text, rule->fields, policy_field_word);
    if (rule->fields != fields_in_mode(rule, MODE_SUM) && rule->modes & UINT32_C(1)
                                                                            << (MODE_SUM - 1))
        add(text, "; about region in mode regions alone");
    line(text, context);
    if (rule->age_band > 1) {
        snprintf(text, sizeof(text), "    ages in bands of %u years", rule->age_band);
        line(text, context);
    }
    snprintf(
        text, sizeof(text),
        "    figures below %u are printed as \"<%u\", others rounded to %u (display only: signed "
        "answers have every noised figure)",
        rule->display_below, rule->display_below, rule->display_base);
    line(text, context);
}

static void explain_rate(const struct rate_limits *rate,
                         void (*line)(const char *text, void *context), void *context)
{
    char text[LINE_BYTES] = "one person may ask new questions without a limit of rate";

    if (rate->per_minute || rate->per_day)
        snprintf(text, sizeof(text), "one person may ask %u new questions a minute and %u a day",
                 rate->per_minute, rate->per_day);
    line(text, context);
}

/* Of one question, and of one organisation in a minute. */
static void explain_limits(const struct policy_limits *limits,
                           void (*line)(const char *text, void *context), void *context)
{
    char text[LINE_BYTES], part[96] = "without a limit of rate";

    snprintf(text, sizeof(text),
             "one question may have %u criteria and take %.3f s of work, by public sizes; one that "
             "missed its slot is refused until the region publishes anew",
             limits->criteria, limits->work_ms / 1000.0);
    line(text, context);
    if (limits->attempts_per_minute)
        snprintf(part, sizeof(part), "%u times a minute, refused questions too",
                 limits->attempts_per_minute);
    snprintf(text, sizeof(text), "one organisation may ask %s", part);
    snprintf(part, sizeof(part), ", and for %.3f s of work a minute",
             limits->work_ms_per_minute / 1000.0);
    add(text, limits->work_ms_per_minute ? part : "");
    line(text, context);
}

static void explain_unrecorded(const struct policy *policy,
                               void (*line)(const char *text, void *context), void *context)
{
    char text[LINE_BYTES] = "persons of whom no consent is recorded are counted for ";

    if (!policy->says_unrecorded)
        add(text, "every purpose");
    else if (policy->unrecorded.n == 0)
        add(text, "no purpose");
    for (uint32_t i = 0; i < policy->unrecorded.n; i++) {
        add(text, i ? ", " : "");
        add(text, policy->unrecorded.name[i]);
    }
    line(text, context);
}

void policy_explain(const struct policy *policy, void (*line)(const char *text, void *context),
                    void *context)
{
    assert(policy);
    char text[LINE_BYTES], year[EPSILON_TEXT_BYTES], lifetime[EPSILON_TEXT_BYTES];

    snprintf(text, sizeof(text), "version %llu, budget window %s, population %s, data set %s",
             (unsigned long long)policy->version, policy->window, policy->population,
             policy->datasets.n ? policy->datasets.name[0] : "(none)");
    line(text, context);
    line("accounts are by organisation: another name for the data set or the year gives no budget "
         "back, and is refused",
         context);
    epsilon_text(policy->node_year_nrho, year);
    snprintf(text, sizeof(text),
             "this node releases at most %.3f rho a year to all together, epsilon %s",
             (double)policy->node_year_nrho / 1e9, year);
    line(text, context);
    explain_rate(&policy->rate, line, context);
    explain_limits(&policy->limits, line, context);
    explain_unrecorded(policy, line, context);
    for (uint32_t i = 0; i < policy->n_roles; i++) {
        const struct policy_role *role = &policy->roles[i];

        epsilon_text(role->organisation_year_nrho, year);
        epsilon_text(role->organisation_lifetime_nrho, lifetime);
        snprintf(text, sizeof(text),
                 "role %s: for each organisation %.3f rho a year, epsilon %s, and %.3f in a "
                 "lifetime, epsilon %s",
                 role->name, (double)role->organisation_year_nrho / 1e9, year,
                 (double)role->organisation_lifetime_nrho / 1e9, lifetime);
        line(text, context);
        for (uint32_t j = 0; j < role->n_rules; j++)
            explain_rule(&role->rules[j], line, context);
    }
    line("whatever is not listed is denied", context);
    line("epsilon is at delta 1e-6, rounded up (to the nearest hundredth), converted from rho as "
         "OpenDP does",
         context);
}
