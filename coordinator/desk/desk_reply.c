/* SPDX-License-Identifier: Apache-2.0 */
/* The pieces of a response; the list of problems is x-problems of schemas/desk.json. */
#include <assert.h>
#include <string.h>

#include "coordinator/desk/desk_inside.h"
#include "coordinator/desk/utf16.h"
#include "proto/base/json.h"
#include "proto/base/number.h"

static const struct exchange_problem problems[] = {
    {"body", 400, "The request cannot be read"},
    {"question", 400, "The question has mistakes"},
    {"access", 401, "No session"},
    {"csrf", 403, "Not from this desk's page"},
    {"denied", 403, "Not allowed, or not verified"},
    {"path", 404, "There is no such path"},
    {"not-found", 404, "There is no such thing"},
    {"method", 405, "This path does not take this method"},
    {"not-yet", 409, "There is no answer yet"},
    {"too-large", 413, "The body is too large"},
    {"type", 415, "The body must be application/json"},
    {"host", 421, "This desk does not answer for this host"},
    {"too-many-open", 429, "Too many questions are open"},
    {"internal", 500, "The desk failed"},
    {"unreachable", 503, "The coordinator cannot be reached, or cannot do it now"},
};

void desk_refuse(struct exchange_response *response, const char *code, const char *detail)
{
    assert(response && code && detail);
    const struct exchange_problem *problem = NULL;

    for (size_t i = 0; i < sizeof(problems) / sizeof(problems[0]); i++)
        if (strcmp(problems[i].code, code) == 0)
            problem = &problems[i];
    assert(problem);
    exchange_refuse(response, problem, detail);
}

void desk_failed(struct exchange_response *response, const struct err *err)
{
    assert(response && err);
    switch (err->code) {
    case ERR_INVALID:
        desk_refuse(response, "body", err->text);
        break;
    case ERR_DENIED:
        desk_refuse(response, "denied", err->text);
        break;
    case ERR_UNAVAILABLE:
        desk_refuse(response, "unreachable", err->text);
        break;
    default:
        desk_refuse(response, "internal", err->text);
        break;
    }
}

void desk_json(struct exchange_response *response, unsigned status, cJSON *root)
{
    assert(response);
    char *text = root ? cJSON_PrintUnformatted(root) : NULL;

    cJSON_Delete(root);
    if (text)
        exchange_text(response, status, "application/json", text);
    else
        desk_refuse(response, "internal", "no memory for the response");
    cJSON_free(text);
}

void desk_put_mistakes(cJSON *root, const struct diagnostics *found, bool *ok)
{
    assert(found && ok);
    cJSON *list = json_put(root, "diagnostics", cJSON_CreateArray(), ok);
    uint32_t n = found->n < DIAGNOSTICS_MAX ? found->n : DIAGNOSTICS_MAX;

    for (uint32_t i = 0; *ok && i < n; i++) {
        const struct diagnostic *one = &found->list[i];
        cJSON *to = json_append(list, ok);
        char code[5];

        fault_code(one->fault, code);
        json_put_int(to, "from", (int64_t)utf16_units(found->text, found->length, one->from), ok);
        json_put_int(to, "to", (int64_t)utf16_units(found->text, found->length, one->to), ok);
        json_put_int(to, "line", one->line, ok);
        json_put_int(to, "column", one->column, ok);
        json_put_text(to, "code", code, ok);
        json_put_text(to, "message", one->message, ok);
        if (one->expected[0])
            json_put_text(to, "expected", one->expected, ok);
        if (one->suggestion[0])
            json_put_text(to, "suggestion", one->suggestion, ok);
    }
}

void desk_mistakes(struct exchange_response *response, const struct diagnostics *found)
{
    assert(response && found);
    cJSON *root = NULL;
    struct err ignored;
    bool ok;

    desk_refuse(response, "question",
                found->n ? found->list[0].message : "the question has mistakes");
    ok = json_parse((const char *)response->body.data, response->body.size, DESK_BODY_BYTES, &root,
                    &ignored);
    if (!ok)
        return;
    desk_put_mistakes(root, found, &ok);
    desk_json(response, response->status, ok ? root : NULL);
    if (!ok)
        cJSON_Delete(root);
    else
        response->type = "application/problem+json";
}

bool desk_body(const struct exchange_request *request, cJSON **out,
               struct exchange_response *response)
{
    assert(request && out && response);
    struct err err;

    if (json_parse(request->body, request->body_bytes, DESK_BODY_BYTES, out, &err) &&
        (cJSON_IsObject(*out) ||
         (cJSON_Delete(*out), err_set(&err, ERR_INVALID, "the body must be a JSON object"))))
        return true;
    desk_refuse(response, "body", err.text);
    return false;
}

bool desk_number(const struct exchange_request *request, const char *name, int64_t absent,
                 int64_t most, int64_t *out, struct exchange_response *response)
{
    assert(request && name && out && response);
    const char *text = exchange_argument(request, name);
    uint64_t value;
    struct err err;

    *out = absent;
    if (!text)
        return true;
    if (number_whole(text, strlen(text), (uint64_t)most, &value)) {
        *out = (int64_t)value;
        return true;
    }
    (void)err_set(&err, ERR_INVALID, "%s must be a whole number of at most %lld", name,
                  (long long)most);
    desk_refuse(response, "body", err.text);
    return false;
}
