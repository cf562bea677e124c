#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The side that connects: a channel is one connection with one set of credentials, and carries one
 * link.
 *
 * The files of `tls` are read when the channel is opened. Open a new channel after a renewal and
 * after every end of a link. A channel belongs to one thread; any thread may write to its stream
 * (rpc_stream.h). Call tls_start() before.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"
#include "proto/rpc/tls.h"

struct channel;
struct rpc_stream;

struct channel_options {
    const char *target; /* "coordinator.example:443" */
    struct tls_files tls;
    int64_t connect_timeout_ms;   /* until the peer's first frame; 0: the default 20,000 */
    int64_t keepalive_ms;         /* 0: the default 25,000 */
    int64_t keepalive_timeout_ms; /* 0: the default 10,000 */
    bool use_proxy;               /* use the proxy of the environment variable http_proxy */
    const char *name_for_tests;   /* expected name of the server when it differs from target's; else
                                   * NULL */
};

bool channel_open(const struct channel_options *options, struct channel **out,
                  struct err *err) MUST_CHECK;
/* Cancels the link if it is still open. Accepts NULL. */
void channel_close(struct channel *channel);

/* Starts the link and sends its first frame. The channel owns the stream. */
bool channel_link(struct channel *channel, const void *first, size_t size, struct rpc_stream **out,
                  struct err *err) MUST_CHECK;
/*
 * Waits for the next frame, which is valid until the next call. False with ERR_NONE when the peer
 * has ended the link in order; on any other end err has the reason. Only the channel's thread may
 * call it.
 */
bool channel_read(struct channel *channel, const uint8_t **frame, size_t *size,
                  struct err *err) MUST_CHECK;
/* Sends what is queued and closes our half; channel_read() then reports the end. Any thread. */
void channel_finish(struct channel *channel);
