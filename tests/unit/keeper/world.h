#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A node's folder with everything that a keeper needs, a keeper that serves one end of a socketpair
 * in a thread, and the other end as the link and coordinator would use it. One thread drives it.
 */
#include <pthread.h>

#include "node/keeper/keeper.h"
#include "proto/wire/framed.h"
#include "tests/unit/trust/people.h"

struct world {
    struct people people;
    char dir[64];
    struct keeper *keeper;
    pthread_t thread;
    bool running;
    int fd; /* ours */
    struct framed framed;
    uint64_t correlation;
    unsigned pulls;  /* of the roster, which world_receive() passes over */
    uint64_t pulled; /* the version that the last one told */
    uint8_t id[16];
    struct err err;
    struct err served; /* of the keeper's thread */
    bool fine;
};

/* Below `place`, "/tmp" as a rule; a fuzz target makes thousands of folders where memory is. */
void world_up_in(struct world *w, const char *place);
void world_up(struct world *w);
void world_down(struct world *w);
/* Start and stop the keeper; a stopped one has closed its files. */
void world_start(struct world *w);
void world_stop(struct world *w);
/* The same for a keeper that ended by itself, whose thread was joined. */
void world_ended(struct world *w);

/* path is inside the folder */
void world_write(struct world *w, const char *path, const void *data, size_t size);
void world_publish(struct world *w, const char *name); /* "" takes it away */
void world_write_roster(struct world *w);
/* The default policy but for its rates: a test asks more in a minute than a person does. */
const char *world_policy(struct arena *arena);
bool world_has(struct world *w, const char *path);

/* A frame to the keeper and, where one is expected, its answer; pulls of the roster are counted. */
void world_send(struct world *w, Rikstal__V1__Frame *frame);
void world_send_bytes(struct world *w, const void *data, size_t size);
Rikstal__V1__Frame *world_receive(struct world *w);

/* A question of today with a new id, whose criterion is this text. */
void world_question(struct world *w, const char *text, Rikstal__V1__Question *q);
/* Ask and unpack the answer, whose signature is checked. */
Rikstal__V1__Answer *world_ask(struct world *w, const Rikstal__V1__Question *q);
Rikstal__V1__Answer *world_ask_text(struct world *w, const char *text);
Rikstal__V1__Envelope *world_ask_envelope(struct world *w, Rikstal__V1__Envelope *question,
                                          uint32_t time_left_ms);
/*
 * The answer that leaves at the last slot, after what send() has sent: the clock is moved there.
 * Checks that it is not there a millisecond before.
 */
Rikstal__V1__Envelope *world_last_slot(struct world *w, void (*send)(void *of), void *of);
Rikstal__V1__Envelope *world_ask_late(struct world *w, Rikstal__V1__Envelope *question);
Rikstal__V1__Answer *world_open(struct world *w, Rikstal__V1__Envelope *answer);

/* Of the stopped node's ledger: nano-rho spent, charges, leaves; the log is verified. */
struct world_books {
    int64_t spent_nrho;
    uint64_t charges;
    uint64_t leaves;
};
struct world_books world_books(struct world *w);
