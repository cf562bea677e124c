#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The persons who may be looked at in an evaluation.
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
 * Whose consent suffices: (mask & need) == need and (mask & forbid) == 0, on a day on which the
 * consent is valid. Bits: node/store/consent.h. A person who permits research on one disease (DS)
 * permits HEALTH to a question that names this disease or one under it. Under means: for icd10 by
 * the beginning of the code, else by the system's hierarchy in the snapshot; without a hierarchy
 * only the code itself.
 */
struct eligibility {
    uint64_t need;
    uint64_t forbid;
    bool unrecorded;     /* a person without recorded permissions is taken as permitting `need` */
    int32_t today;       /* days since 1970-01-01 */
    struct code disease; /* the disease that the question names; system "": none */
    const struct overlay *overlay; /* refusals since the snapshot; NULL: none */
};
/* Everybody, for benchmarks and tests: nothing is needed or forbidden, and every day is valid. */
extern const struct eligibility eligibility_everybody;

/* Fails only when memory is out. */
bool population_new(struct snapshot *snapshot, const struct eligibility *who, struct arena *arena,
                    struct population **out, struct err *err) MUST_CHECK;
/* The number of persons in it. */
uint64_t population_count(const struct population *population);
/* Removes this person. */
void population_drop(struct population *population, size_t segment, uint32_t person);

size_t population_segments(const struct population *population);
const struct set *population_of(const struct population *population, size_t segment);
