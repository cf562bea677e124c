/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every refusal has a code for programs, whose meaning never changes.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "coordinator/api/route.h"
#include "proto/base/json.h"

static const struct problem {
    const char *code;
    unsigned status;
    const char *title;
} problems[] = {
    {"malformed", 400, "The request cannot be read"},
    {"audience", 400, "The audience is not a sorted list of distinct nodes"},
    {"access", 401, "A signed token of a member of the network is needed"},
    {"signature", 403, "The question is not signed by an analyst of the roster"},
    {"speaker", 403, "The key may not speak for this analyst, organisation or role"},
    {"network", 403, "The question is for another network"},
    {"time", 403, "The question is not valid at this time"},
    {"permit", 403, "The permit does not cover the question"},
    {"not-found", 404, "There is no such resource"},
    {"method", 405, "This resource does not take this method"},
    {"id-taken", 409, "Another question has this id"},
    {"roster", 409, "The question was made with another version of the roster"},
    {"too-large", 413, "The body is too large"},
    {"type", 415, "The body must be application/json"},
    {"host", 421, "This server does not answer for this host"},
    {"not-served", 422, "This is not served, or not by this roster"},
    {"too-many-open", 429, "This analyst or organisation has too many open questions"},
    {"rate", 429, "This organisation has handed in too many questions in this minute"},
    {"internal", 500, "The coordinator failed"},
    {"busy", 503, "The coordinator has too many open questions"},
    {"no-memory", 503, "The coordinator has no room"},
    {"stopping", 503, "The coordinator is stopping"},
    {"storage", 503, "The question could not be stored"},
    {"not-ready", 503, "Not ready"},
};

static const struct problem *problem_find(const char *code)
{
    for (size_t i = 0; i < sizeof(problems) / sizeof(problems[0]); i++)
        if (strcmp(problems[i].code, code) == 0)
            return &problems[i];
    return problem_find("internal");
}

void route_problem(struct route_response *response, const char *code, const char *detail)
{
    assert(response && code && detail);
    const struct problem *problem = problem_find(code);
    cJSON *root = cJSON_CreateObject();
    char type[64] = "urn:rikstal:problem:";
    bool ok = root != NULL;
    char *text;

    memcpy(type + strlen(type), problem->code, strlen(problem->code) + 1); /* it fits, because all
                                                                            * codes are short */
    json_put_text(root, "type", type, &ok);
    json_put_text(root, "title", problem->title, &ok);
    json_put_int(root, "status", problem->status, &ok);
    json_put_text(root, "code", problem->code, &ok);
    json_put_text(root, "detail", detail, &ok);
    text = ok ? cJSON_PrintUnformatted(root) : NULL;
    bytes_clear(&response->body);
    bytes_add_text(&response->body, text ? text : "{}");
    cJSON_free(text);
    cJSON_Delete(root);
    response->status = problem->status;
    response->type = "application/problem+json";
    response->location[0] = 0;
}
