#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A place that a question names (a gene, a stretch, a change) as this snapshot knows it: where its
 * variants are, and who was looked at there well enough to say no.
 *
 * Tested means: for a change, that this very position was judged in a file of the person or lies in
 * the intervals of one of the person's assays, and is not "not called"; for a gene, that one assay
 * of the person covers TESTED_SHARE_PERCENT of its coding bases (of its span where no transcripts
 * are loaded); for a stretch, the same share of it. A gene that the gene table does not have is
 * tested in nobody. Lives in the arena, found once for all segments. One thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "node/evaluate/set.h"
#include "proto/base/err.h"

struct arena;
struct ast_value;
struct segment;
struct snapshot;

enum target_kind { TARGET_GENE, TARGET_STRETCH, TARGET_CHANGE };

/* Variants lo <= vid < hi. */
struct vid_range {
    uint64_t lo;
    uint64_t hi;
};

struct target {
    enum target_kind kind;
    const char *gene;         /* TARGET_GENE */
    struct vid_range *ranges; /* of a gene: its spans on every assembly */
    size_t n_ranges;          /* a gene that is not in the table, and a change that nobody has: 0 */
    uint8_t assembly;
    uint8_t chromosome;
    uint32_t position; /* TARGET_CHANGE */
    uint32_t *assays;  /* those that cover enough of it; not for TARGET_CHANGE */
    size_t n_assays;
};

bool target_of_gene(struct snapshot *snapshot, const char *gene, struct arena *arena,
                    struct target *target, struct err *err) MUST_CHECK;
/* VALUE_LOCUS or VALUE_CHANGE. */
bool target_of_value(struct snapshot *snapshot, const struct ast_value *value, struct arena *arena,
                     struct target *target, struct err *err) MUST_CHECK;

bool target_holds(const struct target *target, uint64_t vid);
/* Does the place say anything of this vid: has it a range on the vid's assembly? */
bool target_reaches(const struct target *target, uint64_t vid);

/* OR into out who was tested at the place. */
bool target_tested(const struct target *target, struct segment *segment, struct set *out,
                   struct err *err) MUST_CHECK;
/* OR into out whose whole genome was looked at. */
void target_anywhere_tested(struct snapshot *snapshot, struct segment *segment, struct set *out);
