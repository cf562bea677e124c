/* SPDX-License-Identifier: Apache-2.0 */
/*
 * New calls arrive on one `next` queue, on which links_max + 1 workers wait. A worker serves its
 * call until it ends, with blocking code on the call's own pluck queue. The additional worker
 * exists to refuse links beyond links_max. The Link method is registered, so that the core waits
 * for the first frame. One generic slot answers calls of any other method, which would hang without
 * it (reference: grpc, section 3).
 */
#include "proto/rpc/server.h"

#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/log.h"
#include "proto/rpc/core.h"
#include "proto/rpc/rpc_stream.h"
#include "proto/rpc/rpc_stream_inside.h"
#include "proto/rpc/tls_inside.h"

#define LINKS_MAX_DEFAULT 40
#define LINKS_MAX_MOST 1024
#define HANDSHAKE_MS 5000
#define KEEPALIVE_MS 20000
#define KEEPALIVE_TIMEOUT_MS 10000
#define MIN_PING_INTERVAL_MS 10000
#define CONNECTION_AGE_MS (12 * 3600 * 1000)
#define CONNECTION_AGE_GRACE_MS 30000
#define WRITER_GRACE_MS 2000
#define STREAMS_PER_CONNECTION 4
#define METADATA_BYTES_MAX 8192
#define SERVER_ARGS_MAX 16

struct server {
    struct server_options options; /* .listen and .tls are used only while opening */
    struct tls_store *tls;
    grpc_server *core;
    void *link_method;
    grpc_completion_queue *arrivals; /* the `next` queue */
    grpc_completion_queue *closing;  /* the pluck queue for the shutdown's tag */
    uint16_t port;
    bool started;
    pthread_t *workers;
    uint32_t n_workers;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    /* below: under lock */
    uint32_t live; /* calls that workers are serving */
    uint32_t links;
    bool stopping;
};

/* A call, from our request for it to the core until its last tag is back. */
struct server_slot {
    struct server *server;
    bool is_link; /* false: the generic slot */
    atomic_bool armed;
    grpc_call *call;
    grpc_completion_queue *queue;
    gpr_timespec deadline;
    grpc_metadata_array metadata;
    grpc_call_details details;
    grpc_byte_buffer *first;
    int cancelled;
};

/* ---- slots ---- */

static void slot_free(struct server_slot *slot)
{
    if (slot->call)
        grpc_call_unref(slot->call);
    grpc_completion_queue_shutdown(slot->queue);
    grpc_completion_queue_destroy(slot->queue);
    grpc_metadata_array_destroy(&slot->metadata);
    grpc_call_details_destroy(&slot->details);
    if (slot->first)
        grpc_byte_buffer_destroy(slot->first);
    free(slot);
}

/*
 * Asks the core for the next call. While the server shuts down, the tag comes back with success =
 * 0.
 */
static void slot_arm(struct server *server, bool is_link)
{
    struct server_slot *slot = calloc(1, sizeof(*slot));
    grpc_call_error error;

    if (!slot)
        abort(); /* the core does the same; without a slot no node could ever connect again */
    slot->server = server;
    slot->is_link = is_link;
    slot->queue = grpc_completion_queue_create_for_pluck(NULL);
    grpc_metadata_array_init(&slot->metadata);
    grpc_call_details_init(&slot->details);
    /* TRAP: TSan cannot see that the core hands the slot over, so release here; worker_run()
     * acquires. */
    atomic_store_explicit(&slot->armed, true, memory_order_release);
    if (is_link)
        error = grpc_server_request_registered_call(server->core, server->link_method, &slot->call,
                                                    &slot->deadline, &slot->metadata, &slot->first,
                                                    slot->queue, server->arrivals, slot);
    else
        error = grpc_server_request_call(server->core, &slot->call, &slot->details, &slot->metadata,
                                         slot->queue, server->arrivals, slot);
    if (error != GRPC_CALL_OK)
        slot_free(slot);
}

/* ---- one call ---- */

static void status_send(struct server_slot *slot, bool metadata_sent, grpc_status_code status,
                        const char *text)
{
    grpc_slice details = grpc_slice_from_copied_string(text);
    grpc_op ops[2] = {{.op = GRPC_OP_SEND_STATUS_FROM_SERVER},
                      {.op = GRPC_OP_SEND_INITIAL_METADATA}};

    ops[0].data.send_status_from_server.status = status;
    ops[0].data.send_status_from_server.status_details = &details;
    (void)core_batch(slot->call, slot->queue, ops, metadata_sent ? 1 : 2); /* it fails only when the
                                                                            * peer is gone, which
                                                                            * needs no action */
    grpc_slice_unref(details);
}

static bool place_take(struct server *server)
{
    bool taken;

    pthread_mutex_lock(&server->lock);
    taken = !server->stopping && server->links < server->options.links_max;
    server->links += taken;
    pthread_mutex_unlock(&server->lock);
    return taken;
}

static void place_give(struct server *server)
{
    pthread_mutex_lock(&server->lock);
    server->links--;
    pthread_mutex_unlock(&server->lock);
}

/* Passes frames to the owner until the peer or the owner ends the link; err has the reason. */
static void frames_serve(struct server *server, struct rpc_stream *stream, const uint8_t *frame,
                         size_t size, struct err *err)
{
    const struct server_events *events = &server->options.events;
    int64_t timeout_ms = server->options.handshake_timeout_ms;

    do
        if (!events->arrived(events->owner, stream, frame, size, err)) {
            if (err->code == ERR_NONE)
                err_set(err, ERR_INTERNAL, "the link was ended without a reason");
            return;
        }
    while (rpc_stream_read(stream, timeout_ms, &frame, &size, err));
}

/* The first frame came with the call. The owner gets it after opened() accepted the link. */
static bool link_open(struct server_slot *slot, struct rpc_stream *stream, const uint8_t **frame,
                      size_t *size, struct err *err)
{
    const struct server_events *events = &slot->server->options.events;
    grpc_byte_buffer *first = slot->first;

    slot->first = NULL;
    if (!rpc_stream_accept(stream, first, frame, size, err))
        return false;
    rpc_stream_learn_peer(stream);
    if (!*rpc_stream_peer(stream) && !slot->server->options.behind_proxy)
        return err_set(err, ERR_DENIED, "no node's certificate was shown");
    return events->opened(events->owner, stream, err);
}

static void link_serve(struct server_slot *slot)
{
    const struct server_events *events = &slot->server->options.events;
    struct err err = {.code = ERR_NONE};
    struct rpc_stream stream;
    const uint8_t *frame;
    size_t size;
    bool opened;

    if (!rpc_stream_open(&stream, slot->call, slot->queue, false, &err)) {
        status_send(slot, false, core_err_status(&err), err.text);
        return;
    }
    opened = link_open(slot, &stream, &frame, &size, &err);
    if (opened)
        frames_serve(slot->server, &stream, frame, size, &err);
    rpc_stream_finish(&stream);
    if (opened)
        events->ended(events->owner, &stream, &err);
    rpc_stream_stop(&stream, WRITER_GRACE_MS);
    status_send(slot, true, core_err_status(&err), err.text);
    rpc_stream_clear(&stream);
}

static void call_dispatch(struct server_slot *slot)
{
    if (!slot->is_link) {
        status_send(slot, false, GRPC_STATUS_UNIMPLEMENTED, "no such method");
    } else if (!slot->first) { /* TRAP: a peer that left without a frame is delivered too */
        status_send(slot, false, GRPC_STATUS_INVALID_ARGUMENT, "no first frame");
    } else if (!place_take(slot->server)) {
        status_send(slot, false, GRPC_STATUS_RESOURCE_EXHAUSTED, "all places are taken");
    } else {
        link_serve(slot);
        place_give(slot->server);
    }
}

static void call_serve(struct server_slot *slot)
{
    grpc_op op = {.op = GRPC_OP_RECV_CLOSE_ON_SERVER};

    op.data.recv_close_on_server.cancelled = &slot->cancelled;
    if (grpc_call_start_batch(slot->call, &op, 1, &slot->cancelled, NULL) != GRPC_CALL_OK)
        return;
    call_dispatch(slot);
    grpc_completion_queue_pluck(slot->queue, &slot->cancelled, core_forever(), NULL);
}

static void live_add(struct server *server, int change)
{
    pthread_mutex_lock(&server->lock);
    server->live = (uint32_t)((int)server->live + change);
    pthread_cond_broadcast(&server->changed);
    pthread_mutex_unlock(&server->lock);
}

static void *worker_run(void *arg)
{
    struct server *server = arg;
    grpc_event event;

    while ((event = grpc_completion_queue_next(server->arrivals, core_forever(), NULL)).type !=
           GRPC_QUEUE_SHUTDOWN) {
        struct server_slot *slot = event.tag;

        (void)atomic_load_explicit(&slot->armed, memory_order_acquire);
        if (event.success) {
            live_add(server, 1);
            slot_arm(server, slot->is_link); /* a new slot replaces the one that is now in use */
            call_serve(slot);
        }
        slot_free(slot);
        if (event.success)
            live_add(server, -1);
    }
    return NULL;
}

/* ---- opening ---- */

static bool options_check(const struct server_options *options, struct err *err)
{
    const char *colon = options->listen ? strrchr(options->listen, ':') : NULL;

    if (!colon || colon == options->listen || !colon[1])
        return err_set(err, ERR_INVALID, "an address to listen on is HOST:PORT");
    if (options->behind_proxy && strncmp(options->listen, "127.", 4) != 0 &&
        strncmp(options->listen, "[::1]:", 6) != 0)
        return err_set(err, ERR_INVALID,
                       "behind a proxy the listener has no TLS: %s must be a loopback address",
                       options->listen);
    if (options->links_max > LINKS_MAX_MOST)
        return err_set(err, ERR_INVALID, "at most %d links", LINKS_MAX_MOST);
    if (!options->events.opened || !options->events.arrived || !options->events.ended)
        return err_set(err, ERR_INTERNAL, "a server needs all its events");
    return true;
}

static void defaults_fill(struct server_options *options)
{
    if (!options->links_max)
        options->links_max = LINKS_MAX_DEFAULT;
    if (!options->handshake_timeout_ms)
        options->handshake_timeout_ms = HANDSHAKE_MS;
    if (!options->keepalive_ms)
        options->keepalive_ms = KEEPALIVE_MS;
    if (!options->keepalive_timeout_ms)
        options->keepalive_timeout_ms = KEEPALIVE_TIMEOUT_MS;
}

static grpc_server *core_create(const struct server_options *o)
{
    int64_t ping_ms =
        o->keepalive_ms < 2 * MIN_PING_INTERVAL_MS ? o->keepalive_ms / 2 : MIN_PING_INTERVAL_MS;
    grpc_arg args[SERVER_ARGS_MAX] = {
        core_arg_int(GRPC_ARG_MAX_RECEIVE_MESSAGE_LENGTH, (int64_t)RPC_STREAM_FRAME_MAX),
        core_arg_int(GRPC_ARG_MAX_SEND_MESSAGE_LENGTH, (int64_t)RPC_STREAM_FRAME_MAX),
        core_arg_int(GRPC_ARG_MAX_CONCURRENT_STREAMS, STREAMS_PER_CONNECTION),
        core_arg_int(GRPC_ARG_MAX_METADATA_SIZE, METADATA_BYTES_MAX),
        core_arg_int(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, o->handshake_timeout_ms),
        core_arg_int(GRPC_ARG_KEEPALIVE_TIME_MS, o->keepalive_ms),
        core_arg_int(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, o->keepalive_timeout_ms),
        core_arg_int(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0),
        core_arg_int(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, ping_ms),
        core_arg_int(GRPC_ARG_ALLOW_REUSEPORT, 0), /* two coordinators must not share a port */
        core_arg_int(GRPC_ARG_ENABLE_PER_MESSAGE_DECOMPRESSION, 0),
        core_arg_int(GRPC_ARG_ENABLE_PER_MESSAGE_COMPRESSION, 0),
        core_arg_int(GRPC_ARG_ENABLE_CHANNELZ, 0),
        /* A connection can outlive its certificate, so it is ended from time to time. */
        core_arg_int(GRPC_ARG_MAX_CONNECTION_AGE_MS, CONNECTION_AGE_MS),
        core_arg_int(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS, CONNECTION_AGE_GRACE_MS),
    };
    grpc_channel_args all = {.num_args = 15, .args = args};

    return grpc_server_create(&all, NULL);
}

/* Binds and starts. A failure here is caused by the address or the certificate. */
static bool core_open(struct server *server, const char *listen, struct err *err)
{
    grpc_server_credentials *credentials = server->options.behind_proxy
                                               ? grpc_insecure_server_credentials_create()
                                               : tls_server_credentials(server->tls);
    int port;

    server->core = core_create(&server->options);
    server->arrivals = grpc_completion_queue_create_for_next(NULL);
    server->closing = grpc_completion_queue_create_for_pluck(NULL);
    grpc_server_register_completion_queue(server->core, server->arrivals, NULL);
    grpc_server_register_completion_queue(server->core, server->closing, NULL);
    server->link_method = grpc_server_register_method(server->core, LINK_METHOD, NULL,
                                                      GRPC_SRM_PAYLOAD_READ_INITIAL_BYTE_BUFFER, 0);
    port = grpc_server_add_http2_port(server->core, listen, credentials);
    grpc_server_credentials_release(credentials);
    if (!server->link_method)
        return err_set(err, ERR_INTERNAL, "gRPC does not take the method %s", LINK_METHOD);
    if (port == 0)
        return err_set(err, ERR_UNAVAILABLE, "cannot listen on %s; is something else there?",
                       listen);
    server->port = (uint16_t)port;
    grpc_server_start(server->core);
    server->started = true;
    return true;
}

static bool workers_start(struct server *server, struct err *err)
{
    uint32_t n = server->options.links_max + 1;

    server->workers = calloc(n, sizeof(*server->workers));
    if (!server->workers)
        return err_memory(err);
    slot_arm(server, true);
    slot_arm(server, false);
    for (uint32_t i = 0; i < n; i++, server->n_workers++)
        if (pthread_create(&server->workers[i], NULL, worker_run, server) != 0)
            return err_set(err, ERR_UNAVAILABLE, "only %u of %u threads could be started", i, n);
    return true;
}

bool server_open(const struct server_options *options, struct server **out, struct err *err)
{
    assert(options && options->listen && out);
    struct server *server;

    if (!options_check(options, err))
        return false;
    server = calloc(1, sizeof(*server));
    if (!server)
        return err_memory(err);
    server->options = *options;
    defaults_fill(&server->options);
    pthread_mutex_init(&server->lock, NULL);
    pthread_cond_init(&server->changed, NULL);
    if ((options->behind_proxy || tls_store_open(&options->tls, &server->tls, err)) &&
        core_open(server, options->listen, err) && workers_start(server, err)) {
        *out = server;
        return true;
    }
    server_close(server, 0);
    return false;
}

uint16_t server_port(const struct server *server)
{
    return server->port;
}

uint32_t server_links(struct server *server)
{
    assert(server);
    uint32_t links;

    pthread_mutex_lock(&server->lock);
    links = server->links;
    pthread_mutex_unlock(&server->lock);
    return links;
}

/* ---- closing, in the order of the reference (grpc, section 6) ---- */

static void calls_end(struct server *server, int64_t grace_ms)
{
    char tag;

    pthread_mutex_lock(&server->lock);
    server->stopping = true;
    pthread_mutex_unlock(&server->lock);
    grpc_server_shutdown_and_notify(server->core, server->closing, &tag);
    if (grpc_completion_queue_pluck(server->closing, &tag, core_after(grace_ms), NULL).type ==
        GRPC_QUEUE_TIMEOUT) {
        grpc_server_cancel_all_calls(server->core);
        grpc_completion_queue_pluck(server->closing, &tag, core_forever(), NULL);
    }
    pthread_mutex_lock(&server->lock);
    while (server->live)
        pthread_cond_wait(&server->changed, &server->lock);
    pthread_mutex_unlock(&server->lock);
}

/*
 * The core returns the slots that it holds with success = 0. No worker is left, so we take them
 * here.
 */
static void arrivals_drain(struct server *server)
{
    grpc_completion_queue_shutdown(server->arrivals);
    for (uint32_t i = 0; i < server->n_workers; i++)
        pthread_join(server->workers[i], NULL);
    if (server->n_workers == 0)
        worker_run(server);
}

void server_close(struct server *server, int64_t grace_ms)
{
    if (!server)
        return;
    if (server->core) {
        if (server->started)
            calls_end(server, grace_ms < 0 ? 0 : grace_ms);
        arrivals_drain(server);
        grpc_server_destroy(server->core);
        grpc_completion_queue_destroy(server->arrivals);
        grpc_completion_queue_shutdown(server->closing);
        grpc_completion_queue_destroy(server->closing);
    }
    tls_store_close(server->tls);
    free(server->workers);
    pthread_mutex_destroy(&server->lock);
    pthread_cond_destroy(&server->changed);
    free(server);
}
