#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One HTTP request and its response as plain values, so that what a server says is a pure function
 * of them, which tests call directly. listener.h connects such a function to libmicrohttpd.
 *
 * The request belongs to the caller and lives as long as the call. The response is filled by the
 * function; the listener frees its body. Any thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/bytes.h"

#define EXCHANGE_HEADERS_MAX 12
#define EXCHANGE_HEADER_BYTES 512
#define EXCHANGE_LOCATION_BYTES 4096

struct exchange_request {
    const char *method;
    const char *path;
    const char *host;          /* NULL: the header is absent */
    const char *content_type;  /* NULL: the header is absent */
    const char *authorization; /* NULL: the header is absent */
    const char *body;
    size_t body_bytes;
    /* An argument of the query string, and another header. NULL when it is absent. */
    const char *(*argument)(void *owner, const char *name);
    const char *(*header)(void *owner, const char *name);
    void *argument_owner; /* of both */
};

struct exchange_header {
    const char *name; /* a string literal */
    char value[EXCHANGE_HEADER_BYTES];
};

struct exchange_response {
    unsigned status;
    const char *type;                       /* content type; a string literal */
    char location[EXCHANGE_LOCATION_BYTES]; /* "": none */
    bool immutable;   /* the path names these bytes for ever, so caches may keep them */
    size_t n_headers; /* beside those */
    struct exchange_header header[EXCHANGE_HEADERS_MAX];
    struct bytes body;
};

typedef void exchange_function(void *owner, const struct exchange_request *request,
                               struct exchange_response *response);

/* NULL when it is absent, or the request has no headers but those of its members. */
const char *exchange_header(const struct exchange_request *request, const char *name);
const char *exchange_argument(const struct exchange_request *request, const char *name);

/* Adds a header; asserts that there is room. */
void exchange_add(struct exchange_response *response, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Replaces the body by this text. The type is a string literal. */
void exchange_text(struct exchange_response *response, unsigned status, const char *type,
                   const char *text);

/* A kind of refusal: its code is for programs, and its meaning never changes. */
struct exchange_problem {
    const char *code; /* at most 40 characters */
    unsigned status;
    const char *title;
};
/* Makes application/problem+json (RFC 9457). */
void exchange_refuse(struct exchange_response *response, const struct exchange_problem *problem,
                     const char *detail);
