#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a feed delivers completely, as the operator declares it: kinds of events and code systems.
 * Only where this is declared does a missing record mean "no". A declaration never comes from the
 * rows of a file.
 *
 * A declaration belongs to an import (import_run.h). For a feed, that of its newest import in force
 * counts; for an import without a feed, its own while the import is in force. To deliver nothing
 * completely is a declaration too: one element with EVENT_NO_KIND. Values; the functions: one
 * thread.
 */
#include <stddef.h>

#include "node/store/person.h"
#include "proto/base/err.h"

struct store;

#define DELIVERIES_MAX 64 /* of one feed, and of one region */

struct delivery {
    int kind;                                /* enum event_kind; EVENT_NO_KIND: nothing */
    char system[EVENT_SYSTEM_BYTES_MAX + 1]; /* "icd10"; "" with EVENT_NO_KIND */
    int32_t since;                           /* first complete day; PERSON_NO_DATE: not said */
};

struct deliveries {
    struct delivery at[DELIVERIES_MAX];
    size_t n; /* 0: not declared */
};

/* The kind's name, e.g. "diagnosis". NULL for EVENT_NO_KIND and for numbers that are no kind. */
const char *delivery_kind_name(int kind);
/* The kind with this name; EVENT_NO_KIND when there is none. */
int delivery_kind_find(const char *word);

/*
 * Adds a delivery in the order of kind and system. If there is one for these already, it keeps the
 * earlier day. False when the list is full.
 */
bool deliveries_add(struct deliveries *deliveries, const struct delivery *delivery) MUST_CHECK;
/* What the feed's newest import in force declares. */
bool deliveries_of_feed(struct store *store, const char *kind, const char *feed,
                        struct deliveries *out, struct err *err) MUST_CHECK;
/*
 * What the region delivers completely: the declarations of all feeds together, without "nothing".
 */
bool deliveries_in_force(struct store *store, struct deliveries *out, struct err *err) MUST_CHECK;
