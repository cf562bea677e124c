#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may be looked at: the universe of every evaluation.
 *
 * A population starts as everybody who is alive in the snapshot and whose consent meets the
 * eligibility, and can only shrink; every complement and every undetermined set is taken inside it
 * (reference: privacy, section 5.4). An evaluation takes a population, which cannot be made without
 * an eligibility, and no plan can leave it out. It lives in the arena and borrows nothing. One
 * thread.
 */
#include <stddef.h>

#include "node/evaluate/set.h"
#include "proto/base/err.h"
#include "proto/query/code.h"

struct arena;
struct overlay;
struct population;
struct snapshot;

/*
 * Whose consent is enough: (mask & need) == need and (mask & forbid) == 0, within the days for
 * which it was given. Bits: node/store/consent.h. Who permits research on one disease (DS) permits
 * HEALTH to a question that names this disease or one under it: by the code's beginning for icd10,
 * by the hierarchy where the snapshot has one of the system, else the very code.
 */
struct eligibility {
    uint64_t need;
    uint64_t forbid;
    bool unrecorded;     /* who has no permissions recorded is taken as permitting `need` */
    int32_t today;       /* days since 1970-01-01 */
    struct code disease; /* that the question's research is on; system "": none is named */
    const struct overlay *overlay; /* refusals since the snapshot; NULL: none */
};
/* Everybody: for measuring and for tests. Nothing is needed or forbidden, no day is wrong. */
extern const struct eligibility eligibility_everybody;

/* Fails only when memory is out. */
bool population_new(struct snapshot *snapshot, const struct eligibility *who, struct arena *arena,
                    struct population **out, struct err *err) MUST_CHECK;
/* How many are in it. */
uint64_t population_count(const struct population *population);
/* This person is out. */
void population_drop(struct population *population, size_t segment, uint32_t person);

size_t population_segments(const struct population *population);
const struct set *population_of(const struct population *population, size_t segment);
