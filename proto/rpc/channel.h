#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The dialling side: a channel is one connection with one set of credentials, and carries one link.
 *
 * The files of tls are read when the channel is opened; after a renewal, and after every end of a
 * link, open a new one. A channel belongs to one thread; its stream may be written from any
 * (stream.h). rpc_start() first.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"
#include "proto/rpc/tls.h"

struct channel;
struct stream;

struct channel_options {
    const char *target; /* "coordinator.example:443" */
    struct tls_files tls;
    int64_t connect_timeout_ms;   /* until the peer's first frame; 0: 20,000 */
    int64_t keepalive_ms;         /* 0: 25,000 */
    int64_t keepalive_timeout_ms; /* 0: 10,000 */
    bool use_proxy;               /* honour http_proxy */
    const char *name_for_tests;   /* expected server name, when it is not target's; NULL */
};

bool channel_open(const struct channel_options *options, struct channel **out,
                  struct err *err) MUST_CHECK;
/* Cancels the link when it is still open. Accepts NULL. */
void channel_close(struct channel *channel);

/* Start the link, with its first frame on the way. The stream is the channel's. */
bool channel_link(struct channel *channel, const void *first, size_t size, struct stream **out,
                  struct err *err) MUST_CHECK;
/*
 * Wait for the next frame, which holds until the next call. False with ERR_NONE: the peer has ended
 * the link in order; otherwise the reason. The channel's thread only.
 */
bool channel_read(struct channel *channel, const uint8_t **frame, size_t *size,
                  struct err *err) MUST_CHECK;
/* Any thread: send what is queued and close our half; channel_read() then ends. */
void channel_finish(struct channel *channel);
