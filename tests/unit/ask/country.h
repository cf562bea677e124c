#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small country for tests: a folder with root keys, certificates and a signed roster of nodes and
 * one analyst, and whatever those would sign. Failures are the test's (cmocka asserts).
 */
#include <limits.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/base/arena.h"
#include "proto/trust/envelope.h"
#include "proto/trust/keys.h"
#include "proto/trust/roster.h"
#include "proto/trust/x509.h"

#define COUNTRY_NODES_MAX 21

struct country_node {
    char id[24];
    struct secret_key *key;
};

struct country {
    char dir[PATH_MAX];
    struct arena *arena;
    struct secret_key *root;
    struct secret_key *analyst;
    struct secret_key *stranger; /* in no roster */
    struct secret_key *officer;  /* certifies for the analyst's organisation */
    struct root_keys roots;
    struct x509_pair ca;
    size_t n_nodes;
    struct country_node node[COUNTRY_NODES_MAX];
    uint64_t version;
    Rikstal__V1__RosterRelease **releases; /* the calendar; a test's own */
    size_t n_releases;
};

void country_up(struct country *c, size_t n_nodes);
void country_down(struct country *c); /* removes the folder */
/* Sign the roster of version c->version with the first n nodes and put it into the folder. */
void country_roster(struct country *c, size_t n_nodes);
/* DIR/name, in the arena. */
char *country_path(struct country *c, const char *name);

struct country_question {
    uint8_t id;
    uint32_t sigma;         /* 0: 5 */
    uint32_t measure;       /* 0: count */
    uint32_t mode;          /* 0: regions */
    int64_t late_s;         /* expired so long ago */
    const char *extra;      /* one more node of the audience */
    struct secret_key *key; /* NULL: the analyst's */
    const uint8_t *blind;   /* 32 bytes, an X25519 key; NULL: none */
};
/* The bytes of a signed question's Envelope, to all nodes of the country. */
void country_ask(struct country *c, const struct country_question *q, const uint8_t **data,
                 size_t *size);

struct country_answer {
    size_t node;
    int64_t matched;
    int64_t undetermined;
    uint32_t state;   /* 0: value */
    const char *code; /* NULL: none */
    const uint8_t *question_hash;
    const uint8_t *session; /* NULL: mode regions; else of a sum */
    struct secret_key *key; /* NULL: the node's */
    const char *as;         /* another's id; NULL: its own */
    size_t n_cells;         /* 0: two for a value, none otherwise */
    size_t padding;         /* zeros, as a node pads */
    size_t n_terms;         /* 0: one */
};
void country_answer(struct country *c, const struct country_answer *a,
                    Rikstal__V1__Envelope **envelope, const uint8_t **data, size_t *size);
/* The secret of every ephemeral key of a node: 32 bytes, the first of them 8 times (the node's
 * index + 1). */
void country_secret(size_t node, uint8_t secret[static 32]);
/* A node's attestation for the first attempt at a question. */
void country_attest(struct country *c, size_t node, const uint8_t *question_hash,
                    Rikstal__V1__Envelope **envelope);
