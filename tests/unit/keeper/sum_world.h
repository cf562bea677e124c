#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Five nodes in a sum: ours is a real keeper, the others are played by the test with figures of
 * zero, so that what remains when all masks have cancelled is our share. One thread.
 */
#include <stdint.h>

#include "proto/trust/participants.h"
#include "tests/unit/keeper/world.h"

#define NODES 5
#define SELF 1  /* "12" */
#define ALL 31u /* a bit a node */
#define WITHOUT(i) (ALL & ~(1u << (i)))

struct sum {
    struct world w;
    struct secret_key *key[NODES];
    Rikstal__V1__RosterNode node[NODES];
    Rikstal__V1__RosterNode *list_of_nodes[NODES];
    char *audience[NODES];
    Rikstal__V1__Envelope *question;
    uint8_t hash[32];
    /* of the attempt under way */
    uint32_t attempt;
    struct mask *mask[NODES];
    Rikstal__V1__Envelope *attestation[NODES];
    Rikstal__V1__Envelope *listed[NODES + 1];
    uint8_t population; /* of the others, attested */
    Rikstal__V1__MaskList list;
};

extern char *const sum_ids[NODES];

/* How a foreign attestation may be wrong. */
enum wrong {
    RIGHT,
    OF_ANOTHER_QUESTION,
    OF_ANOTHER_ATTEMPT,
    STALE,
    OF_TOMORROW,
    NOT_ITS_KEY,
    SHORT_OF_BUDGET
};

/* The question, as one of mode sum to all five. */
void sum_ask(struct sum *s, const char *text);
/* A keeper, node "12" of five, with a question; the first as world_up_in(). */
void sum_up_in(struct sum *s, const char *place);
void sum_up(struct sum *s);
void sum_down(struct sum *s);
/* Ask for round one; the frame that came. */
Rikstal__V1__Frame *sum_call(struct sum *s, uint32_t attempt);
void sum_attest_as(struct sum *s, size_t i, enum wrong wrong);
/* Everybody attests. */
void sum_all_attend(struct sum *s, uint32_t attempt);
/* The list of these, a bit a node. */
void sum_list(struct sum *s, unsigned who);
void sum_send_list(struct sum *s);
/* Send the list; the answer, opened. */
Rikstal__V1__Answer *sum_answer_to_list(struct sum *s);
/* A whole sum of these: our share, unmasked by all of them, and what we sent. */
Rikstal__V1__Answer *sum_whole(struct sum *s, uint32_t attempt, unsigned who, int64_t share[2]);
