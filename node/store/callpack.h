#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A callpack: the calls of up to 4096 samples of one callset within one chunk, as the bytes of a
 * row of table `calls`. Written site after site, read the same way.
 *
 *   pack   = head site*
 *   head   = u8: bit 0 = sites are not in order of vid, bit 1 = sites have shares
 *   site   = varint(distance << 2 | back << 1 | long) allele calls shares
 *            distance: positions from the site before (the chunk's start for the first); back:
 *            towards smaller ones
 *   allele = short: u8, bits 3..2 = ref base, bits 1..0 = alt base (a single-base change);
 *            long:  u32 little endian, bits 29..0 of the vid
 *   calls  = one sample:  code (5 = none), in bits 6..4 of the short allele's byte, else a u8
 *            several:     u8 mask of the codes that follow (bit = enum call_code), then each list
 *   list   = varint(count << 1 | dense), then dense: a bitset of 512 bytes (4096 samples), or the
 *            samples ascending, varint each: the first, then the distance - 1 to the one before
 *   shares = with bit 1 of the head: the code of each carrier's share of reads (fraction.h), in the
 *            order of the lists; a call of CALL_NONE and CALL_JUDGED has none
 *
 * The caller owns the buffer to which a pack is written. Reading checks every bound. Any thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "node/store/call_code.h"
#include "proto/base/err.h"

#define CALLPACK_SAMPLES 4096
#define CALLPACK_DENSE_BYTES (CALLPACK_SAMPLES / 8)
#define CALLPACK_UNORDERED 1
#define CALLPACK_FRACTIONS 2
#define CALL_JUDGED 5 /* a lone sample that was tested and has the reference */

struct callpack {
    uint8_t *data;
    size_t size;
    size_t room;
    uint64_t last;  /* the last vid written, within the chunk; 0 before the first */
    bool fractions; /* sites have shares; set before the first site */
};

/* One list of a site: sample numbers in ascending order. */
struct callpack_list {
    const uint32_t *samples; /* all less than base + CALLPACK_SAMPLES */
    size_t n;
    const uint8_t
        *fractions; /* of each sample, by its number; of carriers in packs that have them */
};

/* The bits of a vid that give the place within its chunk, and the allele. */
#define CALLPACK_VID_BITS 50
#define CALLPACK_VID_MASK ((UINT64_C(1) << CALLPACK_VID_BITS) - 1)

/*
 * Appends a site with one list for each code; base is the batch's first sample. False when memory
 * is out.
 */
bool callpack_site(struct callpack *pack, uint64_t vid, uint32_t base,
                   const struct callpack_list lists[static CALL_CODES]) MUST_CHECK;
/* Appends a site of a batch of one sample; code may be CALL_JUDGED. The share of a carrier's reads
 * is kept where the pack has them. */
bool callpack_lone_site(struct callpack *pack, uint64_t vid, unsigned code,
                        uint8_t fraction) MUST_CHECK;
void callpack_clear(struct callpack *pack);

/* A walk through a pack's sites. */
struct callpack_reader {
    const uint8_t *at;
    const uint8_t *end;
    bool lone;      /* the batch has one sample */
    bool unordered; /* sites are not in order of vid */
    bool has_fractions;
    bool damaged;
    /* The fields below describe the site at which callpack_next() stands. */
    uint64_t vid;         /* within the chunk: CALLPACK_VID_MASK */
    const uint8_t *calls; /* where its calls begin: callpack_at() */
    unsigned mask;        /* the codes that occur; for a lone sample one bit, its code */
    const uint8_t *list[CALL_CODES];
    uint16_t count[CALL_CODES];
    bool dense[CALL_CODES];
    const uint8_t *fractions; /* of the carriers, by code and sample; NULL: the pack has none */
};

void callpack_start(struct callpack_reader *reader, const void *data, size_t size, bool lone);
/* False at the end, and when the bytes are damaged (reader->damaged). */
bool callpack_next(struct callpack_reader *reader);
/* Goes back to an earlier site, by its vid and calls. Only for batches of several samples. */
void callpack_at(struct callpack_reader *reader, uint64_t vid, const uint8_t *calls);
/*
 * Writes the samples with this code at the site, numbered within the batch, ascending, into out
 * (CALLPACK_SAMPLES elements), and returns their number.
 */
size_t callpack_samples(const struct callpack_reader *reader, unsigned code,
                        uint16_t out[static CALLPACK_SAMPLES]);
