#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A block: up to 256 sites of one segment on one chromosome, with the bitmaps of each, as the bytes
 * of a row of table `block`; the rowid is the first vid with bit 63 flipped (so that signed order
 * is vid order).
 *
 *   block   = sets directory bitmaps, then BITMAP_PAD zero bytes
 *   sets    = varint(n), each varint(k) and k varints: ids of callsets that judged a site together
 *   site    = varint(distance << 1 | long): positions from the site before (from 0 for the first)
 *             allele: short: u8, bits 3..0 two bases, bits 7..4 flags; long: u32 le, then u8 flags
 *             u8 mask of the classes that follow (SITE_BIT), and BLOCK_FRACTIONS
 *             varint(set) unless BLOCK_SAME_SET; varint(af, 1e-9) when BLOCK_HAS_AF
 *             per class varint(count << 1 | dense); varint(rows) when BLOCK_FRACTIONS
 *   directory = varint(n sites), sites;   bitmaps = in the order of the directory: bitmap.h; behind
 *             those of a site its rows of FRACTION_ROW_BYTES (snapshot.h)
 *
 * The allele codes are the vid's own (node/store/variant.h). A block's directory is decoded once;
 * its bitmaps are read in place. One thread a block.
 */
#include "node/snapshot/bitmap.h"
#include "node/snapshot/snapshot.h"

#define BLOCK_SITES 256
#define BLOCK_SETS_MAX 65535

enum {
    BLOCK_SAME_SET = 1, /* the same callsets as at the site before */
    BLOCK_ANNOTATED = 2,
    BLOCK_DECLARES_AF = 4,
    BLOCK_HAS_AF = 8,
};
#define BLOCK_FRACTIONS 0x80 /* in the mask: the shares of reads that carriers have are known */

/*** writing ***/

struct block_writer;

/*
 * What is written about a site: the persons of each class, ascending; a person is in one class at
 * most.
 */
struct block_site {
    uint64_t vid;
    bool annotated;
    bool declares_af;
    int64_t af_nano; /* -1: no value */
    const uint16_t *persons[SITE_CLASSES];
    uint32_t count[SITE_CLASSES];
    const uint16_t *callsets; /* ascending */
    size_t n_callsets;
    const uint8_t *fractions; /* rows of its carriers; NULL where none is known */
    size_t n_fractions;
};

struct block_writer *block_writer_new(uint32_t n_persons);
void block_writer_free(struct block_writer *writer);
/* The number of sites in the block so far, and whether this vid must go into a new one. */
uint32_t block_writer_sites(const struct block_writer *writer);
bool block_writer_full(const struct block_writer *writer, uint64_t vid);
bool block_writer_add(struct block_writer *writer, const struct block_site *site,
                      struct err *err) MUST_CHECK;
/*
 * The block's bytes, valid until the next call, and its first vid. The writer then begins a new
 * block.
 */
bool block_writer_finish(struct block_writer *writer, const uint8_t **data, size_t *size,
                         uint64_t *first, struct err *err) MUST_CHECK;

/*** reading ***/

struct block;

/* Decodes a copy of the bytes. ERR_INTERNAL when they are no block. */
struct block_source {
    const void *data;
    size_t size;
    uint64_t first; /* first vid, from the row's key */
    uint32_t n_persons;
    const uint16_t *callsets; /* the snapshot's number of each of the segment's callsets */
    size_t n_callsets;
};
bool block_read(const struct block_source *source, struct block **out, struct err *err) MUST_CHECK;
void block_free(struct block *block);
size_t block_bytes(const struct block *block); /* bytes of memory that it takes */
uint32_t block_sites(const struct block *block);
const uint64_t *block_vids(const struct block *block); /* ascending */
/* The first site with this vid or a greater one; block_sites() when there is none. */
uint32_t block_find(const struct block *block, uint64_t vid);
void block_site_at(const struct block *block, uint32_t i, struct site *site);
/*
 * For those of n vids (ascending, each once) that lie in the block, OR the bitmaps of these classes
 * into words: one function takes the dense bitmaps, the other all others.
 */
void block_or_dense(const struct block *block, const uint64_t *vids, size_t n, unsigned classes,
                    uint64_t *words);
void block_or_sparse(const struct block *block, const uint64_t *vids, size_t n, unsigned classes,
                     uint64_t *words);
