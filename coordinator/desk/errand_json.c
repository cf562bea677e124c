/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <string.h>

#include "coordinator/desk/errand_inside.h"
#include "proto/base/clock.h"
#include "proto/base/json.h"
#include "proto/query/mode.h"

static const char *const stages[] = {[STAGE_OPEN] = "open",
                                     [STAGE_COMPLETE] = "complete",
                                     [STAGE_WITHDRAWN] = "withdrawn",
                                     [STAGE_FAILED] = "failed"};

static const char *problem_code(const struct err *err)
{
    return err->code == ERR_DENIED        ? "denied"
           : err->code == ERR_UNAVAILABLE ? "unreachable"
           : err->code == ERR_INVALID     ? "question"
                                          : "internal";
}

/* What a failed question says: the problem that desk_refuse() makes. */
static void put_problem(cJSON *root, const struct err *problem, bool *ok)
{
    struct exchange_response response = {0};
    struct err ignored;
    cJSON *made = NULL;

    desk_refuse(&response, problem_code(problem), problem->text);
    if (!json_parse((const char *)response.body.data, response.body.size, DESK_BODY_BYTES, &made,
                    &ignored))
        *ok = false;
    else
        json_put(root, "problem", made, ok);
    bytes_clear(&response.body);
}

static bool has_answered(enum region_state state)
{
    return state == REGION_VALUE || state == REGION_SUPPRESSED || state == REGION_TOOK_PART;
}

static void put_region(cJSON *list, const struct errand_region *region, bool *ok)
{
    cJSON *to = json_append(list, ok);

    json_put_text(to, "node", region->node, ok);
    json_put_text(to, "name", region->name, ok);
    json_put_text(to, "state", region_state_name(region->state), ok);
    json_put_text(to, "code", region->code, ok);
    json_put_int(to, "ms", region->ms, ok);
}

static void id_text(const struct errand *errand, char out[static 2 * QUESTION_ID_BYTES + 1])
{
    bytes_to_hex(errand->id, QUESTION_ID_BYTES, out);
}

cJSON *errand_state_json(const struct errand *errand)
{
    assert(errand);
    int64_t until_ms = errand->ended_ms ? errand->ended_ms : clock_mono_ms();
    cJSON *root = cJSON_CreateObject(), *list;
    char id[2 * QUESTION_ID_BYTES + 1];
    size_t answered = 0, waiting = 0;
    bool ok = root != NULL;

    for (size_t i = 0; i < errand->n_regions; i++) {
        answered += has_answered(errand->region[i].state);
        waiting += errand->region[i].state == REGION_WAITING;
    }
    id_text(errand, id);
    json_put_text(root, "id", id, &ok);
    json_put_text(root, "state", stages[errand->stage], &ok);
    json_put_int(root, "seq", errand->seq, &ok);
    json_put_int(root, "ms", until_ms - errand->began_ms, &ok);
    json_put_int(root, "asked", (int64_t)errand->n_regions, &ok);
    json_put_int(root, "answered", (int64_t)answered, &ok);
    json_put_int(root, "waiting", (int64_t)waiting, &ok);
    list = json_put(root, "regions", cJSON_CreateArray(), &ok);
    for (size_t i = 0; ok && i < errand->n_regions; i++)
        put_region(list, &errand->region[i], &ok);
    if (errand->stage == STAGE_FAILED)
        put_problem(root, &errand->problem, &ok);
    if (ok)
        return root;
    cJSON_Delete(root);
    return NULL;
}

char *errand_summary(const struct errand *errand)
{
    assert(errand && errand->asking.composed.plan);
    cJSON *root = errand->headline ? cJSON_Duplicate(errand->headline, 1) : cJSON_CreateObject();
    const struct plan *plan = errand->asking.composed.plan;
    char id[2 * QUESTION_ID_BYTES + 1], asked[CLOCK_TEXT_BYTES];
    struct err ignored;
    cJSON *form = NULL;
    bool ok = root != NULL;
    char *text;

    id_text(errand, id);
    clock_text(errand->asked_s, asked);
    json_put_text(root, "id", id, &ok);
    json_put_text(root, "text", errand->asking.compose->text, &ok);
    json_put_text(root, "measure", measure_name(plan->measure), &ok);
    json_put_text(root, "mode", mode_name(plan->mode), &ok);
    json_put_text(root, "asked", asked, &ok);
    json_put_text(root, "state", stages[errand->stage], &ok);
    if (json_parse(errand->form_text, strlen(errand->form_text), DESK_BODY_BYTES, &form, &ignored))
        json_put(root, "question", form, &ok);
    text = ok ? cJSON_PrintUnformatted(root) : NULL;
    cJSON_Delete(root);
    return text;
}

cJSON *errand_headline(const struct bytes *document)
{
    assert(document);
    static const char *const kept[] = {"regions_asked", "regions_answered", "price_nrho",
                                       "charged"};
    static const char *const figures[] = {"matched", "an", "told"};
    cJSON *root = NULL, *out = cJSON_CreateObject(), *one = NULL;
    struct err ignored;
    bool ok = out != NULL;

    if (!json_parse((const char *)document->data, document->size, document->size, &root, &ignored))
        return out;
    for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
        if (json_member(root, kept[i]))
            json_put(out, kept[i], cJSON_Duplicate(json_member(root, kept[i]), 1), &ok);
    for (size_t i = 0; !one && i < sizeof(figures) / sizeof(figures[0]); i++)
        one = cJSON_Duplicate(json_member(json_object(root, "total"), figures[i]), 1);
    json_put(out, "headline", one ? one : cJSON_CreateNull(), &ok);
    cJSON_Delete(root);
    return out;
}
