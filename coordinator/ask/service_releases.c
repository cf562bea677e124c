/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The term releases of the nodes: their signed lists, and the public files, which are fetched from
 * one node each. Hashing, parsing and writing are done without the service's lock.
 */
#include <assert.h>
#include <string.h>

#include "coordinator/ask/release_fetch.h"
#include "coordinator/ask/release_store.h"
#include "coordinator/ask/roster_cache.h"
#include "coordinator/ask/service_inside.h"
#include "proto/base/clock.h"
#include "proto/base/log.h"
#include "proto/trust/message.h"

static bool pull(struct service *service, const char *node, ProtobufCBinaryData hash,
                 uint32_t piece, struct err *err)
{
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT;
    Rikstal__V1__ReleasePull body = RIKSTAL__V1__RELEASE_PULL__INIT;

    body.hash = hash;
    body.piece = piece;
    frame.body_case = RIKSTAL__V1__FRAME__BODY_RELEASE_PULL;
    frame.release_pull = &body;
    return service_send(service, node, &frame, RPC_STREAM_ORDINARY, err);
}

static bool have(void *context, const uint8_t *hash)
{
    return release_store_has(context, hash);
}

/* Asks for the next piece that is missing, wherever it is. */
static void go_on(struct service *service)
{
    struct release_wanted wanted;
    struct err err;
    bool any;

    pthread_mutex_lock(&service->lock);
    any = release_fetch_next(service->release_fetch, have, service->release_store, clock_mono_ms(),
                             &wanted);
    pthread_mutex_unlock(&service->lock);
    if (any && !pull(service, wanted.node, (ProtobufCBinaryData){sizeof(wanted.hash), wanted.hash},
                     wanted.piece, &err))
        log_event(LOG_WARN_LEVEL, "release_not_pulled", "node", wanted.node, "reason", err.text,
                  NULL);
}

void service_releases_pull(struct service *service, const char *node)
{
    struct err err;

    if (!service->release_store)
        return;
    if (!pull(service, node, (ProtobufCBinaryData){0, NULL}, 0, &err))
        log_event(LOG_WARN_LEVEL, "release_not_pulled", "node", node, "reason", err.text, NULL);
    go_on(service);
}

void service_releases_heard(struct service *service, const char *node,
                            const Rikstal__V1__Envelope *releases, struct arena *arena)
{
    const struct roster *roster = roster_cache_read(service->roster_cache);
    struct announced announced;
    uint8_t *data;
    size_t size;
    struct err err;
    bool ok = announced_open((struct roster_view){roster, node, clock_wall_s()}, releases, arena,
                             &announced, &err) &&
              message_pack(&releases->base, arena, &data, &size, &err);

    roster_cache_done(service->roster_cache);
    if (!ok || !service->release_store) {
        log_event(LOG_WARN_LEVEL, "releases_refused", "node", node, "reason",
                  ok ? "none was asked for" : err.text, NULL);
        return;
    }
    pthread_mutex_lock(&service->lock);
    ok = release_fetch_heard(service->release_fetch, &announced, (struct bytes_view){data, size});
    pthread_mutex_unlock(&service->lock);
    if (!ok)
        log_event(LOG_WARN_LEVEL, "releases_refused", "node", node, "reason", "no room", NULL);
    go_on(service);
}

/* Checks and stores a file that is complete. */
static void store(struct service *service, const char *node, const uint8_t *hash,
                  const struct bytes *file)
{
    char name[65];
    struct err err;

    bytes_to_hex(hash, 32, name);
    if (release_store_put(service->release_store, hash, (struct bytes_view){file->data, file->size},
                          &err)) {
        log_event(LOG_INFO_LEVEL, "release_stored", "hash", name, "node", node, NULL);
        return;
    }
    log_event(LOG_WARN_LEVEL, "release_refused", "hash", name, "node", node, "reason", err.text,
              NULL);
    pthread_mutex_lock(&service->lock);
    release_fetch_refused(service->release_fetch, node, hash);
    pthread_mutex_unlock(&service->lock);
}

void service_release_piece(struct service *service, const char *node,
                           const Rikstal__V1__ReleasePiece *piece)
{
    struct release_wanted is = {.piece = piece->piece};
    struct bytes file = {0};
    bool complete;

    if (!service->release_store || piece->hash.len != sizeof(is.hash))
        return;
    memcpy(is.hash, piece->hash.data, sizeof(is.hash));
    pthread_mutex_lock(&service->lock);
    complete = release_fetch_piece(service->release_fetch, node, &is,
                                   (struct bytes_view){piece->data.data, piece->data.len}, &file);
    pthread_mutex_unlock(&service->lock);
    if (complete)
        store(service, node, is.hash, &file);
    bytes_clear(&file);
    go_on(service);
}

void service_releases_lost(struct service *service, const char *node)
{
    release_fetch_lost(service->release_fetch, node);
}

bool service_releases(struct service *service, const char *node, struct service_releases *out)
{
    assert(service && node && out);
    const struct announced *announced;
    struct bytes_view envelope;

    *out = (struct service_releases){0};
    pthread_mutex_lock(&service->lock);
    announced = release_fetch_list(service->release_fetch, node, &envelope);
    if (announced) {
        out->announced = *announced;
        bytes_add(&out->envelope, envelope.data, envelope.size);
    }
    pthread_mutex_unlock(&service->lock);
    for (size_t i = 0; i < out->announced.n; i++)
        out->here[i] = out->announced.release[i].has_file &&
                       release_store_has(service->release_store, out->announced.release[i].hash);
    if (announced && out->envelope.failed)
        bytes_clear(&out->envelope);
    return announced != NULL;
}

bool service_release_file(struct service *service, const uint8_t hash[static 32], struct bytes *out,
                          bool *found, struct err *err)
{
    assert(service && out && found);
    *found = service->release_store && release_store_has(service->release_store, hash);
    return !*found || release_store_read(service->release_store, hash, out, err);
}
