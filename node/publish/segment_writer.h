#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files that write a segment share: write_people.c, write_samples.c,
 * write_sites.c, write_structural.c, gap_writer.c, write_notes.c. segment_write.c calls them in
 * this order.
 */
#include "node/publish/segment_write.h"
#include "node/snapshot/block.h"
#include "node/snapshot/segment_schema.h"
#include "node/store/callpack.h"
#include "proto/base/sql.h"

/*
 * A site names a callset of at least this many samples by its number. Of a smaller callset it names
 * each sample that has the reference (SITE_REF).
 */
#define LISTED_SAMPLES 64
#define NOBODY UINT16_MAX /* in a map: a sample that is not in this segment */

/* One sample of one person of the segment. */
struct sample_ref {
    int64_t callset;
    int64_t assay; /* 0: none */
    uint32_t ordinal;
    uint16_t person;
};

struct callset_in {
    int64_t id;
    uint32_t n_samples; /* of the whole callset */
    uint8_t assembly;
    bool judges_sites;
    unsigned judged;  /* types of structural variants, as bits; 0: no file of such ones */
    bool has_gaps_of; /* segment_writer_gaps(): some sample of it is of the assay in hand */
    int listed;       /* its number among those named at sites, or -1 */
    uint32_t from;    /* its samples: refs[from] .. refs[from + n - 1] */
    uint32_t n;
};

/* The samples of one batch of a callset that are in this segment. */
struct batch_in {
    uint32_t callset; /* index */
    uint32_t batch;
    uint16_t *map; /* sample of the batch → person, or NOBODY */
    uint32_t n_map;
};

struct segment_writer {
    const struct segment_input *input;
    sqlite3 *from; /* the store's */
    sqlite3 *to;
    uint32_t n_persons;
    /* The fields below are set by write_samples.c and used by write_sites.c. */
    struct sample_ref *refs;
    size_t n_refs;
    struct callset_in *callsets; /* by id */
    size_t n_callsets;
    struct batch_in *batches; /* by callset, batch */
    size_t n_batches;
    uint64_t **members;           /* of the listed callsets */
    bool has_several;             /* some person has more than one sample */
    struct segment_beside beside; /* of a segment of the germline */
    /* Of tumours: on which day the sample of each person was taken, of segment_input.nth; of
     * whatever day, who has a sample of which the day is not known. */
    int32_t *taken;
    uint64_t undated[SEGMENT_WORDS_MAX];
    /* The fields below are set by write_sites.c. */
    uint64_t variants;
    uint64_t events; /* coded ones of its persons; traces are none */
    uint64_t carriers;
    uint64_t kinds;     /* of sites (kind_writer.h); 0: there is no table of them */
    uint64_t unaligned; /* indels that may have another spelling: variant_may_shift() */
    uint64_t exchanges; /* segment_has_exchanges() */
    uint64_t deleted;   /* of deletions so far: variant_floor() of the last base of the furthest */
    uint64_t added;     /* of insertions so far: the last one's place */
    uint64_t longest;   /* bases of the longest REF of a long allele */
    bool annotated;     /* all sites are */
};

/* Counts what a variant says of its spelling. Variants come in order. */
void segment_writer_spelled(struct segment_writer *writer, const struct variant *variant);
bool segment_writer_people(struct segment_writer *writer, struct err *err) MUST_CHECK;
bool segment_writer_samples(struct segment_writer *writer, struct err *err) MUST_CHECK;
void segment_writer_samples_clear(struct segment_writer *writer);
bool segment_writer_sites(struct segment_writer *writer, struct err *err) MUST_CHECK;
bool segment_writer_gaps(struct segment_writer *writer, struct err *err) MUST_CHECK;
/* Instead of sites, in a segment of structural variants. */
bool segment_writer_structural(struct segment_writer *writer, struct err *err) MUST_CHECK;

/* In SQL: does the callset say something of structural variants? */
#define SEGMENT_WRITER_STRUCTURAL                                                                  \
    "(callset.judged <> 0 OR EXISTS"                                                               \
    " (SELECT 1 FROM structural WHERE structural.callset = callset.id))"

/*** structural variants: write_structural.c ***/

struct structural_writer;

bool structural_writer_open(struct segment_writer *writer, struct structural_writer **out,
                            struct err *err) MUST_CHECK;
void structural_writer_free(struct structural_writer *structural);
/* Variants come in order. */
bool structural_writer_add(struct structural_writer *structural, const struct block_site *site,
                           struct err *err) MUST_CHECK;
/* Writes what is left, and of which types the files of each assay judged their samples. */
bool structural_writer_finish(struct structural_writer *structural, struct err *err) MUST_CHECK;

/* Binds a bitmap of words to ?column of a statement. */
bool segment_writer_bind(sqlite3_stmt *stmt, int column, const uint64_t *words, uint32_t n_persons,
                         struct err *err) MUST_CHECK;
/* Writes one row of table `column`. */
bool segment_writer_column(struct segment_writer *writer, const char *name, const void *data,
                           size_t size, struct err *err) MUST_CHECK;

/*** notes: write_notes.c ***/

struct notes_writer;

struct notes_writer *notes_writer_new(struct segment_writer *writer);
void notes_writer_free(struct notes_writer *notes);
/*
 * The population frequency at the site, or -1 when none is known. Call it for sites in ascending
 * order.
 */
bool notes_writer_af(struct notes_writer *notes, uint64_t vid, int64_t *af_nano,
                     struct err *err) MUST_CHECK;
/*
 * Keeps the notes and long alleles of the site, which is number i of the block being written. *all:
 * the notes are complete, so the site lies in no gene that they do not name.
 */
bool notes_writer_site(struct notes_writer *notes, uint64_t vid, uint32_t i, int64_t af_nano,
                       bool *all, struct err *err) MUST_CHECK;
/*
 * What the notes of the last site say of it, for each gene, and once that nothing is said where it
 * may lie in another gene too: the candidates of node/evaluate/variant_criterion.c without their
 * genes. Valid until the next site.
 */
struct kind_said;
const struct kind_said *notes_writer_said(struct notes_writer *notes, size_t *n);
/* Writes the notes of the block, which was written under this key. */
bool notes_writer_block(struct notes_writer *notes, int64_t key, struct err *err) MUST_CHECK;
/* Writes the genes collected so far. Call it at the end of each chromosome and at the very end. */
bool notes_writer_genes(struct notes_writer *notes, struct err *err) MUST_CHECK;

/* In SQL: the samples of one person, of whatever origin; those of it; segment_writer_samples_of()
 * binds. */
#define SEGMENT_WRITER_SAMPLES                                                                     \
    " FROM entry JOIN sample ON sample.entry = entry.id"                                           \
    " JOIN callset ON callset.id = sample.callset"                                                 \
    " WHERE entry.person = ?1 AND entry.replaced_by IS NULL"                                       \
    " AND (?4 = 0 OR " SEGMENT_WRITER_STRUCTURAL ")"
#define SEGMENT_WRITER_OF_ORIGIN SEGMENT_WRITER_SAMPLES " AND sample.type IN (?2, ?3)"
/* Beside them: on which of the person's days, from 1, it was taken; 0: that is not known. */
#define SEGMENT_WRITER_NTH                                                                         \
    "iif(count(*) OVER () <= ?5 AND sample.taken IS NOT NULL,"                                     \
    " dense_rank() OVER (ORDER BY sample.taken NULLS LAST), 0)"
void segment_writer_samples_of(const struct segment_input *input, sqlite3_stmt *stmt);
