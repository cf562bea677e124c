/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events of the links, on the threads of proto/rpc: first the handshake, then answers. Expensive
 * work (unpacking, signatures) is done here, in one thread per link, before the service's lock is
 * taken.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "coordinator/ask/cosigner.h"
#include "coordinator/ask/roster_cache.h"
#include "coordinator/ask/service_inside.h"
#include "coordinator/ask/state.h"
#include "proto/base/arena.h"
#include "proto/base/clock.h"
#include "proto/base/log.h"
#include "proto/trust/envelope.h"
#include "proto/trust/message.h"
#include "proto/trust/roster.h"
#include "proto/trust/roster_witness.h"

#define LINK_ARENA_BYTES ((size_t)8 << 20)

struct service_link {
    struct arena *arena; /* memory for the present frame */
    struct handshake handshake;
    uint64_t id; /* 0 until the handshake is complete */
};

static void link_free(struct service_link *link)
{
    if (link)
        arena_free(link->arena);
    free(link);
}

static void refused(struct service *service, const struct rpc_stream *stream, const struct err *err)
{
    pthread_mutex_lock(&service->lock);
    service->counts.links_refused++;
    pthread_mutex_unlock(&service->lock);
    log_event(LOG_WARN_LEVEL, "link_refused", "peer", rpc_stream_peer(stream), "address",
              rpc_stream_address(stream), "reason", err->text, NULL);
}

/* A node that was just enrolled may connect before the watcher has read the new roster. */
static bool begin(struct service *service, struct service_link *link, const char *peer,
                  struct err *err)
{
    const struct roster *roster = roster_cache_read(service->roster_cache);
    bool ok = service->behind_proxy ? handshake_begin_proxied(&link->handshake, roster, err)
                                    : handshake_begin(&link->handshake, peer, roster, err);
    bool newer = false;
    struct err unread;

    roster_cache_done(service->roster_cache);
    if (ok || service->behind_proxy ||
        !roster_cache_reload(service->roster_cache, &newer, &unread) || !newer)
        return ok;
    service_roster_changed(service);
    ok = handshake_begin(&link->handshake, peer, roster_cache_read(service->roster_cache), err);
    roster_cache_done(service->roster_cache);
    return ok;
}

static bool opened(void *owner, struct rpc_stream *stream, struct err *err)
{
    struct service *service = owner;
    struct service_link *link = calloc(1, sizeof(*link));

    if (link)
        link->arena = arena_new(LINK_ARENA_BYTES);
    if (!link || !link->arena) {
        link_free(link);
        return err_memory(err);
    }
    if (!begin(service, link, rpc_stream_peer(stream), err)) {
        refused(service, stream, err);
        link_free(link);
        return false;
    }
    rpc_stream_set_owner_data(stream, link);
    return true;
}

/*
 * A node with an older roster gets the new one before any question, because questions name the
 * newest version.
 */
static bool roster_bring(struct service *service, struct service_link *link, struct err *err)
{
    bool behind = link->handshake.info.roster_version <
                  roster_version(roster_cache_read(service->roster_cache));

    roster_cache_done(service->roster_cache);
    return !behind || service_send_roster(service, link->handshake.node, err);
}

/*
 * Before any question the node gets back the newest release that it signed. A node whose ledger was
 * restored from an old copy learns from it what is missing. A node that does not receive it is no
 * worse off than before.
 */
static void newest_bring(struct service *service, struct service_link *link)
{
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT;
    const char *node = link->handshake.node;
    struct err err;
    uint8_t *data;
    size_t size;
    bool ok = state_newest(service->state, node, link->arena, &data, &size, &err);

    if (ok && !data)
        return;
    frame.body_case = RIKSTAL__V1__FRAME__BODY_NEWEST;
    ok = ok && envelope_parse(data, size, link->arena, &frame.newest, &err) &&
         service_send(service, node, &frame, RPC_STREAM_ORDINARY, &err);
    if (!ok)
        log_error("newest_answer_not_sent", &err);
}

/* Makes the link the node's newest, and asks open questions on it. */
static bool link_up(struct service *service, struct service_link *link, struct rpc_stream *stream,
                    struct err *err)
{
    const char *node = link->handshake.node;
    struct service_node *entry;
    bool ok;

    pthread_mutex_lock(&service->lock); /* links and machine are changed under one lock, so both
                                         * agree on which link is newest */
    entry = service_node_meet(service, node);
    ok = entry ? links_put(service->links, node, stream, err) && roster_bring(service, link, err)
               : err_set(err, ERR_EXHAUSTED, "no room for one more node");
    if (ok) {
        struct coord_event event = {.kind = COORD_LINK_UP, .now_ms = clock_mono_ms(), .node = node};

        rpc_stream_confirm(stream);
        newest_bring(service, link);
        link->id = event.link = ++service->link_last;
        entry->info = link->handshake.info;
        entry->connected = true;
        entry->since_s = clock_wall_s();
        service_step(service, &event);
    }
    pthread_mutex_unlock(&service->lock);
    return ok;
}

static bool handshake(struct service *service, struct service_link *link, struct rpc_stream *stream,
                      const Rikstal__V1__Frame *frame, struct err *err)
{
    struct handshake_input input = {.frame = frame, .now_s = clock_wall_s()};
    Rikstal__V1__Frame reply;
    uint8_t *data;
    size_t size;
    bool ok;

    input.roster = roster_cache_read(service->roster_cache);
    ok = handshake_step(&link->handshake, &input, link->arena, &reply, err) &&
         message_pack(&reply.base, link->arena, &data, &size, err) &&
         rpc_stream_send(stream, data, size, RPC_STREAM_ORDINARY, err);
    roster_cache_done(service->roster_cache);
    if (!ok) {
        refused(service, stream, err);
        return false;
    }
    if (link->handshake.stage != HANDSHAKE_DONE)
        return true;
    if (!link_up(service, link, stream, err))
        return false;
    log_event(LOG_INFO_LEVEL, "link_up", "node", link->handshake.node, "address",
              rpc_stream_address(stream), "software", link->handshake.info.software, NULL);
    return true;
}

/*
 * Passes a signed answer to the machine. `bad`: the signature is not valid, which is an event too.
 */
static void judged(struct service *service, struct coord_event *event, const char *refused,
                   const struct err *bad)
{
    if (bad)
        log_event(LOG_WARN_LEVEL, refused, "node", event->node, "reason", bad->text, NULL);
    pthread_mutex_lock(&service->lock);
    service->counts.answers_bad += bad != NULL;
    event->now_ms = clock_mono_ms();
    service_step(service, event);
    pthread_mutex_unlock(&service->lock);
}

static void answered(struct service *service, struct service_link *link,
                     const Rikstal__V1__Frame *frame)
{
    const char *node = link->handshake.node;
    struct coord_event event = {
        .kind = COORD_ANSWER, .link = link->id, .node = node, .serial = frame->correlation};
    const struct roster *roster = roster_cache_read(service->roster_cache);
    uint8_t *data;
    size_t size;
    struct err err;
    bool ok = message_pack(&frame->answer->base, link->arena, &data, &size, &err) &&
              answer_open((struct roster_view){roster, node, clock_wall_s()},
                          (struct bytes_view){data, size}, &event.answer, &err);

    roster_cache_done(service->roster_cache);
    judged(service, &event, "answer_refused", ok ? NULL : &err);
}

/* A region's attestation that it takes part in a sum. */
static void attested(struct service *service, const struct service_link *link,
                     const Rikstal__V1__Frame *frame)
{
    const char *node = link->handshake.node;
    struct coord_event event = {
        .kind = COORD_ATTEST, .link = link->id, .node = node, .serial = frame->correlation};
    const struct roster *roster = roster_cache_read(service->roster_cache);
    uint8_t *data;
    size_t size;
    struct err err;
    bool ok = message_pack(&frame->attest->base, link->arena, &data, &size, &err) &&
              attendance_open((struct roster_view){roster, node, clock_wall_s()},
                              (struct bytes_view){data, size}, &event.attendance, &err);

    roster_cache_done(service->roster_cache);
    judged(service, &event, "attestation_refused", ok ? NULL : &err);
}

/* Sends to a connected node. Another node misses the message; a log that gets no quorum stops. */
static void relay(struct service *service, const char *node, const Rikstal__V1__Frame *frame)
{
    struct err err;

    if (!service_send(service, node, frame, RPC_STREAM_ORDINARY, &err))
        log_event(LOG_DEBUG_LEVEL, "not_relayed", "node", node, "reason", err.text, NULL);
}

/* Sends our verdict about a node's log back to the node. */
static void own_word(struct service *service, const struct roster *roster,
                     const Rikstal__V1__Checkpoint *checkpoint)
{
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT;
    Rikstal__V1__Cosignature message;
    struct watch_word word;
    struct err err;

    if (!service->cosigner ||
        !cosigner_hear(service->cosigner, roster, checkpoint, clock_wall_s(), &word, &err)) {
        log_event(LOG_WARN_LEVEL, "not_cosigned", "node", checkpoint->node, "reason",
                  service->cosigner ? err.text : "this coordinator has no key for it", NULL);
        return;
    }
    watch_message(ROSTER_COORDINATOR, checkpoint, &word, &message);
    frame.body_case = RIKSTAL__V1__FRAME__BODY_COSIGNATURE;
    frame.cosignature = &message;
    relay(service, checkpoint->node, &frame);
}

/*
 * Sends a checkpoint to the witnesses that the roster names; the coordinator may be one of them.
 * The coordinator can withhold another witness's message but cannot forge one.
 */
static void checkpoint_relay(struct service *service, const char *node,
                             const Rikstal__V1__Frame *frame)
{
    const struct roster *roster = roster_cache_read(service->roster_cache);
    const Rikstal__V1__RosterWitness *of = roster_witness_list(roster, node);

    if (strcmp(frame->checkpoint->node, node) != 0)
        of = NULL;
    for (size_t j = 0; of && j < of->n_witnesses; j++) {
        if (strcmp(of->witnesses[j], ROSTER_COORDINATOR) == 0)
            own_word(service, roster, frame->checkpoint);
        else
            relay(service, of->witnesses[j], frame);
    }
    roster_cache_done(service->roster_cache);
}

/*
 * Every node asks this at a new link and every ten minutes. A node that missed a roster gets it;
 * the others learn that they have the newest.
 */
static void roster_pulled(struct service *service, const char *node,
                          const Rikstal__V1__RosterPull *pull)
{
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT;
    Rikstal__V1__RosterPull ours = RIKSTAL__V1__ROSTER_PULL__INIT;
    struct err err;
    bool ok;

    ours.version = roster_version(roster_cache_read(service->roster_cache));
    roster_cache_done(service->roster_cache);
    frame.body_case = RIKSTAL__V1__FRAME__BODY_ROSTER_PULL;
    frame.roster_pull = &ours;
    ok = pull->version < ours.version
             ? service_send_roster(service, node, &err)
             : service_send(service, node, &frame, RPC_STREAM_ORDINARY, &err);
    if (!ok)
        log_event(LOG_WARN_LEVEL, "roster_not_sent", "node", node, "reason", err.text, NULL);
}

static void echoed(struct service *service, const Rikstal__V1__Ping *ping)
{
    pthread_mutex_lock(&service->lock);
    if (ping->nonce == service->ping_nonce) {
        service->ping.echoed++;
        service->ping.last_us = clock_mono_us() - service->ping_from_us;
        if (service->ping.echoed >= service->ping.sent)
            pthread_cond_broadcast(&service->echo);
    }
    pthread_mutex_unlock(&service->lock);
}

/* Ends the link of a node that the roster no longer lists, or whose keys it revoked. */
static bool still_of_us(struct service *service, const char *node, struct err *err)
{
    bool ok = roster_node(roster_cache_read(service->roster_cache), node) != NULL;

    roster_cache_done(service->roster_cache);
    return ok || err_set(err, ERR_DENIED, "node %s is no longer in the roster", node);
}

static bool arrived(void *owner, struct rpc_stream *stream, const uint8_t *data, size_t size,
                    struct err *err)
{
    struct service *service = owner;
    struct service_link *link = rpc_stream_owner_data(stream);
    ProtobufCMessage *message;
    const Rikstal__V1__Frame *frame;

    arena_clear(link->arena);
    if (!message_unpack(&rikstal__v1__frame__descriptor, data, size, link->arena, &message, err)) {
        refused(service, stream, err);
        return false;
    }
    frame = (const Rikstal__V1__Frame *)message;
    if (link->handshake.stage != HANDSHAKE_DONE)
        return handshake(service, link, stream, frame, err);
    if (!still_of_us(service, link->handshake.node, err))
        return false;
    switch (frame->body_case) {
    case RIKSTAL__V1__FRAME__BODY_ANSWER:
        answered(service, link, frame);
        return true;
    case RIKSTAL__V1__FRAME__BODY_ATTEST:
        attested(service, link, frame);
        return true;
    case RIKSTAL__V1__FRAME__BODY_PING:
        echoed(service, frame->ping);
        return true;
    case RIKSTAL__V1__FRAME__BODY_ROSTER_PULL:
        roster_pulled(service, link->handshake.node, frame->roster_pull);
        if (link->handshake.releases)
            service_releases_pull(service, link->handshake.node);
        return true;
    case RIKSTAL__V1__FRAME__BODY_RELEASES:
        service_releases_heard(service, link->handshake.node, frame->releases, link->arena);
        return true;
    case RIKSTAL__V1__FRAME__BODY_RELEASE_PIECE:
        service_release_piece(service, link->handshake.node, frame->release_piece);
        return true;
    case RIKSTAL__V1__FRAME__BODY_REFUSAL:
        return err_set(err, ERR_UNAVAILABLE, "node %s ends the link: %s", link->handshake.node,
                       frame->refusal->code);
    case RIKSTAL__V1__FRAME__BODY_CHECKPOINT:
        checkpoint_relay(service, link->handshake.node, frame);
        return true;
    case RIKSTAL__V1__FRAME__BODY_COSIGNATURE:
        if (strcmp(frame->cosignature->witness, link->handshake.node) == 0)
            relay(service, frame->cosignature->node, frame);
        return true;
    default:
        return err_set(err, ERR_INVALID, "node %s sent a frame that is not a node's to send",
                       link->handshake.node);
    }
}

static void ended(void *owner, struct rpc_stream *stream, const struct err *why)
{
    struct service *service = owner;
    struct service_link *link = rpc_stream_owner_data(stream);
    struct coord_event event = {.kind = COORD_LINK_DOWN};

    if (link->id) {
        pthread_mutex_lock(&service->lock);
        event.link = link->id;
        event.now_ms = clock_mono_ms();
        if (links_remove(service->links, link->handshake.node, stream)) {
            struct service_node *entry = service_node_meet(service, link->handshake.node);

            entry->connected = false;
            service_releases_lost(service, link->handshake.node);
            entry->since_s = clock_wall_s();
        }
        service_step(service, &event);
        pthread_mutex_unlock(&service->lock);
        log_event(LOG_INFO_LEVEL, "link_down", "node", link->handshake.node, "reason",
                  why->code == ERR_NONE ? "closed" : why->text, NULL);
    }
    link_free(link);
}

const struct server_events service_link_events = {
    .opened = opened, .arrived = arrived, .ended = ended};
