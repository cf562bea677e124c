#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events of the persons of a segment, and what is said of their order.
 *
 * An event is sure, or only possible (where an age cannot be told). A list may be open for a
 * person: there may be more events, on any day, because a record has no day or something was lost.
 * The answer is yes where sure events give it, cannot tell where possible ones and such of which
 * nothing is known would, else no. Between two events with days, several of unknown days together
 * take the shortest and the longest time that their gaps allow.
 *
 * Every row and every person is looked at, whatever was found before. Values; one thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "node/evaluate/set.h"
#include "proto/base/err.h"
#include "proto/query/ast.h"

struct event_at {
    int32_t day;
    uint16_t person;
    bool sure;
    uint8_t reached; /* event_order_chain()'s own */
};

/* One event of a question. Zeroed: an empty list. */
struct event_list {
    struct event_at
        *at; /* of person p: at[first[p]] .. at[first[p + 1] - 1], a day once, ascending */
    size_t n;
    size_t room;
    uint32_t first[SET_PERSONS_MAX + 1]; /* after event_list_settle() */
    struct set open;
};

void event_list_clear(struct event_list *list);
/* Appends an event, in any order. */
bool event_list_add(struct event_list *list, struct event_at event, struct err *err) MUST_CHECK;
/* All were added: puts them into their order. */
bool event_list_settle(struct event_list *list, uint32_t n_persons, struct err *err) MUST_CHECK;

/* What lies between an event and the one before it. same_day: on that day is enough. */
struct event_gap {
    struct ast_gap gap;
    bool same_day;
};

/* lists[0] then lists[1] ...; gaps[i] is between lists[i - 1] and lists[i]. ORs into out. */
void event_order_chain(struct event_list *const *lists, const struct event_gap *gaps, size_t n,
                       uint32_t n_persons, struct kleene *out);
/* Events on at least n different days, all of them within the gap after the first. */
void event_order_times(const struct event_list *list, uint32_t n, const struct ast_gap *gap,
                       uint32_t n_persons, struct kleene *out);
