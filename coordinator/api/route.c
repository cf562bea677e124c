/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/api/route.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "coordinator/api/body.h"
#include "coordinator/api/caller.h"
#include "coordinator/api/metrics.h"
#include "coordinator/api/node_json.h"
#include "coordinator/ask/roster_cache.h"
#include "coordinator/ask/service.h"
#include "coordinator/http/host.h"
#include "coordinator/report/merge.h"
#include "coordinator/report/render.h"
#include "proto/base/arena.h"
#include "proto/base/clock.h"
#include "proto/base/json.h"
#include "proto/base/number.h"
#include "proto/trust/roster.h"

#define REPORT_ARENA_BYTES ((size_t)64 << 20) /* enough for 64 regions with the largest table */
#define PING_WAIT_MS 2000
#define QUESTIONS_PATH "/api/v1/questions/"
#define TERMS_PATH "/api/v1/terms/"

/* ---- responses ------------------------------------------------------------------------------ */

/* Takes ownership of the tree; a tree that is NULL becomes an error. */
static void respond_json(struct exchange_response *response, unsigned status, cJSON *root)
{
    char *text = root ? cJSON_PrintUnformatted(root) : NULL;

    cJSON_Delete(root);
    if (!text) {
        route_problem(response, "internal", "no memory for the response");
        return;
    }
    bytes_add_text(&response->body, text);
    cJSON_free(text);
    response->status = status;
    response->type = "application/json";
}

static void respond_text(struct exchange_response *response, unsigned status, const char *text)
{
    exchange_text(response, status, "text/plain; charset=utf-8", text);
}

static bool argument_ms(const struct exchange_request *request, const char *name, int64_t *out)
{
    const char *text = exchange_argument(request, name);
    uint64_t value;

    *out = 0;
    if (!text)
        return true;
    if (!number_whole(text, strlen(text), BODY_WAIT_MAX_MS, &value))
        return false;
    *out = (int64_t)value;
    return true;
}

/* ---- a question ----------------------------------------------------------------------------- */

/* Makes the report of an outcome in the arena, with names from the roster. */
static bool report_of(const struct route_owner *owner, struct outcome *outcome, struct arena *arena,
                      struct report **report, struct err *err)
{
    struct shape *shape = arena_alloc(arena, sizeof(*shape));
    struct merge_input input = {.id = outcome->id,
                                .measure = outcome->measure,
                                .mode = outcome->mode,
                                .sigma = outcome->sigma,
                                .n_cells = outcome->n_cells,
                                .shape = shape,
                                .open = outcome->open,
                                .list = outcome->list,
                                .n_regions = outcome->n_regions,
                                .region = outcome->region};
    const struct roster *roster = roster_cache_read(owner->roster_cache);
    const Rikstal__V1__Question *question;
    bool ok = shape != NULL;

    for (size_t i = 0; i < outcome->n_regions && ok; i++) {
        struct answer_region *region = &outcome->region[i];
        const Rikstal__V1__RosterNode *node = roster_node(roster, region->node);

        region->name = arena_strdup(arena, node ? node->name : region->node);
        ok = region->name != NULL;
    }
    roster_cache_done(owner->roster_cache);
    if (!ok)
        return err_memory(err);
    if (!plan_question(outcome->envelope, outcome->envelope_bytes, arena, &question, err))
        return false;
    input.blind = question->blind_key.len > 0;
    input.disease = question->disease;
    input.release = question->release;
    return shape_read(question, arena, shape, err) && merge(&input, arena, report, err);
}

static void respond_outcome(const struct route_owner *owner, struct exchange_response *response,
                            struct outcome *outcome)
{
    struct render_options options = {.asked_s = outcome->asked_s,
                                     .envelopes = true,
                                     .list = outcome->list ? outcome->list->data : NULL,
                                     .list_size = outcome->list ? outcome->list->size : 0};
    struct arena *arena = arena_new(REPORT_ARENA_BYTES);
    struct report *report;
    struct err err;

    if (!arena)
        route_problem(response, "internal", "no memory for the response");
    else if (!report_of(owner, outcome, arena, &report, &err))
        route_problem(response, "internal", err.text);
    else
        respond_json(response, outcome->open ? 202 : 200, render_json(report, &options));
    arena_free(arena);
}

/* True when the caller's organisation asked the question. */
static bool asked_by(const struct outcome *outcome, const struct caller *caller)
{
    struct arena *arena = arena_new(REPORT_ARENA_BYTES);
    const Rikstal__V1__Question *question;
    struct err ignored;
    bool ok =
        arena &&
        plan_question(outcome->envelope, outcome->envelope_bytes, arena, &question, &ignored) &&
        strcmp(question->organisation, caller->organisation) == 0;

    arena_free(arena);
    return ok;
}

/*
 * A question of another organisation gives the same response as one that does not exist. False when
 * the response is written.
 */
static bool question_is_of(const struct route_owner *owner, const struct exchange_request *request,
                           const uint8_t *id, struct exchange_response *response)
{
    struct outcome *outcome = NULL;
    struct caller caller;
    struct err err;
    bool ok = caller_find(owner, request, &caller, response);

    if (!ok)
        return false;
    if (!service_outcome(owner->service, id, 0, &outcome, &err)) {
        route_problem(response, "internal", err.text);
        return false;
    }
    ok = outcome && asked_by(outcome, &caller);
    outcome_free(outcome);
    if (!ok)
        route_problem(response, "not-found", "your organisation has no question with this id");
    return ok;
}

static void respond_question(const struct route_owner *owner, struct exchange_response *response,
                             const uint8_t *id, int64_t wait_ms)
{
    struct outcome *outcome = NULL;
    struct err err;

    if (!service_outcome(owner->service, id, wait_ms, &outcome, &err))
        route_problem(response, "internal", err.text);
    else if (!outcome)
        route_problem(response, "not-found", "no question has this id");
    else
        respond_outcome(owner, response, outcome);
    outcome_free(outcome);
}

static void question_post(const struct route_owner *owner, const struct exchange_request *request,
                          struct exchange_response *response)
{
    struct question_body body;
    struct service_reply reply = {.code = "internal"};
    char id[2 * QUESTION_ID_BYTES + 1];
    struct err err;
    int64_t wait_ms;
    cJSON *root;
    bool ok = true;

    if (!request->content_type || strncmp(request->content_type, "application/json", 16) != 0) {
        route_problem(response, "type", "send Content-Type: application/json");
        return;
    }
    if (!body_read(request->body, request->body_bytes, &body, &err)) {
        route_problem(response, "malformed", err.text);
        return;
    }
    wait_ms = body.wait_ms;
    ok = service_ask(owner->service, body.envelope, body.envelope_bytes, body.deadline_ms, &reply,
                     &err);
    body_clear(&body);
    if (!ok) {
        route_problem(response, reply.code, err.text);
        return;
    }
    bytes_to_hex(reply.id, sizeof(reply.id), id);
    if (wait_ms > 0) {
        respond_question(owner, response, reply.id, wait_ms);
    } else {
        root = cJSON_CreateObject();
        json_put_text(root, "id", id, &ok);
        json_put_bool(root, "known", reply.known, &ok);
        respond_json(response, 202, root);
    }
    snprintf(response->location, sizeof(response->location), QUESTIONS_PATH "%s", id);
}

static void question_one(const struct route_owner *owner, const struct exchange_request *request,
                         struct exchange_response *response)
{
    uint8_t id[QUESTION_ID_BYTES];
    int64_t wait_ms;

    if (!bytes_from_hex(request->path + strlen(QUESTIONS_PATH), id, sizeof(id))) {
        route_problem(response, "not-found", "a question's id is 32 hex digits");
    } else if (strcmp(request->method, "GET") != 0 && strcmp(request->method, "DELETE") != 0) {
        route_problem(response, "method", "a question takes GET and DELETE");
    } else if (!argument_ms(request, "wait_ms", &wait_ms)) {
        route_problem(response, "malformed", "wait_ms must be a whole number from 0 to 20000");
    } else if (!question_is_of(owner, request, id, response)) {
        return;
    } else if (strcmp(request->method, "DELETE") == 0) {
        service_cancel(owner->service, id);
        respond_text(response, 204, "");
    } else {
        respond_question(owner, response, id, wait_ms);
    }
}

/* ---- nodes, roster, budget, round trip ------------------------------------------------------- */

static void nodes_get(const struct route_owner *owner, struct exchange_response *response)
{
    struct service_node *node = calloc(REGIONS_MAX, sizeof(*node));
    size_t n = node ? service_nodes(owner->service, node, REGIONS_MAX) : 0;
    cJSON *root = cJSON_CreateObject();
    bool ok = node && root;
    cJSON *list = json_put(root, "nodes", cJSON_CreateArray(), &ok);

    json_put_int(root, "schema_version", RENDER_SCHEMA_VERSION, &ok);
    for (size_t i = 0; ok && i < n; i++) {
        cJSON *one = node_json(&node[i], &ok);

        if (!cJSON_AddItemToArray(list, one)) {
            cJSON_Delete(one);
            ok = false;
        }
    }
    free(node);
    if (!ok) {
        cJSON_Delete(root);
        root = NULL;
    }
    respond_json(response, 200, root);
}

static void put_releases(cJSON *object, const struct service_releases *releases, bool *ok)
{
    cJSON *list = json_put(object, "terms", cJSON_CreateArray(), ok);
    char hash[65];

    json_put_base64(object, "releases", releases->envelope.data, releases->envelope.size, ok);
    for (size_t i = 0; *ok && i < releases->announced.n; i++) {
        const struct announced_release *release = &releases->announced.release[i];
        cJSON *one = json_append(list, ok);

        json_put_text(one, "system", release->system, ok);
        json_put_text(one, "release", release->release, ok);
        if (!release->has_file)
            continue;
        bytes_to_hex(release->hash, sizeof(release->hash), hash);
        json_put_text(one, "hash", hash, ok);
        json_put_int(one, "size", (int64_t)release->size, ok);
        json_put_bool(one, "here", releases->here[i], ok);
    }
}

/* The nodes that have announced their term releases. */
static void terms_get(const struct route_owner *owner, struct exchange_response *response)
{
    struct service_node *node = calloc(REGIONS_MAX, sizeof(*node));
    size_t n = node ? service_nodes(owner->service, node, REGIONS_MAX) : 0;
    cJSON *root = cJSON_CreateObject();
    bool ok = node && root;
    cJSON *list = json_put(root, "nodes", cJSON_CreateArray(), &ok);

    json_put_int(root, "schema_version", RENDER_SCHEMA_VERSION, &ok);
    for (size_t i = 0; ok && i < n; i++) {
        struct service_releases releases;
        cJSON *one;

        if (!service_releases(owner->service, node[i].info.node, &releases))
            continue;
        one = json_append(list, &ok);
        json_put_text(one, "node", node[i].info.node, &ok);
        put_releases(one, &releases, &ok);
        bytes_clear(&releases.envelope);
    }
    free(node);
    if (!ok) {
        cJSON_Delete(root);
        root = NULL;
    }
    respond_json(response, 200, root);
}

static void terms_file_get(const struct route_owner *owner, const struct exchange_request *request,
                           struct exchange_response *response)
{
    uint8_t hash[32];
    struct err err;
    bool found = false;

    if (strcmp(request->method, "GET") != 0)
        route_problem(response, "method", "a term release takes GET");
    else if (!bytes_from_hex(request->path + strlen(TERMS_PATH), hash, sizeof(hash)))
        route_problem(response, "not-found", "a term release is named by 64 hex digits");
    else if (!service_release_file(owner->service, hash, &response->body, &found, &err)) {
        bytes_clear(&response->body);
        route_problem(response, "internal", err.text);
    } else if (!found) {
        route_problem(response, "not-found", "no term release has this hash here");
    } else {
        response->status = 200;
        response->type = "text/plain; charset=utf-8";
        response->immutable = true;
    }
}

static void roster_get(const struct route_owner *owner, const struct exchange_request *request,
                       struct exchange_response *response)
{
    uint8_t *data = NULL;
    struct caller caller;
    size_t size = 0;
    struct err err;
    cJSON *root;
    bool ok;

    if (!caller_find(owner, request, &caller, response))
        return;
    root = cJSON_CreateObject();
    ok = service_roster(owner->service, &data, &size, &err) && root;
    if (ok)
        json_put_base64(root, "roster", data, size, &ok);
    free(data);
    if (!ok) {
        cJSON_Delete(root);
        root = NULL;
    }
    respond_json(response, 200, root);
}

static void budget_get(const struct route_owner *owner, const struct exchange_request *request,
                       struct exchange_response *response)
{
    struct state_budget budget[REGIONS_MAX];
    struct caller caller;
    cJSON *root, *list;
    struct err err;
    size_t n = 0;
    bool ok = true;

    if (!caller_find(owner, request, &caller, response))
        return;
    if (!service_budgets(owner->service, caller.organisation, budget, REGIONS_MAX, &n, &err)) {
        route_problem(response, "internal", err.text);
        return;
    }
    root = cJSON_CreateObject();
    json_put_int(root, "schema_version", RENDER_SCHEMA_VERSION, &ok);
    json_put_text(root, "organisation", caller.organisation, &ok);
    list = json_put(root, "nodes", cJSON_CreateArray(), &ok);
    for (size_t i = 0; list && i < n; i++) {
        cJSON *one = cJSON_CreateObject();
        char said[CLOCK_TEXT_BYTES];

        clock_text(budget[i].said_s, said);
        json_put_text(one, "node", budget[i].node, &ok);
        render_balance(one, &budget[i].balance, &ok);
        json_put_text(one, "said", said, &ok);
        cJSON_AddItemToArray(list, one);
    }
    respond_json(response, 200, root);
}

static void ping_post(const struct route_owner *owner, const struct exchange_request *request,
                      struct exchange_response *response)
{
    struct service_ping ping;
    struct caller caller;
    struct err err;
    cJSON *root;
    bool ok = true;

    if (!caller_find(owner, request, &caller, response))
        return;
    if (!service_ping(owner->service, PING_WAIT_MS, &ping, &err)) {
        route_problem(response, "busy", err.text);
        return;
    }
    root = cJSON_CreateObject();
    json_put_int(root, "sent", (int64_t)ping.sent, &ok);
    json_put_int(root, "echoed", (int64_t)ping.echoed, &ok);
    json_put_int(root, "microseconds", ping.last_us, &ok);
    respond_json(response, 200, root);
}

static void ready_get(const struct route_owner *owner, struct exchange_response *response)
{
    struct service_counts counts;

    service_count(owner->service, &counts);
    if (counts.connected == 0)
        route_problem(response, "not-ready", "no node is connected");
    else
        respond_text(response, 200, "ready\n");
}

static void metrics_get(const struct route_owner *owner, struct exchange_response *response)
{
    struct service_counts counts;

    service_count(owner->service, &counts);
    metrics_write(&counts, &response->body);
    response->status = 200;
    response->type = "text/plain; version=0.0.4; charset=utf-8";
}

/* ---- the table ------------------------------------------------------------------------------- */

static bool is(const struct exchange_request *request, const char *method, const char *path)
{
    return strcmp(request->method, method) == 0 && strcmp(request->path, path) == 0;
}

static const char *const paths[][8] = {
    [ROUTE_API] = {"/api/v1/questions", "/api/v1/nodes", "/api/v1/roster", "/api/v1/terms",
                   "/api/v1/budget", "/api/v1/ping"},
    [ROUTE_STATUS] = {"/livez", "/readyz", "/metrics"},
};

static void route_none(enum route_door door, const struct exchange_request *request,
                       struct exchange_response *response)
{
    for (size_t i = 0; paths[door][i]; i++)
        if (strcmp(request->path, paths[door][i]) == 0) {
            route_problem(response, "method", "not with this method");
            return;
        }
    route_problem(response, "not-found",
                  door == ROUTE_API ? "the API is under /api/v1/"
                                    : "here are /livez, /readyz and /metrics");
}

static void route_api(const struct route_owner *owner, const struct exchange_request *request,
                      struct exchange_response *response)
{
    if (is(request, "POST", "/api/v1/questions"))
        question_post(owner, request, response);
    else if (strncmp(request->path, QUESTIONS_PATH, strlen(QUESTIONS_PATH)) == 0)
        question_one(owner, request, response);
    else if (is(request, "GET", "/api/v1/nodes"))
        nodes_get(owner, response);
    else if (is(request, "GET", "/api/v1/terms"))
        terms_get(owner, response);
    else if (strncmp(request->path, TERMS_PATH, strlen(TERMS_PATH)) == 0)
        terms_file_get(owner, request, response);
    else if (is(request, "GET", "/api/v1/roster"))
        roster_get(owner, request, response);
    else if (is(request, "GET", "/api/v1/budget"))
        budget_get(owner, request, response);
    else if (is(request, "POST", "/api/v1/ping"))
        ping_post(owner, request, response);
    else
        route_none(ROUTE_API, request, response);
}

static void route_status(const struct route_owner *owner, const struct exchange_request *request,
                         struct exchange_response *response)
{
    if (is(request, "GET", "/livez"))
        respond_text(response, 200, "alive\n");
    else if (is(request, "GET", "/readyz"))
        ready_get(owner, response);
    else if (is(request, "GET", "/metrics"))
        metrics_get(owner, response);
    else
        route_none(ROUTE_STATUS, request, response);
}

void route(const struct route_owner *owner, enum route_door door,
           const struct exchange_request *request, struct exchange_response *response)
{
    assert(owner && request && response);
    *response = (struct exchange_response){0};
    if (!host_answered(request->host, owner->hosts, owner->n_hosts))
        route_problem(response, "host", "the Host header is none of --http-host");
    else if (door == ROUTE_API)
        route_api(owner, request, response);
    else
        route_status(owner, request, response);
}
