#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A hierarchy in memory: the terms of one system with their ancestors, for closing recorded terms
 * over it and for saying whether a term is known.
 *
 * Terms are numbered 0..n-1 in the order of their codes; obsolete ones are there, with no parents.
 * A code finds the term that is in use today: an alternative id the term that has it, an obsolete
 * one the term that replaced it, as often as that takes. An obsolete term without a successor (none
 * named, several, one that the release lacks, or a circle) finds itself and has no place. A cycle
 * in the tables is an error at loading. Immutable; any thread may read.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

struct sqlite3;
struct term_graph;

#define TERM_NONE UINT32_MAX
#define TERM_ANCESTORS_MAX 4096 /* of one term, itself included; HPO has at most some 60 */

/* *out is NULL when the system is not loaded. */
bool term_graph_load(struct sqlite3 *db, const char *system, struct term_graph **out,
                     struct err *err) MUST_CHECK;
void term_graph_free(struct term_graph *graph);

const char *term_graph_code(const struct term_graph *graph, uint32_t term);
/* The term of a code that is in use today, TERM_NONE when the release lacks it. */
uint32_t term_graph_find(const struct term_graph *graph, const char *code);
/* Has the term a place in the hierarchy? False for an obsolete one, and for one of HPO that does
 * not lie under its root (a line of a damaged list may be lost). */
bool term_graph_placed(const struct term_graph *graph, uint32_t term);
/* Does any other term lie below it? by_prefix: one whose code begins with code, which need not be a
 * term itself. */
bool term_graph_has_below(const struct term_graph *graph, const char *code, bool by_prefix);
/* Is above the term below, or that term itself? */
bool term_graph_is_above(const struct term_graph *graph, uint32_t above, uint32_t below);
/*
 * The term and all its ancestors, each once, the term first; at most TERM_ANCESTORS_MAX. Borrowed,
 * never fails.
 */
const uint32_t *term_graph_ancestors(const struct term_graph *graph, uint32_t term, size_t *n);
