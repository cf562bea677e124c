#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which link is whose, on the coordinator: at most one per node, and the newest wins.
 *
 * A node may be back before its old link is noticed dead, so a new confirmed link takes the place
 * at once and the old one is cancelled. Sending by node id holds the lock that links_remove()
 * needs, so a stream cannot end under the sender. Any thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"
#include "proto/rpc/stream.h"

#define LINKS_MAX 64

struct links;

struct links *links_new(void); /* NULL when memory is out */
void links_free(struct links *links);

/* This stream is now the node's; an older one is cancelled. ERR_EXHAUSTED beyond LINKS_MAX nodes.
 */
bool links_put(struct links *links, const char *node, struct stream *stream,
               struct err *err) MUST_CHECK;
/* In ended(): true when it was the node's link, false when a newer one has taken its place. */
bool links_remove(struct links *links, const char *node, const struct stream *stream);
/* stream_send() to the node; ERR_UNAVAILABLE when it has no link. */
bool links_send(struct links *links, const char *node, const void *frame, size_t size,
                enum stream_urgency urgency, struct err *err) MUST_CHECK;
/* To all of them, for drain and rosters; returns how many took it. */
size_t links_send_all(struct links *links, const void *frame, size_t size,
                      enum stream_urgency urgency);
size_t links_count(struct links *links);
