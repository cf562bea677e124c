#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One link: frames (bytes) in both directions over one gRPC call, with the same functions on both
 * sides.
 *
 * One thread reads: the call's own thread on the server, the caller's on the client. Any thread may
 * write: rpc_stream_send() puts a copy into a bounded queue and never waits, and a thread of the
 * stream sends it. A full queue refuses frames, so that a slow peer delays only its own questions
 * and cannot use up memory. Urgent frames (cancel, drain, ping) overtake others. A stream ends
 * once, for both directions.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

#define RPC_STREAM_FRAME_MAX ((size_t)1 << 20)
#define RPC_STREAM_QUEUE_FRAMES 256 /* waiting ordinary frames, and as many urgent ones */
#define RPC_STREAM_QUEUE_BYTES ((size_t)8 << 20) /* bytes of waiting frames of each kind */

struct rpc_stream;

enum rpc_stream_urgency { RPC_STREAM_ORDINARY, RPC_STREAM_URGENT };

/*
 * Queues one frame. ERR_EXHAUSTED when the queue is full, ERR_UNAVAILABLE when the stream has
 * ended, ERR_INVALID when the frame is empty or longer than RPC_STREAM_FRAME_MAX.
 */
bool rpc_stream_send(struct rpc_stream *stream, const void *frame, size_t size,
                     enum rpc_stream_urgency urgency, struct err *err) MUST_CHECK;

/*
 * Ends the stream at once; queued frames are lost. Any thread, any number of times: the first
 * reason is kept and is what ended() or channel_read() reports. The peer sees no reason; to give
 * one, send a Refusal, or return an error from opened() or arrived().
 */
void rpc_stream_cancel(struct rpc_stream *stream, const char *reason);

/* The URI of the peer's certificate ("spiffe://net/node/12"); "" when it has none. */
const char *rpc_stream_peer(const struct rpc_stream *stream);
/* The peer's address ("ipv4:10.0.0.1:443"), for the log. */
const char *rpc_stream_address(const struct rpc_stream *stream);
/* Server: the owner has verified who the peer is; until then the handshake timeout runs. */
void rpc_stream_confirm(struct rpc_stream *stream);
/* Server: a pointer of the owner's, set in opened() and read in the later callbacks. */
void rpc_stream_set_owner_data(struct rpc_stream *stream, void *data);
void *rpc_stream_owner_data(const struct rpc_stream *stream);
