#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inside of the service, shared by service.c (life, askers), service_step.c (the machine's
 * actions) and service_link.c (the links' events), and by nobody else.
 */
#include <pthread.h>

#include "coordinator/ask/coord.h"
#include "coordinator/ask/service.h"
#include "proto/rpc/links.h"
#include "proto/rpc/server.h"

struct service {
    struct roster_cache *roster_cache;
    struct server *server;
    struct links *links;
    struct cosigner *cosigner; /* NULL: none */
    pthread_t timer;
    pthread_mutex_t lock;
    pthread_cond_t done;  /* a question completed, or the service stops */
    pthread_cond_t wound; /* the timer was set */
    pthread_cond_t echo;  /* a ping came back */
    /* below: under lock */
    bool stopping;
    bool ending; /* the timer's thread leaves */
    struct coord *coord;
    struct actions *actions;
    struct state *state;
    int64_t timer_ms; /* when the machine wants to be woken */
    int64_t dirty_ms; /* since when the store has something to commit; 0: nothing */
    uint64_t link_last;
    size_t n_nodes;
    struct service_node node[REGIONS_MAX];
    uint64_t ping_nonce;
    struct service_ping ping;
    int64_t ping_from_us;
    struct service_counts counts;
};

/* Under lock: let the machine decide and do what it says. */
void service_step(struct service *service, const struct event *event);
/* The same for EVENT_QUESTION, which may not be taken. */
bool service_take(struct service *service, const struct event *event, struct service_reply *reply,
                  struct err *err) MUST_CHECK;
/* Under lock. */
struct service_node *service_node_meet(struct service *service, const char *node);

extern const struct server_events service_link_events;

/* Packs the frame into the arena and queues it for the node. */
bool service_send(struct service *service, const char *node, const Rikstal__V1__Frame *frame,
                  enum stream_urgency urgency, struct err *err) MUST_CHECK;
/* The node gets the roster that the roster_cache has. */
bool service_send_roster(struct service *service, const char *node, struct err *err) MUST_CHECK;
