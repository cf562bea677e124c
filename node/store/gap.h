#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A gap: a stretch of the genome about which a sample's own file says nothing certain, and the
 * reason.
 *
 * A person with a gap was not tested there, whatever their assay covers. A gap is named by a vid
 * (variant.h) that no variant can have: tag 0 with a reference of no bases, then the reason (4
 * bits) and the length minus one (20 bits). So gaps are stored, merged and read like the calls of a
 * variant and need as little space: a gap lies within one chunk (gap_next() cuts longer ones) and
 * is stored as the list of its samples.
 *
 * The code of a sample in a gap says from what the gap follows. CALL_CARRIER: from the sample's own
 * record, that is its column in a line, its blocks, or the header of its file. CALL_NONE: from the
 * records of all samples of a file together; it does not count in figures that leave, because there
 * one person's records would move the others of the file. Any thread.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "node/store/call_code.h"

/* The numbers are stored in files and never change. */
enum gap_reason {
    GAP_FILTERED = 0,   /* the FILTER column says that the record did not pass */
    GAP_REFUSED = 1,    /* the record could not be read, or has a form that is not supported */
    GAP_FAILED = 2,     /* the genotype failed its own filter (FORMAT/FT) */
    GAP_UNREADABLE = 3, /* the genotype could not be read, or has an impossible ploidy */
    GAP_NOT_CALLED = 4, /* not called: ./. or one allele missing */
    GAP_LOW = 5,        /* the reference, but with too few reads or too low a quality */
    GAP_STRUCTURAL = 6, /* a symbolic or breakend allele; the gap is its whole stretch */
    GAP_LEFT_OUT = 7,   /* the contig was excluded from the import */
    GAP_UNCOVERED = 8,  /* a file of reference blocks has no block here */
    GAP_CALLED = 9,     /* a structural variant was called there: it says nothing of small ones */
    GAP_REASONS = 10
};

#define GAP_LENGTH_MAX (UINT32_C(1) << 20)

struct gap {
    uint8_t assembly;
    uint8_t chromosome;
    uint32_t start; /* 1-based, inclusive */
    uint32_t end;
    enum gap_reason reason;
};

/* "filtered", "refused", ...; NULL for numbers that are no reason. */
const char *gap_reason_name(enum gap_reason reason);
/*
 * True when something was seen there but could not be read: then nothing can be said about a gene
 * or stretch that contains the gap. Other gaps are bases that were not looked at well enough; a
 * share of those may be missing.
 */
bool gap_is_loss(enum gap_reason reason);

/*
 * May what was lost there have been anything but an exchange of a single base? Such an exchange
 * leaves a gap of one base; whatever may be an insertion, a deletion or more leaves two at least,
 * of which the border of a chunk may part one.
 */
bool gap_may_be_indel(const struct gap *gap);

/*
 * Gives the vid of the piece of the gap that begins at gap->start and lies in one chunk, and moves
 * gap->start behind it. False when nothing is left.
 */
bool gap_next(struct gap *gap, uint64_t *vid);

static inline bool vid_is_gap(uint64_t vid)
{
    return (vid >> 24 & 63) == 0;
}

/* The gap that a vid names; the vid must be a gap's. */
struct gap gap_of_vid(uint64_t vid);
