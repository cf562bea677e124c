/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/http/exchange.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "proto/base/json.h"

const char *exchange_header(const struct exchange_request *request, const char *name)
{
    assert(request && name);
    return request->header ? request->header(request->argument_owner, name) : NULL;
}

const char *exchange_argument(const struct exchange_request *request, const char *name)
{
    assert(request && name);
    return request->argument ? request->argument(request->argument_owner, name) : NULL;
}

void exchange_add(struct exchange_response *response, const char *name, const char *format, ...)
{
    assert(response && name && response->n_headers < EXCHANGE_HEADERS_MAX);
    struct exchange_header *header = &response->header[response->n_headers++];
    va_list arguments;
    int n;

    header->name = name;
    va_start(arguments, format);
    n = vsnprintf(header->value, sizeof(header->value), format, arguments);
    va_end(arguments);
    assert(n >= 0 && n < EXCHANGE_HEADER_BYTES);
}

void exchange_text(struct exchange_response *response, unsigned status, const char *type,
                   const char *text)
{
    assert(response && type && text);
    bytes_clear(&response->body);
    bytes_add_text(&response->body, text);
    response->status = status;
    response->type = type;
}

void exchange_refuse(struct exchange_response *response, const struct exchange_problem *problem,
                     const char *detail)
{
    assert(response && problem && detail);
    cJSON *root = cJSON_CreateObject();
    char type[64];
    bool ok = root != NULL;
    char *text;

    snprintf(type, sizeof(type), "urn:rikstal:problem:%s", problem->code);
    json_put_text(root, "type", type, &ok);
    json_put_text(root, "title", problem->title, &ok);
    json_put_int(root, "status", problem->status, &ok);
    json_put_text(root, "code", problem->code, &ok);
    json_put_text(root, "detail", detail, &ok);
    text = ok ? cJSON_PrintUnformatted(root) : NULL;
    cJSON_Delete(root);
    exchange_text(response, problem->status, "application/problem+json", text ? text : "{}");
    cJSON_free(text);
    response->location[0] = 0;
}
