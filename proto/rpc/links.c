/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/rpc/links.h"

#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NODE_BYTES 65

struct link_entry {
    char node[NODE_BYTES];
    struct rpc_stream *stream; /* NULL: this entry is free */
};

struct links {
    pthread_mutex_t lock;
    /* below: under lock */
    struct link_entry entries[LINKS_MAX];
};

struct links *links_new(void)
{
    struct links *links = calloc(1, sizeof(*links));

    if (links)
        pthread_mutex_init(&links->lock, NULL);
    return links;
}

void links_free(struct links *links)
{
    if (!links)
        return;
    pthread_mutex_destroy(&links->lock);
    free(links);
}

/* The node's entry. For a node without one: a free entry if `wanted`, else NULL. */
static struct link_entry *entry_of(struct links *links, const char *node, bool or_free)
{
    struct link_entry *free_one = NULL;

    for (size_t i = 0; i < LINKS_MAX; i++) {
        struct link_entry *entry = &links->entries[i];

        if (!entry->stream)
            free_one = free_one ? free_one : entry;
        else if (strcmp(entry->node, node) == 0)
            return entry;
    }
    return or_free ? free_one : NULL;
}

bool links_put(struct links *links, const char *node, struct rpc_stream *stream, struct err *err)
{
    assert(links && node && stream);
    struct link_entry *entry;

    if (strlen(node) >= NODE_BYTES)
        return err_set(err, ERR_INVALID, "a node's id has at most %d letters", NODE_BYTES - 1);
    pthread_mutex_lock(&links->lock);
    entry = entry_of(links, node, true);
    if (entry) {
        if (entry->stream)
            rpc_stream_cancel(entry->stream, "the node has opened a newer link");
        snprintf(entry->node, sizeof(entry->node), "%s", node);
        entry->stream = stream;
    }
    pthread_mutex_unlock(&links->lock);
    return entry || err_set(err, ERR_EXHAUSTED, "at most %d nodes can be linked", LINKS_MAX);
}

bool links_remove(struct links *links, const char *node, const struct rpc_stream *stream)
{
    assert(links && node && stream);
    struct link_entry *entry;
    bool was_it;

    pthread_mutex_lock(&links->lock);
    entry = entry_of(links, node, false);
    was_it = entry && entry->stream == stream;
    if (was_it)
        entry->stream = NULL;
    pthread_mutex_unlock(&links->lock);
    return was_it;
}

bool links_send(struct links *links, const char *node, const void *frame, size_t size,
                enum rpc_stream_urgency urgency, struct err *err)
{
    assert(links && node && (frame || !size));
    struct link_entry *entry;
    bool ok;

    pthread_mutex_lock(&links->lock);
    entry = entry_of(links, node, false);
    ok = entry ? rpc_stream_send(entry->stream, frame, size, urgency, err)
               : err_set(err, ERR_UNAVAILABLE, "node %s has no link", node);
    pthread_mutex_unlock(&links->lock);
    return ok;
}

size_t links_send_all(struct links *links, const void *frame, size_t size,
                      enum rpc_stream_urgency urgency)
{
    struct err err;
    size_t n = 0;

    pthread_mutex_lock(&links->lock);
    for (size_t i = 0; i < LINKS_MAX; i++)
        if (links->entries[i].stream)
            n += rpc_stream_send(links->entries[i].stream, frame, size, urgency, &err);
    pthread_mutex_unlock(&links->lock);
    return n;
}

size_t links_count(struct links *links)
{
    size_t n = 0;

    pthread_mutex_lock(&links->lock);
    for (size_t i = 0; i < LINKS_MAX; i++)
        n += links->entries[i].stream != NULL;
    pthread_mutex_unlock(&links->lock);
    return n;
}
