#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reference genomes that a snapshot names (manifest.h), and the one spelling of a change that
 * follows from them. Opened at first use, and only to read. What is read follows from the change
 * alone, never from who is in the snapshot. One thread.
 */
#include <stdint.h>

#include "node/store/variant.h"
#include "proto/base/err.h"

#define SNAPSHOT_BEFORE_MAX 1000

struct arena;
struct snapshot;

/* A change in the spelling of data that were left-aligned. */
struct snapshot_spelling {
    bool known;             /* false: no reference has the chromosome; variant is as it was */
    struct variant variant; /* its texts are in the arena */
    uint32_t reach; /* bases to the right that the same change may stand, where it is known */
    /*
     * Bases to the left that an indel may stand which is a part of the change and was left-aligned
     * alone: as far as only bases of the change stand there, SNAPSHOT_BEFORE_MAX at most.
     */
    uint32_t before;
};

/*
 * variant: trimmed, with coordinates. A change that would move further than ALLELE_SHIFT_MAX stays
 * unknown. ERR_INVALID names the right base where REF differs from the reference.
 */
bool snapshot_reference_spell(struct snapshot *snapshot, const struct variant *variant,
                              struct arena *arena, struct snapshot_spelling *spelling,
                              struct err *err) MUST_CHECK;
void snapshot_reference_close(struct snapshot *snapshot);
