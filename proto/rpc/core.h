#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For proto/rpc only: the members of a stream, and the few functions that call gRPC's core.
 *
 * This folder keeps these rules of the core (reference: grpc, section 3.4): each call has its own
 * pluck queue, on which at most two threads wait (reader and writer); a tag is the address of an
 * object that lives until the tag has come back; at most one operation of each kind is under way.
 */
#include <grpc/byte_buffer.h>
#include <grpc/grpc.h>
#include <grpc/grpc_security.h>
#include <grpc/slice.h>
#include <pthread.h>
#include <stdatomic.h>

#include "proto/base/err.h"
#include "proto/rpc/stream.h"
#include "proto/rpc/tls.h"

#define LINK_METHOD "/rikstal.v1.Coordinator/Link"
#define PEER_BYTES 256

/* ---- time and batches (core.c) ---- */

gpr_timespec core_forever(void);
gpr_timespec core_after(int64_t ms);
/*
 * Starts a batch and waits for it without a time limit. False when it failed because the peer is
 * gone.
 */
bool core_batch(grpc_call *call, grpc_completion_queue *queue, const grpc_op *ops, size_t n_ops);
grpc_arg core_arg_int(const char *key, int64_t value);
/* Fills err from the status of an ended call. An OK status gives ERR_NONE and an empty text. */
void core_status_err(grpc_status_code status, const char *details, struct err *err);
grpc_status_code core_err_status(const struct err *err);

/* ---- credentials (tls.c) ---- */

struct tls_store; /* the server's files, read again when they change */

bool tls_store_open(const struct tls_files *files, struct tls_store **out,
                    struct err *err) MUST_CHECK;
void tls_store_close(struct tls_store *store);
/* The store must outlive the server. */
grpc_server_credentials *tls_server_credentials(struct tls_store *store);
bool tls_channel_credentials(const struct tls_files *files, grpc_channel_credentials **out,
                             struct err *err) MUST_CHECK;

/* ---- the stream (stream.c) ---- */

struct outgoing; /* a queued frame */

struct outgoing_list {
    struct outgoing *first;
    struct outgoing **last;
    size_t n;
};

struct stream {
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
    struct outgoing_list lists[2]; /* indexed by enum stream_urgency */
    size_t bytes;
    bool ended;     /* nothing may be queued or sent any more */
    bool finishing; /* send what is queued, then close */
    bool writer_gone;
    struct err reason; /* why the stream was cancelled; ERR_NONE: it was not */
};

/* Starts the writer thread; call and queue are borrowed. */
bool stream_open(struct stream *stream, grpc_call *call, grpc_completion_queue *queue, bool client,
                 struct err *err) MUST_CHECK;
/* Reads who the peer is from its certificate, and its address. */
void stream_learn_peer(struct stream *stream);
/*
 * Waits for the next frame, which is valid until the next call. False with ERR_NONE when the peer
 * sends no more. When timeout_ms >= 0 and the first frame or the confirmation has not come after
 * that time, the call is cancelled.
 */
bool stream_read(struct stream *stream, int64_t timeout_ms, const uint8_t **frame, size_t *size,
                 struct err *err) MUST_CHECK;
/* Makes a received message the reader's frame; destroys the buffer. */
bool stream_accept(struct stream *stream, grpc_byte_buffer *buffer, const uint8_t **frame,
                   size_t *size, struct err *err) MUST_CHECK;
/* Accepts no new frames; the writer sends what is queued and, on a client, closes our half. */
void stream_finish(struct stream *stream);
/* Ends the writer: at once, or after sending for up to grace_ms. Cancels the call when needed. */
void stream_stop(struct stream *stream, int64_t grace_ms);
/* Call it after stream_stop(). */
void stream_clear(struct stream *stream);
