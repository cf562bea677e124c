#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who calls: the organisation whose member signed the token in the Authorization header
 * (proto/trust/access.h). A value; any thread.
 */
#include <stdbool.h>

#include "coordinator/report/plan.h"

struct exchange_request;
struct exchange_response;
struct route_owner;

struct caller {
    char organisation[NAME_BYTES];
};

/* False, with a 401 in the response, when there is no valid token. */
bool caller_find(const struct route_owner *owner, const struct exchange_request *request,
                 struct caller *out, struct exchange_response *response);
