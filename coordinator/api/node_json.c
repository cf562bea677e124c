/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/api/node_json.h"

#include <assert.h>
#include <string.h>

#include "proto/base/bytes.h"
#include "proto/base/clock.h"
#include "proto/base/json.h"
#include "proto/base/words.h"
#include "proto/query/measure.h"
#include "proto/query/mode.h"
#include "proto/query/permission.h"
#include "proto/query/price.h"
#include "proto/query/vocabulary.h"

/* A node could say anything. */
static int64_t at_most(uint64_t n)
{
    return n > INT64_MAX ? INT64_MAX : (int64_t)n;
}

static void put_sizes(cJSON *object, const struct node_sizes *sizes, bool *ok)
{
    cJSON *one = json_put(object, "sizes", cJSON_CreateObject(), ok);

    json_put_int(one, "persons", at_most(sizes->persons), ok);
    json_put_int(one, "sites", at_most(sizes->sites), ok);
    json_put_int(one, "gene", at_most(sizes->gene), ok);
    json_put_int(one, "events", at_most(sizes->events), ok);
    json_put_int(one, "kinds", at_most(sizes->kinds), ok);
    json_put_int(one, "structural", at_most(sizes->structural), ok);
    json_put_int(one, "segments", at_most(sizes->segments), ok);
}

/* The words whose bits are set; bit i stands for word i. */
static void put_words(cJSON *object, const char *name, uint32_t bits, words_function *list,
                      bool *ok)
{
    cJSON *array = json_put(object, name, cJSON_CreateArray(), ok);

    for (size_t i = 0; *ok && i < 32 && list(i); i++)
        if (bits >> i & 1)
            json_append_text(array, list(i), ok);
}

static void put_rule(cJSON *object, const struct node_rule *rule, bool *ok)
{
    const char *decision = permission_decision_word(rule->decision);
    char purposes[NODE_PURPOSES_BYTES];
    cJSON *list = json_put(object, "purposes", cJSON_CreateArray(), ok), *sigmas;
    char *rest = purposes;

    memcpy(purposes, rule->purposes, sizeof(purposes));
    for (const char *one; *ok && (one = strsep(&rest, ","));)
        if (*one)
            json_append_text(list, one, ok);
    json_put_text(object, "role", rule->role, ok);
    json_put_text(object, "decision", decision ? decision : "deny", ok);
    put_words(object, "modes", rule->modes, mode_word, ok);
    put_words(object, "measures", rule->measures, measure_word, ok);
    put_words(object, "fields", rule->fields, field_name, ok);
    sigmas = json_put(object, "sigma", cJSON_CreateArray(), ok);
    for (size_t i = 0; *ok && i < PRICE_SIGMAS; i++)
        if (rule->sigmas >> i & 1)
            *ok = cJSON_AddItemToArray(sigmas, cJSON_CreateNumber(price_sigma_menu[i]));
    json_put_int(object, "age_band", rule->age_band, ok);
    json_put_bool(object, "permit", rule->permit, ok);
}

/* What it does not tell is not there. */
static void put_rules(cJSON *object, const struct node_info *info, bool *ok)
{
    cJSON *list = info->n_rules ? json_put(object, "rules", cJSON_CreateArray(), ok) : NULL;

    for (size_t i = 0; *ok && i < info->n_rules; i++)
        put_rule(json_append(list, ok), &info->rules[i], ok);
}

static void put_data(cJSON *object, const struct node_info *info, bool *ok)
{
    cJSON *delivers = json_put(object, "delivers", cJSON_CreateArray(), ok);
    cJSON *assays = json_put(object, "assays", cJSON_CreateArray(), ok);

    for (size_t i = 0; *ok && i < info->n_delivers; i++) {
        cJSON *one = json_append(delivers, ok);

        json_put_text(one, "kind", info->delivers[i].kind, ok);
        json_put_text(one, "system", info->delivers[i].system, ok);
        if (info->delivers[i].since[0])
            json_put_text(one, "since", info->delivers[i].since, ok);
    }
    for (size_t i = 0; *ok && i < info->n_assays; i++) {
        cJSON *one = json_append(assays, ok);

        json_put_text(one, "name", info->assays[i].name, ok);
        json_put_text(one, "assembly", info->assays[i].assembly, ok);
        json_put_bool(one, "whole_genome", info->assays[i].whole_genome, ok);
    }
    if (info->has_sizes)
        put_sizes(object, &info->sizes, ok);
    put_rules(object, info, ok);
}

cJSON *node_json(const struct service_node *node, bool *ok)
{
    assert(node && ok);
    cJSON *object = cJSON_CreateObject();
    char text[2 * sizeof(node->info.snapshot) + 1];
    cJSON *terms;

    json_put_text(object, "node", node->info.node, ok);
    json_put_text(object, "name", node->name, ok);
    if (*node->contact)
        json_put_text(object, "contact", node->contact, ok);
    json_put_text(object, "state",
                  node->connected ? "connected" : (node->since_s ? "offline" : "never-seen"), ok);
    if (node->since_s) {
        clock_text(node->since_s, text);
        json_put_text(object, "since", text, ok);
        json_put_text(object, "software", node->info.software, ok);
        json_put_int(object, "protocol", node->info.protocol, ok);
        json_put_int(object, "roster_version", (int64_t)node->info.roster_version, ok);
        json_put_text(object, "snapshot_date", node->info.snapshot_date, ok);
    }
    if (node->info.has_snapshot) {
        bytes_to_hex(node->info.snapshot, sizeof(node->info.snapshot), text);
        json_put_text(object, "snapshot", text, ok);
    }
    terms = json_put(object, "terms", cJSON_CreateObject(), ok);
    for (size_t i = 0; i < node->info.n_terms; i++)
        json_put_text(terms, node->info.term[i].system, node->info.term[i].release, ok);
    put_data(object, &node->info, ok);
    return object;
}
