/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/analyst/permitted.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "proto/base/json.h"
#include "proto/base/words.h"
#include "proto/query/price.h"
#include "proto/query/vocabulary.h"

#define PURPOSES_MAX 64

/* A rule as JSON, and the room for its purposes. */
struct rule {
    struct permission is;
    const char *purposes[PURPOSES_MAX];
};

static uint32_t bits_of(const cJSON *rule, const char *name, words_function *list)
{
    const cJSON *one;
    uint32_t bits = 0;
    size_t i;

    cJSON_ArrayForEach(one, json_array(rule, name))
    {
        if (cJSON_IsString(one) && words_find(list, one->valuestring, &i) && i < 32)
            bits |= UINT32_C(1) << i;
    }
    return bits;
}

/* Fields that this program does not know are left out: no question of it can be about them. */
static uint32_t fields_of(const cJSON *rule)
{
    const cJSON *one;
    uint32_t bits = 0;

    cJSON_ArrayForEach(one, json_array(rule, "fields"))
    {
        const struct field *field = cJSON_IsString(one) ? field_by_name(one->valuestring) : NULL;

        bits |= field ? UINT32_C(1) << field->field : 0;
    }
    return bits;
}

static uint32_t sigmas_of(const cJSON *rule)
{
    const cJSON *one;
    uint32_t bits = 0;

    cJSON_ArrayForEach(one, json_array(rule, "sigma"))
    {
        for (size_t i = 0; i < PRICE_SIGMAS; i++)
            if (cJSON_IsNumber(one) && one->valuedouble == price_sigma_menu[i])
                bits |= UINT32_C(1) << i;
    }
    return bits;
}

/* False where it is no rule that this program can read; such a one permits nothing. */
static bool rule_read(const cJSON *from, struct rule *to)
{
    const char *decision = json_text(from, "decision");
    const cJSON *one;
    int64_t band;
    size_t word;

    *to = (struct rule){.is = {.role = json_text(from, "role"),
                               .purposes = to->purposes,
                               .modes = bits_of(from, "modes", mode_word),
                               .measures = bits_of(from, "measures", measure_word),
                               .sigmas = sigmas_of(from),
                               .fields = fields_of(from),
                               .permit = json_bool(from, "permit", true)}};
    if (!to->is.role || !decision || !words_find(permission_decision_word, decision, &word) ||
        !json_int(from, "age_band", &band) || band < 0 || band > UINT32_MAX)
        return false;
    cJSON_ArrayForEach(one, json_array(from, "purposes"))
    {
        if (cJSON_IsString(one) && to->is.n_purposes < PURPOSES_MAX)
            to->purposes[to->is.n_purposes++] = one->valuestring;
    }
    to->is.age_band = (uint32_t)band;
    to->is.decision = (enum permission_decision)word;
    return true;
}

static enum permitted permitted_by(enum permission_decision decision, const char *role,
                                   struct err *why)
{
    switch (decision) {
    case PERMISSION_AUTO:
        return PERMITTED_YES;
    case PERMISSION_HOLD:
        return PERMITTED_HELD;
    case PERMISSION_DENY:
        break;
    }
    err_set(why, ERR_DENIED, "this region denies what role %.64s asks here", role);
    return PERMITTED_NO;
}

enum permitted permitted_at(const cJSON *node, const char *role,
                            const struct permission_asked *asked, struct err *why)
{
    assert(role && asked && why);
    const cJSON *rules = node ? json_array(node, "rules") : NULL, *one;
    int furthest = -1, strictest = -1;
    struct err said;

    if (!rules)
        return PERMITTED_UNKNOWN;
    err_set(why, ERR_DENIED, "this region's policy has nothing for role \"%.64s\"", role);
    cJSON_ArrayForEach(one, rules)
    {
        struct rule rule;
        int reached;

        if (!rule_read(one, &rule) || strcmp(rule.is.role, role) != 0)
            continue;
        reached = permission_meets(&rule.is, asked, &said);
        if (reached == PERMISSION_MET && (int)rule.is.decision > strictest)
            strictest = (int)rule.is.decision;
        if (reached < PERMISSION_MET && reached > furthest) {
            furthest = reached;
            *why = said;
        }
    }
    return strictest < 0 ? PERMITTED_NO
                         : permitted_by((enum permission_decision)strictest, role, why);
}

const char *permitted_word(enum permitted permitted)
{
    switch (permitted) {
    case PERMITTED_UNKNOWN:
        return "unknown";
    case PERMITTED_YES:
        return "answer";
    case PERMITTED_HELD:
        return "hold";
    case PERMITTED_NO:
        break;
    }
    return "decline";
}

/* ---- of a plan ------------------------------------------------------------------------------- */

/* The regions that decline for this reason, to which one is added. */
static cJSON *regions_for(cJSON *declined, const char *why, bool *ok)
{
    const cJSON *known = json_find(declined, "why", why);
    cJSON *one;

    if (known)
        return cJSON_GetObjectItemCaseSensitive(known, "regions");
    one = json_append(declined, ok);
    json_put_text(one, "why", why, ok);
    return json_put(one, "regions", cJSON_CreateArray(), ok);
}

cJSON *permitted_json(const cJSON *board, const struct plan *plan,
                      const struct permission_asked *asked)
{
    assert(plan && asked);
    cJSON *root = cJSON_CreateObject();
    bool ok = root != NULL;
    cJSON *hold = json_put(root, "hold", cJSON_CreateArray(), &ok);
    cJSON *declined = json_put(root, "decline", cJSON_CreateArray(), &ok);
    cJSON *unknown = json_put(root, "unknown", cJSON_CreateArray(), &ok);
    const cJSON *nodes = json_array(board, "nodes");
    int64_t answer = 0;

    for (size_t i = 0; i < plan->n_regions; i++) {
        struct err why;

        switch (permitted_at(json_find(nodes, "node", plan->region[i]), plan->role, asked, &why)) {
        case PERMITTED_YES:
            answer++;
            break;
        case PERMITTED_HELD:
            json_append_text(hold, plan->region[i], &ok);
            break;
        case PERMITTED_NO:
            json_append_text(regions_for(declined, why.text, &ok), plan->region[i], &ok);
            break;
        case PERMITTED_UNKNOWN:
            json_append_text(unknown, plan->region[i], &ok);
            break;
        }
    }
    json_put_int(root, "answer", answer, &ok);
    if (ok)
        return root;
    cJSON_Delete(root);
    return NULL;
}

static void print_regions(int n, const char *what, const char *why)
{
    if (n)
        printf("%d region%s %s%s%s\n", n, n == 1 ? "" : "s", what, why ? ": " : "", why ? why : "");
}

void permitted_print(const cJSON *policy)
{
    assert(policy);
    const cJSON *one;
    int64_t answer = 0;

    if (json_int(policy, "answer", &answer))
        print_regions((int)answer, "would answer by the policy that was announced", NULL);
    print_regions(cJSON_GetArraySize(json_array(policy, "hold")),
                  "would hold it until a person allows it", NULL);
    cJSON_ArrayForEach(one, json_array(policy, "decline"))
    {
        print_regions(cJSON_GetArraySize(json_array(one, "regions")), "would decline",
                      json_text(one, "why"));
    }
    print_regions(cJSON_GetArraySize(json_array(policy, "unknown")), "announced no policy", NULL);
}
