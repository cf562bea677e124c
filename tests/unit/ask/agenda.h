#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What will happen in the simulator, in the order of virtual time: a heap keyed by time and, for
 * equal times, by the order of planning. Included by one program.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define AGENDA_MAX 4096

enum lie { LIE_NONE, LIE_SIGNATURE, LIE_QUESTION, LIE_FIGURE, LIE_NAME, LIE_TWICE, LIES };

enum moment_kind {
    MOMENT_ASK,
    MOMENT_CANCEL,
    MOMENT_DIAL,      /* .node */
    MOMENT_BREAK,     /* .node: its link breaks */
    MOMENT_DOWN_SEEN, /* .link: the coordinator notices */
    MOMENT_TO_NODE,   /* .link .serial .question */
    MOMENT_TO_COORD,  /* .link .serial .question .lie; a sum's also what its list says */
    MOMENT_LIST,      /* .link .serial .question .attempt .session .sum_of: to the node */
    MOMENT_ATTEST,    /* .link .serial .question .attempt .key .lie: to the coordinator */
    MOMENT_TIMER,
    MOMENT_CRASH,
    MOMENT_RESTART,
    MOMENT_COORD_CRASH,
};

struct moment {
    int64_t at_ms;
    uint64_t sequence; /* ties are broken in the order of planning */
    enum moment_kind kind;
    size_t node;
    uint64_t link;
    uint64_t serial;
    size_t question;
    enum lie lie;
    uint32_t attempt;    /* of a sum, 0 otherwise */
    uint32_t key;        /* ephemeral, of who attests */
    unsigned sum_of;     /* a bit a participant */
    uint8_t session[32]; /* the list's */
};

struct agenda {
    size_t n;
    uint64_t sequence;
    struct moment moment[AGENDA_MAX];
};

static bool sooner(const struct moment *a, const struct moment *b)
{
    return a->at_ms != b->at_ms ? a->at_ms < b->at_ms : a->sequence < b->sequence;
}

/* False when it is full. */
static bool agenda_put(struct agenda *agenda, struct moment moment)
{
    struct moment *heap = agenda->moment;
    size_t i = agenda->n;

    if (i == AGENDA_MAX)
        return false;
    agenda->n++;
    moment.sequence = ++agenda->sequence;
    for (; i > 0 && sooner(&moment, &heap[(i - 1) / 2]); i = (i - 1) / 2)
        heap[i] = heap[(i - 1) / 2];
    heap[i] = moment;
    return true;
}

/* The soonest; there is one. */
static struct moment agenda_next(struct agenda *agenda)
{
    struct moment *heap = agenda->moment;
    struct moment first = heap[0];
    struct moment last = heap[--agenda->n];
    size_t i = 0;

    for (size_t child = 1; child < agenda->n; child = 2 * i + 1) {
        if (child + 1 < agenda->n && sooner(&heap[child + 1], &heap[child]))
            child++;
        if (!sooner(&heap[child], &last))
            break;
        heap[i] = heap[child];
        i = child;
    }
    heap[i] = last;
    return first;
}
