#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small network for tests: three root keys of which two are needed, two nodes, one organisation
 * and one analyst, in a roster that a test may bend before it is signed. One thread.
 */
#include "proto/base/arena.h"
#include "proto/base/err.h"
#include "proto/trust/envelope.h"
#include "proto/trust/keys.h"
#include "proto/trust/roster.h"

#define PEOPLE_NOW INT64_C(1800000000)
#define PEOPLE_NODES 2
#define PEOPLE_PERMITS 4

struct people {
    struct arena *arena;
    struct secret_key *root[3];
    struct secret_key *node[PEOPLE_NODES]; /* "01", "12" */
    struct secret_key *node_next;          /* the next key of "12", for rotation */
    struct secret_key *analyst;
    struct root_keys roots;
    Rikstal__V1__Roster roster; /* to be bent, then signed */
    Rikstal__V1__RosterNode nodes[PEOPLE_NODES];
    Rikstal__V1__RosterNode *node_list[PEOPLE_NODES];
    Rikstal__V1__RosterOrganisation organisation;
    Rikstal__V1__RosterOrganisation other; /* "north", once it has a permit */
    Rikstal__V1__RosterOrganisation *organisation_list[2];
    Rikstal__V1__RosterPermit permits[PEOPLE_PERMITS];
    Rikstal__V1__RosterPermit *permit_list[PEOPLE_PERMITS];
    Rikstal__V1__RosterAnalyst person;
    Rikstal__V1__RosterAnalyst *person_list[1];
    char *roles[1];
    struct err err;
};

void people_up(struct people *p);
void people_down(struct people *p);
ProtobufCBinaryData people_key(struct people *p, const struct secret_key *key);
/* One permit more, of "gms" or "north", a day around now_s; to be bent. */
Rikstal__V1__RosterPermit *people_permit(struct people *p, char *id, char *organisation,
                                         int64_t now_s);
/* The Envelope bytes of the roster as it is now, signed by the first n root keys (1..3). */
void people_sign(struct people *p, size_t n, uint8_t **data, size_t *size);
/*
 * Is the roster as it is now accepted, signed by n root keys? By one of network "test" and this
 * version at least; p->err has the reason.
 */
bool people_opens_as(struct people *p, size_t n, const char *network, uint64_t version_min);
bool people_opens(struct people *p); /* signed by two */
/* people_sign(2) and roster_open(). */
struct roster *people_roster(struct people *p);
/* A question that is right in every respect, to be bent. */
void people_question(struct people *p, Rikstal__V1__Question *q);
Rikstal__V1__Envelope *people_ask(struct people *p, const Rikstal__V1__Question *q);
