#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who was looked at where well enough that, not being a carrier, they do not carry: by their assays
 * and by the files that list a site, less the gaps of their own files (node/store/gap.h).
 *
 * A gap that is a loss holds for the person, whatever else looked at the place. One that is bases
 * not looked at holds for the assay whose sample it is. By assays alone (snapshot_by_assays) only
 * gaps count that rest on the person's own record, and no file's list of sites. One thread a
 * snapshot.
 */
#include <stddef.h>
#include <stdint.h>

#include "node/snapshot/snapshot.h"
#include "node/store/gap.h"
#include "proto/base/err.h"

/* A stretch on one assembly, 1-based and inclusive. */
struct tested_place {
    uint8_t assembly;
    uint8_t chromosome;
    uint32_t start;
    uint32_t end;
};

/*
 * OR into words whoever was tested at this site: carriers, SITE_REF, members of its callsets, and
 * those whose assay covers the position; never SITE_NO_CALL, and nobody but carriers who has a gap
 * within REF. By assays alone: carriers, and those whose assay covers the position, without a gap.
 * The site stays valid.
 */
bool site_tested(struct segment *segment, struct site *site, uint64_t *words,
                 struct err *err) MUST_CHECK;
/*
 * The same of a variant that may have other spellings: an assay's word on the place is none on this
 * one, so only the files that list it judge. By assays alone: carriers.
 */
bool site_judged(struct segment *segment, struct site *site, uint64_t *words,
                 struct err *err) MUST_CHECK;
/* The same where the segment has no site: those whose assay covers the start, without a gap. */
bool segment_tested(struct segment *segment, const struct tested_place *place, uint64_t *words,
                    struct err *err) MUST_CHECK;

/* Has anybody of the segment any gap? False too before its blocks were looked at. */
bool segment_has_gaps(const struct segment *segment);
/* OR into words who has a loss that meets the place. */
bool segment_lost(struct segment *segment, const struct tested_place *place, uint64_t *words,
                  struct err *err) MUST_CHECK;
/*
 * Adds, for each person, the bases of the place that assay i covers and that lie in gaps of its
 * samples which are no losses. bases: of SEGMENT_PERSONS_MAX persons. *any: some gap met the place.
 */
bool segment_missed(struct segment *segment, const struct tested_place *place, size_t assay,
                    uint32_t *bases, bool *any, struct err *err) MUST_CHECK;
/* Takes out of words whom gaps forbid a word on the whole genome that assay i looked at. */
void segment_less_whole(const struct segment *segment, size_t assay, uint64_t *words);

/* Who has a gap of this reason that meets the place: for telling the region's own staff why. */
bool segment_gap_reason(struct segment *segment, const struct tested_place *place,
                        enum gap_reason reason, uint64_t *words, struct err *err) MUST_CHECK;
