#pragma once
/*
 * The inside of the desk, shared by desk.c (life, askers), desk_step.c (the machine's actions) and
 * desk_link.c (the links' events), and by nobody else.
 */
#include <pthread.h>

#include "coordinator/ask/coord.h"
#include "coordinator/ask/desk.h"
#include "proto/rpc/links.h"
#include "proto/rpc/server.h"

struct desk {
    struct book *book;
    struct server *server;
    struct links *links;
    struct cosigner *cosigner; /* NULL: none */
    pthread_t timer;
    pthread_mutex_t lock;
    pthread_cond_t done;  /* a question completed, or the desk stops */
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
    struct desk_node node[REGIONS_MAX];
    uint64_t ping_nonce;
    struct desk_ping ping;
    int64_t ping_from_us;
    struct desk_counts counts;
};

/* Under lock: let the machine decide and do what it says. */
void desk_step(struct desk *desk, const struct event *event);
/* The same for EVENT_QUESTION, which may not be taken. */
bool desk_take(struct desk *desk, const struct event *event, struct desk_reply *reply,
               struct err *err) MUST_CHECK;
/* Under lock. */
struct desk_node *desk_node_meet(struct desk *desk, const char *node);

extern const struct server_events desk_link_events;

/* Packs the frame into the arena and queues it for the node. */
bool desk_send(struct desk *desk, const char *node, const Rikstal__V1__Frame *frame,
               enum stream_urgency urgency, struct err *err) MUST_CHECK;
/* The node gets the roster that the book has. */
bool desk_send_roster(struct desk *desk, const char *node, struct err *err) MUST_CHECK;
