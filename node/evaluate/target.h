#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A place that a question names (a gene, a stretch, a change) as this snapshot knows it: where its
 * variants are, and who was looked at there well enough to say no.
 *
 * Tested means: for a change, that this very position was judged in a file of the person or lies in
 * the intervals of one of the person's assays, is not "not called", and that no gap of the person
 * meets it; for a gene, that one assay of the person covers TESTED_SHARE_PERCENT of its coding
 * bases (of its span where no transcripts are loaded), those in gaps not counted, and that nothing
 * of the person's was lost within its span; for a stretch, the same of it. A gene that the gene
 * table does not have is tested in nobody. A variant meets a place by the whole extent of its REF.
 * Lives in the arena, found once for all segments. One thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "node/evaluate/set.h"
#include "node/snapshot/tested.h"
#include "proto/base/err.h"

struct arena;
struct ast;
struct ast_value;
struct respelling;
struct segment;
struct snapshot;

/*
 * A change that is not left-aligned may stand up to so many bases further right, and parts of one
 * that is as far to the left. When the snapshot has a reference, its bases tell how far.
 */
#define TARGET_SHIFT_MAX 1000

enum target_kind { TARGET_GENE, TARGET_STRETCH, TARGET_CHANGE };

/* Variants lo <= vid < hi. */
struct vid_range {
    uint64_t lo;
    uint64_t hi;
};

/* An assay that covers enough of a place, before its samples' gaps. */
struct target_assay {
    uint32_t assay;
    uint64_t covered; /* bases of the place */
    uint64_t bases;   /* the place's */
};

struct target {
    enum target_kind kind;
    const char *gene;         /* TARGET_GENE */
    struct vid_range *ranges; /* of a gene: its spans on every assembly */
    size_t n_ranges;          /* a gene that is not in the table, and a change that nobody has: 0 */
    uint8_t assembly;
    uint8_t chromosome;
    uint32_t position; /* TARGET_CHANGE */
    uint32_t end;
    bool named;      /* ranges[0] is the change itself; another one is as the question spells it */
    bool may_shift;  /* the change may have another spelling: who was tested there is not known */
    uint32_t reach;  /* bases to the right that a spelling which was not left-aligned may stand */
    uint32_t before; /* bases to the left that parts of it may stand (respelling.h) */
    const char *ref; /* of the change, in the arena */
    const char *alt;
    struct target_assay *assays; /* not for TARGET_CHANGE */
    size_t n_assays;
    struct tested_place *parts; /* what shares are taken of, on every assembly */
    size_t n_parts;
};

/* Changes beside a question; n 0: none. */
struct target_changes {
    const struct ast_value *at;
    size_t n;
};

bool target_of_gene(struct snapshot *snapshot, const char *gene, struct arena *arena,
                    struct target *target, struct err *err) MUST_CHECK;
/*
 * VALUE_LOCUS or VALUE_CHANGE. Where the snapshot has a reference, a change is what it is when
 * left-aligned, and one whose REF the reference does not have is refused (ERR_INVALID).
 */
bool target_of_value(struct snapshot *snapshot, const struct ast_value *value, struct arena *arena,
                     struct target *target, struct err *err) MUST_CHECK;

/*
 * Refuses a question with a change whose REF the snapshot's reference does not have (ERR_INVALID):
 * for whoever must know before it is charged. changes: those of a frequency. What it says and how
 * long it takes follow from the question and the reference alone.
 */
bool target_check_changes(struct snapshot *snapshot, const struct ast *question,
                          const struct target_changes *changes, struct arena *arena,
                          struct err *err) MUST_CHECK;

/* Does the variant lie in the target? end is the last base of the variant's REF. */
bool target_holds(const struct target *target, uint64_t vid, uint32_t end);
/* Does the variant meet the place where a change may stand, in other words or in parts? */
bool target_is_beside(const struct target *change, uint64_t vid, uint32_t end);
/* Can the target be compared with this vid: has it a range on the vid's assembly? */
bool target_reaches(const struct target *target, uint64_t vid);

/* ORs into out the persons who were tested at the target. */
bool target_tested(const struct target *target, struct segment *segment, struct set *out,
                   struct err *err) MUST_CHECK;
/*
 * Of a change: ORs into out the persons who do not carry it in its own spelling, and who may have
 * it in other words (respelling.h), or lost something where it lies. That a gene or stretch around
 * it was tested says nothing of them.
 */
bool target_doubted(const struct target *target, struct segment *segment, struct set *out,
                    struct err *err) MUST_CHECK;
/*
 * Of a change: ORs into who the persons who may have it in other words, or lost something that may
 * have been it, whether they carry it in its own spelling too or not.
 */
bool target_other_words(const struct target *target, struct segment *segment, struct set *who,
                        struct err *err) MUST_CHECK;
/*
 * ORs into who the persons who may have the change in other words, and who lost something that may
 * have been it: of them its place says nothing, unless they carry it in its own spelling.
 */
bool target_respelled(struct segment *segment, const struct respelling *of, struct set *who,
                      struct err *err) MUST_CHECK;
/* Are both the same change of the question, whether anybody has it or not? */
bool target_is_change(const struct target *target, const struct target *change);
/* ORs into out the persons whose whole genome was tested. */
void target_anywhere_tested(struct snapshot *snapshot, struct segment *segment, struct set *out);
/* The place of a range, with an inclusive end. */
struct tested_place target_place(const struct vid_range *range);
