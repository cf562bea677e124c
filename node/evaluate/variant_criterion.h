#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * variant( ... ) of a question: the persons who carry one variant that satisfies every test inside.
 *
 * Yes: the person carries such a variant. Cannot tell: no call of the person says yes, and either a
 * variant that the person carries might satisfy the tests (its frequency or consequence is not
 * known), or a place where such a variant could lie was not tested in the person (expression.h). A
 * variant lies where its first changed base lies. The result may hold persons outside the
 * population, so the caller cuts it to the population. With fixed work no walk ends early
 * (asked_of.h). One thread.
 */
#include "node/evaluate/asked_of.h"
#include "node/evaluate/set.h"
#include "proto/base/err.h"

struct arena;
struct ast_node;
struct segment;
struct snapshot;
struct variant_criterion;

/* from: the variant( ), or a two hits( ) of one gene (proto/query/two_hits.h); borrowed. */
bool variant_criterion_new(struct snapshot *snapshot, const struct ast_node *from,
                           struct arena *arena, struct variant_criterion **out,
                           struct err *err) MUST_CHECK;
struct expression;
/* What stands inside, as the last run left it. */
const struct expression *variant_criterion_root(const struct variant_criterion *test);
/* Frees what the arena does not hold. Accepts NULL. */
void variant_criterion_clear(struct variant_criterion *test);

/*
 * population: nobody outside it matters. of: its limits and whether its work is fixed. Of a
 * variant( ) about structural variants (vocabulary_structural()) the segment is a
 * segment_structural().
 */
bool variant_criterion_run(struct variant_criterion *test, struct segment *segment,
                           const struct set *population, const struct asked_of *of,
                           struct kleene *out, struct err *err) MUST_CHECK;
