#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One call of an identity provider over HTTP, with libcurl: HTTPS with the certificate checked,
 * plain HTTP on loopback alone (a provider of tests). No redirect is followed, a body is bounded,
 * and a call ends within 10 s. Any thread.
 */
#include <stdbool.h>
#include <stddef.h>

#include "proto/base/bytes.h"
#include "proto/base/err.h"

#define FETCH_URL_MAX 2048 /* bytes of an address */

struct fetch_call {
    const char *url;
    const char *form;   /* NULL: GET; else POST of application/x-www-form-urlencoded */
    const char *user;   /* NULL: no Basic authentication; else "user:password", both url-encoded */
    const char *bearer; /* NULL: no Bearer token */
    const char *ca;     /* file of the trusted certificates; NULL: the system's */
    size_t most;        /* bytes of the body */
};

/* A call of the provider as a value, so that tests bring answers of their own. */
typedef bool fetch_function(const struct fetch_call *call, struct bytes *body, long *status,
                            struct err *err);

/* Whether an address may be called at all: https, or http on loopback, of at most FETCH_URL_MAX
 * bytes, printable, without user or fragment. */
bool fetch_url_is_safe(const char *url);
/* ERR_UNAVAILABLE when there is no answer, or a longer one. The caller clears the body. */
bool fetch_run(const struct fetch_call *call, struct bytes *body, long *status,
               struct err *err) MUST_CHECK;
