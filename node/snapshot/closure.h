#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The loaded ontologies, for adding to recorded terms all their ancestors. One thread.
 */
#include <stddef.h>

#include "node/terms/graph.h"
#include "node/terms/terms.h"
#include "proto/base/err.h"

struct sqlite3;

struct closure {
    struct term_release releases[TERM_SYSTEMS_MAX];
    struct term_graph *graphs[TERM_SYSTEMS_MAX]; /* NULL for gene tables */
    size_t n;
};

/* Loads all systems whose terms are in db: the store, or the terms file of a snapshot. */
bool closure_load(struct sqlite3 *db, struct closure *closure, struct err *err) MUST_CHECK;
void closure_clear(struct closure *closure);
/* NULL when the system is not loaded. */
const struct term_graph *closure_find(const struct closure *closure, const char *system);
