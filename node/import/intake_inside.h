#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inside of the intake, for its files: intake.c, and intake_places.c, which takes what is kept
 * beside the calls of small variants.
 */
#include "node/import/intake.h"
#include "node/store/calls.h"
#include "node/store/entry_batch.h"

#define INTAKE_ABSENT                                                                              \
    UINT32_MAX /* of a sample of which no call is added: its entry is unchanged                    \
                */

struct intake_sample {
    uint32_t number; /* in the store, or INTAKE_ABSENT */
    bool somatic;    /* how many copies of a tumour have an allele is not what its genotype says */
};

struct intake {
    struct intake_settings settings;
    struct assay_interval *intervals;
    size_t n_intervals;
    size_t intervals_room;
    struct entry_batch *batch; /* for rows, which have no place in entries */
    int64_t *entries;          /* the entry of each unit; 0 when the unit is unchanged */
    size_t n_units;
    size_t units_room;
    struct intake_sample *samples; /* of this callset */
    uint32_t n_samples;
    size_t samples_room;
    uint32_t n_added; /* of them */
    struct stream_callset callset;
    int64_t callset_id;
    int64_t assay_id;
    struct calls *calls;      /* open from the first site of a callset to its last */
    struct calls *gaps;       /* likewise, of its gaps */
    struct calls *structural; /* and of its structural variants */
    struct run_result counts;
    uint64_t sites_stored;
    uint64_t sites_unchanged;
    uint64_t units_unchanged;
    uint64_t units_uncounted;
    uint64_t units_refused;  /* rejected here: another file holds them; the reader offered them */
    bool has_peers, somatic; /* some unit has; some sample of this callset is */
};

/* A structural variant, and a gap, of the callset in hand. */
bool intake_structural(struct intake *intake, const struct stream_structural *item,
                       struct err *err) MUST_CHECK;
bool intake_gap(struct intake *intake, const struct stream_gap *item, struct err *err) MUST_CHECK;
