/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/http/listener.h"

#include <arpa/inet.h>
#include <assert.h>
#include <microhttpd.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "coordinator/http/connections.h"
#include "proto/base/clock.h"
#include "proto/base/wait.h"

#define QUIET_MS 2000   /* time for running requests to be answered when the server stops */
#define CUT_LOOK_MS 250 /* how often slow connections are looked for */
#define CONNECTION_MEMORY_BYTES ((size_t)32 << 10) /* for headers; the body has its own buffer */

struct listener {
    struct MHD_Daemon *daemon;
    struct listener_options is;
    uint16_t port;
    struct connections *connections;
    pthread_t cutter;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    /* below: under lock */
    size_t running; /* requests that have begun and are not answered yet */
    bool closing;
};

/* The body of one request, while it arrives. */
struct incoming {
    struct bytes body;
    bool too_large;
};

static const char *argument(void *owner, const char *name)
{
    return MHD_lookup_connection_value(owner, MHD_GET_ARGUMENT_KIND, name);
}

static const char *header(void *owner, const char *name)
{
    return MHD_lookup_connection_value(owner, MHD_HEADER_KIND, name);
}

/* Gives the body to libmicrohttpd, which frees it. */
static enum MHD_Result respond(struct MHD_Connection *connection,
                               struct exchange_response *response)
{
    struct MHD_Response *answer;
    enum MHD_Result queued;

    if (response->body.failed) {
        bytes_clear(&response->body);
        return MHD_NO;
    }
    answer = MHD_create_response_from_buffer(response->body.size, response->body.data,
                                             MHD_RESPMEM_MUST_FREE);
    if (!answer) {
        bytes_clear(&response->body);
        return MHD_NO;
    }
    MHD_add_response_header(answer, "Content-Type", response->type);
    MHD_add_response_header(answer, "Cache-Control",
                            response->immutable ? "public, max-age=31536000, immutable"
                                                : "no-store");
    MHD_add_response_header(answer, "X-Content-Type-Options", "nosniff");
    if (response->location[0])
        MHD_add_response_header(answer, "Location", response->location);
    for (size_t i = 0; i < response->n_headers; i++)
        MHD_add_response_header(answer, response->header[i].name, response->header[i].value);
    queued = MHD_queue_response(connection, response->status, answer);
    MHD_destroy_response(answer);
    return queued;
}

static enum MHD_Result refuse_large(const struct listener *listener,
                                    struct MHD_Connection *connection)
{
    struct exchange_response response = {0};
    char detail[64];

    snprintf(detail, sizeof(detail), "a body has at most %zu bytes", listener->is.body_bytes);
    listener->is.refuse(&response, "too-large", detail);
    return respond(connection, &response);
}

/* The place in connections.h that on_connection() took. */
static size_t place_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

    return info && info->socket_context ? (size_t)(uintptr_t)info->socket_context - 1
                                        : CONNECTIONS_NONE;
}

static void state_set(struct listener *listener, struct MHD_Connection *connection,
                      enum connection_state state)
{
    connections_set(listener->connections, place_of(connection), state, clock_mono_ms());
}

static void running_add(struct listener *listener, bool begun)
{
    pthread_mutex_lock(&listener->lock);
    listener->running += begun ? 1 : (size_t)-1;
    pthread_cond_broadcast(&listener->changed);
    pthread_mutex_unlock(&listener->lock);
}

/* The first call for a request, before its body. Refuses a body that is announced as too large. */
static enum MHD_Result begin(struct listener *listener, struct MHD_Connection *connection,
                             void **state)
{
    const char *length =
        MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_LENGTH);

    if (length && strtoull(length, NULL, 10) > listener->is.body_bytes)
        return refuse_large(listener, connection);
    *state = calloc(1, sizeof(struct incoming));
    if (!*state)
        return MHD_NO;
    running_add(listener, true);
    return MHD_YES;
}

static void receive(struct incoming *incoming, size_t most, const char *data, size_t size)
{
    if (incoming->too_large || size > most - incoming->body.size)
        incoming->too_large = true;
    else
        bytes_add(&incoming->body, data, size);
}

static enum MHD_Result on_request(void *owner, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *data,
                                  size_t *size, void **state)
{
    struct listener *listener = owner;
    struct incoming *incoming = *state;
    struct exchange_response response = {0};
    struct exchange_request request = {.method = method,
                                       .path = url,
                                       .argument = argument,
                                       .header = header,
                                       .argument_owner = connection};

    (void)version;
    if (!incoming)
        return begin(owner, connection, state);
    if (*size) {
        receive(incoming, listener->is.body_bytes, data, *size);
        *size = 0;
        return MHD_YES;
    }
    if (incoming->too_large)
        return refuse_large(listener, connection);
    if (incoming->body.failed)
        return MHD_NO;
    request.content_type = header(connection, MHD_HTTP_HEADER_CONTENT_TYPE);
    request.body = incoming->body.data ? (const char *)incoming->body.data : "";
    request.body_bytes = incoming->body.size;
    request.authorization = header(connection, MHD_HTTP_HEADER_AUTHORIZATION);
    request.host = header(connection, MHD_HTTP_HEADER_HOST);
    state_set(listener, connection, CONNECTION_SERVED);
    listener->is.answer(listener->is.owner, &request, &response);
    state_set(listener, connection, CONNECTION_SENDING);
    return respond(connection, &response);
}

static void on_completed(void *owner, struct MHD_Connection *connection, void **state,
                         enum MHD_RequestTerminationCode how)
{
    struct incoming *incoming = *state;

    (void)how;
    state_set(owner, connection, CONNECTION_NEXT);
    if (!incoming)
        return;
    bytes_clear(&incoming->body);
    free(incoming);
    *state = NULL;
    running_add(owner, false);
}

static void on_connection(void *owner, struct MHD_Connection *connection, void **place,
                          enum MHD_ConnectionNotificationCode code)
{
    struct listener *listener = owner;
    const union MHD_ConnectionInfo *info;

    if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
        connections_remove(listener->connections, place_of(connection));
        return;
    }
    info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    if (info)
        *place = (void *)(uintptr_t)(connections_add(listener->connections, info->connect_fd,
                                                     clock_mono_ms()) +
                                     1);
}

/* Cuts slow connections until the server closes. */
static void *cutter_run(void *owner)
{
    struct listener *listener = owner;

    pthread_mutex_lock(&listener->lock);
    while (!listener->closing) {
        wait_until(&listener->changed, &listener->lock, clock_mono_ms() + CUT_LOOK_MS);
        connections_cut(listener->connections, clock_mono_ms());
    }
    pthread_mutex_unlock(&listener->lock);
    return NULL;
}

/* "127.0.0.1:8480", "[::1]:8480". */
static bool address_read(const char *listen, struct sockaddr_storage *out, bool *six,
                         struct err *err)
{
    char host[64];
    const char *colon = strrchr(listen, ':');
    size_t length = colon ? (size_t)(colon - listen) : 0;
    char *end = NULL;
    long port = colon ? strtol(colon + 1, &end, 10) : -1;

    memset(out, 0, sizeof(*out));
    *six = listen[0] == '[' && length > 2 && listen[length - 1] == ']';
    if (!colon || end == colon + 1 || *end || port < 0 || port > 65535 || length == 0 ||
        length >= sizeof(host))
        return err_set(err, ERR_INVALID, "%s is not ADDRESS:PORT", listen);
    memcpy(host, listen + *six, length - (*six ? 2 : 0));
    host[length - (*six ? 2 : 0)] = 0;
    if (*six) {
        struct sockaddr_in6 *address = (struct sockaddr_in6 *)out;

        address->sin6_family = AF_INET6;
        address->sin6_port = htons((uint16_t)port);
        if (inet_pton(AF_INET6, host, &address->sin6_addr) == 1)
            return true;
    } else {
        struct sockaddr_in *address = (struct sockaddr_in *)out;

        address->sin_family = AF_INET;
        address->sin_port = htons((uint16_t)port);
        if (inet_pton(AF_INET, host, &address->sin_addr) == 1)
            return true;
    }
    return err_set(err, ERR_INVALID, "%s is not a numeric address", host);
}

static bool daemon_start(struct listener *listener, const struct sockaddr_storage *address,
                         bool six)
{
    unsigned flags = MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD |
                     MHD_USE_POLL | (six ? MHD_USE_IPv6 : 0);
    const union MHD_DaemonInfo *info;

    listener->daemon = MHD_start_daemon(
        flags, 0, NULL, NULL, on_request, listener, MHD_OPTION_SOCK_ADDR, address,
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, listener, MHD_OPTION_NOTIFY_CONNECTION,
        on_connection, listener, MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY_BYTES, MHD_OPTION_END);
    if (!listener->daemon)
        return false;
    info = MHD_get_daemon_info(listener->daemon, MHD_DAEMON_INFO_BIND_PORT);
    listener->port = info ? info->port : 0;
    return true;
}

static void listener_free(struct listener *listener)
{
    connections_free(listener->connections);
    pthread_cond_destroy(&listener->changed);
    pthread_mutex_destroy(&listener->lock);
    free(listener);
}

static bool listener_new(const struct listener_options *options, struct listener **out,
                         struct err *err)
{
    struct listener *listener = calloc(1, sizeof(*listener));

    if (!listener)
        return err_memory(err);
    if (!wait_init(&listener->changed, err)) {
        free(listener);
        return false;
    }
    pthread_mutex_init(&listener->lock, NULL);
    listener->is = *options;
    listener->connections = connections_new();
    *out = listener;
    if (listener->connections)
        return true;
    listener_free(listener);
    return err_memory(err);
}

bool listener_open(const struct listener_options *options, struct listener **out, struct err *err)
{
    assert(options && options->listen && options->answer && options->refuse && out);
    struct sockaddr_storage address;
    struct listener *listener = NULL;
    bool six;

    if (!address_read(options->listen, &address, &six, err) ||
        !listener_new(options, &listener, err))
        return false;
    if (!daemon_start(listener, &address, six)) {
        listener_free(listener);
        return err_set(err, ERR_INVALID, "cannot listen on %s for HTTP: is the port taken?",
                       options->listen);
    }
    if (pthread_create(&listener->cutter, NULL, cutter_run, listener) != 0) {
        MHD_stop_daemon(listener->daemon);
        listener_free(listener);
        return err_set(err, ERR_UNAVAILABLE, "no thread for the HTTP side");
    }
    *out = listener;
    return true;
}

uint16_t listener_port(const struct listener *listener)
{
    return listener->port;
}

/*
 * The owner has woken all waiting threads, so running requests end soon. After that,
 * connections may be cut.
 */
static void wait_quiet(struct listener *listener)
{
    int64_t until_ms = clock_mono_ms() + QUIET_MS;

    pthread_mutex_lock(&listener->lock);
    while (listener->running > 0 && wait_until(&listener->changed, &listener->lock, until_ms))
        ;
    listener->closing = true;
    pthread_cond_broadcast(&listener->changed);
    pthread_mutex_unlock(&listener->lock);
}

void listener_close(struct listener *listener)
{
    MHD_socket listening;

    if (!listener)
        return;
    listening = MHD_quiesce_daemon(listener->daemon);
    wait_quiet(listener);
    pthread_join(listener->cutter, NULL);
    MHD_stop_daemon(listener->daemon);
    if (listening != MHD_INVALID_SOCKET)
        close(listening);
    listener_free(listener);
}
