#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The coordinator's listener: mutual TLS, one method (Link), one thread for each link.
 *
 * A link's thread calls opened, then arrived for each frame, then ended. These functions may block
 * without delaying other links. Any thread may use the stream from opened until ended returns. A
 * peer that opens a call and sends nothing occupies no thread. A link beyond links_max, an unknown
 * method and a peer without certificate are refused. Certificate files are read again at each
 * handshake and used when they are valid, so renewal needs no restart. The server, not the owner,
 * sends the final status: OK after the peer has closed its half, else the error's.
 *
 * Behind a proxy that ends TLS and verifies the client certificates, the listener is plain HTTP/2
 * on a loopback address, and peers have no certificate here: the owner must learn from what a peer
 * signs who it is.
 *
 * Call tls_start() before, and tls_stop() after everything of this folder was freed. Block signals
 * before tls_start().
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"
#include "proto/rpc/tls.h"

struct server;
struct rpc_stream;

struct server_events {
    void *owner;
    /* A link has sent its first frame, which arrived gets next. False: refuse the link with err. */
    bool (*opened)(void *owner, struct rpc_stream *stream, struct err *err);
    /* A frame, borrowed for the call. False: end the link with err. */
    bool (*arrived)(void *owner, struct rpc_stream *stream, const uint8_t *frame, size_t size,
                    struct err *err);
    /* The link is over, after opened; err says why (ERR_NONE: the peer closed it in order). */
    void (*ended)(void *owner, struct rpc_stream *stream, const struct err *err);
};

struct server_options {
    const char *listen;           /* "0.0.0.0:8443"; port 0 means any free port */
    struct tls_files tls;         /* not read behind a proxy */
    bool behind_proxy;            /* listen must then be a loopback address */
    uint32_t links_max;           /* 0: the default 40 */
    int64_t handshake_timeout_ms; /* for TLS, then again until rpc_stream_confirm(); 0: the default
                                   * 5,000 */
    int64_t keepalive_ms;         /* 0: the default 20,000 */
    int64_t keepalive_timeout_ms; /* 0: the default 10,000 */
    struct server_events events;
};

/* Copies the options' strings; borrows the owner of the events. */
bool server_open(const struct server_options *options, struct server **out,
                 struct err *err) MUST_CHECK;
/* The port on which the server listens. */
uint16_t server_port(const struct server *server);
/* The number of links that were opened and have not ended. */
uint32_t server_links(struct server *server);
/*
 * Stops listening, gives the links grace_ms to close (the owner must have sent drain), cancels the
 * rest, and returns when every thread has ended. Accepts NULL.
 */
void server_close(struct server *server, int64_t grace_ms);
