/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/api/api.h"

#include <arpa/inet.h>
#include <assert.h>
#include <microhttpd.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "coordinator/api/body.h"
#include "coordinator/api/connections.h"
#include "proto/base/clock.h"
#include "proto/base/wait.h"

#define QUIET_MS 2000   /* time for running requests to be answered when the server stops */
#define CUT_LOOK_MS 250 /* how often slow connections are looked for */
#define CONNECTION_MEMORY_BYTES ((size_t)32 << 10) /* for headers; the body has its own buffer */

struct api {
    struct MHD_Daemon *daemon;
    struct route_owner owner;
    enum route_door door;
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

/* Gives the body to libmicrohttpd, which frees it. */
static enum MHD_Result respond(struct MHD_Connection *connection, struct route_response *response)
{
    struct MHD_Response *answer;
    enum MHD_Result queued;

    if (response->body.failed) {
        bytes_clear(&response->body);
        route_problem(response, "internal", "no memory for the response");
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
    queued = MHD_queue_response(connection, response->status, answer);
    MHD_destroy_response(answer);
    return queued;
}

static enum MHD_Result refuse_large(struct MHD_Connection *connection)
{
    struct route_response response = {0};

    route_problem(&response, "too-large", "a body has at most 131072 bytes");
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

static void state_set(struct api *api, struct MHD_Connection *connection,
                      enum connection_state state)
{
    connections_set(api->connections, place_of(connection), state, clock_mono_ms());
}

static void running_add(struct api *api, bool begun)
{
    pthread_mutex_lock(&api->lock);
    api->running += begun ? 1 : (size_t)-1;
    pthread_cond_broadcast(&api->changed);
    pthread_mutex_unlock(&api->lock);
}

/* The first call for a request, before its body. Refuses a body that is announced as too large. */
static enum MHD_Result begin(struct api *api, struct MHD_Connection *connection, void **state)
{
    const char *length =
        MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_LENGTH);

    if (length && strtoull(length, NULL, 10) > BODY_BYTES_MAX)
        return refuse_large(connection);
    *state = calloc(1, sizeof(struct incoming));
    if (!*state)
        return MHD_NO;
    running_add(api, true);
    return MHD_YES;
}

static void receive(struct incoming *incoming, const char *data, size_t size)
{
    if (incoming->too_large || size > BODY_BYTES_MAX - incoming->body.size)
        incoming->too_large = true;
    else
        bytes_add(&incoming->body, data, size);
}

static enum MHD_Result on_request(void *owner, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *data,
                                  size_t *size, void **state)
{
    struct api *api = owner;
    struct incoming *incoming = *state;
    struct route_response response;
    struct route_request request = {
        .method = method, .path = url, .argument = argument, .argument_owner = connection};

    (void)version;
    if (!incoming)
        return begin(owner, connection, state);
    if (*size) {
        receive(incoming, data, *size);
        *size = 0;
        return MHD_YES;
    }
    if (incoming->too_large)
        return refuse_large(connection);
    if (incoming->body.failed)
        return MHD_NO;
    request.content_type =
        MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_TYPE);
    request.body = incoming->body.data ? (const char *)incoming->body.data : "";
    request.body_bytes = incoming->body.size;
    request.authorization =
        MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_AUTHORIZATION);
    request.host = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_HOST);
    state_set(api, connection, CONNECTION_SERVED);
    route(&api->owner, api->door, &request, &response);
    state_set(api, connection, CONNECTION_SENDING);
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
    struct api *api = owner;
    const union MHD_ConnectionInfo *info;

    if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
        connections_remove(api->connections, place_of(connection));
        return;
    }
    info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    if (info)
        *place = (void *)(uintptr_t)(connections_add(api->connections, info->connect_fd,
                                                     clock_mono_ms()) +
                                     1);
}

/* Cuts slow connections until the server closes. */
static void *cutter_run(void *owner)
{
    struct api *api = owner;

    pthread_mutex_lock(&api->lock);
    while (!api->closing) {
        wait_until(&api->changed, &api->lock, clock_mono_ms() + CUT_LOOK_MS);
        connections_cut(api->connections, clock_mono_ms());
    }
    pthread_mutex_unlock(&api->lock);
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

static bool daemon_start(struct api *api, const struct sockaddr_storage *address, bool six)
{
    unsigned flags = MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD |
                     MHD_USE_POLL | (six ? MHD_USE_IPv6 : 0);
    const union MHD_DaemonInfo *info;

    api->daemon = MHD_start_daemon(
        flags, 0, NULL, NULL, on_request, api, MHD_OPTION_SOCK_ADDR, address,
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, api, MHD_OPTION_NOTIFY_CONNECTION, on_connection,
        api, MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY_BYTES, MHD_OPTION_END);
    if (!api->daemon)
        return false;
    info = MHD_get_daemon_info(api->daemon, MHD_DAEMON_INFO_BIND_PORT);
    api->port = info ? info->port : 0;
    return true;
}

static void api_free(struct api *api)
{
    connections_free(api->connections);
    pthread_cond_destroy(&api->changed);
    pthread_mutex_destroy(&api->lock);
    free(api);
}

static bool api_new(const struct api_options *options, struct api **out, struct err *err)
{
    struct api *api = calloc(1, sizeof(*api));

    if (!api)
        return err_memory(err);
    if (!wait_init(&api->changed, err)) {
        free(api);
        return false;
    }
    pthread_mutex_init(&api->lock, NULL);
    api->owner = *options->owner;
    api->door = options->door;
    api->connections = connections_new();
    *out = api;
    if (api->connections)
        return true;
    api_free(api);
    return err_memory(err);
}

bool api_open(const struct api_options *options, struct api **out, struct err *err)
{
    assert(options && options->listen && options->owner && out);
    struct sockaddr_storage address;
    struct api *api = NULL;
    bool six;

    if (!address_read(options->listen, &address, &six, err) || !api_new(options, &api, err))
        return false;
    if (!daemon_start(api, &address, six)) {
        api_free(api);
        return err_set(err, ERR_INVALID, "cannot listen on %s for HTTP: is the port taken?",
                       options->listen);
    }
    if (pthread_create(&api->cutter, NULL, cutter_run, api) != 0) {
        MHD_stop_daemon(api->daemon);
        api_free(api);
        return err_set(err, ERR_UNAVAILABLE, "no thread for the HTTP side");
    }
    *out = api;
    return true;
}

uint16_t api_port(const struct api *api)
{
    return api->port;
}

/*
 * service_stop() has woken all waiting threads, so running requests end soon. After that,
 * connections may be cut.
 */
static void wait_quiet(struct api *api)
{
    int64_t until_ms = clock_mono_ms() + QUIET_MS;

    pthread_mutex_lock(&api->lock);
    while (api->running > 0 && wait_until(&api->changed, &api->lock, until_ms))
        ;
    api->closing = true;
    pthread_cond_broadcast(&api->changed);
    pthread_mutex_unlock(&api->lock);
}

void api_close(struct api *api)
{
    MHD_socket listening;

    if (!api)
        return;
    listening = MHD_quiesce_daemon(api->daemon);
    wait_quiet(api);
    pthread_join(api->cutter, NULL);
    MHD_stop_daemon(api->daemon);
    if (listening != MHD_INVALID_SOCKET)
        close(listening);
    api_free(api);
}
