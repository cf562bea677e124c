#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tables of a segment file, a SQLite database that is written once and never changed. The calls
 * of tumours are in a file of their own with the same tables, but without persons and concepts, so
 * that no question about the germline reads one. So are structural variants, of either origin, with
 * two tables more, and, once more, the calls of tumours by the day of their samples: of each
 * person's first day in one file, of the second ones in another, and so on. Bitsets are bitmaps
 * (bitmap.h), sites are blocks (block.h), numbers in columns are little endian.
 *
 *   column    one row a column of persons: pid (16 bytes each), sex u8, birth_year i16, birth_date
 *             i32, age_fixed u8, deceased u8 (0: not known), death_date i32 (person.h says what is
 *             unknown); and, where something is recorded of anybody: consent u64 (consent.h),
 *             consent_from i32, consent_to i32; where somebody permits research on one disease:
 *             consent_disease u16 (0: none, else the number of the text) and diseases, the texts,
 *             NUL-terminated. A segment without these two, an older one, counts nobody by them
 *             and, where some indel may have another spelling, unaligned u64: how many,
 *             and exchanges u64: how many of its variants put several bases in place of others, or
 *             are an insertion that touches a deletion. A segment of before version 8 may have some
 *             and does not say so. longest u64: the bases of the longest REF in the table allele, 0
 *             where that is empty; a segment without it may have any. In a segment of tumours
 *             undated, a bitset of words: who has a sample of one of which the day is not known;
 *             in one of a day taken i32: that day, PERSON_NO_DATE for who has none. A segment of
 *             tumours of before version 11 knows no day of any sample
 *
 *   concept   persons with a code; form: enum concept_form, closed only if it differs from exact.
 *             Of the exact ones days: on which days they have it (days.h), NULL where none of its
 *             events has a day; undated: who has it also without a day, NULL: nobody. In a segment
 *             without these two columns, an older one, no event has a day. measured: what they
 *             measured or were answered (value_rows.h), NULL where none of its events has a value;
 *             in a segment of before version 8, without the column, none has
 *
 *   assay, assay_interval   assays of its samples, with their members
 *   callset   files of many samples that judge their sites, with their members; id: the store's
 *   sampled   persons with calls on an assembly; of structural variants, persons judged for some
 *   block     sites; note_block: their notes, under the same key
 *
 *   gap       stretches that samples' files could not tell of, as blocks of vids of gaps
 *             (node/store/gap.h): of class carrier those by their own record, of class no call the
 *             others. By the assay of the samples (the store's id; 0: none) and by level: 0 up to
 *             GAP_SHORT_MAX bases, 1 longer ones, so that what meets a place is found near it
 *   gap_whole per assay and kind: enum gap_whole, the persons whose gaps forbid a word on the whole
 *             genome
 *   gene      rows of a gene, in parts: varint(vid - the one before), consequences, clinvar (as
 *             segment_clinvar() packs it), af + 1
 *   allele    long alleles of its sites
 *   kind      kinds of sites (snapshot.h), where there are at most KIND_MAX: place is enum ploidy,
 *             band is of proto/query/site_kind.h, members by class; the table is made when it is
 *             filled, so older segments and those with more kinds have none
 *
 * Constant; any thread.
 */
#include <stdint.h>

#include "proto/query/vocabulary.h"

/* The column deceased. */
#define SEGMENT_DECEASED 1
#define SEGMENT_ALIVE 2
#define SEGMENT_VITAL_LOST 3 /* may be dead: the age is not known either */

#define SEGMENT_APPLICATION 0x72696b67 /* "rikg" */
/* 3: notes say what was read; 4: gaps; 5: VITAL_LOST; 6: days; 7, 8: exchanges; 8: calls by origin,
 * values; 9: shares of reads (block.h); 10: structural variants, whose files judge no small ones;
 * 11: days of samples
 */
#define SEGMENT_VERSION 11
#define SEGMENT_VERSION_OLDEST 3 /* the notes of older segments do not say what was read */
#define SEGMENT_VERSION_GAPS 4
#define SEGMENT_VERSION_DAYS 6
#define SEGMENT_VERSION_EXCHANGES 8
#define SEGMENT_VERSION_VALUES 8
#define SEGMENT_VERSION_TAKEN 11

#define KIND_MAX 16384 /* of one segment */
#define SEGMENT_KIND_SCHEMA                                                                        \
    "CREATE TABLE kind (place INTEGER, noted INTEGER, band INTEGER, consequences INTEGER,"         \
    " clinvar INTEGER, het BLOB, hom BLOB, hemi BLOB, carrier BLOB, no_call BLOB,"                 \
    " PRIMARY KEY (place, noted, band, consequences, clinvar)) STRICT, WITHOUT ROWID;"

/* Of a segment of structural variants: what each of its sites is (node/store/structural.h), and who
 * was judged for a type (proto/query/sv_type.h) by files of an assay. */
#define SEGMENT_STRUCTURAL_SCHEMA                                                                  \
    "CREATE TABLE structural (id INTEGER PRIMARY KEY, type INTEGER NOT NULL,"                      \
    " copies INTEGER NOT NULL, start_last INTEGER NOT NULL, end_first INTEGER NOT NULL,"           \
    " end_last INTEGER NOT NULL, length_least INTEGER NOT NULL, length_most INTEGER NOT NULL)"     \
    " STRICT;"                                                                                     \
    "CREATE TABLE judged (assay INTEGER, type INTEGER, members BLOB NOT NULL,"                     \
    " PRIMARY KEY (assay, type)) STRICT, WITHOUT ROWID;"

#define GAP_SHORT_MAX 1024u /* bases */
#define GAP_LEVELS 2

/*
 * LOSS: the person has a loss (gap_is_loss()). SHARE: too large a share of the genome was not
 * looked at. OWN: counting only gaps that follow from the person's own record.
 */
enum gap_whole {
    GAP_WHOLE_LOSS,
    GAP_WHOLE_LOSS_OWN,
    GAP_WHOLE_SHARE,
    GAP_WHOLE_SHARE_OWN,
    GAP_WHOLES
};

#define SEGMENT_SCHEMA                                                                             \
    "CREATE TABLE column (name TEXT PRIMARY KEY, data BLOB NOT NULL) STRICT, WITHOUT ROWID;"       \
    "CREATE TABLE concept (system TEXT, code TEXT, kind INTEGER, form INTEGER,"                    \
    " data BLOB NOT NULL, days BLOB, undated BLOB, measured BLOB,"                                 \
    " PRIMARY KEY (system, code, kind, form)) STRICT, WITHOUT ROWID;"                              \
    "CREATE TABLE assay (id INTEGER PRIMARY KEY, name TEXT NOT NULL, assembly INTEGER NOT NULL,"   \
    " whole_genome INTEGER NOT NULL, members BLOB NOT NULL) STRICT;"                               \
    "CREATE TABLE assay_interval (assay INTEGER, chromosome INTEGER, data BLOB NOT NULL,"          \
    " PRIMARY KEY (assay, chromosome)) STRICT;"                                                    \
    "CREATE TABLE callset (id INTEGER PRIMARY KEY, assembly INTEGER NOT NULL,"                     \
    " members BLOB NOT NULL) STRICT;"                                                              \
    "CREATE TABLE sampled (assembly INTEGER PRIMARY KEY, members BLOB NOT NULL) STRICT;"           \
    "CREATE TABLE block (id INTEGER PRIMARY KEY, data BLOB NOT NULL) STRICT;"                      \
    "CREATE TABLE gap (assay INTEGER, level INTEGER, id INTEGER, data BLOB NOT NULL,"              \
    " PRIMARY KEY (assay, level, id)) STRICT;"                                                     \
    "CREATE TABLE gap_whole (assay INTEGER, kind INTEGER, members BLOB NOT NULL,"                  \
    " PRIMARY KEY (assay, kind)) STRICT;"                                                          \
    "CREATE TABLE note_block (id INTEGER PRIMARY KEY, data BLOB NOT NULL) STRICT;"                 \
    "CREATE TABLE gene (id INTEGER PRIMARY KEY, name TEXT NOT NULL, n INTEGER NOT NULL,"           \
    " data BLOB NOT NULL) STRICT;"                                                                 \
    "CREATE TABLE allele (vid INTEGER PRIMARY KEY, ref TEXT NOT NULL, alt TEXT NOT NULL) STRICT;"

/* Created last, when the table is filled. */
#define SEGMENT_INDEXES "CREATE INDEX gene_name ON gene (name, id);"

/* A vid as a rowid whose signed order is the vid's order, and back. */
static inline int64_t segment_key(uint64_t vid)
{
    return (int64_t)(vid ^ UINT64_C(1) << 63);
}

static inline uint64_t segment_vid(int64_t key)
{
    return (uint64_t)key ^ UINT64_C(1) << 63;
}

/*
 * ClinVar's bits, shifted so that CLINVAR_READ is the lowest: "looked up, nothing found" then takes
 * one byte.
 */
static inline uint64_t segment_clinvar(uint32_t clinvar)
{
    return (uint64_t)(clinvar & ~CLINVAR_READ) << 1 | (clinvar & CLINVAR_READ ? 1 : 0);
}

static inline uint32_t segment_clinvar_of(uint64_t packed)
{
    return ((uint32_t)(packed >> 1) & ~CLINVAR_READ) | (packed & 1 ? CLINVAR_READ : 0);
}
