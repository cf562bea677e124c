#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For proto/rpc only: the members of a stream, and what its two ends (channel.c, server.c) do to
 * it.
 */
#include <grpc/byte_buffer.h>
#include <grpc/grpc.h>
#include <grpc/slice.h>
#include <pthread.h>
#include <stdatomic.h>

#include "proto/base/err.h"
#include "proto/rpc/rpc_stream.h"

#define PEER_BYTES 256

struct outgoing; /* a queued frame */

struct outgoing_list {
    struct outgoing *first;
    struct outgoing **last;
    size_t n;
};

struct rpc_stream {
    grpc_call *call;
    grpc_completion_queue *queue;
    bool client;
    char peer[PEER_BYTES];
    char address[PEER_BYTES];
    void *owner_data;
    grpc_slice incoming; /* the frame that the reader got last */
    bool has_incoming;
    pthread_t writer;
    atomic_bool confirmed;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    /* below: under lock */
    struct outgoing_list lists[2]; /* indexed by enum rpc_stream_urgency */
    size_t bytes;
    bool ended;     /* nothing may be queued or sent any more */
    bool finishing; /* send what is queued, then close */
    bool writer_gone;
    struct err reason; /* why the stream was cancelled; ERR_NONE: it was not */
};

/* Starts the writer thread; call and queue are borrowed. */
bool rpc_stream_open(struct rpc_stream *stream, grpc_call *call, grpc_completion_queue *queue,
                     bool client, struct err *err) MUST_CHECK;
/* Reads who the peer is from its certificate, and its address. */
void rpc_stream_learn_peer(struct rpc_stream *stream);
/*
 * Waits for the next frame, which is valid until the next call. False with ERR_NONE when the peer
 * sends no more. When timeout_ms >= 0 and the first frame or the confirmation has not come after
 * that time, the call is cancelled.
 */
bool rpc_stream_read(struct rpc_stream *stream, int64_t timeout_ms, const uint8_t **frame,
                     size_t *size, struct err *err) MUST_CHECK;
/* Makes a received message the reader's frame; destroys the buffer. */
bool rpc_stream_accept(struct rpc_stream *stream, grpc_byte_buffer *buffer, const uint8_t **frame,
                       size_t *size, struct err *err) MUST_CHECK;
/* Accepts no new frames; the writer sends what is queued and, on a client, closes our half. */
void rpc_stream_finish(struct rpc_stream *stream);
/* Ends the writer: at once, or after sending for up to grace_ms. Cancels the call when needed. */
void rpc_stream_stop(struct rpc_stream *stream, int64_t grace_ms);
/* Call it after rpc_stream_stop(). */
void rpc_stream_clear(struct rpc_stream *stream);
