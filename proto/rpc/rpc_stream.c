/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A reader and a writer on one call. Frames to send wait in two lists, urgent and ordinary. The
 * writer has one SEND_MESSAGE under way at a time, which completes when its bytes have passed flow
 * control. So frames that a slow peer does not take wait here, where they are counted and limited,
 * and not inside gRPC.
 */
#include "proto/rpc/rpc_stream.h"

#include <assert.h>
#include <grpc/byte_buffer_reader.h>
#include <grpc/grpc_security.h>
#include <grpc/support/alloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/clock.h"
#include "proto/base/wait.h"
#include "proto/rpc/core.h"
#include "proto/rpc/rpc_stream_inside.h"

struct outgoing {
    struct outgoing *next;
    size_t size;
    grpc_slice slice;
};

static void list_put(struct outgoing_list *list, struct outgoing *frame)
{
    *list->last = frame;
    list->last = &frame->next;
    list->n++;
}

static struct outgoing *list_take(struct outgoing_list *list)
{
    struct outgoing *frame = list->first;

    if (!frame)
        return NULL;
    list->first = frame->next;
    if (!list->first)
        list->last = &list->first;
    list->n--;
    return frame;
}

static void outgoing_free(struct outgoing *frame)
{
    grpc_slice_unref(frame->slice);
    free(frame);
}

/* ---- sending ---- */

static bool room_check(const struct rpc_stream *stream, size_t size,
                       enum rpc_stream_urgency urgency, struct err *err)
{
    if (stream->ended || stream->finishing)
        return err_set(err, ERR_UNAVAILABLE, "the link has ended");
    if (stream->lists[urgency].n >= RPC_STREAM_QUEUE_FRAMES ||
        size > RPC_STREAM_QUEUE_BYTES - stream->bytes)
        return err_set(err, ERR_EXHAUSTED, "the link's queue is full: %zu frames, %zu bytes",
                       stream->lists[urgency].n, stream->bytes);
    return true;
}

bool rpc_stream_send(struct rpc_stream *stream, const void *frame, size_t size,
                     enum rpc_stream_urgency urgency, struct err *err)
{
    assert(stream && (frame || !size));
    struct outgoing *out;
    bool ok;

    if (size == 0 || size > RPC_STREAM_FRAME_MAX)
        return err_set(err, ERR_INVALID, "a frame of %zu bytes; 1 to %zu are allowed", size,
                       RPC_STREAM_FRAME_MAX);
    out = calloc(1, sizeof(*out));
    if (!out)
        return err_memory(err);
    out->size = size;
    out->slice = grpc_slice_from_copied_buffer(frame, size);
    pthread_mutex_lock(&stream->lock);
    ok = room_check(stream, size, urgency, err);
    if (ok) {
        list_put(&stream->lists[urgency], out);
        stream->bytes += size;
        pthread_cond_broadcast(&stream->changed);
    }
    pthread_mutex_unlock(&stream->lock);
    if (!ok)
        outgoing_free(out);
    return ok;
}

/* The next frame to send, urgent ones first. NULL when the writer must end. */
static struct outgoing *outgoing_wait(struct rpc_stream *stream)
{
    struct outgoing *out = NULL;

    pthread_mutex_lock(&stream->lock);
    while (!stream->ended && !out) {
        out = list_take(&stream->lists[RPC_STREAM_URGENT]);
        if (!out)
            out = list_take(&stream->lists[RPC_STREAM_ORDINARY]);
        if (!out && stream->finishing)
            break;
        if (!out)
            pthread_cond_wait(&stream->changed, &stream->lock);
    }
    if (out)
        stream->bytes -= out->size;
    pthread_mutex_unlock(&stream->lock);
    return out;
}

static bool outgoing_send(struct rpc_stream *stream, struct outgoing *out)
{
    grpc_byte_buffer *buffer = grpc_raw_byte_buffer_create(&out->slice, 1);
    grpc_op op = {.op = GRPC_OP_SEND_MESSAGE};
    bool ok;

    op.data.send_message.send_message = buffer;
    ok = core_batch(stream->call, stream->queue, &op, 1);
    grpc_byte_buffer_destroy(buffer);
    return ok;
}

static bool metadata_send(struct rpc_stream *stream)
{
    grpc_op op = {.op = GRPC_OP_SEND_INITIAL_METADATA};

    return core_batch(stream->call, stream->queue, &op, 1);
}

static void half_close(struct rpc_stream *stream)
{
    grpc_op op = {.op = GRPC_OP_SEND_CLOSE_FROM_CLIENT};

    (void)core_batch(stream->call, stream->queue, &op, 1); /* the call's status has the failure */
}

static void *writer_run(void *arg)
{
    struct rpc_stream *stream = arg;
    bool ok = metadata_send(stream);
    struct outgoing *out;

    while (ok && (out = outgoing_wait(stream))) {
        ok = outgoing_send(stream, out);
        outgoing_free(out);
    }
    pthread_mutex_lock(&stream->lock);
    ok = ok && !stream->ended;
    pthread_mutex_unlock(&stream->lock);
    if (ok && stream->client)
        half_close(stream);
    pthread_mutex_lock(&stream->lock);
    stream->ended = stream->ended || !ok; /* the reader gets the reason */
    stream->writer_gone = true;
    pthread_cond_broadcast(&stream->changed);
    pthread_mutex_unlock(&stream->lock);
    return NULL;
}

/* ---- life ---- */

bool rpc_stream_open(struct rpc_stream *stream, grpc_call *call, grpc_completion_queue *queue,
                     bool client, struct err *err)
{
    assert(stream && call && queue);
    memset(stream, 0, sizeof(*stream));
    stream->call = call;
    stream->queue = queue;
    stream->client = client;
    for (size_t i = 0; i < 2; i++)
        stream->lists[i].last = &stream->lists[i].first;
    if (!wait_init(&stream->changed, err))
        return false;
    pthread_mutex_init(&stream->lock, NULL);
    if (pthread_create(&stream->writer, NULL, writer_run, stream) == 0)
        return true;
    pthread_mutex_destroy(&stream->lock);
    pthread_cond_destroy(&stream->changed);
    return err_set(err, ERR_UNAVAILABLE, "no thread for a link");
}

static bool writer_is_gone(struct rpc_stream *stream, int64_t wait_ms)
{
    int64_t until_ms = clock_mono_ms() + wait_ms;
    bool gone;

    pthread_mutex_lock(&stream->lock);
    while (!stream->writer_gone && wait_until(&stream->changed, &stream->lock, until_ms))
        ;
    gone = stream->writer_gone;
    pthread_mutex_unlock(&stream->lock);
    return gone;
}

void rpc_stream_finish(struct rpc_stream *stream)
{
    pthread_mutex_lock(&stream->lock);
    stream->finishing = true;
    pthread_cond_broadcast(&stream->changed);
    pthread_mutex_unlock(&stream->lock);
}

void rpc_stream_stop(struct rpc_stream *stream, int64_t grace_ms)
{
    if (grace_ms > 0)
        rpc_stream_finish(stream);
    if (grace_ms <= 0 || !writer_is_gone(stream, grace_ms))
        rpc_stream_cancel(stream, "the link was stopped");
    pthread_join(stream->writer, NULL);
}

void rpc_stream_clear(struct rpc_stream *stream)
{
    for (size_t i = 0; i < 2; i++) {
        struct outgoing *out;

        while ((out = list_take(&stream->lists[i])))
            outgoing_free(out);
    }
    if (stream->has_incoming)
        grpc_slice_unref(stream->incoming);
    stream->has_incoming = false;
    pthread_mutex_destroy(&stream->lock);
    pthread_cond_destroy(&stream->changed);
}

void rpc_stream_cancel(struct rpc_stream *stream, const char *reason)
{
    assert(stream && reason);
    pthread_mutex_lock(&stream->lock);
    if (stream->reason.code == ERR_NONE)
        err_set(&stream->reason, ERR_UNAVAILABLE, "%s", reason);
    stream->ended = true;
    pthread_cond_broadcast(&stream->changed);
    pthread_mutex_unlock(&stream->lock);
    grpc_call_cancel_with_status(stream->call, GRPC_STATUS_CANCELLED, reason, NULL);
}

/* ---- reading ---- */

/* Compressed messages are refused: we never ask for them, and they could grow without limit. */
static bool buffer_check(grpc_byte_buffer *buffer, struct err *err)
{
    size_t size = grpc_byte_buffer_length(buffer);

    if (buffer->data.raw.compression != GRPC_COMPRESS_NONE)
        return err_set(err, ERR_INVALID, "a compressed frame");
    if (size == 0 || size > RPC_STREAM_FRAME_MAX)
        return err_set(err, ERR_INVALID, "a frame of %zu bytes; 1 to %zu are allowed", size,
                       RPC_STREAM_FRAME_MAX);
    return true;
}

bool rpc_stream_accept(struct rpc_stream *stream, grpc_byte_buffer *buffer, const uint8_t **frame,
                       size_t *size, struct err *err)
{
    assert(stream && buffer && frame && size);
    grpc_byte_buffer_reader reader;
    bool ok = buffer_check(buffer, err);

    if (ok && !grpc_byte_buffer_reader_init(&reader, buffer))
        ok = err_set(err, ERR_INTERNAL, "a frame cannot be read");
    if (ok) {
        stream->incoming = grpc_byte_buffer_reader_readall(&reader);
        stream->has_incoming = true;
        grpc_byte_buffer_reader_destroy(&reader);
        *frame = GRPC_SLICE_START_PTR(stream->incoming);
        *size = GRPC_SLICE_LENGTH(stream->incoming);
    }
    grpc_byte_buffer_destroy(buffer);
    return ok;
}

/* Waits for the message under way. At the deadline, a peer that is not confirmed is cancelled. */
static bool message_wait(struct rpc_stream *stream, void *tag, int64_t timeout_ms)
{
    grpc_event event =
        grpc_completion_queue_pluck(stream->queue, tag, core_after(timeout_ms), NULL);

    if (event.type != GRPC_QUEUE_TIMEOUT)
        return event.success;
    if (!atomic_load(&stream->confirmed))
        rpc_stream_cancel(stream, "nothing came in time");
    return grpc_completion_queue_pluck(stream->queue, tag, core_forever(), NULL).success;
}

static void reason_of(struct rpc_stream *stream, struct err *err)
{
    pthread_mutex_lock(&stream->lock);
    *err = stream->reason;
    pthread_mutex_unlock(&stream->lock);
}

bool rpc_stream_read(struct rpc_stream *stream, int64_t timeout_ms, const uint8_t **frame,
                     size_t *size, struct err *err)
{
    assert(stream && frame && size);
    grpc_byte_buffer *buffer = NULL;
    grpc_op op = {.op = GRPC_OP_RECV_MESSAGE};
    char tag;

    if (stream->has_incoming)
        grpc_slice_unref(stream->incoming);
    stream->has_incoming = false;
    op.data.recv_message.recv_message = &buffer;
    if (grpc_call_start_batch(stream->call, &op, 1, &tag, NULL) != GRPC_CALL_OK)
        return err_set(err, ERR_INTERNAL, "gRPC does not take another read");
    if (!message_wait(stream, &tag, atomic_load(&stream->confirmed) ? -1 : timeout_ms) || !buffer) {
        if (buffer)
            grpc_byte_buffer_destroy(buffer);
        reason_of(stream, err);
        if (err->code == ERR_NONE && !stream->client &&
            grpc_call_failed_before_recv_message(stream->call))
            err_set(err, ERR_UNAVAILABLE, "the peer is gone");
        return false;
    }
    return rpc_stream_accept(stream, buffer, frame, size, err);
}

/* ---- the peer ---- */

void rpc_stream_learn_peer(struct rpc_stream *stream)
{
    grpc_auth_context *context = grpc_call_auth_context(stream->call);
    char *address = grpc_call_get_peer(stream->call);

    if (address)
        snprintf(stream->address, sizeof(stream->address), "%s", address);
    gpr_free(address);
    if (context && grpc_auth_context_peer_is_authenticated(context)) {
        grpc_auth_property_iterator at =
            grpc_auth_context_find_properties_by_name(context, GRPC_PEER_SPIFFE_ID_PROPERTY_NAME);
        const grpc_auth_property *property = grpc_auth_property_iterator_next(&at);

        if (property && property->value_length < sizeof(stream->peer)) {
            memcpy(stream->peer, property->value, property->value_length);
            stream->peer[property->value_length] = 0;
        }
    }
    grpc_auth_context_release(context);
}

const char *rpc_stream_peer(const struct rpc_stream *stream)
{
    return stream->peer;
}

const char *rpc_stream_address(const struct rpc_stream *stream)
{
    return stream->address;
}

void rpc_stream_confirm(struct rpc_stream *stream)
{
    atomic_store(&stream->confirmed, true);
}

void rpc_stream_set_owner_data(struct rpc_stream *stream, void *data)
{
    stream->owner_data = data;
}

void *rpc_stream_owner_data(const struct rpc_stream *stream)
{
    return stream->owner_data;
}
