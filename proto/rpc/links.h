#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which link belongs to which node, on the coordinator: at most one per node, and the newest wins.
 *
 * A node may reconnect before its old link is known to be dead, so a new confirmed link replaces
 * the old one at once and cancels it. Sending by node id holds the lock that links_remove() needs,
 * so a stream cannot be freed while it is sent on. Any thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"
#include "proto/rpc/rpc_stream.h"

#define LINKS_MAX 64

struct links;

struct links *links_new(void); /* NULL when memory is out */
void links_free(struct links *links);

/*
 * Makes this stream the node's link and cancels an older one. ERR_EXHAUSTED when LINKS_MAX other
 * nodes have links.
 */
bool links_put(struct links *links, const char *node, struct rpc_stream *stream,
               struct err *err) MUST_CHECK;
/* For ended(): true when this was the node's link, false when a newer one has replaced it. */
bool links_remove(struct links *links, const char *node, const struct rpc_stream *stream);
/* Calls rpc_stream_send() on the node's link. ERR_UNAVAILABLE when it has none. */
bool links_send(struct links *links, const char *node, const void *frame, size_t size,
                enum rpc_stream_urgency urgency, struct err *err) MUST_CHECK;
/* Sends to all nodes (drain, rosters). Returns how many links took the frame. */
size_t links_send_all(struct links *links, const void *frame, size_t size,
                      enum rpc_stream_urgency urgency);
size_t links_count(struct links *links);
