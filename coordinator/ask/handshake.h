#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds out who is at the other end of a link before the link is used: Announce, Challenge, signed
 * Hello, Welcome.
 *
 * The certificate says which node connects. The hello proves that the node's keeper is there: it
 * signs our fresh nonce with the key that the roster has for that node. So neither a stolen TLS key
 * alone nor another member can take a region's place. Frames go in and come out; there is no
 * network code here. One link, one thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "coordinator/report/answer.h"
#include "proto/base/err.h"
#include "proto/wire/rikstal.pb-c.h"

struct arena;
struct roster;

#define PROTOCOL_MIN 1
#define PROTOCOL_MAX 1
/* A node of this protocol and later can be asked for its term releases. Nothing else differs. */
#define PROTOCOL_RELEASES 2

/* What a region declares that it delivers completely, and its assays. Public, without counts. */
#define NODE_DELIVERIES_MAX 64
#define NODE_ASSAYS_MAX 32
struct node_delivery {
    char kind[16];
    char system[40];
    char since[16]; /* "" when not declared */
};
struct node_assay {
    char name[72];
    char assembly[8];
    bool whole_genome;
};

/* What its policy lets a role ask (proto/query/permission.h). Beyond a limit none of it is kept. */
#define NODE_RULES_MAX 64
#define NODE_PURPOSES_BYTES 256
struct node_rule {
    char role[40];
    char purposes[NODE_PURPOSES_BYTES]; /* with commas between */
    uint32_t modes;
    uint32_t measures;
    uint32_t sigmas; /* bit i: price_sigma_menu[i] */
    uint32_t fields;
    uint32_t age_band;
    uint32_t decision;
    bool permit;
};

/* How large its snapshot is at most, as powers of four; a question's price in work follows. */
struct node_sizes {
    uint64_t persons;
    uint64_t sites;
    uint64_t gene;
    uint64_t events;
    uint64_t kinds;      /* 0: sites are not summed up by kind */
    uint64_t structural; /* structural variants */
    uint64_t segments;
};

/* What a node says of itself. `rikstal nodes` shows it; no decision depends on it. */
struct node_info {
    char node[NODE_BYTES];
    char software[48];
    uint32_t protocol;
    uint64_t roster_version;
    bool has_snapshot;
    uint8_t snapshot[32];
    char snapshot_date[16];
    size_t n_terms;
    struct answer_term term[ANSWER_TERMS_MAX];
    size_t n_delivers;
    struct node_delivery delivers[NODE_DELIVERIES_MAX];
    size_t n_assays;
    struct node_assay assays[NODE_ASSAYS_MAX];
    bool has_sizes;
    struct node_sizes sizes;
    size_t n_rules; /* 0: not told, or more than fit */
    struct node_rule rules[NODE_RULES_MAX];
};

enum handshake_stage { HANDSHAKE_ANNOUNCE, HANDSHAKE_HELLO, HANDSHAKE_DONE };

struct handshake {
    enum handshake_stage stage;
    char network[NAME_BYTES];
    char node[NODE_BYTES]; /* the node that its certificate names; behind a proxy, that it
                            * announced: its hello's signature proves it */
    uint8_t nonce[32];
    bool releases;         /* the node knows Frame.release_pull: it announced PROTOCOL_RELEASES */
    struct node_info info; /* set at HANDSHAKE_DONE */
};

/*
 * `peer` is the URI of the verified client certificate. ERR_DENIED when it names no node of ours.
 */
bool handshake_begin(struct handshake *handshake, const char *peer, const struct roster *roster,
                     struct err *err) MUST_CHECK;
/* For a peer whose certificate a proxy has verified: the hello alone says who it is. */
bool handshake_begin_proxied(struct handshake *handshake, const struct roster *roster,
                             struct err *err) MUST_CHECK;
struct handshake_input {
    const Rikstal__V1__Frame *frame;
    const struct roster *roster;
    int64_t now_s;
};
/*
 * Takes the next frame from the node and sets `reply` to the frame to send, whose body may borrow
 * from the handshake and the roster. At stage HANDSHAKE_DONE the link belongs to the node. After an
 * error the link must be ended.
 */
bool handshake_step(struct handshake *handshake, const struct handshake_input *input,
                    struct arena *arena, Rikstal__V1__Frame *reply, struct err *err) MUST_CHECK;
