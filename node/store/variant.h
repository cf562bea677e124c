#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names a variant by one u64, the vid. The order of vids is genome order, and every node computes
 * the same vid.
 *
 *   bit 63      assembly: 0 = GRCh37, 1 = GRCh38
 *   bits 62..58 chromosome: 1..22, 23 = X, 24 = Y, 25 = MT, 31 = no coordinates
 *   bits 57..30 position, 1-based
 *   bits 29..0  allele: tag (2 bits); tag 0: length of ref (4), of alt (4), their bases at 2 bits
 *               each, ref first, from bit 19 down (ref + alt <= 10, ACGT only, both >= 1);
 *               tag 1..3: 28 bits of BLAKE2b(key = tag; ref NUL alt), spelled out in an allele
 *
 * table
 *
 * Without coordinates (chromosome 31) bit 63 is 0 and bits 57..0 are a hash of gene NUL
 * description. The caller normalises first (split, trimmed, left-aligned). Assemblies have ast.h's
 * numbers. Any thread.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

enum { VARIANT_GRCH37 = 1, VARIANT_GRCH38 = 2 };
enum { CHROMOSOME_X = 23, CHROMOSOME_Y = 24, CHROMOSOME_MT = 25, CHROMOSOME_NONE = 31 };

#define VARIANT_POSITION_MAX ((UINT32_C(1) << 28) - 1)
#define VARIANT_ALLELE_BYTES_MAX 65536 /* of ref, and of alt */
#define VARIANT_TAGS 4                 /* 0: alleles are in the vid; 1..3: hashes */
#define VARIANT_BASES_BYTES 16         /* room that variant_unpack() needs for bases */

struct variant {
    uint8_t assembly; /* VARIANT_GRCH37, VARIANT_GRCH38; any with CHROMOSOME_NONE */
    uint8_t chromosome;
    uint32_t position;
    const char *ref; /* "ACGT..." upper case; with CHROMOSOME_NONE: the gene */
    const char *alt; /* bases, or a symbol as "<DEL:END=1234>"; with CHROMOSOME_NONE: description */
};

/*
 * Does the vid hold the alleles themselves (tag 0), so that variant_pack(v, 0, ...) names the
 * variant?
 */
bool variant_is_short(const struct variant *variant);
/*
 * The vid with this tag: 0 for a variant_is_short(); 1..3 are the attempts for a long allele. A
 * short variant must have tag 0. Fails when chromosome, position or length is out of range.
 */
bool variant_pack(const struct variant *variant, unsigned tag, uint64_t *vid,
                  struct err *err) MUST_CHECK;
/*
 * The place and, for tag 0, the alleles in bases. For a hashed vid ref and alt are NULL: its
 * alleles are in the allele table of the store and of the snapshot. Never fails on a vid that
 * variant_pack() made.
 */
bool variant_unpack(uint64_t vid, struct variant *out,
                    char bases[static VARIANT_BASES_BYTES]) MUST_CHECK;

/*
 * True for an insertion or deletion whose REF and ALT end in the same base: in the reference it may
 * have another spelling further to the left. Without that it is left-aligned in any reference (Tan,
 * Abecasis and Kang 2015). The variant must be spelled out, trimmed, and have coordinates.
 */
bool variant_may_shift(const struct variant *variant);
/*
 * Does it put bases in place of others, more than one on either side? Its parts may be written one
 * by one.
 */
bool variant_is_exchange(const struct variant *variant);
/* Does it only remove bases, or only add some? */
bool variant_is_indel(const struct variant *variant);
/*
 * The bases that a variant_is_indel() removes or adds, *n of them: those of the longer allele
 * without the one that both have, which is the first, or, as some tools write, the last.
 */
const char *variant_indel_bases(const struct variant *variant, size_t *n);
/*
 * May two such variants be the same? They must add or remove equally many bases, and these must be
 * rotations of each other.
 */
bool variant_may_equal(const struct variant *a, const struct variant *b);

/* The smallest vid at this place. With position = end + 1 it is the exclusive end of a range. */
uint64_t variant_floor(uint8_t assembly, uint8_t chromosome, uint32_t position);

static inline uint8_t vid_assembly(uint64_t vid)
{
    return (uint8_t)(1 + (vid >> 63));
}

static inline uint8_t vid_chromosome(uint64_t vid)
{
    return (uint8_t)(vid >> 58 & 31);
}

static inline uint32_t vid_position(uint64_t vid)
{
    return (uint32_t)(vid >> 30 & VARIANT_POSITION_MAX);
}

static inline unsigned vid_tag(uint64_t vid)
{
    return (unsigned)(vid >> 28 & 3);
}

/* True for the change of a single base, with both bases in the vid. */
static inline bool vid_is_single_base(uint64_t vid)
{
    return vid_tag(vid) == 0 && (vid >> 20 & 0xff) == 0x11;
}

/* The stretch of 1,048,576 bases in which the vid lies, with assembly and chromosome. */
static inline uint16_t vid_chunk(uint64_t vid)
{
    return (uint16_t)(vid >> 50);
}
