#pragma once
/*
 * Who may be looked at: the universe of every evaluation.
 *
 * A population starts as everybody who is alive in the snapshot and can only shrink: consent,
 * blocks and opt-outs are subtracted here, and every complement and every undetermined set is taken
 * inside it (reference: privacy, section 5.4). An evaluation takes a population and no plan can
 * leave it out. It lives in the arena and borrows nothing. One thread.
 */
#include <stddef.h>

#include "node/evaluate/set.h"
#include "proto/base/err.h"

struct arena;
struct population;
struct snapshot;

/* Everybody alive. Fails only when memory is out. */
bool population_new(struct snapshot *snapshot, struct arena *arena, struct population **out,
                    struct err *err) MUST_CHECK;
/* Only those of this segment who are in the set stay. */
void population_keep(struct population *population, size_t segment, const struct set *set);
/* This person is out. */
void population_drop(struct population *population, size_t segment, uint32_t person);

size_t population_segments(const struct population *population);
const struct set *population_of(const struct population *population, size_t segment);
