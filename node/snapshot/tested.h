#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who was tested at a place so well that a person who is not a carrier there does not carry the
 * variant. It follows from the assays and from the files that list a site, minus the gaps of the
 * person's own files (node/store/gap.h).
 *
 * A gap that is a loss counts for the person, whichever assay looked at the place. A gap of bases
 * that were not looked at counts for the assay of its sample only. After snapshot_by_assays() a
 * file's list of sites makes nobody tested, and only those gaps count that follow from the person's
 * own record, the person's column in a line included. One thread a snapshot.
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
 * ORs into words the persons who were tested at this site: carriers, SITE_REF, members of its
 * callsets, and those whose assay covers the position; but not SITE_NO_CALL, and no one but
 * carriers with a gap within REF. An assay's word does not count of who was not called at another
 * variant there, whatever its ALT: the place was not judged. After snapshot_by_assays(): carriers,
 * and those whose assay covers the position, less SITE_NO_CALL and who has a gap. The site stays
 * valid.
 */
bool tested_at_site(struct segment *segment, struct site *site, uint64_t *words,
                    struct err *err) MUST_CHECK;
/*
 * As tested_at_site(), for a variant that may have other spellings: that an assay covers the place
 * says nothing about this spelling, so only the files that list it count. After
 * snapshot_by_assays(): carriers.
 */
bool tested_at_spelling(struct segment *segment, struct site *site, uint64_t *words,
                        struct err *err) MUST_CHECK;
/*
 * As tested_at_site(), for a place at which the segment has no site: gives the persons whose assay
 * covers its start, who have no gap there and were called at every variant that meets the place.
 */
bool tested_at_place(struct segment *segment, const struct tested_place *place, uint64_t *words,
                     struct err *err) MUST_CHECK;

/* Does anybody in the segment have a gap? Also false before the index of blocks was read. */
bool tested_has_gaps(const struct segment *segment);
/* ORs into words the persons who have a loss that meets the place. */
bool tested_lost(struct segment *segment, const struct tested_place *place, uint64_t *words,
                 struct err *err) MUST_CHECK;
/* The same of what may have been an indel, or more than an exchange of one base. */
bool tested_lost_indel(struct segment *segment, const struct tested_place *place, uint64_t *words,
                       struct err *err) MUST_CHECK;
/*
 * Adds to bases[person] how many bases of the place assay i covers and a gap of the person's
 * samples of that assay leaves out. Losses do not count. bases has SEGMENT_PERSONS_MAX elements.
 * *any: some gap met the place.
 */
bool tested_missed(struct segment *segment, const struct tested_place *place, size_t assay,
                   uint32_t *bases, bool *any, struct err *err) MUST_CHECK;
/*
 * Removes from words the persons about whose whole genome assay i can say nothing because of gaps.
 */
void tested_less_whole(const struct segment *segment, size_t assay, uint64_t *words);

/* The persons who have a gap of this reason that meets the place. For the region's own staff. */
bool tested_gap_reason(struct segment *segment, const struct tested_place *place,
                       enum gap_reason reason, uint64_t *words, struct err *err) MUST_CHECK;
