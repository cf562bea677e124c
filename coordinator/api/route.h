#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The HTTP API as a function: a request in, a response out. Nothing of a socket is known here, so
 * that tests call it directly; api.h puts it behind libmicrohttpd. May block for wait_ms. Any
 * thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/bytes.h"

struct roster_cache;
struct service;

struct route_owner {
    struct service *service;
    struct roster_cache *roster_cache; /* the names of regions */
    const char *const *hosts;          /* host.h */
    size_t n_hosts;
};

struct request {
    const char *method;
    const char *path;
    const char *host;         /* NULL: none */
    const char *content_type; /* NULL: none */
    const char *body;
    size_t body_bytes;
    /* An argument of the query string, NULL when it is absent. */
    const char *(*argument)(void *owner, const char *name);
    void *argument_owner;
};

struct response {
    unsigned status;
    const char *type;  /* content type, a literal */
    char location[64]; /* "" none */
    struct bytes body;
};

void route(const struct route_owner *owner, const struct request *request,
           struct response *response);
/* application/problem+json with a stable code of the closed list in README.md. */
void route_problem(struct response *response, const char *code, const char *detail);
