#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the parts of a desk share: its state, and the pieces of a response. For coordinator/desk
 * alone.
 */
#include <cjson/cJSON.h>

#include "coordinator/desk/desk.h"
#include "proto/query/diagnostic.h"

struct history;
struct errand_board;
struct shelf;

struct desk {
    struct desk_options is;
    struct ticket_office *tickets;
    struct history *history;
    struct errand_board *errands;
    struct shelf *shelf;
};

/*
 * Answers one path. `rest` is what follows the table's path: an id, or "". The request has passed
 * guard and session.
 */
typedef void desk_handler(struct desk *desk, const struct exchange_request *request,
                          const char *rest, struct exchange_response *response);

/* Takes ownership of the tree; NULL becomes the problem `internal`. */
void desk_json(struct exchange_response *response, unsigned status, cJSON *root);
/* The problem of a failed call: its code follows from err. */
void desk_failed(struct exchange_response *response, const struct err *err);
/* The problem `question`, with its mistakes. */
void desk_mistakes(struct exchange_response *response, const struct diagnostics *found);
/* The body as JSON. False when the response says what is wrong. The caller deletes *out. */
bool desk_body(const struct exchange_request *request, cJSON **out,
               struct exchange_response *response) MUST_CHECK;
/* A whole number of the query string; `absent` when it is not there. False: the response says so.
 */
bool desk_number(const struct exchange_request *request, const char *name, int64_t absent,
                 int64_t most, int64_t *out, struct exchange_response *response) MUST_CHECK;
/* The mistakes as a list of JSON. */
void desk_put_mistakes(cJSON *root, const struct diagnostics *found, bool *ok);
