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

bool policy_counts_unrecorded(const struct policy *policy, const char *purpose)
{
    assert(policy);
    return !policy->says_unrecorded || policy_names_have(&policy->unrecorded, purpose);
}

const struct policy_individual *policy_individual(const struct policy *policy)
{
    assert(policy);
    return policy->has_individual ? &policy->individual : NULL;
}

static const struct policy_role *find_role(const struct policy *policy, const char *name)
{
    for (uint32_t i = 0; i < policy->n_roles; i++)
        if (strcmp(policy->roles[i].name, name) == 0)
            return &policy->roles[i];
    return NULL;
}

static struct permission permission_of(const struct policy_role *role,
                                       const struct policy_rule *rule)
{
    return (struct permission){.role = role->name,
                               .purposes = rule->purposes.name,
                               .n_purposes = rule->purposes.n,
                               .modes = rule->modes,
                               .measures = rule->measures,
                               .sigmas = rule->sigmas,
                               .fields = rule->fields,
                               .age_band = rule->age_band,
                               .permit = rule->permit,
                               .decision = (enum permission_decision)rule->decision};
}

bool policy_permission(const struct policy *policy, size_t i, struct permission *out)
{
    assert(policy && out);
    for (uint32_t r = 0; r < policy->n_roles; r++) {
        const struct policy_role *role = &policy->roles[r];

        if (i < role->n_rules) {
            *out = permission_of(role, &role->rules[i]);
            return true;
        }
        i -= role->n_rules;
    }
    return false;
}

static struct permission_asked asked_of(const struct policy_request *request)
{
    return (struct permission_asked){.purpose = request->purpose,
                                     .mode = request->mode,
                                     .sigma = measure_finest(&request->measure, request->sigma),
                                     .measure = request->measure.kind,
                                     .breakdown = request->breakdown,
                                     .bins = request->bins,
                                     .permit = request->permit[0] != 0,
                                     .root = request->ast->root};
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
        .individual = policy_individual(policy),
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
    const struct permission_asked asked = asked_of(request);
    uint32_t fields = permission_fields(&asked);
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
    if (policy->has_individual && !policy_names_have(&policy->books, request->organisation))
        return err_set(err, ERR_DENIED,
                       "persons have accounts of their own in this region, and its policy opens no "
                       "book for your organisation");
    for (uint32_t i = 0; i < role->n_rules; i++) {
        struct permission rule = permission_of(role, &role->rules[i]);
        int reached = permission_meets(&rule, &asked, &why);

        if (reached == PERMISSION_MET && (!fits || role->rules[i].decision > fits->decision))
            fits = &role->rules[i];
        if (reached < PERMISSION_MET && reached > furthest) {
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
    const struct permission as_told = {.fields = rule->fields};
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
    add_bits(text, rule->fields, field_name);
    if (rule->fields != permission_fields_in(&as_told, MODE_SUM) &&
        rule->modes & UINT32_C(1) << (MODE_SUM - 1))
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

/* One account of a person, with whom it is. */
static void explain_account(const char *with, int64_t year_nrho, int64_t lifetime_nrho,
                            void (*line)(const char *text, void *context), void *context)
{
    char text[LINE_BYTES], year[EPSILON_TEXT_BYTES], lifetime[EPSILON_TEXT_BYTES];

    epsilon_text(year_nrho, year);
    epsilon_text(lifetime_nrho, lifetime);
    snprintf(text, sizeof(text),
             "a person's account with %s: %.3f rho a year, epsilon %s, and %.3f for life, epsilon "
             "%s; who cannot pay is left out of the figure, and nobody is told",
             with, (double)year_nrho / 1e9, year, (double)lifetime_nrho / 1e9, lifetime);
    line(text, context);
}

/* What all together may learn, and of whom. */
static void explain_node(const struct policy *policy, void (*line)(const char *text, void *context),
                         void *context)
{
    const struct policy_individual *individual = &policy->individual;
    char text[LINE_BYTES], year[EPSILON_TEXT_BYTES];

    epsilon_text(policy->node_year_nrho, year);
    if (!policy->has_individual) {
        snprintf(text, sizeof(text),
                 "this node releases at most %.3f rho a year to all together, epsilon %s",
                 (double)policy->node_year_nrho / 1e9, year);
        line(text, context);
        return;
    }
    explain_account("one organisation", individual->person_year_nrho,
                    individual->person_lifetime_nrho, line, context);
    explain_account("all together", individual->all_year_nrho, individual->all_lifetime_nrho, line,
                    context);
    snprintf(text, sizeof(text), "these organisations alone may ask: ");
    for (uint32_t i = 0; i < policy->books.n; i++) {
        add(text, i ? ", " : "");
        add(text, policy->books.name[i]);
    }
    line(text, context);
    snprintf(text, sizeof(text), "all together may ask this node for %.3f rho a year",
             (double)policy->node_year_nrho / 1e9);
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
    explain_node(policy, line, context);
    explain_rate(&policy->rate, line, context);
    explain_limits(&policy->limits, line, context);
    explain_unrecorded(policy, line, context);
    for (uint32_t i = 0; i < policy->n_roles; i++) {
        const struct policy_role *role = &policy->roles[i];

        epsilon_text(role->organisation_year_nrho, year);
        epsilon_text(role->organisation_lifetime_nrho, lifetime);
        if (policy->has_individual)
            snprintf(text, sizeof(text),
                     "role %s: each organisation may ask for %.3f rho a year and %.3f in a "
                     "lifetime, whoever is counted",
                     role->name, (double)role->organisation_year_nrho / 1e9,
                     (double)role->organisation_lifetime_nrho / 1e9);
        else
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
