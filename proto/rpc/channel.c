/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls fail at once instead of waiting until the server is ready, because the error then names the
 * reason (wrong CA, wrong name, nothing listening). Callers pause between attempts and open a new
 * channel for each, so each attempt uses the newest credentials.
 */
#include "proto/rpc/channel.h"

#include <assert.h>
#include <grpc/support/alloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/rpc/core.h"
#include "proto/rpc/rpc_stream.h"
#include "proto/rpc/rpc_stream_inside.h"
#include "proto/rpc/tls_inside.h"

#define CONNECT_MS 20000
#define KEEPALIVE_MS 25000
#define KEEPALIVE_TIMEOUT_MS 10000
#define STATUS_MS 5000
#define METADATA_BYTES_MAX 8192
#define DETAILS_BYTES 200
#define CHANNEL_ARGS_MAX 16

/* The core fills these members when the call has ended; the struct's address is the tag. */
struct ending {
    grpc_metadata_array initial;
    grpc_metadata_array trailing;
    grpc_status_code status;
    grpc_slice details;
};

struct channel {
    grpc_channel *core;
    grpc_call *call;
    grpc_completion_queue *queue;
    struct ending ending;
    bool watching;  /* the tag of the call's ending has not come back yet */
    bool streaming; /* stream is open */
    bool heard;     /* a frame has arrived */
    int64_t connect_timeout_ms;
    struct rpc_stream stream;
};

static grpc_channel *core_create(const struct channel_options *o,
                                 grpc_channel_credentials *credentials)
{
    grpc_arg args[CHANNEL_ARGS_MAX] = {
        core_arg_int(GRPC_ARG_MAX_RECEIVE_MESSAGE_LENGTH, (int64_t)RPC_STREAM_FRAME_MAX),
        core_arg_int(GRPC_ARG_MAX_SEND_MESSAGE_LENGTH, (int64_t)RPC_STREAM_FRAME_MAX),
        core_arg_int(GRPC_ARG_MAX_METADATA_SIZE, METADATA_BYTES_MAX),
        core_arg_int(GRPC_ARG_KEEPALIVE_TIME_MS, o->keepalive_ms ? o->keepalive_ms : KEEPALIVE_MS),
        core_arg_int(GRPC_ARG_KEEPALIVE_TIMEOUT_MS,
                     o->keepalive_timeout_ms ? o->keepalive_timeout_ms : KEEPALIVE_TIMEOUT_MS),
        core_arg_int(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0),
        core_arg_int(GRPC_ARG_ENABLE_RETRIES, 0),
        core_arg_int(GRPC_ARG_ENABLE_HTTP_PROXY, o->use_proxy),
        core_arg_int(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1), /* so that each channel has a
                                                              * connection of its own */
        core_arg_int(GRPC_ARG_ENABLE_PER_MESSAGE_DECOMPRESSION, 0),
        core_arg_int(GRPC_ARG_ENABLE_CHANNELZ, 0),
        core_arg_int(GRPC_ARG_SERVICE_CONFIG_DISABLE_RESOLUTION, 1),
    };
    grpc_channel_args all = {.num_args = 12, .args = args};

    if (o->name_for_tests) {
        args[all.num_args] =
            (grpc_arg){.type = GRPC_ARG_STRING, .key = (char *)GRPC_SSL_TARGET_NAME_OVERRIDE_ARG};
        args[all.num_args++].value.string = (char *)o->name_for_tests;
    }
    return grpc_channel_create(o->target, credentials, &all);
}

bool channel_open(const struct channel_options *options, struct channel **out, struct err *err)
{
    assert(options && options->target && out);
    grpc_channel_credentials *credentials;
    struct channel *channel;

    if (!tls_channel_credentials(&options->tls, &credentials, err))
        return false;
    channel = calloc(1, sizeof(*channel));
    if (channel)
        channel->core = core_create(options, credentials);
    grpc_channel_credentials_release(credentials);
    if (!channel || !channel->core) {
        free(channel);
        return err_memory(err);
    }
    channel->connect_timeout_ms =
        options->connect_timeout_ms ? options->connect_timeout_ms : CONNECT_MS;
    *out = channel;
    return true;
}

/* TRAP: until RECV_INITIAL_METADATA is started, the core never completes a RECV_MESSAGE. */
static bool ending_watch(struct channel *channel)
{
    struct ending *ending = &channel->ending;
    grpc_op ops[2] = {{.op = GRPC_OP_RECV_STATUS_ON_CLIENT}, {.op = GRPC_OP_RECV_INITIAL_METADATA}};

    grpc_metadata_array_init(&ending->initial);
    grpc_metadata_array_init(&ending->trailing);
    ending->details = grpc_empty_slice();
    ops[0].data.recv_status_on_client.trailing_metadata = &ending->trailing;
    ops[0].data.recv_status_on_client.status = &ending->status;
    ops[0].data.recv_status_on_client.status_details = &ending->details;
    ops[1].data.recv_initial_metadata.recv_initial_metadata = &ending->initial;
    channel->watching = grpc_call_start_batch(channel->call, ops, 2, ending, NULL) == GRPC_CALL_OK;
    return channel->watching;
}

bool channel_link(struct channel *channel, const void *first, size_t size, struct rpc_stream **out,
                  struct err *err)
{
    assert(channel && out && (first || !size));
    grpc_slice method;

    if (channel->call)
        return err_set(err, ERR_INTERNAL, "a channel carries one link");
    method = grpc_slice_from_static_string(LINK_METHOD);
    channel->queue = grpc_completion_queue_create_for_pluck(NULL);
    channel->call = grpc_channel_create_call(channel->core, NULL, GRPC_PROPAGATE_DEFAULTS,
                                             channel->queue, method, NULL, core_forever(), NULL);
    if (!channel->call || !ending_watch(channel))
        return err_set(err, ERR_INTERNAL, "gRPC does not take a call");
    if (!rpc_stream_open(&channel->stream, channel->call, channel->queue, true, err))
        return false;
    channel->streaming = true;
    *out = &channel->stream;
    return rpc_stream_send(&channel->stream, first, size, RPC_STREAM_ORDINARY, err);
}

/* Waits for the status. Cancels the call when the server sends none in time. */
static void ending_take(struct channel *channel)
{
    grpc_event event;

    if (!channel->watching)
        return;
    event =
        grpc_completion_queue_pluck(channel->queue, &channel->ending, core_after(STATUS_MS), NULL);
    if (event.type == GRPC_QUEUE_TIMEOUT) {
        grpc_call_cancel(channel->call, NULL);
        grpc_completion_queue_pluck(channel->queue, &channel->ending, core_forever(), NULL);
    }
    channel->watching = false;
}

/* Why the link ended. Our own reason comes first, because the status then only follows from it. */
static void ending_err(struct channel *channel, struct err *err)
{
    char details[DETAILS_BYTES];
    size_t size = GRPC_SLICE_LENGTH(channel->ending.details);

    if (err->code != ERR_NONE)
        return;
    if (size >= sizeof(details))
        size = sizeof(details) - 1;
    memcpy(details, GRPC_SLICE_START_PTR(channel->ending.details), size);
    details[size] = 0;
    core_status_err(channel->ending.status, details, err);
}

bool channel_read(struct channel *channel, const uint8_t **frame, size_t *size, struct err *err)
{
    assert(channel && frame && size);
    if (rpc_stream_read(&channel->stream, channel->connect_timeout_ms, frame, size, err)) {
        if (!channel->heard) {
            rpc_stream_confirm(&channel->stream);
            rpc_stream_learn_peer(&channel->stream);
            channel->heard = true;
        }
        return true;
    }
    if (err->code == ERR_INVALID) /* the peer sent an invalid frame: do not wait for its status */
        rpc_stream_cancel(&channel->stream, err->text);
    ending_take(channel);
    ending_err(channel, err);
    return false;
}

void channel_finish(struct channel *channel)
{
    rpc_stream_finish(&channel->stream);
}

void channel_close(struct channel *channel)
{
    if (!channel)
        return;
    if (channel->streaming)
        rpc_stream_stop(&channel->stream, 0);
    else if (channel->call)
        grpc_call_cancel(channel->call, NULL);
    if (channel->watching)
        ending_take(channel);
    if (channel->call) {
        grpc_metadata_array_destroy(&channel->ending.initial);
        grpc_metadata_array_destroy(&channel->ending.trailing);
        grpc_slice_unref(channel->ending.details);
        grpc_call_unref(channel->call);
    }
    if (channel->streaming)
        rpc_stream_clear(&channel->stream);
    if (channel->queue) {
        grpc_completion_queue_shutdown(channel->queue);
        grpc_completion_queue_destroy(channel->queue);
    }
    grpc_channel_destroy(channel->core);
    free(channel);
}
