/* SPDX-License-Identifier: Apache-2.0 */
/*
 * There are two threads. link_run() dials and carries frames from the coordinator to keeper; the
 * pump carries frames from keeper to the coordinator, over the link that is open at the time. So
 * keeper's socketpair has one reader and one writer. A question is open from the moment it is
 * passed on until its answer is passed back. An answer to a question of an earlier link is dropped
 * here: the coordinator asks again, and keeper has the answer on record.
 */
#include "node/link/link.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "node/link/backoff.h"
#include "node/link/frames.h"
#include "proto/base/arena.h"
#include "proto/base/clock.h"
#include "proto/base/log.h"
#include "proto/base/wait.h"
#include "proto/rpc/channel.h"
#include "proto/rpc/rpc_stream.h"
#include "proto/rpc/tls.h"
#include "proto/wire/framed.h"

#define BACKOFF_MIN_MS 500
#define BACKOFF_MAX_MS 30000
#define DRAIN_MS 10000
#define FINISH_MS 5000 /* how long the coordinator may take to end a finished link */
#define TICK_MS 200
#define PATIENCE_MS FRAMED_WRITE_MS /* the same as for a peer that does not read */
#define STEADY_MS 10000
#define OPEN_MAX 200 /* questions open on one link; their answers fit into a stream's queue */

struct link {
    struct link_options options; /* strings are borrowed */
    struct framed from_keeper;   /* used by the pump only */
    struct tls_end certificate;  /* used by the pump only */
    struct backoff backoff;      /* used by link_run() only */
    pthread_t pump;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    /* The fields below are used under lock. */
    struct channel *channel; /* the open link; NULL between two links */
    struct rpc_stream *stream;
    bool up; /* the coordinator has welcomed this link */
    int64_t up_since_ms;
    bool stopping;      /* link_stop() was called */
    bool draining;      /* this link ends: stopping, or the coordinator told it to drain */
    bool finished;      /* our half of the link is closed */
    int64_t give_up_ms; /* when draining: time of the next step of drain_push() */
    uint64_t open[OPEN_MAX];
    size_t n_open;
    bool keeper_gone;
    struct err keeper_err;
};

/* ---- open questions; under lock ---- */

static bool open_add(struct link *link, uint64_t correlation)
{
    if (link->n_open == OPEN_MAX || link->draining)
        return false;
    link->open[link->n_open++] = correlation;
    return true;
}

static bool open_remove(struct link *link, uint64_t correlation)
{
    for (size_t i = 0; i < link->n_open; i++)
        if (link->open[i] == correlation) {
            link->open[i] = link->open[--link->n_open];
            return true;
        }
    return false;
}

/* ---- the end of a link; under lock ---- */

/*
 * When no question is open any more or the time is up, closes our half; later stops waiting for the
 * peer.
 */
static void drain_push(struct link *link)
{
    int64_t now_ms = clock_mono_ms();

    if (!link->channel || !link->draining)
        return;
    if (!link->up) {
        rpc_stream_cancel(link->stream, "stopped before the link was up");
    } else if (!link->finished && (link->n_open == 0 || now_ms >= link->give_up_ms)) {
        channel_finish(link->channel);
        link->finished = true;
        link->give_up_ms = now_ms + FINISH_MS;
    } else if (link->finished && now_ms >= link->give_up_ms) {
        rpc_stream_cancel(link->stream, "the coordinator does not end the link");
    }
}

static void drain_start(struct link *link)
{
    if (!link->draining) {
        link->draining = true;
        link->give_up_ms = clock_mono_ms() + link->options.drain_ms;
    }
    drain_push(link);
}

/* ---- keeper to coordinator: the pump ---- */

/* True when the frame belongs to the link that is open now. */
static bool belongs(struct link *link, const struct frames_seen *seen)
{
    if (seen->kind == RIKSTAL__V1__FRAME__BODY_ANSWER ||
        (seen->kind == RIKSTAL__V1__FRAME__BODY_REFUSAL && seen->correlation))
        return open_remove(link, seen->correlation);
    return true;
}

static void pass_up(struct link *link, const uint8_t *frame, size_t size, struct arena *arena)
{
    struct frames_seen seen;
    struct err err = {.code = ERR_NONE};

    if (!frames_from_keeper(frame, size, arena, &seen, &err) || seen.way != FRAMES_PASS) {
        if (err.code == ERR_NONE)
            err_set(&err, ERR_INVALID, "keeper sent a frame of kind %d", (int)seen.kind);
        log_error("frame_from_keeper_dropped", &err);
        return;
    }
    pthread_mutex_lock(&link->lock);
    if (link->stream && belongs(link, &seen) &&
        !rpc_stream_send(link->stream, frame, size, seen.urgency, &err))
        log_error("frame_from_keeper_dropped", &err);
    drain_push(link);
    pthread_mutex_unlock(&link->lock);
}

static void keeper_lost(struct link *link, const struct err *err)
{
    pthread_mutex_lock(&link->lock);
    link->keeper_gone = true;
    link->keeper_err = *err;
    if (link->stream)
        rpc_stream_cancel(link->stream, "keeper is gone");
    pthread_cond_broadcast(&link->changed);
    pthread_mutex_unlock(&link->lock);
}

static void *pump_run(void *arg)
{
    struct link *link = arg;
    struct arena *arena = arena_new(FRAMES_ARENA_BYTES);
    enum framed_state state = FRAMED_TIMEOUT;
    struct err err = {.code = ERR_NONE};
    const uint8_t *frame;
    size_t size;

    if (!arena)
        err_memory(&err);
    while (arena && state != FRAMED_CLOSED) {
        tls_end_look(&link->certificate, link->options.tls.cert);
        if (!framed_read(&link->from_keeper, TICK_MS, &state, &frame, &size, &err))
            break;
        if (state == FRAMED_FRAME) {
            pass_up(link, frame, size, arena);
            arena_clear(arena);
        } else if (state == FRAMED_TIMEOUT) {
            pthread_mutex_lock(&link->lock);
            drain_push(link);
            pthread_mutex_unlock(&link->lock);
        }
    }
    if (state == FRAMED_CLOSED)
        err_set(&err, ERR_UNAVAILABLE, "keeper has closed its end");
    keeper_lost(link, &err);
    arena_free(arena);
    return NULL;
}

/* ---- coordinator to keeper: link_run() ---- */

/* Answers at once a question that is not passed on, so that the asker learns why. */
static bool refuse(struct link *link, uint64_t correlation, struct arena *arena, struct err *err)
{
    struct bytes_view frame;

    return frames_refusal(correlation, "busy", "this node has as many open questions as it takes",
                          arena, &frame, err) &&
           rpc_stream_send(link->stream, frame.data, frame.size, RPC_STREAM_ORDINARY, err);
}

/* Notes a question that opens or ends. False for a question that cannot be taken. */
static bool open_update(struct link *link, const struct frames_seen *seen)
{
    bool ok = true;

    pthread_mutex_lock(&link->lock);
    if (seen->kind == RIKSTAL__V1__FRAME__BODY_ASK)
        ok = open_add(link, seen->correlation);
    else if (seen->kind == RIKSTAL__V1__FRAME__BODY_CANCEL)
        (void)open_remove(link, seen->correlation); /* the asker has gone */
    pthread_mutex_unlock(&link->lock);
    return ok;
}

static bool pass_down(struct link *link, const struct frames_seen *seen, const uint8_t *frame,
                      size_t size, struct arena *arena, struct err *err)
{
    if (!open_update(link, seen))
        return refuse(link, seen->correlation, arena, err);
    if (framed_write(link->options.keeper_fd, frame, size, err))
        return true;
    keeper_lost(link, err);
    return false;
}

static bool take_own(struct link *link, const struct frames_seen *seen, struct err *err)
{
    if (seen->kind == RIKSTAL__V1__FRAME__BODY_REFUSAL)
        return err_set(err, ERR_DENIED, "the coordinator refuses this link: %.150s", seen->reason);
    pthread_mutex_lock(&link->lock);
    if (seen->kind == RIKSTAL__V1__FRAME__BODY_DRAIN) {
        drain_start(link);
    } else if (!link->up) {
        link->up = true;
        link->up_since_ms = clock_mono_ms();
    }
    drain_push(link);
    pthread_mutex_unlock(&link->lock);
    if (seen->kind == RIKSTAL__V1__FRAME__BODY_WELCOME)
        log_event(LOG_INFO_LEVEL, "link_up", "node", link->options.node, "coordinator",
                  link->options.coordinator, NULL);
    return true;
}

/* Handles one frame of the coordinator. False when the link must end. */
static bool arrived(struct link *link, const uint8_t *frame, size_t size, struct arena *arena,
                    struct err *err)
{
    struct frames_seen seen;

    if (!frames_from_coordinator(frame, size, arena, &seen, err))
        return false;
    switch (seen.way) {
    case FRAMES_PASS:
        return pass_down(link, &seen, frame, size, arena, err);
    case FRAMES_OWN:
        return take_own(link, &seen, err);
    case FRAMES_NOT:
        break;
    }
    return err_set(err, ERR_INVALID, "the coordinator sent a frame of kind %d", (int)seen.kind);
}

/* Carries frames from the first one to the end of the link. True when the link ended in order. */
static bool carry(struct link *link, struct channel *channel, struct arena *arena, struct err *err)
{
    const uint8_t *frame;
    size_t size;

    while (channel_read(channel, &frame, &size, err)) {
        if (!arrived(link, frame, size, arena, err)) {
            rpc_stream_cancel(link->stream, err->text);
            return false;
        }
        arena_clear(arena);
    }
    return err->code == ERR_NONE;
}

/* Makes this the open link. False when no link may be opened any more. */
static bool link_begin(struct link *link, struct channel *channel, struct rpc_stream *stream)
{
    bool wanted;

    pthread_mutex_lock(&link->lock);
    wanted = !link->stopping && !link->keeper_gone;
    if (wanted) {
        link->channel = channel;
        link->stream = stream;
    }
    link->up = link->draining = link->finished = false;
    link->n_open = 0;
    pthread_mutex_unlock(&link->lock);
    return wanted;
}

/*
 * Resets the pause between dials only after a link that lasted: two nodes with the same identity
 * end each other's links, and must not do so in a fast loop.
 */
static void link_end(struct link *link)
{
    pthread_mutex_lock(&link->lock);
    if (link->channel && link->up && clock_mono_ms() - link->up_since_ms >= STEADY_MS)
        backoff_reset(&link->backoff);
    link->channel = NULL;
    link->stream = NULL;
    pthread_mutex_unlock(&link->lock);
}

/* Runs one link from dialling, with the credentials that are on disk now, to its end. */
static bool dial(struct link *link, struct arena *arena, struct err *err)
{
    struct channel_options options = {.target = link->options.coordinator,
                                      .tls = link->options.tls,
                                      .use_proxy = link->options.use_proxy};
    struct channel *channel;
    struct rpc_stream *stream;
    struct bytes_view announce;
    bool ok;

    if (!frames_announce(link->options.node, arena, &announce, err) ||
        !channel_open(&options, &channel, err))
        return false;
    ok = channel_link(channel, announce.data, announce.size, &stream, err);
    if (ok && link_begin(link, channel, stream))
        ok = carry(link, channel, arena, err);
    link_end(link);
    channel_close(channel);
    arena_clear(arena);
    return ok;
}

/* ---- waiting and stopping ---- */

static bool ended(struct link *link)
{
    bool is;

    pthread_mutex_lock(&link->lock);
    is = link->stopping || link->keeper_gone;
    pthread_mutex_unlock(&link->lock);
    return is;
}

/* Waits, or returns early when link must stop. */
static void pause_ms(struct link *link, int64_t ms)
{
    int64_t until_ms = clock_mono_ms() + ms;

    pthread_mutex_lock(&link->lock);
    while (!link->stopping && !link->keeper_gone &&
           wait_until(&link->changed, &link->lock, until_ms))
        ;
    pthread_mutex_unlock(&link->lock);
}

bool link_run(struct link *link, struct err *err)
{
    assert(link);
    struct arena *arena = arena_new(FRAMES_ARENA_BYTES);
    bool stopped;

    if (!arena)
        return err_memory(err);
    while (!ended(link)) {
        struct err why = {.code = ERR_NONE};

        if (dial(link, arena, &why))
            log_event(LOG_INFO_LEVEL, "link_closed", "node", link->options.node, NULL);
        else
            log_error("link_down", &why);
        if (!ended(link))
            pause_ms(link, backoff_next_ms(&link->backoff));
    }
    arena_free(arena);
    pthread_mutex_lock(&link->lock);
    stopped = link->stopping;
    if (!stopped)
        *err = link->keeper_err;
    pthread_mutex_unlock(&link->lock);
    return stopped;
}

void link_stop(struct link *link)
{
    assert(link);
    pthread_mutex_lock(&link->lock);
    link->stopping = true;
    drain_start(link);
    pthread_cond_broadcast(&link->changed);
    pthread_mutex_unlock(&link->lock);
}

/* ---- life ---- */

bool link_open(const struct link_options *options, struct link **out, struct err *err)
{
    struct link *link;

    if (!framed_unblock(options->keeper_fd, err))
        return false;
    link = calloc(1, sizeof(*link));
    if (!link)
        return err_memory(err);
    if (!wait_init(&link->changed, err)) {
        free(link);
        return false;
    }
    pthread_mutex_init(&link->lock, NULL);
    link->options = *options;
    if (!link->options.drain_ms)
        link->options.drain_ms = DRAIN_MS;
    backoff_init(&link->backoff, options->backoff_min_ms ? options->backoff_min_ms : BACKOFF_MIN_MS,
                 options->backoff_max_ms ? options->backoff_max_ms : BACKOFF_MAX_MS);
    framed_init(&link->from_keeper, options->keeper_fd);
    link->from_keeper.patience_ms = options->patience_ms ? options->patience_ms : PATIENCE_MS;
    if (pthread_create(&link->pump, NULL, pump_run, link) != 0) {
        pthread_mutex_destroy(&link->lock);
        pthread_cond_destroy(&link->changed);
        free(link);
        return err_set(err, ERR_UNAVAILABLE, "no thread for a link");
    }
    *out = link;
    return true;
}

void link_close(struct link *link)
{
    if (!link)
        return;
    shutdown(link->options.keeper_fd, SHUT_RDWR); /* tells the pump and keeper to end */
    pthread_join(link->pump, NULL);
    framed_clear(&link->from_keeper);
    pthread_mutex_destroy(&link->lock);
    pthread_cond_destroy(&link->changed);
    free(link);
}
