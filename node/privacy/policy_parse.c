/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads a policy file. An unknown member, or a missing one, makes the file invalid, so that a
 * typing error can never make a policy wider.
 */
#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "node/privacy/ledger_in_force.h"
#include "node/privacy/policy_inside.h"
#include "proto/base/arena.h"
#include "proto/base/file.h"
#include "proto/base/json.h"
#include "proto/base/words.h"
#include "proto/query/mode.h"
#include "proto/query/price.h"
#include "proto/query/vocabulary.h"

#define ARENA_BYTES ((size_t)4 << 20)

/* National maxima: a region may be stricter, never laxer (reference: privacy, section 4.4). */
#define YEAR_NRHO_MAX INT64_C(500000000)
#define LIFETIME_NRHO_MAX (4 * YEAR_NRHO_MAX)
#define NODE_NRHO_MAX INT64_C(5000000000)
#define PERMIT_NRHO_MAX INT64_C(1000000000)
/* Where persons have accounts, these protect and the others limit how much is asked. */
#define PERSON_YEAR_MOST YEAR_NRHO_MAX
#define PERSON_LIFETIME_MOST LIFETIME_NRHO_MAX
#define ALL_MOST NODE_NRHO_MAX
#define ASKED_MOST (1000 * PRICE_NRHO)
#define DISPLAY_BELOW_MIN 5
#define DISPLAY_MOST 1000
#define RATE_MOST 1000000
#define CRITERIA_MOST 32     /* tests in one question */
#define WORK_MS_MOST 15000   /* half of the longest slot (node/keeper/outbox.h) */
#define WORK_MS_MINUTE 60000 /* a minute of one processor */

bool policy_names_have(const struct policy_names *names, const char *name)
{
    assert(names);
    for (uint32_t i = 0; i < names->n; i++)
        if (strcmp(names->name[i], name) == 0)
            return true;
    return false;
}

/*
 * True when the object has no member but the names, and has each of them, except that names that
 * begin with '?' may be missing. NULL ends the names.
 */
static bool members_are(const cJSON *object, const char *where, const char *const *names,
                        struct err *err)
{
    if (!cJSON_IsObject(object))
        return err_set(err, ERR_INVALID, "policy: %s is an object", where);
    for (const cJSON *member = object->child; member; member = member->next) {
        size_t i = 0;

        while (names[i] && strcmp(names[i] + (names[i][0] == '?'), member->string) != 0)
            i++;
        if (!names[i])
            return err_set(err, ERR_INVALID, "policy: %s has an unknown member \"%.64s\"", where,
                           member->string);
    }
    for (size_t i = 0; names[i]; i++)
        if (names[i][0] != '?' && !json_member(object, names[i]))
            return err_set(err, ERR_INVALID, "policy: %s lacks \"%s\"", where, names[i]);
    return true;
}

static bool name_is_plain(const char *name)
{
    size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                 "_-.: ");

    return length > 0 && length < POLICY_NAME_BYTES && name[length] == 0;
}

static bool read_name(const cJSON *item, const char *where, struct arena *arena, const char **out,
                      struct err *err)
{
    const char *text = cJSON_GetStringValue(item);

    if (!text || !name_is_plain(text))
        return err_set(err, ERR_INVALID,
                       "policy: %s is a name of letters, digits and _-.: up to %d bytes", where,
                       POLICY_NAME_BYTES - 1);
    *out = arena_strdup(arena, text);
    return *out || err_memory(err);
}

/* The whole numbers that a member may have: both ends belong to them. */
struct whole_range {
    int64_t min;
    int64_t max;
};

static bool read_int(const cJSON *object, const char *where, const char *name,
                     struct whole_range range, int64_t *out, struct err *err)
{
    int64_t value;

    if (!json_int(object, name, &value) || value < range.min || value > range.max)
        return err_set(err, ERR_INVALID, "policy: %s of %s is a whole number in %lld..%lld", name,
                       where, (long long)range.min, (long long)range.max);
    *out = value;
    return true;
}

static bool read_names(const cJSON *object, const char *where, const char *name,
                       struct arena *arena, struct policy_names *out, struct err *err)
{
    const cJSON *array = json_array(object, name), *item;
    int n = array ? cJSON_GetArraySize(array) : 0;

    if (!array || n > POLICY_NAMES_MAX)
        return err_set(err, ERR_INVALID, "policy: %s of %s is a list of at most %d names", name,
                       where, POLICY_NAMES_MAX);
    out->name = arena_array(arena, (size_t)n + 1, sizeof(*out->name));
    if (!out->name)
        return err_memory(err);
    cJSON_ArrayForEach(item, array)
    {
        if (!read_name(item, name, arena, &out->name[out->n], err))
            return false;
        out->n++;
    }
    return true;
}

/* Reads words of a closed list as bits: bit i is word i of the list. */
static bool read_bits(const cJSON *object, const char *where, const char *name,
                      words_function *list, uint32_t *out, struct err *err)
{
    const cJSON *array = json_array(object, name), *item;

    if (!array)
        return err_set(err, ERR_INVALID, "policy: %s of %s is a list", name, where);
    *out = 0;
    cJSON_ArrayForEach(item, array)
    {
        const char *text = cJSON_GetStringValue(item);
        size_t i;

        if (text && strcmp(name, "modes") == 0 && strcmp(text, MODE_DISTINCT_NAME) == 0)
            return err_set(err, ERR_INVALID, "policy: " MODE_DISTINCT_REFUSED);
        if (!text || !words_find(list, text, &i))
            return err_set(err, ERR_INVALID, "policy: %s of %s has an unknown word", name, where);
        assert(i < 32);
        *out |= UINT32_C(1) << i;
    }
    return true;
}

static bool read_sigmas(const cJSON *object, const char *where, uint32_t *out, struct err *err)
{
    const cJSON *array = json_array(object, "sigma"), *item;
    char list[WORDS_TEXT_BYTES];

    if (!array)
        return err_set(err, ERR_INVALID, "policy: sigma of %s is a list", where);
    *out = 0;
    cJSON_ArrayForEach(item, array)
    {
        uint32_t i = 0;

        while (i < PRICE_SIGMAS && item->valuedouble != price_sigma_menu[i])
            i++;
        if (!cJSON_IsNumber(item) || i == PRICE_SIGMAS)
            return err_set(err, ERR_INVALID, "policy: sigma of %s is of %s", where,
                           words_join(price_sigma_word, " and ", list));
        *out |= UINT32_C(1) << i;
    }
    return true;
}

/* Reads "auto", "hold" or "deny"; auto when the member is missing. */
static bool read_decision(const cJSON *object, const char *role, enum policy_decision *out,
                          struct err *err)
{
    static const char *const words[] = {"auto", "hold", "deny"};
    const char *text = json_text(object, "decision");

    *out = POLICY_AUTO;
    if (!json_member(object, "decision"))
        return true;
    for (int i = 0; text && i < 3; i++)
        if (strcmp(text, words[i]) == 0) {
            *out = (enum policy_decision)i;
            return true;
        }
    return err_set(err, ERR_INVALID, "policy: decision of %s is auto, hold or deny", role);
}

/*
 * Reads the narrowest band of ages that may be asked for. It must divide the bands of the
 * dimensions.
 */
static bool read_age_band(const cJSON *object, const char *role, uint32_t *out, struct err *err)
{
    int64_t years = 1;

    if (json_member(object, "age_band") &&
        (!read_int(object, role, "age_band", (struct whole_range){1, 10}, &years, err) ||
         10 % years != 0))
        return err_set(err, ERR_INVALID, "policy: age_band of %s is 1, 2, 5 or 10 years", role);
    *out = (uint32_t)years;
    return true;
}

static bool read_rule(const cJSON *object, const char *role, struct arena *arena,
                      struct policy_rule *rule, struct err *err)
{
    static const char *const members[] = {
        "purposes",      "modes",        "measures",  "sigma",     "fields", "permit",
        "display_below", "display_base", "?decision", "?age_band", NULL};
    int64_t below = 0, base = 0;

    if (!members_are(object, role, members, err) ||
        !read_decision(object, role, &rule->decision, err) ||
        !read_age_band(object, role, &rule->age_band, err) ||
        !read_names(object, role, "purposes", arena, &rule->purposes, err) ||
        !read_bits(object, role, "modes", mode_word, &rule->modes, err) ||
        !read_bits(object, role, "measures", measure_word, &rule->measures, err) ||
        !read_bits(object, role, "fields", field_name, &rule->fields, err) ||
        !read_sigmas(object, role, &rule->sigmas, err) ||
        !read_int(object, role, "display_below",
                  (struct whole_range){DISPLAY_BELOW_MIN, DISPLAY_MOST}, &below, err) ||
        !read_int(object, role, "display_base", (struct whole_range){1, DISPLAY_MOST}, &base, err))
        return false;
    if (!cJSON_IsBool(json_member(object, "permit")))
        return err_set(err, ERR_INVALID, "policy: permit of %s is true or false", role);
    rule->permit = json_bool(object, "permit", true);
    rule->display_below = (uint32_t)below;
    rule->display_base = (uint32_t)base;
    return true;
}

/* A cap is no more than `most` or, where persons have accounts, than anybody asks. */
static struct whole_range cap_range(const struct policy *policy, int64_t most)
{
    return (struct whole_range){0, policy->has_individual ? ASKED_MOST : most};
}

static bool read_caps(const struct policy *policy, const cJSON *object, const char *where,
                      int64_t *year, int64_t *lifetime, struct err *err)
{
    return read_int(object, where, "organisation_year_nrho", cap_range(policy, YEAR_NRHO_MAX), year,
                    err) &&
           read_int(object, where, "organisation_lifetime_nrho",
                    cap_range(policy, LIFETIME_NRHO_MAX), lifetime, err);
}

static bool read_role(const cJSON *object, struct policy *policy, struct policy_role *role,
                      struct err *err)
{
    struct arena *arena = policy->arena;
    static const char *const members[] = {"organisation_year_nrho", "organisation_lifetime_nrho",
                                          "rules", NULL};
    const cJSON *rules, *item;

    if (!members_are(object, role->name, members, err) ||
        !read_caps(policy, object, role->name, &role->organisation_year_nrho,
                   &role->organisation_lifetime_nrho, err))
        return false;
    rules = json_array(object, "rules");
    int n = rules ? cJSON_GetArraySize(rules) : -1;

    if (n < 0 || n > POLICY_RULES_MAX)
        return err_set(err, ERR_INVALID, "policy: rules of %s is a list of at most %d", role->name,
                       POLICY_RULES_MAX);
    role->rules = arena_array(arena, (size_t)n + 1, sizeof(*role->rules));
    if (!role->rules)
        return err_memory(err);
    cJSON_ArrayForEach(item, rules)
    {
        if (!read_rule(item, role->name, arena, &role->rules[role->n_rules], err))
            return false;
        role->n_rules++;
    }
    return true;
}

static bool member_name(const cJSON *item, const char *where, struct arena *arena, const char **out,
                        struct err *err)
{
    cJSON name = {.type = cJSON_String, .valuestring = item->string};

    return read_name(&name, where, arena, out, err);
}

static bool read_roles(const cJSON *root, struct policy *policy, struct err *err)
{
    const cJSON *roles = json_object(root, "roles"), *item;
    int n = roles ? cJSON_GetArraySize(roles) : -1;

    if (n < 0 || n > POLICY_ROLES_MAX)
        return err_set(err, ERR_INVALID, "policy: roles is an object of at most %d",
                       POLICY_ROLES_MAX);
    policy->roles = arena_array(policy->arena, (size_t)n + 1, sizeof(*policy->roles));
    if (!policy->roles)
        return err_memory(err);
    cJSON_ArrayForEach(item, roles)
    {
        struct policy_role *role = &policy->roles[policy->n_roles++];

        if (!member_name(item, "a role", policy->arena, &role->name, err) ||
            !read_role(item, policy, role, err))
            return false;
    }
    return true;
}

static bool read_organisations(const cJSON *root, struct policy *policy, struct err *err)
{
    static const char *const members[] = {"organisation_year_nrho", "organisation_lifetime_nrho",
                                          NULL};
    const cJSON *all = json_object(root, "organisations"), *item;
    int n = all ? cJSON_GetArraySize(all) : -1;

    if (n < 0 || n > 4096)
        return err_set(err, ERR_INVALID, "policy: organisations is an object of at most 4096");
    policy->organisations =
        arena_array(policy->arena, (size_t)n + 1, sizeof(*policy->organisations));
    if (!policy->organisations)
        return err_memory(err);
    cJSON_ArrayForEach(item, all)
    {
        struct policy_organisation *organisation =
            &policy->organisations[policy->n_organisations++];

        if (!member_name(item, "an organisation", policy->arena, &organisation->name, err) ||
            !members_are(item, organisation->name, members, err) ||
            !read_caps(policy, item, organisation->name, &organisation->organisation_year_nrho,
                       &organisation->organisation_lifetime_nrho, err))
            return false;
    }
    return true;
}

static bool read_optional(const cJSON *object, const char *where, const char *name,
                          struct whole_range range, uint32_t *out, struct err *err)
{
    int64_t value = *out;

    if (json_member(object, name) && !read_int(object, where, name, range, &value, err))
        return false;
    *out = (uint32_t)value;
    return true;
}

/* Reads what one question may take. What is not said is as much as any region may allow. */
static bool read_question(const cJSON *root, struct policy_limits *limits, struct err *err)
{
    static const char *const members[] = {"?criteria", "?work_ms", NULL};
    const cJSON *object = json_member(root, "question");

    limits->criteria = CRITERIA_MOST;
    limits->work_ms = WORK_MS_MOST;
    return !object ||
           (members_are(object, "question", members, err) &&
            read_optional(object, "question", "criteria", (struct whole_range){1, CRITERIA_MOST},
                          &limits->criteria, err) &&
            read_optional(object, "question", "work_ms", (struct whole_range){1, WORK_MS_MOST},
                          &limits->work_ms, err));
}

/*
 * Reads both rates of a person. Both must be there or neither; without them there is no limit.
 * Those of an organisation are beside them.
 */
static bool read_rate(const cJSON *root, struct rate_limits *rate, struct policy_limits *limits,
                      struct err *err)
{
    static const char *const members[] = {"per_minute", "per_day", "?organisation_attempts",
                                          "?organisation_work_ms", NULL};
    const cJSON *object = json_member(root, "rate");
    int64_t minute = 0, day = 0;

    if (!object)
        return true;
    if (!members_are(object, "rate", members, err) ||
        !read_int(object, "rate", "per_minute", (struct whole_range){1, RATE_MOST}, &minute, err) ||
        !read_int(object, "rate", "per_day", (struct whole_range){1, RATE_MOST}, &day, err) ||
        !read_optional(object, "rate", "organisation_attempts", (struct whole_range){1, RATE_MOST},
                       &limits->attempts_per_minute, err) ||
        !read_optional(object, "rate", "organisation_work_ms",
                       (struct whole_range){1, WORK_MS_MINUTE}, &limits->work_ms_per_minute, err))
        return false;
    *rate = (struct rate_limits){(uint32_t)minute, (uint32_t)day};
    return true;
}

/*
 * Allows one dataset only: every question counts the same persons, whatever their data set is
 * called, so a second name would have no meaning.
 */
static bool read_datasets(const cJSON *root, struct policy *policy, struct err *err)
{
    if (!read_names(root, "the file", "datasets", policy->arena, &policy->datasets, err))
        return false;
    return policy->datasets.n <= 1 ||
           err_set(
               err, ERR_INVALID,
               "policy: a node has one data set; each name more would be another name for the same "
               "persons");
}

/* Each organisation that is named has its whole share, whatever the others ask. */
static bool shares_fit(const struct policy_individual *individual, uint32_t n, struct err *err)
{
    if (n > 0 && individual->person_year_nrho > individual->all_year_nrho / n)
        return err_set(err, ERR_INVALID,
                       "policy: individual opens %u books of %lld nrho a year, together more than "
                       "all_year_nrho, %lld",
                       n, (long long)individual->person_year_nrho,
                       (long long)individual->all_year_nrho);
    return true;
}

/* Reads the accounts of persons. Without this member they have none. */
static bool read_individual(const cJSON *root, struct policy *policy, struct err *err)
{
    static const char *const members[] = {"person_year_nrho", "person_lifetime_nrho",
                                          "all_year_nrho",    "all_lifetime_nrho",
                                          "organisations",    NULL};
    const cJSON *object = json_member(root, "individual");
    struct policy_individual *is = &policy->individual;

    if (!object)
        return true;
    policy->has_individual = true;
    return members_are(object, "individual", members, err) &&
           read_int(object, "individual", "person_year_nrho",
                    (struct whole_range){0, PERSON_YEAR_MOST}, &is->person_year_nrho, err) &&
           read_int(object, "individual", "person_lifetime_nrho",
                    (struct whole_range){0, PERSON_LIFETIME_MOST}, &is->person_lifetime_nrho,
                    err) &&
           read_int(object, "individual", "all_year_nrho", (struct whole_range){0, ALL_MOST},
                    &is->all_year_nrho, err) &&
           read_int(object, "individual", "all_lifetime_nrho", (struct whole_range){0, ALL_MOST},
                    &is->all_lifetime_nrho, err) &&
           read_names(object, "individual", "organisations", policy->arena, &policy->books, err) &&
           shares_fit(is, policy->books.n, err);
}

static bool window_is_year(const char *window, struct err *err)
{
    return ledger_in_force_window_is_year(window) ||
           err_set(err, ERR_INVALID,
                   "policy: window is a year of four digits, \"2026\", not \"%s\": a window under "
                   "another name would give spent budgets back",
                   window);
}

static bool read_root(const cJSON *root, struct policy *policy, struct err *err)
{
    static const char *const members[] = {
        "format",      "version", "window",        "population",  "datasets", "node_year_nrho",
        "permit_nrho", "roles",   "organisations", "?unrecorded", "?rate",    "?question",
        "?individual", NULL};
    const char *format;
    int64_t version = 0;

    if (!members_are(root, "the file", members, err))
        return false;
    format = json_text(root, "format");
    if (!format || strcmp(format, "rikstal-policy-v1") != 0)
        return err_set(err, ERR_INVALID, "policy: format is \"rikstal-policy-v1\"");
    if (!read_int(root, "the file", "version", (struct whole_range){1, INT64_C(1) << 53}, &version,
                  err))
        return false;
    policy->version = (uint64_t)version;
    policy->says_unrecorded = json_member(root, "unrecorded") != NULL;
    if (policy->says_unrecorded &&
        !read_names(root, "the file", "unrecorded", policy->arena, &policy->unrecorded, err))
        return false;
    return read_name(json_member(root, "window"), "window", policy->arena, &policy->window, err) &&
           window_is_year(policy->window, err) &&
           read_name(json_member(root, "population"), "population", policy->arena,
                     &policy->population, err) &&
           read_datasets(root, policy, err) && read_individual(root, policy, err) &&
           read_int(root, "the file", "node_year_nrho", cap_range(policy, NODE_NRHO_MAX),
                    &policy->node_year_nrho, err) &&
           read_int(root, "the file", "permit_nrho", cap_range(policy, PERMIT_NRHO_MAX),
                    &policy->permit_nrho, err) &&
           read_rate(root, &policy->rate, &policy->limits, err) &&
           read_question(root, &policy->limits, err) && read_roles(root, policy, err) &&
           read_organisations(root, policy, err);
}

bool policy_parse(const char *text, size_t size, struct policy **out, struct err *err)
{
    struct arena *arena = arena_new(ARENA_BYTES);
    struct policy *policy = arena ? arena_alloc(arena, sizeof(*policy)) : NULL;
    cJSON *root = NULL;

    if (!policy) {
        arena_free(arena);
        return err_memory(err);
    }
    policy->arena = arena;
    crypto_generichash(policy->hash, sizeof(policy->hash), (const uint8_t *)text, size, NULL, 0);
    bool read =
        json_parse(text, size, POLICY_BYTES_MAX, &root, err) && read_root(root, policy, err);

    cJSON_Delete(root);
    if (!read) {
        arena_free(arena);
        return false;
    }
    *out = policy;
    return true;
}

bool policy_read(const char *path, struct policy **out, struct err *err)
{
    struct arena *arena = arena_new(2 * POLICY_BYTES_MAX);
    uint8_t *data;
    size_t size;

    if (!arena)
        return err_memory(err);
    bool read = file_read(path, POLICY_BYTES_MAX, arena, &data, &size, err);
    bool parsed = read && policy_parse((const char *)data, size, out, err);

    if (read && !parsed)
        err_wrap(err, "%s: ", path);
    arena_free(arena);
    return parsed;
}

void policy_free(struct policy *policy)
{
    if (policy)
        arena_free(policy->arena); /* the policy itself lies in it */
}
