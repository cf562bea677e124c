#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds records of one person that contradict each other: a code recorded as present while the same
 * code, or one above it, is recorded as absent, both of the same kind. Neither is believed: both
 * are marked and written like refused ones (node/store/person.h), so that questions about them get
 * "not known". Where the hierarchy of a system is not loaded, any present code may lie under any
 * absent one. One thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

struct closure;
struct contradiction;
struct sqlite3;

/*
 * One event of one person as a number: concept, kind, excluded, person. After sorting, events with
 * the same concept, kind, polarity and credibility are neighbours.
 */
#define EVENT_BITS_PERSON 14
#define EVENT_EXCLUDED (UINT64_C(1) << EVENT_BITS_PERSON)
#define EVENT_KIND_SHIFT 15
#define EVENT_CONCEPT_SHIFT 19
#define EVENT_DOUBTED (UINT64_C(1) << 63)

static inline unsigned event_kind_of(uint64_t key)
{
    return key >> EVENT_KIND_SHIFT & 15;
}

static inline int64_t event_concept_of(uint64_t key)
{
    return (int64_t)((key & ~EVENT_DOUBTED) >> EVENT_CONCEPT_SHIFT);
}

/* db holds the concepts. db and closure are borrowed. */
bool contradiction_new(struct sqlite3 *db, const struct closure *closure,
                       struct contradiction **out, struct err *err) MUST_CHECK;
void contradiction_free(struct contradiction *contradiction); /* accepts NULL */
/* keys: all events of one person. Marks those that contradict each other with EVENT_DOUBTED. */
bool contradiction_mark(struct contradiction *contradiction, uint64_t *keys, size_t n,
                        struct err *err) MUST_CHECK;
