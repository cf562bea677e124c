#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Some regions' real keepers, each with its folder, its keys and its thread, and a test in the
 * place of links and coordinator. What they count is decided by tests/unit/keeper/fake.h, alike for
 * all.
 *
 * What was received lives until net_forget(), and so does a round one whose round two never came:
 * a keeper keeps places for 64 of those. One thread drives.
 */
#include <pthread.h>

#include "node/keeper/keeper.h"
#include "proto/trust/participants.h"
#include "proto/wire/framed.h"
#include "tests/unit/trust/people.h"

#define NET_NODES 5
#define NET_ALL 31u /* a bit a node */
#define NET_PARTICIPANTS_MIN 4

struct net_node {
    char id[4];
    char dir[40];
    struct secret_key *key;
    struct keeper *keeper;
    pthread_t thread;
    int fd;        /* ours */
    int keeper_fd; /* its thread's */
    struct framed framed;
    uint64_t attended; /* correlation of its last round one, 0 when that was called off */
    Rikstal__V1__RosterNode entry;
};

struct net {
    const char
        *policy; /* set before net_up(): the text of every node's policy; NULL: world_policy() */
    struct people people;
    struct net_node node[NET_NODES];
    struct secret_key *rival; /* berit's, of the organisation north */
    Rikstal__V1__RosterAnalyst person;
    Rikstal__V1__RosterAnalyst *persons[2];
    Rikstal__V1__RosterNode *entries[NET_NODES];
    char *ids[NET_NODES];
    struct arena *arena;
    uint64_t correlation;
    uint64_t questions;
    char refusal[48]; /* the code of the last refusal of a round one, "" before */
    char log[48];     /* what the keepers wrote to standard error */
};

void net_up(struct net *net);
void net_down(struct net *net);
/* What was received, and every round one, which is called off as the coordinator does it. */
void net_forget(struct net *net);

/* One question to all, at sigma, in mode sum or regions, by its number: no two are the same. */
Rikstal__V1__Envelope *net_question(struct net *net, bool sum, uint32_t sigma, uint64_t number);
/* Signed by whom the question names: anna, or berit of the organisation north. */
Rikstal__V1__Envelope *net_sign(struct net *net, Rikstal__V1__Question *q);
/* Makes it a question of berit, of the organisation north. */
void net_as_rival(Rikstal__V1__Question *q);
void net_fill(struct net *net, Rikstal__V1__Question *q, bool sum, uint32_t sigma, uint64_t number);

/* The criterion of the question with this number, in one of a few buffers that take turns. */
const char *net_text(uint64_t number);
/* Gives the question this criterion. */
void net_word(struct net *net, Rikstal__V1__Question *q, const char *text);

/* Round one at a node (or an answer, attempt 0): NULL when it is refused. */
Rikstal__V1__Envelope *net_attend(struct net *net, size_t i, Rikstal__V1__Envelope *question,
                                  uint32_t attempt);
/* Round two: to all of these (bits) at once; their signed answers, whatever they say. */
void net_list(struct net *net, unsigned nodes, Rikstal__V1__MaskList *list,
              Rikstal__V1__Answer **answer);
/* Mode regions. */
Rikstal__V1__Answer *net_ask(struct net *net, size_t i, Rikstal__V1__Envelope *question);
