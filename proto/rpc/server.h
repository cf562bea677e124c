#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The coordinator's listener: mutual TLS, one method (Link), one thread a link.
 *
 * A link's thread calls opened, then arrived for each frame, then ended; these may block, and
 * other links do not notice. The stream may be used from any thread between opened and the return
 * of ended. Whoever opens a call and sends nothing holds no thread; a link beyond links_max, an
 * unknown method and a peer without certificate are refused. Certificates are read again at each
 * handshake and used when they are right, so renewing needs no restart. The server, not the owner,
 * sends the final status: OK after the peer has closed its half, the error's otherwise.
 *
 * rpc_start() before, rpc_stop() after everything of this folder; signals blocked before
 * rpc_start().
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"
#include "proto/rpc/tls.h"

struct server;
struct stream;

struct server_events {
    void *owner;
    /* A link has sent its first frame (which comes to arrived next). False: refuse it with err. */
    bool (*opened)(void *owner, struct stream *stream, struct err *err);
    /* One frame; borrowed for the call. False: end the link with err. */
    bool (*arrived)(void *owner, struct stream *stream, const uint8_t *frame, size_t size,
                    struct err *err);
    /* The link is over; err says why (ERR_NONE: the peer has closed it in order). After opened. */
    void (*ended)(void *owner, struct stream *stream, const struct err *err);
};

struct server_options {
    const char *listen; /* "0.0.0.0:8443"; port 0 takes a free one */
    struct tls_files tls;
    uint32_t links_max;           /* 0: 40 */
    int64_t handshake_timeout_ms; /* TLS, and then until stream_confirm(); 0: 5,000 */
    int64_t keepalive_ms;         /* 0: 20,000 */
    int64_t keepalive_timeout_ms; /* 0: 10,000 */
    struct server_events events;
};

/* The options' strings are copied, the events' owner is borrowed. */
bool server_open(const struct server_options *options, struct server **out,
                 struct err *err) MUST_CHECK;
/* The port that it listens on. */
uint16_t server_port(const struct server *server);
/* Links that have been opened and not yet ended. */
uint32_t server_links(struct server *server);
/*
 * Stop listening, give the links (to which the owner has sent drain) grace_ms to close, cancel the
 * rest, and return when every thread has left. Accepts NULL.
 */
void server_close(struct server *server, int64_t grace_ms);
