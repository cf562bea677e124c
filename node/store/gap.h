#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A gap: a stretch of the genome of which a sample's own file could not make a statement, and why.
 *
 * Whoever has one there was not tested there, whatever their assay covers. A gap is named by a vid
 * (variant.h) that no variant can have: tag 0 with a reference of no bases, then the reason (4
 * bits) and the length less one (20 bits). So gaps are kept, merged and read like the calls of a
 * variant, and cost as little: a stretch lies within one chunk (gap_next() cuts longer ones), and
 * what is kept of it is the list of its samples.
 *
 * The code of a sample in a gap says on what the loss rests. CALL_CARRIER: on the sample's own
 * record alone (it carries an allele that was not taken, or the file holds nobody else, or a block
 * of its own says so). CALL_NONE: the sample's genotype could not be told at a line that a file of
 * several persons may list for somebody else's sake. Any thread.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "node/store/call_code.h"

/* Numbers are stored and never change. */
enum gap_reason {
    GAP_FILTERED = 0,   /* the FILTER column says that the record did not pass */
    GAP_REFUSED = 1,    /* the record could not be read, or is not of a form that is taken */
    GAP_FAILED = 2,     /* the genotype failed its own filter (FORMAT/FT) */
    GAP_UNREADABLE = 3, /* the genotype is of no form, or of a ploidy that cannot be */
    GAP_NOT_CALLED = 4, /* ./. and half of it */
    GAP_LOW = 5,        /* the reference on too few reads, or of too low a quality */
    GAP_STRUCTURAL = 6, /* a symbolic or breakend allele, its whole stretch */
    GAP_LEFT_OUT = 7,   /* the contig was left out */
    GAP_UNCOVERED = 8,  /* a file of reference blocks has none here */
    GAP_REASONS = 9
};

#define GAP_LENGTH_MAX (UINT32_C(1) << 20)

struct gap {
    uint8_t assembly;
    uint8_t chromosome;
    uint32_t start; /* 1-based, inclusive */
    uint32_t end;
    enum gap_reason reason;
};

/* "filtered", "refused", ...; NULL beyond the last. */
const char *gap_reason_name(enum gap_reason reason);
/*
 * Was something seen there and lost? Then nothing can be said of a gene or stretch that holds it.
 * The others are bases that were not looked at well enough, of which a share may be missing.
 */
bool gap_is_loss(enum gap_reason reason);

/*
 * Cuts a gap into pieces that lie within one chunk: the vid of the piece that begins at gap->start,
 * which moves behind it. False when nothing is left.
 */
bool gap_next(struct gap *gap, uint64_t *vid);

static inline bool vid_is_gap(uint64_t vid)
{
    return (vid >> 24 & 63) == 0;
}

/* Of a vid that is one. */
struct gap gap_of_vid(uint64_t vid);
