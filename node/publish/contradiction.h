#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records of one person that contradict each other: a code recorded as present, and the same one or
 * one above it recorded as absent, of one kind. Neither is believed: both are marked, and written
 * as refused ones are (node/store/person.h), so that questions on them cannot be told. Where the
 * hierarchy of a system is not loaded, whatever is present there may lie under what is absent. One
 * thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

struct closure;
struct contradiction;
struct sqlite3;

/*
 * One event of one person as a number: concept, kind, excluded, person. Sorted, events of one
 * concept, kind, polarity and credibility lie together.
 */
#define EVENT_BITS_PERSON 14
#define EVENT_EXCLUDED (UINT64_C(1) << EVENT_BITS_PERSON)
#define EVENT_KIND_SHIFT 15
#define EVENT_CONCEPT_SHIFT 18
#define EVENT_DOUBTED (UINT64_C(1) << 63)

static inline unsigned event_kind_of(uint64_t key)
{
    return key >> EVENT_KIND_SHIFT & 7;
}

static inline int64_t event_concept_of(uint64_t key)
{
    return (int64_t)((key & ~EVENT_DOUBTED) >> EVENT_CONCEPT_SHIFT);
}

/* db has the concepts; it and the closure are borrowed. */
bool contradiction_new(struct sqlite3 *db, const struct closure *closure,
                       struct contradiction **out, struct err *err) MUST_CHECK;
void contradiction_free(struct contradiction *contradiction); /* accepts NULL */
/* keys: all events of one person. Marks those that contradict each other with EVENT_DOUBTED. */
bool contradiction_mark(struct contradiction *contradiction, uint64_t *keys, size_t n,
                        struct err *err) MUST_CHECK;
