#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The coded events of the persons of a segment: read from the store person by person, marked where
 * they contradict each other, and then sorted so that those of one concept, kind and polarity are
 * neighbours, in order of person and day. One thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "node/snapshot/days.h"
#include "node/store/person.h"
#include "proto/base/err.h"

struct closure;
struct event_rows;
struct sqlite3;
struct sqlite3_stmt;

/* One event. key: contradiction.h. */
struct event_row {
    uint64_t key;
    int32_t day;    /* PERSON_NO_DATE when unknown */
    uint32_t value; /* 0: none; else event_rows_value() has it */
};

/* What an event measured; word: id in the store's table event_word, 0: none. */
struct event_row_value {
    int64_t nano;
    int64_t word;
    enum event_value_form form;
};

/* from is the store's database; from and closure are borrowed. */
bool event_rows_new(struct sqlite3 *from, const struct closure *closure, struct event_rows **out,
                    struct err *err) MUST_CHECK;
void event_rows_free(struct event_rows *events); /* accepts NULL */
/* All events of an entry of this person: packed has those that lie in its own row. */
bool event_rows_entry(struct event_rows *events, int64_t entry, uint32_t person,
                      const uint8_t *packed, size_t size, struct err *err) MUST_CHECK;
/* The person's entries were all read. */
bool event_rows_person(struct event_rows *events, struct err *err) MUST_CHECK;
/* Of a row with a value. */
const struct event_row_value *event_rows_value(const struct event_rows *events,
                                               const struct event_row *row);
/* All persons were read: the rows, sorted, n of them. */
const struct event_row *event_rows_sorted(struct event_rows *events, size_t *n);
