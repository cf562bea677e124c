/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/ask/release_fetch.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/terms/release_piece.h"

struct fetch_source {
    struct announced announced;
    bool connected;
    bool refused[ANNOUNCED_MAX]; /* not asked for this file before the next list */
    struct bytes envelope;
};

struct release_fetch {
    size_t n;
    struct fetch_source source[REGIONS_MAX];
    enum { IDLE, READY, WAITING } stage; /* READY: to ask for the piece that is wanted */
    struct release_wanted wanted;
    uint64_t size; /* of the file */
    int64_t asked_ms;
    struct bytes file; /* the pieces so far */
};

struct release_fetch *release_fetch_new(void)
{
    return calloc(1, sizeof(struct release_fetch));
}

void release_fetch_free(struct release_fetch *fetch)
{
    if (!fetch)
        return;
    for (size_t i = 0; i < fetch->n; i++)
        bytes_clear(&fetch->source[i].envelope);
    bytes_clear(&fetch->file);
    free(fetch);
}

static struct fetch_source *source_of(const struct release_fetch *fetch, const char *node)
{
    for (size_t i = 0; i < fetch->n; i++)
        if (strcmp(fetch->source[i].announced.node, node) == 0)
            return (struct fetch_source *)&fetch->source[i];
    return NULL;
}

static void stop(struct release_fetch *fetch)
{
    fetch->stage = IDLE;
    bytes_clear(&fetch->file);
}

bool release_fetch_heard(struct release_fetch *fetch, const struct announced *announced,
                         struct bytes_view envelope)
{
    struct fetch_source *source = source_of(fetch, announced->node);

    if (!source) {
        if (fetch->n == REGIONS_MAX)
            return false;
        source = &fetch->source[fetch->n++];
    }
    source->announced = *announced;
    source->connected = true;
    memset(source->refused, 0, sizeof(source->refused));
    bytes_clear(&source->envelope);
    bytes_add(&source->envelope, envelope.data, envelope.size);
    return !source->envelope.failed;
}

void release_fetch_lost(struct release_fetch *fetch, const char *node)
{
    struct fetch_source *source = source_of(fetch, node);

    if (source)
        source->connected = false;
    if (fetch->stage != IDLE && strcmp(fetch->wanted.node, node) == 0)
        stop(fetch);
}

void release_fetch_refused(struct release_fetch *fetch, const char *node,
                           const uint8_t hash[static 32])
{
    struct fetch_source *source = source_of(fetch, node);

    for (size_t i = 0; source && i < source->announced.n; i++)
        if (memcmp(source->announced.release[i].hash, hash, 32) == 0)
            source->refused[i] = true;
}

static void begin(struct release_fetch *fetch, const char *node,
                  const struct announced_release *release)
{
    stop(fetch);
    fetch->stage = READY;
    fetch->size = release->size;
    fetch->wanted = (struct release_wanted){.piece = 0};
    snprintf(fetch->wanted.node, sizeof(fetch->wanted.node), "%s", node);
    memcpy(fetch->wanted.hash, release->hash, sizeof(fetch->wanted.hash));
}

/* Begins the first file that is missing, at a node that may be asked for it. */
static bool begin_missing(struct release_fetch *fetch, release_have *have, void *context)
{
    for (size_t i = 0; i < fetch->n; i++) {
        const struct fetch_source *source = &fetch->source[i];

        for (size_t k = 0; source->connected && k < source->announced.n; k++) {
            const struct announced_release *release = &source->announced.release[k];

            if (release->has_file && !source->refused[k] && !have(context, release->hash)) {
                begin(fetch, source->announced.node, release);
                return true;
            }
        }
    }
    return false;
}

bool release_fetch_next(struct release_fetch *fetch, release_have *have, void *context,
                        int64_t now_ms, struct release_wanted *out)
{
    if (fetch->stage == WAITING && now_ms - fetch->asked_ms < FETCH_PATIENCE_MS)
        return false;
    if (fetch->stage == WAITING) {
        release_fetch_refused(fetch, fetch->wanted.node, fetch->wanted.hash);
        stop(fetch);
    }
    if (fetch->stage == IDLE && !begin_missing(fetch, have, context))
        return false;
    fetch->stage = WAITING;
    fetch->asked_ms = now_ms;
    *out = fetch->wanted;
    return true;
}

static bool is_wanted(const struct release_fetch *fetch, const char *node,
                      const struct release_wanted *piece)
{
    return fetch->stage == WAITING && strcmp(fetch->wanted.node, node) == 0 &&
           memcmp(fetch->wanted.hash, piece->hash, sizeof(piece->hash)) == 0 &&
           fetch->wanted.piece == piece->piece;
}

bool release_fetch_piece(struct release_fetch *fetch, const char *node,
                         const struct release_wanted *piece, struct bytes_view data,
                         struct bytes *file)
{
    assert(piece && file);
    if (!is_wanted(fetch, node, piece))
        return false; /* a piece of a fetch that was given up */
    if (data.size == release_piece_size(fetch->size, piece->piece))
        bytes_add(&fetch->file, data.data, data.size);
    else
        fetch->file.failed = true;
    if (fetch->file.failed) {
        release_fetch_refused(fetch, node, piece->hash);
        stop(fetch);
        return false;
    }
    if (fetch->file.size == fetch->size) {
        *file = fetch->file;
        fetch->file = (struct bytes){0};
        fetch->stage = IDLE;
        return true;
    }
    fetch->wanted.piece++;
    fetch->stage = READY;
    return false;
}

const struct announced *release_fetch_list(const struct release_fetch *fetch, const char *node,
                                           struct bytes_view *envelope)
{
    const struct fetch_source *source = source_of(fetch, node);

    if (!source)
        return NULL;
    *envelope = (struct bytes_view){source->envelope.data, source->envelope.size};
    return &source->announced;
}
