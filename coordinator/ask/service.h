#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The service: questions are handed in, go out on the links, and answers are collected.
 *
 * It drives coord.h with the real world: links of proto/rpc, the clock, the store. One lock guards
 * machine and store; whoever has an event (a link's thread with an answer, an HTTP thread with a
 * question, the timer's thread) takes it, lets the machine decide and performs what it says. A
 * question is on disk before it leaves; that it is complete is on disk before anybody is told.
 * Signatures are verified outside the lock. Waiting is on condition variables. Any thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "coordinator/ask/handshake.h"
#include "coordinator/ask/outcome.h"
#include "coordinator/ask/state.h"
#include "proto/base/err.h"
#include "proto/rpc/tls.h"

struct service;
struct roster_cache;

struct service_options {
    struct roster_cache *roster_cache; /* borrowed; outlives the service */
    const char *state_path;
    const char *witness_key;    /* NULL: no log is cosigned here */
    const char *witness_folder; /* what was seen of the nodes' logs */
    const char *listen;         /* "127.0.0.1:0" */
    struct tls_files tls;
    struct coord_limits limits; /* all zero: the default */
};

/* Resumes what was open when it last stopped, then listens. rpc_start() first. */
bool service_open(const struct service_options *options, struct service **out,
                  struct err *err) MUST_CHECK;
/* No new questions, and nobody waits any more: before the HTTP side is stopped. */
void service_stop(struct service *service);
/* Drains the links for grace_ms, then ends them. Accepts NULL. */
void service_close(struct service *service, int64_t grace_ms);
uint16_t service_port(const struct service *service);

struct service_reply {
    uint8_t id[QUESTION_ID_BYTES];
    bool known;       /* the same question was here already: nothing was asked again */
    const char *code; /* of a failure: a literal of the closed list in coordinator/ask/README.md */
};

/*
 * Check the envelope's question, save it and send it. wish_ms: how long the answers may take, 0 for
 * the usual time. On failure reply->code is set beside err.
 */
bool service_ask(struct service *service, const uint8_t *envelope, size_t size, int64_t wish_ms,
                 struct service_reply *reply, struct err *err) MUST_CHECK;
/* How it stands, once it is complete or wait_ms have passed; *out NULL: no such question. */
bool service_outcome(struct service *service, const uint8_t id[static QUESTION_ID_BYTES],
                     int64_t wait_ms, struct outcome **out, struct err *err) MUST_CHECK;
/* The asker has gone; an open question completes with what is there. */
void service_cancel(struct service *service, const uint8_t id[static QUESTION_ID_BYTES]);

struct service_node {
    struct node_info info; /* empty until first seen, but for the node's id */
    char name[80];
    bool connected;
    int64_t since_s; /* of this link, or when the last one ended; 0: never seen */
};
/* Every node of the roster; returns how many were written. */
size_t service_nodes(struct service *service, struct service_node *out, size_t room);

/* The roster's bytes, malloc'd. */
bool service_roster(struct service *service, uint8_t **data, size_t *size,
                    struct err *err) MUST_CHECK;
/* The roster_cache has a newer roster: send it to every node. */
void service_roster_changed(struct service *service);

bool service_budgets(struct service *service, const char *organisation, struct state_budget *out,
                     size_t room, size_t *n, struct err *err) MUST_CHECK;

/* A bare round trip to the keepers of all connected nodes. */
struct service_ping {
    size_t sent;
    size_t echoed;
    int64_t last_us; /* until the last echo */
};
bool service_ping(struct service *service, int64_t wait_ms, struct service_ping *out,
                  struct err *err) MUST_CHECK;

/* Counters since the start; none is derived from data. */
struct service_counts {
    uint64_t asked;
    uint64_t refused;
    uint64_t completed;
    uint64_t partial;
    uint64_t answers;
    uint64_t answers_late;
    uint64_t answers_bad;
    uint64_t links_refused;
    size_t open;
    size_t connected;
    size_t enrolled;
    uint64_t roster_version;
};
void service_count(struct service *service, struct service_counts *out);
