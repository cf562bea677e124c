#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The HTTP API as a function: a request in, a response out. It knows nothing of sockets, so tests
 * call it directly; api.h connects it to libmicrohttpd. May block for wait_ms. Any thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/bytes.h"

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

struct route_request {
    const char *method;
    const char *path;
    const char *host;          /* NULL: the header is absent */
    const char *content_type;  /* NULL: the header is absent */
    const char *authorization; /* "Rikstal TOKEN" (proto/trust/access.h); NULL: absent */
    const char *body;
    size_t body_bytes;
    /* An argument of the query string. NULL when it is absent. */
    const char *(*argument)(void *owner, const char *name);
    void *argument_owner;
};

struct route_response {
    unsigned status;
    const char *type;  /* content type; a string literal */
    char location[64]; /* "": none */
    bool immutable;    /* the path names these bytes for ever, so caches may keep them */
    struct bytes body;
};

void route(const struct route_owner *owner, enum route_door door,
           const struct route_request *request, struct route_response *response);
/* Makes application/problem+json with a stable code of the closed list in README.md. */
void route_problem(struct route_response *response, const char *code, const char *detail);
