#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the simulator's nodes say, honestly or not: answers, attestations and masked vectors, and
 * what a right sum of these is. Every other question is a sum, and every other sum is blind.
 * Included by one program.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "coordinator/ask/coord.h"
#include "proto/trust/envelope.h"
#include "tests/unit/ask/agenda.h"

#ifndef NODES
#define NODES 7
#define PARTICIPANTS_MIN 4
#endif
#define QUESTIONS_MAX 10
#define SETS_KEPT 16

struct sim_node {
    bool alive;
    bool cut; /* partitioned away */
    uint64_t link;
    enum lie lie;
    bool charged[QUESTIONS_MAX];
    size_t charges[QUESTIONS_MAX];
    uint32_t attempt[QUESTIONS_MAX]; /* sum: whose key it holds; 0: none */
    uint32_t key[QUESTIONS_MAX];
    unsigned set[QUESTIONS_MAX][SETS_KEPT]; /* sum: the participants for whom it has masked */
    size_t n_sets[QUESTIONS_MAX];
};

static void node_name(size_t node, char name[static NODE_BYTES])
{
    snprintf(name, NODE_BYTES, "%02zu", node + 1);
}

static bool is_sum(size_t question)
{
    return question % 2 == 1;
}

static bool is_blind(size_t question)
{
    return question % 4 == 3;
}

static struct plan *plan_of(size_t question)
{
    struct plan *plan = calloc(1, sizeof(*plan));

    assert_non_null(plan);
    plan->id[0] = (uint8_t)(question + 1);
    plan->hash[0] = (uint8_t)(question + 1);
    snprintf(plan->analyst, sizeof(plan->analyst), "a%zu", question);
    plan->measure = MEASURE_COUNT;
    plan->mode = is_sum(question) ? MODE_SUM : MODE_REGIONS;
    plan->blind = is_blind(question);
    plan->participants_min = PARTICIPANTS_MIN;
    plan->sigma = 5;
    plan->n_cells = COUNT_CELLS;
    plan->n_regions = NODES;
    for (size_t i = 0; i < NODES; i++)
        node_name(i, plan->region[i]);
    return plan;
}

/* What this node signs for this question, always: its keeper draws the noise once. */
static int64_t figure(size_t node, size_t question)
{
    return (int64_t)(1000 * (node + 1) + question);
}

static inline struct answer *answer_of(size_t node, size_t question, enum lie lie)
{
    struct answer *answer = answer_new(COUNT_CELLS, 0);

    assert_non_null(answer);
    node_name(lie == LIE_NAME ? (node + 1) % NODES : node, answer->node);
    answer->state = REGION_VALUE;
    answer->question_hash[0] = (uint8_t)(question + (lie == LIE_QUESTION ? 77 : 1));
    answer->mode = MODE_REGIONS;
    answer->sigma = 5;
    answer->cell[0] = figure(node, question) + (lie == LIE_TWICE ? 500000 : 0);
    answer->cell[1] = lie == LIE_FIGURE ? INT64_MAX : 0;
    return answer;
}

/* ---- sums ------------------------------------------------------------------------------------ */

/* What a node adds to a sum: for other participants it is another noise. */
static int64_t share(size_t node, size_t question, unsigned sum_of)
{
    return figure(node, question) + (int64_t)sum_of;
}

/* The mask of a pair in a session, as both of them draw it. */
static uint64_t pair_mask(const uint8_t session[static 32], size_t first, size_t second)
{
    uint64_t z;

    memcpy(&z, session, sizeof(z));
    z += UINT64_C(0x9e3779b97f4a7c15) * (first * NODES + second + 1);

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* What a node puts over its vector of a blind sum, and the asker takes off. */
static uint64_t blind_mask(const uint8_t session[static 32], size_t node)
{
    return pair_mask(session, NODES, node);
}

static struct answer *vector_of(const struct moment *moment)
{
    struct answer *answer = answer_new(COUNT_CELLS, 0);
    uint64_t cell = (uint64_t)share(moment->node, moment->question, moment->sum_of);

    assert_non_null(answer);
    node_name(moment->lie == LIE_NAME ? (moment->node + 1) % NODES : moment->node, answer->node);
    answer->state = REGION_VALUE;
    answer->question_hash[0] = (uint8_t)(moment->question + (moment->lie == LIE_QUESTION ? 77 : 1));
    answer->mode = MODE_SUM;
    answer->sigma = 5;
    answer->has_session = true;
    memcpy(answer->session, moment->session, sizeof(moment->session));
    for (size_t i = 0; i < NODES; i++) {
        if (i == moment->node || !(moment->sum_of & 1u << i))
            continue;
        if (moment->node < i)
            cell += pair_mask(moment->session, moment->node, i);
        else
            cell -= pair_mask(moment->session, i, moment->node);
    }
    if (is_blind(moment->question))
        cell += blind_mask(moment->session, moment->node);
    answer->cell[0] = (int64_t)(moment->lie == LIE_FIGURE ? cell ^ UINT64_C(1) << 61 : cell);
    return answer;
}

/* An attestation as the machine gets it: its signature was verified before. */
static struct attendance *attendance_of(const struct moment *moment)
{
    Rikstal__V1__Attestation attestation = RIKSTAL__V1__ATTESTATION__INIT;
    Rikstal__V1__Envelope envelope = RIKSTAL__V1__ENVELOPE__INIT;
    struct attendance *attendance;
    uint8_t packed[64], key[4];
    char name[NODE_BYTES];

    node_name(moment->node, name);
    memcpy(key, &moment->key, sizeof(key));
    attestation.node = name;
    attestation.attempt = moment->attempt;
    attestation.ephemeral_key = (ProtobufCBinaryData){sizeof(key), key};
    envelope.domain = DOMAIN_ATTEST;
    envelope.payload.len = rikstal__v1__attestation__pack(&attestation, packed);
    envelope.payload.data = packed;
    attendance = attendance_new(rikstal__v1__envelope__get_packed_size(&envelope));
    assert_non_null(attendance);
    rikstal__v1__envelope__pack(&envelope, attendance->envelope);
    memcpy(attendance->node, name, sizeof(name));
    attendance->attempt = moment->attempt;
    attendance->question_hash[0] = (uint8_t)(moment->question + 1);
    return attendance;
}

/* The ledger's: each set of participants is paid for once. */
static void keep_set(struct sim_node *node, size_t question, unsigned sum_of)
{
    size_t *n = &node->n_sets[question];

    for (size_t i = 0; i < *n; i++)
        if (node->set[question][i] == sum_of)
            return;
    assert_true(*n < SETS_KEPT);
    node->set[question][(*n)++] = sum_of;
}

/* A keeper in a sum: a key for an ask, a masked vector for the one list that it waits for. */
static bool takes_round(struct sim_node *node, struct moment *back)
{
    uint32_t *attempt = &node->attempt[back->question];

    if (back->kind == MOMENT_TO_NODE) {
        if (*attempt != back->attempt) /* asked again, it says the same again */
            node->key[back->question]++;
        *attempt = back->attempt;
        back->key = node->key[back->question];
        back->kind = MOMENT_ATTEST;
        return true;
    }
    if (*attempt != back->attempt)
        return false;
    *attempt = 0; /* its key is wiped */
    keep_set(node, back->question, back->sum_of);
    back->kind = MOMENT_TO_COORD;
    return true;
}

/* What a list tells those who are sent it. */
static void list_read(const struct coord_question *question, struct moment *moment)
{
    const struct sum_list *list = question->round.list;

    memcpy(moment->session, list->session, sizeof(moment->session));
    moment->sum_of = 0;
    for (size_t i = 0; i < NODES; i++)
        moment->sum_of |= (unsigned)sum_list_has(list, question->plan->region[i]) << i;
}

/*
 * A sum that was accepted is the right one, whole; or there is nothing of it. True: accepted. Of a
 * blind one only the asker sees whether somebody lied about a figure (LIE_FIGURE, in bit 61).
 */
static bool check_sum(const struct coord_question *question, size_t index)
{
    uint64_t total = 0, expected = 0;
    unsigned sum_of = 0;
    size_t n = 0;

    for (size_t i = 0; i < NODES; i++)
        if (question->region[i].is.state == REGION_VALUE) {
            sum_of |= 1u << i;
            n++;
            total += (uint64_t)question->region[i].is.answer->cell[0];
            assert_memory_equal(question->region[i].is.answer->session,
                                question->round.list->session, PARTICIPANTS_SESSION_BYTES);
        }
    assert_int_equal(question->round.list != NULL, n > 0);
    if (n == 0)
        return false;
    for (size_t i = 0; i < NODES; i++)
        if (sum_of & 1u << i) {
            expected += (uint64_t)share(i, index, sum_of);
            if (is_blind(index))
                total -= blind_mask(question->round.list->session, i);
        }
    assert_true(n >= PARTICIPANTS_MIN);
    assert_int_equal(question->round.list->n, n);
    assert_true(question->round.attempt >= 1 &&
                question->round.attempt <= PARTICIPANTS_ATTEMPTS_MAX);
    assert_true(is_blind(index) ? (total - expected) << 3 == 0 : total == expected);
    return true;
}
