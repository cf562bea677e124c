#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The HTTP API as a function: a request in, a response out. It knows nothing of sockets, so tests
 * call it directly; api.h connects it to coordinator/http. May block for wait_ms. Any thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "coordinator/http/exchange.h"

struct roster_cache;
struct service;

struct route_owner {
    struct service *service;
    struct roster_cache *roster_cache; /* has the names of regions */
    const char *const *hosts;          /* accepted Host headers (host.h) */
    size_t n_hosts;
};

/* Which address a request came in by: the API's, or that of the coordinator's own operator. */
enum route_door { ROUTE_API, ROUTE_STATUS };

void route(const struct route_owner *owner, enum route_door door,
           const struct exchange_request *request, struct exchange_response *response);
/* Makes application/problem+json with a stable code of the closed list in README.md. */
void route_problem(struct exchange_response *response, const char *code, const char *detail);
