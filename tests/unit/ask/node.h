#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A node for tests, over a real link: it dials, says hello, and answers as it is told. One thread
 * of its own.
 */
#include <pthread.h>
#include <stdint.h>

#include "tests/unit/ask/country.h"

/* The public file of a term release. */
#define NODE_FILE                                                                                  \
    "rikstal-terms 1\nsystem\thp\nrelease\t2026\nT\tHP:0001250\tSeizure\t+\t\t\nend\t1\n"

enum node_manner {
    NODE_ANSWERS,
    NODE_SILENT, /* takes questions, never answers */
    NODE_FORGES, /* signs with a key that is not its own */
    NODE_DECLINES,
    NODE_PULLS,       /* asks for the roster once it is welcomed, as one that has version 1 */
    NODE_STRANGER,    /* its hello is signed by a stranger */
    NODE_LISTS,       /* has announced NODE_FILE, and gives it */
    NODE_LIES,        /* has announced NODE_FILE, and gives other bytes of that length */
    NODE_FORGES_LIST, /* its list is signed by a stranger */
};

struct channel;
struct test_node {
    struct country *c;
    size_t index;
    uint16_t port;
    enum node_manner manner;
    int64_t matched;
    pthread_t thread;
    pthread_mutex_t lock;
    bool leaving;            /* under lock */
    struct channel *channel; /* under lock */
    uint64_t asked;          /* how many questions have come; under lock */
    uint64_t cancelled;      /* under lock */
    uint64_t roster;         /* how many rosters were brought; under lock */
    uint64_t newest;         /* "this version is the newest"; under lock */
    uint64_t brought;        /* answers of its own, before any question; under lock */
    uint64_t listed;         /* how often the list was asked for; under lock */
    uint64_t pieces;         /* how many pieces were asked for; under lock */
    uint64_t refused;        /* the link ended before it was welcomed; under lock */
};

/* Dials in the background. */
void node_up(struct test_node *node, struct country *c, size_t index, uint16_t port,
             enum node_manner manner);
/* Hangs up and joins. */
void node_down(struct test_node *node);
uint64_t node_asked(struct test_node *node);
uint64_t node_cancelled(struct test_node *node);
bool node_refused(struct test_node *node);
uint64_t node_roster(struct test_node *node);
uint64_t node_newest(struct test_node *node);
uint64_t node_brought(struct test_node *node);
uint64_t node_listed(struct test_node *node);
uint64_t node_pieces(struct test_node *node);
