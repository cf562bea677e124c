#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Serves HTTP on one address: a function of exchange.h behind libmicrohttpd.
 *
 * Each connection has a thread of libmicrohttpd, so the function may block (on condition
 * variables). No connection is ever suspended, so none can be left over when the daemon stops.
 * Bodies, connections and waiting (connections.h) are limited. TLS must end in a proxy in front.
 */
#include <stdint.h>

#include "coordinator/http/exchange.h"
#include "proto/base/err.h"

struct listener;

struct listener_options {
    const char *listen; /* "127.0.0.1:8480" or "[::1]:0"; port 0 means any free port */
    exchange_function *answer;
    void *owner;       /* of answer; must outlive the listener */
    size_t body_bytes; /* a longer body is refused */
    /* Makes the refusal of this code; "too-large" alone is asked for. */
    void (*refuse)(struct exchange_response *response, const char *code, const char *detail);
};

bool listener_open(const struct listener_options *options, struct listener **out,
                   struct err *err) MUST_CHECK;
uint16_t listener_port(const struct listener *listener);
/*
 * The owner first wakes whatever handlers wait for. Returns when the last handler has returned.
 * Accepts NULL.
 */
void listener_close(struct listener *listener);
