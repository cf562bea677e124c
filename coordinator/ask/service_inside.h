#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The members of the service, only for service.c (life, askers), service_step.c (the machine's
 * actions), service_link.c (the links' events), service_releases.c (term releases) and
 * service_board.c (status).
 */
#include <pthread.h>

#include "coordinator/ask/coord.h"
#include "coordinator/ask/service.h"
#include "proto/rpc/links.h"
#include "proto/rpc/server.h"

struct service {
    struct roster_cache *roster_cache;
    bool behind_proxy;
    uint32_t rate_per_minute;
    int64_t retain_s;
    struct server *server;
    struct links *links;
    struct cosigner *cosigner;           /* NULL: the coordinator is no witness */
    struct release_store *release_store; /* NULL: no release files are fetched */
    pthread_t timer;
    pthread_mutex_t lock;
    pthread_cond_t done;  /* signalled when a question completes or the service stops */
    pthread_cond_t wound; /* signalled when the timer was set */
    pthread_cond_t echo;  /* signalled when a ping came back */
    /* below: under lock */
    bool stopping;
    bool ending; /* the timer's thread must end */
    struct coord *coord;
    struct coord_actions *actions;
    struct state *state;
    struct pacing *pacing;
    int64_t forget_ms; /* when old questions are forgotten next */
    uint32_t refused;  /* questions without a figure since some were last forgotten */
    int64_t timer_ms;  /* when the machine wants to be called */
    int64_t dirty_ms;  /* since when there is something to commit; 0: nothing */
    uint64_t link_last;
    size_t n_nodes;
    struct service_node node[REGIONS_MAX];
    uint64_t ping_nonce;
    struct service_ping ping;
    int64_t ping_from_us;
    struct service_counts counts;
    struct release_fetch *release_fetch;
};

/* Under the lock: runs the machine on an event and performs its actions. */
void service_step(struct service *service, const struct coord_event *event);
/* The same for COORD_QUESTION, which the machine may refuse. */
bool service_take(struct service *service, const struct coord_event *event,
                  struct service_reply *reply, struct err *err) MUST_CHECK;
/* Under lock. */
struct service_node *service_node_meet(struct service *service, const char *node);

/* Asks the node for its list of term releases, or for the piece that is missing next. */
void service_releases_pull(struct service *service, const char *node);
/* What came from a node: its signed list, or a piece that was asked for. */
void service_releases_heard(struct service *service, const char *node,
                            const Rikstal__V1__Envelope *releases, struct arena *arena);
void service_release_piece(struct service *service, const char *node,
                           const Rikstal__V1__ReleasePiece *piece);
/* Under lock: the node has no link any more. */
void service_releases_lost(struct service *service, const char *node);

extern const struct server_events service_link_events;

/* Packs the frame into the arena and queues it on the node's link. */
bool service_send(struct service *service, const char *node, const Rikstal__V1__Frame *frame,
                  enum rpc_stream_urgency urgency, struct err *err) MUST_CHECK;
/* Sends the current roster to the node. */
bool service_send_roster(struct service *service, const char *node, struct err *err) MUST_CHECK;
