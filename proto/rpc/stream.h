#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One link: frames (bytes) in both directions over one gRPC call, the same on either side.
 *
 * One thread reads: the call's own on the server, the caller's on the client. Any thread may write:
 * stream_send() puts a copy on a bounded queue and never waits; a thread of the stream sends. A
 * full queue refuses, so that a slow peer costs its own questions and nobody's memory. Urgent
 * frames (cancel, drain, ping) overtake others. A stream ends once, for both directions.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

#define STREAM_FRAME_MAX ((size_t)1 << 20)
#define STREAM_QUEUE_FRAMES 256              /* ordinary frames waiting; urgent ones have as many */
#define STREAM_QUEUE_BYTES ((size_t)8 << 20) /* and so many bytes of either */

struct stream;

enum stream_urgency { STREAM_ORDINARY, STREAM_URGENT };

/*
 * Put one frame on its way. ERR_EXHAUSTED when the queue is full, ERR_UNAVAILABLE when the stream
 * has ended, ERR_INVALID when it is empty or longer than STREAM_FRAME_MAX.
 */
bool stream_send(struct stream *stream, const void *frame, size_t size, enum stream_urgency urgency,
                 struct err *err) MUST_CHECK;

/*
 * End it at once; what is queued is lost. Any thread, any number of times; the first reason stays,
 * and is the one that ended() or channel_read() gives. The peer sees an end without a reason: who
 * wants to say one sends a Refusal, or returns an error from opened() or arrived().
 */
void stream_cancel(struct stream *stream, const char *reason);

/* The URI of the peer's certificate ("spiffe://net/node/12"); "" when it has none. */
const char *stream_peer(const struct stream *stream);
/* Where the peer is ("ipv4:10.0.0.1:443"), for the log. */
const char *stream_address(const struct stream *stream);
/* Server: the owner has made sure who this is; until then the handshake timeout runs. */
void stream_confirm(struct stream *stream);
/* Server: a pointer of the owner's, set in opened() and read in the later events. */
void stream_set_owner_data(struct stream *stream, void *data);
void *stream_owner_data(const struct stream *stream);
