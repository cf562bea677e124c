#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a feed delivers in full: the operator's declaration of kinds and code systems, by which a
 * missing record becomes a "no". It never comes from rows.
 *
 * A declaration belongs to an import (import_run.h). Of a feed the newest import in force counts;
 * of an import without a feed its own, while it is in force. "nothing" is a declaration as well
 * (EVENT_NO_KIND), and so it is one element long. Values; the functions: one thread.
 */
#include <stddef.h>

#include "node/store/person.h"
#include "proto/base/err.h"

struct store;

#define DELIVERIES_MAX 64 /* of one feed, and of a region */

struct delivery {
    int kind;                                /* enum event_kind; EVENT_NO_KIND: nothing */
    char system[EVENT_SYSTEM_BYTES_MAX + 1]; /* "icd10"; "" with EVENT_NO_KIND */
    int32_t since;                           /* the first day; PERSON_NO_DATE: not said */
};

struct deliveries {
    struct delivery at[DELIVERIES_MAX];
    size_t n; /* 0: not declared */
};

/* "diagnosis"; NULL for EVENT_NO_KIND and what is no kind. */
const char *event_kind_name(int kind);
/* The kind of this word; EVENT_NO_KIND when there is none. */
int event_kind_find(const char *word);

/* Puts one in order of kind and system, or the earlier day into one that is there; false: full. */
bool deliveries_add(struct deliveries *deliveries, const struct delivery *delivery) MUST_CHECK;
/* What the feed declared last, of the imports in force. */
bool deliveries_of_feed(struct store *store, const char *kind, const char *feed,
                        struct deliveries *out, struct err *err) MUST_CHECK;
/* What the region delivers: of all feeds together, without "nothing". */
bool deliveries_in_force(struct store *store, struct deliveries *out, struct err *err) MUST_CHECK;
