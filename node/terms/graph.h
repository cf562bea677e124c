#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A hierarchy in memory: the terms of one system with their ancestors. It serves to find the
 * ancestors of recorded terms, and to say whether a term is known.
 *
 * Terms are numbered 0..n-1 in the order of their codes; obsolete terms are included, without
 * parents. A code finds the current term: an alternative id finds the term that has it, and an
 * obsolete code the term that replaced it, over several steps if needed. An obsolete term without a
 * usable successor (none named, several, one that the release lacks, or a circle) finds itself and
 * has no place in the hierarchy. A cycle in the tables is an error at loading. Immutable; any
 * thread may read.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

struct sqlite3;
struct term_graph;

#define TERM_NONE UINT32_MAX
#define TERM_ANCESTORS_MAX 4096 /* of one term, with itself; HPO has about 60 at most */

/* *out is NULL when the system is not loaded. */
bool term_graph_load(struct sqlite3 *db, const char *system, struct term_graph **out,
                     struct err *err) MUST_CHECK;
void term_graph_free(struct term_graph *graph);

const char *term_graph_code(const struct term_graph *graph, uint32_t term);
/* The current term of a code; TERM_NONE when the release lacks it. */
uint32_t term_graph_find(const struct term_graph *graph, const char *code);
/*
 * Has the term a place in the hierarchy? False for an obsolete term, and for a term of HPO that
 * does not lie under the root, because lines of a damaged list may be missing.
 */
bool term_graph_placed(const struct term_graph *graph, uint32_t term);
/* Is `above` the term `below` or one of its ancestors? */
bool term_graph_is_above(const struct term_graph *graph, uint32_t above, uint32_t below);
/*
 * The term and its ancestors, each once, the term itself first; at most TERM_ANCESTORS_MAX.
 * Borrowed; never fails.
 */
const uint32_t *term_graph_ancestors(const struct term_graph *graph, uint32_t term, size_t *n);
