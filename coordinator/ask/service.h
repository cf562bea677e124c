#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The service: it accepts questions, sends them over the links and collects the answers.
 *
 * It connects coord.h to links (proto/rpc), clock and store. One lock guards machine and store. A
 * thread with an event (a link's thread with an answer, an HTTP thread with a question, the timer's
 * thread) takes the lock, runs the machine and performs its actions. A question is on disk before
 * it is sent, and its completion is on disk before anybody is told. Signatures are verified outside
 * the lock. Threads wait on condition variables. Any thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "coordinator/ask/handshake.h"
#include "coordinator/ask/outcome.h"
#include "coordinator/ask/state.h"
#include "coordinator/report/announced.h"
#include "proto/base/bytes.h"
#include "proto/base/err.h"
#include "proto/rpc/tls.h"
#include "proto/trust/roster_contact.h"

struct service;
struct roster_cache;

struct service_options {
    struct roster_cache *roster_cache; /* borrowed; must outlive the service */
    const char *state_path;
    const char *witness_key;    /* NULL: the coordinator is no witness */
    const char *witness_folder; /* holds the newest cosigned checkpoint of each log */
    const char *releases;       /* folder of the nodes' term releases; NULL: none are fetched */
    const char *listen;         /* "127.0.0.1:0" */
    struct tls_files tls;
    bool behind_proxy;          /* proto/rpc/server.h */
    struct coord_limits limits; /* all zero: the defaults */
    uint32_t rate_per_minute;   /* questions that one organisation may hand in; 0: no limit */
    int64_t retain_s;           /* how long a question can be fetched; 0: for ever */
};

/* Resumes the questions that were open at the last stop, then listens. Call tls_start() before. */
bool service_open(const struct service_options *options, struct service **out,
                  struct err *err) MUST_CHECK;
/* Refuses new questions and wakes all waiting threads. Call it before the HTTP side is stopped. */
void service_stop(struct service *service);
/* Drains the links for up to grace_ms, then ends them. Accepts NULL. */
void service_close(struct service *service, int64_t grace_ms);
uint16_t service_port(const struct service *service);

struct service_reply {
    uint8_t id[QUESTION_ID_BYTES];
    bool known;       /* the same question was known already, so nothing was sent */
    const char *code; /* on failure: a literal of the closed list in coordinator/ask/README.md */
};

/*
 * Checks the envelope's question, saves it and sends it. wish_ms is how long the answers may take;
 * 0 means the default. On failure reply->code is set as well as err.
 */
bool service_ask(struct service *service, const uint8_t *envelope, size_t size, int64_t wish_ms,
                 struct service_reply *reply, struct err *err) MUST_CHECK;
/*
 * The state of the question, once it is complete or wait_ms have passed. *out is NULL when there is
 * no such question.
 */
bool service_outcome(struct service *service, const uint8_t id[static QUESTION_ID_BYTES],
                     int64_t wait_ms, struct outcome **out, struct err *err) MUST_CHECK;
/* The asker has left: an open question completes with the answers that are there. */
void service_cancel(struct service *service, const uint8_t id[static QUESTION_ID_BYTES]);

struct service_node {
    struct node_info info; /* empty, except for the node's id, until its first link */
    char name[80];
    char contact[ROSTER_CONTACT_MAX + 1]; /* "": none */
    bool connected;
    int64_t since_s; /* start of this link, or end of the last one; 0: never connected */
};
/* Writes every node of the roster. Returns how many were written. */
size_t service_nodes(struct service *service, struct service_node *out, size_t room);

/* A copy of the roster's bytes, made with malloc. */
bool service_roster(struct service *service, uint8_t **data, size_t *size,
                    struct err *err) MUST_CHECK;
/* Call it when the roster_cache has a newer roster: sends it to every node. */
void service_roster_changed(struct service *service);

bool service_budgets(struct service *service, const char *organisation, struct state_budget *out,
                     size_t room, size_t *n, struct err *err) MUST_CHECK;

/* Measures a round trip to the keepers of all connected nodes. */
struct service_ping {
    size_t sent;
    size_t echoed;
    int64_t last_us; /* time until the last echo */
};
bool service_ping(struct service *service, int64_t wait_ms, struct service_ping *out,
                  struct err *err) MUST_CHECK;

/* What a node has signed that it has loaded, as it was signed, and which of the files are here. */
struct service_releases {
    struct announced announced;
    bool here[ANNOUNCED_MAX];
    struct bytes envelope; /* the caller clears it */
};
/* False when the node has announced nothing. */
bool service_releases(struct service *service, const char *node, struct service_releases *out);
/* Appends the file with this hash. *found is false when it is not here. */
bool service_release_file(struct service *service, const uint8_t hash[static 32], struct bytes *out,
                          bool *found, struct err *err) MUST_CHECK;

/* Counters since the start. None of them depends on patient data. */
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
