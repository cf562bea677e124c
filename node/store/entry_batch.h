#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Entries of an extract, many at a time: what entry_put() and entry_event() do for one, in the
 * order of the keys, so that no tree is entered at a random place (decisions/002).
 *
 * For an open import with a feed, and for rows that say facts and events only. The rows are kept
 * until ENTRY_BATCH_ROWS_MAX of them are there, or entry_batch_flush() is called; then they are
 * sorted by key and written. The order of rows with the same key counts, that of others does not;
 * so within one import the entries of one person must not contradict each other. It is fast when
 * keys begin like the persons whom they are about (entry_batch_key()). One thread.
 */
#include "node/store/entry.h"

struct entry_batch;

#define ENTRY_BATCH_ROWS_MAX (UINT32_C(1) << 20) /* 120 bytes each, and the events */

struct entry_batch_row {
    struct person_id person;
    struct entry_said said; /* without a source */
    bool aside;             /* as entry_aside() */
    bool uncounted;         /* not counted in counts.unchanged when it is unchanged */
};

/* Of all rows that were written. */
struct entry_batch_counts {
    uint64_t stored;
    uint64_t replaced; /* among those stored */
    uint64_t unchanged;
    uint64_t events; /* of those stored, without traces */
};

/* The key of a row: the first half is the person's, the second says which of their rows it is. */
static inline struct entry_key entry_batch_key(const struct person_id *person, uint64_t which)
{
    struct entry_key key;

    for (int i = 0; i < 8; i++) {
        key.b[i] = person->b[i];
        key.b[8 + i] = (uint8_t)(which >> (8 * i));
    }
    return key;
}

/* store is borrowed and must outlive the batch. A store has one batch at a time. */
bool entry_batch_open(struct store *store, struct entry_batch **out, struct err *err) MUST_CHECK;
/* Forgets the rows that were not written. Accepts NULL. */
void entry_batch_close(struct entry_batch *batch);
bool entry_batch_put(struct entry_batch *batch, const struct entry_batch_row *row,
                     struct err *err) MUST_CHECK;
/* An event of the row that was put last. */
bool entry_batch_event(struct entry_batch *batch, const struct event *event,
                       struct err *err) MUST_CHECK;
/* Call it before import_run_end_unsaid() and import_run_commit(). */
bool entry_batch_flush(struct entry_batch *batch, struct entry_batch_counts *counts,
                       struct err *err) MUST_CHECK;
