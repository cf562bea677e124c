/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every refusal has a code for programs, whose meaning never changes.
 */
#include <assert.h>
#include <string.h>

#include "coordinator/api/route.h"

static const struct exchange_problem problems[] = {
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

void route_problem(struct exchange_response *response, const char *code, const char *detail)
{
    assert(response && code && detail);
    const struct exchange_problem *internal = NULL;

    for (size_t i = 0; i < sizeof(problems) / sizeof(problems[0]); i++) {
        if (strcmp(problems[i].code, code) == 0) {
            exchange_refuse(response, &problems[i], detail);
            return;
        }
        if (strcmp(problems[i].code, "internal") == 0)
            internal = &problems[i];
    }
    exchange_refuse(response, internal, detail);
}
