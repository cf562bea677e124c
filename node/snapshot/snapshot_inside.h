#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inside of an open snapshot, for the files that read it: snapshot.c (the whole), segment.c
 * (persons and concepts), segment_sites.c and segment_notes.c (variants),
 * block_cache.c, coverage.c (assays and callsets), snapshot_terms.c.
 */
#include "node/snapshot/block.h"
#include "node/snapshot/closure.h"
#include "node/snapshot/manifest.h"
#include "node/snapshot/segment_schema.h"
#include "node/snapshot/snapshot.h"
#include "node/terms/genes.h"
#include "proto/base/sql.h"

#define ASSEMBLIES 3   /* 0: without coordinates */
#define CHROMOSOMES 26 /* 1..25 */

/* Sorted intervals of one chromosome. */
struct intervals {
    struct snapshot_interval *at;
    size_t n;
};

struct assay_in {
    int64_t id; /* the store's */
    char *name;
    struct snapshot_assay shown;
    struct intervals chromosomes[CHROMOSOMES];
};

/* A reference that is open. */
struct snapshot_fasta {
    int fd;
    struct fasta *fasta; /* NULL: not opened yet */
};

struct found_gene {
    const struct gene *gene;
    struct snapshot_stretch *spans; /* the coding stretches follow in the same block of memory */
    size_t n_spans;
    size_t n_coding;
    struct found_gene *next;
};

#define FOUND_GENE_SLOTS 1024

struct cached_block {
    struct segment *segment;
    size_t index;
    struct block *block;
    struct cached_block *newer;
    struct cached_block *older;
};

struct block_cache {
    struct cached_block *newest;
    struct cached_block *oldest;
    size_t bytes;
    size_t bytes_max;
    size_t kept; /* number of blocks that stay whatever their size */
    size_t n;
    uint64_t drops; /* blocks dropped; pointers to blocks are valid while it stays */
};

struct gene_cache_entry {
    char *name;
    uint64_t *vid; /* the arrays of struct gene_sites */
    uint64_t *consequences;
    int64_t *af_nano;
    uint32_t *clinvar;
    size_t n;
    uint64_t used;
};

#define GENE_CACHE 256
#define SEGMENT_STATEMENTS 12

enum segment_statement {
    CONCEPT_READ,
    CONCEPT_SCAN,
    BLOCK_READ,
    NOTES_READ,
    GENE_READ,
    GAP_READ,
    ALLELES_BEFORE,
    SEGMENT_ALLELE_READ,
    DAYS_SCAN,
    VALUES_SCAN,
    VALUELESS_SCAN,
    UNDATED_SCAN,
};

/* The notes of one block, decoded. */
struct block_notes {
    int64_t key; /* the block's key; valid when loaded */
    bool loaded;
    char *names; /* NUL-terminated texts, one after the other */
    struct site_note *notes;
    size_t n;
    uint32_t first[BLOCK_SITES + 1];     /* notes of site i: first[i] .. first[i + 1] - 1 */
    uint64_t complete[BLOCK_SITES / 64]; /* bit i: the notes of site i are complete */
};

/* n blocks of gaps of one assay and level, in order of vid. */
struct gap_run {
    int64_t id;   /* the assay's id in the store; 0: samples without an assay */
    size_t assay; /* the snapshot's number; n_assays: without one */
    int level;
    size_t from;
    size_t n;
};

/* Who was judged for a type of structural variants by files of an assay. */
struct judged_members {
    size_t assay; /* the snapshot's number */
    uint8_t type;
    uint64_t *members;
};

struct segment {
    struct snapshot *snapshot;
    const struct manifest_segment *manifest;
    struct segment *tumour;     /* the calls of tumours of its persons; NULL: nobody's */
    struct segment *structural; /* its structural variants; NULL: nobody was judged for any */
    struct segment *of_day[SEGMENT_TAKEN_MAX]; /* tumours by the day of their samples */
    int32_t *taken;                            /* of one of these: the day of each person */
    uint64_t *undated; /* of tumours: who has a sample without a known day; NULL: all who have any
                        */
    sqlite3 *db;
    sqlite3_stmt *statements[SEGMENT_STATEMENTS];
    struct segment_persons persons;
    bool has_traces;
    bool has_values; /* it says what events measured */
    bool has_days;   /* it says of events on which day they were */
    uint64_t *alive;
    uint8_t *sex;
    int16_t *birth_year;
    int32_t *birth_date;
    int16_t *age;
    int16_t *age_most;
    int16_t *age_months;
    int16_t *age_months_most;
    int32_t *age_days;
    int32_t *age_days_most;
    uint8_t *deceased;
    struct person_id *id;
    uint64_t *consent;
    int32_t *consent_from;
    int32_t *consent_to;
    uint16_t *consent_disease;
    char *disease_texts; /* NUL-terminated texts, one after the other */
    const char **diseases;
    bool annotated;
    bool unaligned;             /* some indel may have another spelling */
    bool exchanges;             /* segment_has_exchanges() */
    uint32_t longest;           /* REF of a long allele has at most so many bases */
    uint64_t **assay_members;   /* by the snapshot's number of the assay; NULL: no member */
    uint64_t **callset_members; /* by the snapshot's number of the callset; NULL: no member */
    uint16_t *callset_map;      /* the snapshot's number of each of the segment's callsets */
    size_t n_callset_map;
    uint64_t *sampled_any;
    uint64_t *sampled[ASSEMBLIES];
    uint64_t *block_first; /* vids, ascending; read at first use */
    struct cached_block **blocks;
    size_t n_blocks; /* blocks of variants; the blocks of gaps follow them */
    struct gap_run *gap_runs;
    size_t n_gap_runs;
    uint64_t **gap_whole[GAP_WHOLES]; /* by the snapshot's number; last, samples without assay */
    bool has_gaps;                    /* the segment knows of gaps */
    bool has_blocks;
    struct gene_cache_entry genes[GENE_CACHE];
    uint64_t gene_clock;
    struct block_notes notes;
    bool has_kinds;
    bool kinds_read;
    struct segment_kind *kinds;
    size_t n_kinds;
    struct segment_structural *structurals; /* read at first use */
    size_t n_structurals;
    bool has_structurals;
    struct judged_members *judged; /* likewise */
    size_t n_judged;
    uint64_t **judging; /* by the snapshot's number of the assay: segment_judge() */
};

struct snapshot {
    char *folder;
    struct manifest manifest;
    struct snapshot_fasta references[ASSEMBLIES];
    struct snapshot_info info;
    struct segment *segments;
    struct assay_in *assays;
    int64_t *callsets;             /* ids in the store, by the snapshot's number */
    sqlite3 *terms;                /* NULL: no terms are loaded */
    struct gene_names *gene_names; /* NULL until first used */
    struct closure closure;
    bool has_closure;
    bool by_assays; /* snapshot_by_assays() was called */
    struct snapshot_system systems[TERM_SYSTEMS_MAX];
    struct term_release releases[TERM_SYSTEMS_MAX];
    size_t n_releases; /* with those of genes, which are no systems of codes */
    struct gene_table *genes[ASSEMBLIES];
    bool has_genes[ASSEMBLIES]; /* a table was found; valid once looked for */
    struct found_gene *found_genes[FOUND_GENE_SLOTS];
    struct block_cache cache;
    char bases[VARIANT_BASES_BYTES];
    char *ref; /* text of the last snapshot_variant() */
    char *alt;
    char *codes; /* text of the last snapshot_ancestors() */
};

/* Opens segment i of the manifest. All else of the snapshot must be set before. */
bool segment_open(struct snapshot *snapshot, size_t i, struct err *err) MUST_CHECK;
void segment_close(struct segment *segment);
/* The statement, prepared at first use, and reset. NULL with err when it cannot be prepared. */
sqlite3_stmt *segment_statement(struct segment *segment, enum segment_statement which,
                                struct err *err);
/* A new bitset from the bitmap in column i of the row. NULL with err when the bitmap is damaged. */
/* A copy of a column of persons. NULL with err when the column does not have `size` bytes. */
void *segment_column(struct segment *segment, const char *name, size_t size,
                     struct err *err) MUST_CHECK;
/* A column of days: those of years 1 to 9999, or PERSON_NO_DATE. */
int32_t *segment_column_days(struct segment *segment, const char *name, struct err *err) MUST_CHECK;
/* Of tumours: who has a sample without a known day, or, of one day, which it is. */
bool segment_taken_read(struct segment *segment, int64_t version, struct err *err) MUST_CHECK;
uint64_t *segment_bitmap(const struct segment *segment, sqlite3_stmt *row, int column,
                         struct err *err);
/* Does the segment have the table of kinds? */
bool segment_find_kinds(struct segment *segment, struct err *err) MUST_CHECK;
void segment_kinds_clear(struct segment *segment);
void segment_structurals_clear(struct segment *segment);
/* Frees what the entry holds and empties it. */
void gene_cache_entry_clear(struct gene_cache_entry *gene);
/* Fills block_first, blocks and gap_runs at first use. */
bool segment_need_index(struct segment *segment, struct err *err) MUST_CHECK;
/* The number of the block in which vid would lie; at least n_blocks when there are none. */
bool segment_block_of(struct segment *segment, uint64_t vid, size_t *which,
                      struct err *err) MUST_CHECK;
/* Block i of a segment, from the cache or else from the file. The cache owns it. */
struct block *block_cache_get(struct segment *segment, size_t i, struct err *err);
/* Drops all blocks. */
void block_cache_clear(struct block_cache *cache);
