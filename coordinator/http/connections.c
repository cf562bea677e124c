/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/http/connections.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>

struct connections {
    pthread_mutex_t lock;
    /* below: under lock */
    size_t n;
    struct connection {
        bool open;
        bool cut;
        int fd;
        enum connection_state state;
        int64_t since_ms;
    } place[CONNECTIONS_MAX];
};

struct connections *connections_new(void)
{
    struct connections *connections = calloc(1, sizeof(*connections));

    if (connections)
        pthread_mutex_init(&connections->lock, NULL);
    return connections;
}

void connections_free(struct connections *connections)
{
    if (!connections)
        return;
    pthread_mutex_destroy(&connections->lock);
    free(connections);
}

size_t connections_add(struct connections *connections, int fd, int64_t now_ms)
{
    assert(connections && fd >= 0);
    size_t i = 0;

    pthread_mutex_lock(&connections->lock);
    while (i < CONNECTIONS_MAX && connections->place[i].open)
        i++;
    if (i < CONNECTIONS_MAX) {
        connections->place[i] = (struct connection){.open = true, .fd = fd, .since_ms = now_ms};
        connections->n++;
    }
    pthread_mutex_unlock(&connections->lock);
    return i < CONNECTIONS_MAX ? i : CONNECTIONS_NONE;
}

void connections_set(struct connections *connections, size_t place, enum connection_state state,
                     int64_t now_ms)
{
    assert(connections && (place < CONNECTIONS_MAX || place == CONNECTIONS_NONE));
    if (place == CONNECTIONS_NONE)
        return;
    pthread_mutex_lock(&connections->lock);
    connections->place[place].state = state;
    connections->place[place].since_ms = now_ms;
    pthread_mutex_unlock(&connections->lock);
}

void connections_remove(struct connections *connections, size_t place)
{
    assert(connections && (place < CONNECTIONS_MAX || place == CONNECTIONS_NONE));
    if (place == CONNECTIONS_NONE)
        return;
    pthread_mutex_lock(&connections->lock);
    connections->place[place].open = false;
    connections->n--;
    pthread_mutex_unlock(&connections->lock);
}

static bool is_over(const struct connection *connection, bool crowded, int64_t now_ms)
{
    static const int64_t limit_ms[][2] = {
        [CONNECTION_FIRST] = {CONNECTIONS_FIRST_MS, CONNECTIONS_CROWDED_MS},
        [CONNECTION_NEXT] = {CONNECTIONS_NEXT_MS, CONNECTIONS_CROWDED_MS},
        [CONNECTION_SERVED] = {INT64_MAX, INT64_MAX},
        [CONNECTION_SENDING] = {CONNECTIONS_SEND_MS, CONNECTIONS_CROWDED_SEND_MS},
    };

    return now_ms - connection->since_ms > limit_ms[connection->state][crowded];
}

size_t connections_cut(struct connections *connections, int64_t now_ms)
{
    size_t n = 0;

    pthread_mutex_lock(&connections->lock);
    for (size_t i = 0; i < CONNECTIONS_MAX; i++) {
        struct connection *connection = &connections->place[i];

        if (!connection->open || connection->cut ||
            !is_over(connection, connections->n > CONNECTIONS_CROWDED, now_ms))
            continue;
        (void)shutdown(connection->fd, SHUT_RDWR); /* its thread then ends the connection */
        connection->cut = true;
        n++;
    }
    pthread_mutex_unlock(&connections->lock);
    return n;
}
