#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A somatic variant( ) as an event: on each day on which a sample of a tumour was taken, of which
 * persons it was found in that sample, and of which it was looked for and not found
 * (decisions/004-samples-in-time.md). Lives in the arena; one thread.
 */
#include "node/evaluate/asked_of.h"
#include "node/evaluate/set.h"
#include "proto/base/err.h"

struct arena;
struct ast_node;
struct dated_variant;
struct segment;
struct snapshot;

/* What is said of the samples of one person on one day. */
enum dated_said { DATED_ABSENT, DATED_MAY_BE, DATED_FOUND };

/* node: an AST_VARIANT of somatic small variants; borrowed. */
bool dated_variant_new(struct snapshot *snapshot, const struct ast_node *node, struct arena *arena,
                       struct dated_variant **out, struct err *err) MUST_CHECK;
typedef bool dated_variant_take(void *owner, uint32_t person, int32_t day, enum dated_said said,
                                struct err *err);
/* Whom every day of every person of a segment is given to, in any order. */
struct dated_taker {
    dated_variant_take *take;
    void *owner;
};
bool dated_variant_run(struct dated_variant *variant, struct segment *segment,
                       const struct asked_of *of, const struct set *within,
                       const struct dated_taker *to, struct err *err) MUST_CHECK;
/* Who has a sample of a tumour of which the day is not known; ORs into out. */
void dated_variant_undated(const struct segment *segment, struct set *out);
/* Frees what the arena does not hold. Accepts NULL. */
void dated_variant_clear(struct dated_variant *variant);
