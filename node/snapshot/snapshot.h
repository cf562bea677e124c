#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A published snapshot: read-only, never changed, indexed. It opens completely or not at all.
 *
 * A manifest, named by its BLAKE2b-256 and checked against it when opened, lists segment files,
 * which are named and checked in the same way. In a segment, persons are numbered 0..n-1, at most
 * SEGMENT_PERSONS_MAX; these numbers are called ordinals. A set of persons is a bitset of one
 * segment of SEGMENT_WORDS(n) words, with person i at bit i % 64 of word i / 64. Counts are summed
 * over segments. An older segment may hold persons who were replaced or withdrawn since; the set
 * `alive` leaves them out, and every set must be ANDed with it once, at the end.
 *
 * The snapshot owns everything that it returns by pointer. Nothing here writes. One thread a
 * snapshot.
 */
#include <stddef.h>
#include <stdint.h>

#include "node/snapshot/days.h"
#include "node/snapshot/sizes.h"
#include "node/snapshot/value_rows.h"
#include "node/store/person.h"
#include "node/store/structural.h"
#include "node/store/variant.h"
#include "proto/base/err.h"
#include "proto/query/ploidy.h"

struct snapshot;
struct segment;

#define SEGMENT_PERSONS_MAX 16384
#define SEGMENT_WORDS(n_persons) (((size_t)(n_persons) + 63) / 64)
#define SEGMENT_WORDS_MAX SEGMENT_WORDS(SEGMENT_PERSONS_MAX)

/*
 * Opens the snapshot that folder/current names (folder = D/snapshot). Hashes its files in the
 * manifest's order until SNAPSHOT_HASHED_BYTES are hashed together; of the files after that it
 * checks only size and form.
 */
#define SNAPSHOT_HASHED_BYTES (UINT64_C(1) << 30)
enum snapshot_check {
    SNAPSHOT_HASH_ALL, /* for a process that stays: reads and hashes each file */
    SNAPSHOT_HASH_NEW, /* for a process of one question: skips files that verified.h remembers */
};
bool snapshot_open(const char *folder, enum snapshot_check check, struct snapshot **out,
                   struct err *err) MUST_CHECK;
/* The same for a snapshot that was published before, by its hash: one that is pinned (pin.h). */
bool snapshot_open_id(const char *folder, const uint8_t id[static 32], struct snapshot **out,
                      struct err *err) MUST_CHECK;
/* Accepts NULL and a partly opened snapshot. */
void snapshot_close(struct snapshot *snapshot);

/* For a process that makes one walk: blocks that were passed are not kept in the cache. */
void snapshot_keep_few(struct snapshot *snapshot);

/*
 * From here on only declared assays, and being a carrier, make anybody tested; a person's own gaps
 * and missing calls take it away, as always. This is for figures that leave the node.
 *
 * The reason: which sites a file lists depends on whose samples it holds. A site that only one
 * person carries is listed because of this person. If the listing meant that all others in the file
 * were tested there, then one person would change the state of as many; noise for one person would
 * not cover that, and the number of untested persons would show whether anybody carries the
 * variant. The region's own staff, who see true figures, also use the lists.
 */
void snapshot_by_assays(struct snapshot *snapshot);
bool snapshot_is_by_assays(const struct snapshot *snapshot);

/*** the whole ***/

struct snapshot_info {
    uint8_t id[32];      /* BLAKE2b-256 of the manifest; answers name it */
    int32_t date;        /* the day of publishing, at which ages are computed */
    uint64_t n_persons;  /* alive */
    uint64_t n_variants; /* summed over segments */
    struct sizes sizes;  /* public */
    uint64_t n_carriers; /* (person, variant) pairs over all segments, also of the dead */
    size_t n_segments;
    size_t n_systems;
    size_t n_deliveries;
    size_t n_declared_assays;
    size_t n_assays;
    size_t n_callsets; /* joint-called files whose judged sites are listed by callset */
    bool has_genes;    /* a gene table is loaded (per assembly: snapshot_gene) */
    bool has_genes_37; /* a gene table of GRCh37 is loaded */
    bool has_genes_38;
};

const struct snapshot_info *snapshot_info(const struct snapshot *snapshot);
struct segment *snapshot_segment(struct snapshot *snapshot, size_t i);
/*
 * The calls of tumours of the same persons, as a segment of its own: what is asked of variants, of
 * assays, gaps and samples is asked of it in the same way. NULL: nobody has a tumour's sample.
 */
struct segment *segment_tumour(const struct segment *segment);
/*
 * The calls of the samples of tumours that were taken on the nth of the days of each person, from 0
 * on, as a segment of its own; of one and the same person they are all on segment_taken(). NULL
 * from the first n on that nobody has. A person with more than SEGMENT_TAKEN_MAX samples of tumours
 * is in none: which days they have would be known of some of them only.
 */
#define SEGMENT_TAKEN_MAX 16
struct segment *segment_of_day(const struct segment *segment, size_t nth);
/* The day of each person, PERSON_NO_DATE: this person has fewer. */
const int32_t *segment_taken(const struct segment *of_day);
/* Of a segment_tumour(): ORs in who has a sample that is in no segment_of_day(). */
void segment_undated(const struct segment *tumour, uint64_t *words);
/*
 * The structural variants of the same persons and of the segment's own origin, as a segment of its
 * own: assays, gaps and samples are asked of it in the same way, its sites are structural variants.
 * NULL: nobody has any, nor was judged for any. Segments of before there were any have none.
 */
struct segment *segment_structural(const struct segment *segment);
struct segment_structural {
    uint64_t vid; /* of its site */
    struct structural is;
};
/* All of a segment_structural(), in the order of its sites; they live as long as the segment. */
bool segment_structurals(struct segment *segment, const struct segment_structural **at, size_t *n,
                         struct err *err) MUST_CHECK;
/*
 * From here on an assay of a segment_structural() speaks, in segment_assay_tested(), of those whom
 * a file judged for each of these types (bits of proto/query/sv_type.h); 0: of nobody. Call
 * segment_structurals() first.
 */
bool segment_judge(struct segment *segment, unsigned types, struct err *err) MUST_CHECK;
/* Of whom the assay says that they were looked at, gaps not counted: its members, in a segment of
 * small variants. NULL: nobody. */
const uint64_t *segment_assay_tested(const struct segment *segment, size_t i);

/*
 * A code system whose terms are loaded: "under" covers its terms, and the vocabulary names its
 * version.
 */
struct snapshot_system {
    const char *system; /* "hp" */
    const char *release;
    bool has_parents; /* its terms have parents, so "under" covers descendants */
};
const struct snapshot_system *snapshot_system(const struct snapshot *snapshot, size_t i);
/* NULL when the system is not loaded; "under" then means the code itself only. */
const struct snapshot_system *snapshot_system_find(const struct snapshot *snapshot,
                                                   const char *system);

/*
 * Is the code a term of a loaded system? *canonical is its current code (for an obsolete or
 * alternative code, the one that replaced it), valid until the next call. For an unknown code
 * *known is false and *canonical NULL.
 */
bool snapshot_term(struct snapshot *snapshot, const char *system, const char *code, bool *known,
                   const char **canonical, struct err *err) MUST_CHECK;
/*
 * The code and all of its ancestors, each once, n NUL-terminated texts one after the other, valid
 * until the next call. For "phenotype excluded": X is excluded when any of these was.
 */
bool snapshot_ancestors(struct snapshot *snapshot, const char *system, const char *code,
                        const char **codes, size_t *n, struct err *err) MUST_CHECK;

/* A kind and code system that the region declares to deliver in full. */
struct snapshot_delivery {
    const char *kind; /* "diagnosis" */
    const char *system;
    int32_t since; /* first day from which it is complete; PERSON_NO_DATE: not said */
};
/* i < info->n_deliveries. */
struct snapshot_delivery snapshot_delivery(const struct snapshot *snapshot, size_t i);
struct snapshot_assay {
    const char *name;
    uint8_t assembly;
    bool whole_genome;
};
/*
 * An assay that the operator declared, i < info->n_declared_assays. It is listed whether or not
 * anybody was tested with it, so anybody may be told of it. snapshot_assay() has only assays with
 * members.
 */
struct snapshot_assay snapshot_declared_assay(const struct snapshot *snapshot, size_t i);
/* Does the region deliver this in full? kind: enum event_kind, or CONCEPT_ANY_KIND for any kind. */
bool snapshot_delivers(const struct snapshot *snapshot, unsigned kind, const char *system);

struct snapshot_interval {
    uint32_t start; /* 1-based, inclusive */
    uint32_t end;
};

struct snapshot_stretch {
    uint8_t chromosome;
    uint32_t start; /* 1-based, inclusive */
    uint32_t end;
};

/* Sorted, not overlapping. A symbol has several spans where it has several loci (X and Y). */
struct snapshot_gene {
    const struct snapshot_stretch *spans;
    size_t n_spans;
    const struct snapshot_stretch *coding; /* NULL when no transcripts are loaded */
    size_t n_coding;
};
/*
 * What the name of a gene means in this snapshot: node/terms/gene_names.h. Notes and segment_gene()
 * use its key.
 */
struct gene_name;
bool snapshot_gene_name(struct snapshot *snapshot, const char *name, struct gene_name *out,
                        struct err *err) MUST_CHECK;
/*
 * Finds a gene by any of its names. *known is false when the table has none for this assembly, or
 * when several genes have the name. Valid until the snapshot is closed.
 */
bool snapshot_gene(struct snapshot *snapshot, uint8_t assembly, const char *symbol, bool *known,
                   struct snapshot_gene *gene, struct err *err) MUST_CHECK;

const struct snapshot_assay *snapshot_assay(const struct snapshot *snapshot, size_t i);
/* Does assay i cover this position? False when the assemblies differ. */
bool snapshot_assay_covers(const struct snapshot *snapshot, size_t i, uint8_t assembly,
                           uint8_t chromosome, uint32_t position);
/* The number of bases of start..end that assay i covers. */
uint64_t snapshot_assay_bases(const struct snapshot *snapshot, size_t i, uint8_t assembly,
                              uint8_t chromosome, struct snapshot_interval stretch);

/*
 * The variant of a vid, with its alleles; ref and alt are valid until the next call. A long allele
 * that no segment spells out is an error.
 */
bool snapshot_variant(struct snapshot *snapshot, uint64_t vid, struct variant *out,
                      struct err *err) MUST_CHECK;
/* The vid of a variant that is short or that some segment has; otherwise *known is false. */
bool snapshot_vid(struct snapshot *snapshot, const struct variant *variant, uint64_t *vid,
                  bool *known, struct err *err) MUST_CHECK;

/*** a segment: its persons ***/

struct segment_persons {
    uint32_t n;     /* ordinals 0..n-1 */
    size_t n_words; /* SEGMENT_WORDS(n) */
    uint32_t n_alive;
    const uint64_t *alive;
    const uint8_t *sex;        /* enum person_sex */
    const int16_t *birth_year; /* 0 = unknown */
    const int32_t *birth_date; /* PERSON_NO_DATE = not known to the day */
    /* Years at the snapshot's date, at death, or fixed, at least and at most; -1: unknown. They
     * differ where the year of birth alone is known. */
    const int16_t *age;
    const int16_t *age_most;
    const int16_t *age_months; /* the same in months and in days: ages.h */
    const int16_t *age_months_most;
    const int32_t *age_days;
    const int32_t *age_days_most;
    const uint8_t *deceased;    /* SEGMENT_DECEASED ...; 0: not known (segment_schema.h) */
    const struct person_id *id; /* for `count` on the region's own machine; never leaves */
    /*
     * NULL: no consent is recorded in this segment. Masks of node/store/consent.h; a mask of 0:
     * none is recorded for this person.
     */
    const uint64_t *consent;
    const int32_t *consent_from;
    const int32_t *consent_to;
    /*
     * For persons with DS, the disease as code_print() spells it is diseases[consent_disease[i] -
     * 1]; 0: none. NULL: no person of this segment has one.
     */
    const uint16_t *consent_disease;
    const char *const *diseases;
    size_t n_diseases;
};
const struct segment_persons *segment_persons(const struct segment *segment);

/*** a segment: its concepts; all of these OR into words (n_words of them) ***/

enum concept_form {
    CONCEPT_EXACT,    /* this very code was recorded as present */
    CONCEPT_CLOSED,   /* this code or a descendant; exact where the system has no parents */
    CONCEPT_EXCLUDED, /* this very code was recorded as absent */
};
#define CONCEPT_ANY_KIND 0

/* A code as it was recorded; a plain value. kind: enum event_kind, or CONCEPT_ANY_KIND. */
struct concept {
    unsigned kind;
    const char *system;
    const char *code;
    enum concept_form form;
};

/* ORs the persons with the code into words. */
bool segment_concept(struct segment *segment, struct concept concept, uint64_t *words,
                     struct err *err) MUST_CHECK;
/* Persons with a recorded code that starts with prefix (icd10, atc); "" = any of the system. */
bool segment_concept_prefix(struct segment *segment, unsigned kind, const char *system,
                            const char *prefix, uint64_t *words, struct err *err) MUST_CHECK;

/*** a segment: on which days its events were ***/

enum days_match {
    DAYS_CODE,   /* this very code */
    DAYS_PREFIX, /* codes that begin with it; "" = any of the system */
    DAYS_UNDER,  /* this code or one below it, in a system whose hierarchy is loaded */
};

struct days_sought {
    unsigned kind; /* enum event_kind, or CONCEPT_ANY_KIND */
    const char *system;
    const char *code;
    enum days_match match;
};

/*
 * Appends the rows of all codes sought, code after code, each in order of person and day; ORs into
 * undated who has such an event without a day. DAYS_UNDER: after snapshot_term() of this system.
 */
bool segment_days(struct segment *segment, const struct days_sought *sought, struct days *days,
                  uint64_t *undated, struct err *err) MUST_CHECK;

/* What the events of one code measured; values are borrowed during the call. */
typedef bool segment_values_take(void *owner, const struct value_rows *values, struct err *err);
/*
 * Gives the rows of each code sought, code after code, one for each event, with a day and a value
 * or without. DAYS_UNDER: as segment_days().
 */
bool segment_values(struct segment *segment, const struct days_sought *sought,
                    segment_values_take *take, void *owner, struct err *err) MUST_CHECK;

/*
 * Does anybody in the segment have traces (node/store/person.h)? They are concepts of
 * EVENT_TRACE_SYSTEM.
 */
bool segment_has_traces(const struct segment *segment);

/* Persons with a sample of assay i, or in callset i; NULL when the segment has none. */
const uint64_t *segment_assay_members(const struct segment *segment, size_t i);
const uint64_t *segment_callset_members(const struct segment *segment, size_t i);
/* Persons with any sample. */
const uint64_t *segment_sampled(const struct segment *segment);

/*** a segment: its variants ***/

/* The classes of persons at a site. A person is in at most one. */
enum site_class {
    SITE_HET,
    SITE_HOM,
    SITE_HEMI,
    SITE_CARRIER, /* zygosity unknown */
    SITE_NO_CALL, /* not called in any callset that judged the site */
    SITE_REF,     /* reference, in a file of few samples (large ones: by callset) */
};
#define SITE_CLASSES 6
#define SITE_BIT(class) (1U << (class))
#define SITE_CARRIERS                                                                              \
    (SITE_BIT(SITE_HET) | SITE_BIT(SITE_HOM) | SITE_BIT(SITE_HEMI) | SITE_BIT(SITE_CARRIER))

#define SITE_AF_UNKNOWN (-1) /* no annotation of the variant gives a frequency */

/* A site of one segment. Lists point into a cached block: valid until the next call on the segment.
 */
struct site {
    uint64_t vid;
    int64_t af_nano;     /* 0 when looked up and not found; SITE_AF_UNKNOWN */
    bool annotated;      /* its notes are complete: it lies in no gene that they do not name */
    uint16_t n_callsets; /* callsets that judged it and are listed */
    const uint16_t *callsets;
    uint32_t count[SITE_CLASSES]; /* persons in each class, with those no longer alive */
    /* The fields below are for site_or() and site_count() only. */
    const uint8_t *list[SITE_CLASSES];
    uint8_t dense; /* SITE_BITs */
    /* Rows of the shares of reads that its carriers have (site_fraction()); NULL: none is known. */
    const uint8_t *fractions;
    size_t n_fractions;
};

/*
 * A carrier's call at a site, and the share of its sample's reads that have the allele: every
 * carrier has a row, and one for each sample where there are several. As bytes: u16 class << 14 |
 * person, little endian, and the code of node/store/fraction.h. Persons and codes of rows that were
 * read are to be checked by who uses them.
 */
struct site_fraction {
    uint16_t person;
    enum site_class class; /* het, hom, hemi, carrier */
    uint8_t code;
};
#define FRACTION_ROW_BYTES 3
static inline struct site_fraction site_fraction(const struct site *site, size_t i)
{
    const uint8_t *row = site->fractions + i * FRACTION_ROW_BYTES;

    return (struct site_fraction){.person = (uint16_t)(row[0] | (row[1] & 0x3f) << 8),
                                  .class = (enum site_class)(row[1] >> 6),
                                  .code = row[2]};
}

/* A walk over the sites lo <= vid < hi of a segment, in order of vid. */
struct sites {
    struct segment *segment;
    uint64_t next;
    uint64_t end;
    size_t number; /* the fields from here on are private */
    const void *block;
    uint64_t drops;
    uint32_t at;
    bool failed; /* an error ended the walk, and err is set: check it after the walk */
};
void sites_start(struct sites *sites, struct segment *segment, uint64_t lo, uint64_t hi);
/* False at the end, and after an error (sites->failed). */
bool sites_next(struct sites *sites, struct site *site, struct err *err) MUST_CHECK;
/* The site of this vid; *found = false when the segment has none. */
bool segment_site(struct segment *segment, uint64_t vid, bool *found, struct site *site,
                  struct err *err) MUST_CHECK;

/* OR the persons of these classes (SITE_BIT) into words. */
void site_or(const struct segment *segment, const struct site *site, unsigned classes,
             uint64_t *words);
/* The number of persons of one class who are in the cohort. */
uint32_t site_count(const struct segment *segment, const struct site *site, enum site_class class,
                    const uint64_t *cohort);
/*
 * The variants of this segment that begin before lo's position and whose REF reaches it, ascending.
 * More than REACHING_MAX are an error.
 */
#define REACHING_MAX 4096
bool segment_reaching(struct segment *segment, uint64_t lo, uint64_t vids[static REACHING_MAX],
                      size_t *n, struct err *err) MUST_CHECK;
/* Gives each of their sites to take, in no order and however many they are. Ends when take fails.
 */
typedef bool segment_reached_fn(void *to, struct site *site, struct err *err);
bool segment_reached(struct segment *segment, uint64_t lo, segment_reached_fn *take, void *to,
                     struct err *err) MUST_CHECK;
/* Does the segment have an indel that may have another spelling (variant_may_shift())? */
bool segment_has_unaligned(const struct segment *segment);
/*
 * Has it variants that may be another one or its parts: an exchange of several bases
 * (variant_is_exchange()), or a deletion and an insertion that touch?
 */
bool segment_has_exchanges(const struct segment *segment);
/* As snapshot_variant(), for a variant of this segment. */
bool segment_variant(struct segment *segment, uint64_t vid, struct variant *out,
                     struct err *err) MUST_CHECK;
/*
 * The position of the last base of REF, for a variant of this segment. The first one is at the
 * vid's position.
 */
bool segment_vid_end(struct segment *segment, uint64_t vid, uint32_t *end,
                     struct err *err) MUST_CHECK;

/*
 * The variants of this segment that annotations place in a gene, in order of vid. Each property is
 * an array of its own, because a question reads thousands of variants and needs only one or two
 * properties.
 */
struct gene_sites {
    size_t n;
    const uint64_t *vid;
    const uint64_t *consequences; /* proto/query/vocabulary.h; 0: not said; CONSEQUENCE_UNREAD */
    const int64_t *af_nano;       /* as in struct site */
    const uint32_t *clinvar;      /* CLINVAR_READ: these are all of ClinVar's words */
};
/* Finds them by the gene's key. Valid until the next call on the segment. */
bool segment_gene(struct segment *segment, const char *gene, struct gene_sites *sites,
                  struct err *err) MUST_CHECK;

/* The notes of one site, one for each gene. For walks over a stretch: fast when vids ascend. */
struct site_note {
    const char *gene; /* its key (snapshot_gene_name), "" between genes */
    uint64_t consequences;
    uint32_t clinvar;
};
/*
 * Valid until the next call on the segment. *complete: the notes name all genes of the site, except
 * that a name which no table knows may stand for another gene.
 */
bool segment_notes(struct segment *segment, uint64_t vid, const struct site_note **notes, size_t *n,
                   bool *complete, struct err *err) MUST_CHECK;
/* Is every site of the segment annotated? Then segment_gene() has all variants of a gene. */
bool segment_annotated(const struct segment *segment);

/*
 * Sites of one kind, summed up: who is of each class at any of them. Every site is in one kind
 * whose words do not count (noted false), and in one for each thing that its notes say of it in
 * some gene (noted true); a site whose notes are not complete is also in the one that says nothing.
 */
struct segment_kind {
    enum ploidy place;
    bool noted;
    int64_t af_nano; /* one of its band (proto/query/site_kind.h) */
    uint64_t consequences;
    uint32_t clinvar;
    const uint8_t *list[SITE_NO_CALL + 1]; /* NULL: nobody; read by segment_kind_or() */
    uint32_t count[SITE_NO_CALL + 1];
    uint8_t dense; /* SITE_BITs */
};
/* False in segments that were written before there were kinds, or that have too many of them. */
bool segment_has_kinds(const struct segment *segment);
/* All of them, valid until the segment is closed; read at the first call. */
bool segment_kinds(struct segment *segment, const struct segment_kind **kinds, size_t *n,
                   struct err *err) MUST_CHECK;
/* OR the persons of these classes (SITE_BIT, reference excepted) into words. */
void segment_kind_or(const struct segment *segment, const struct segment_kind *kind,
                     unsigned classes, uint64_t *words);

/* Whom segment_carriers() looks for; it owns nothing. */
struct segment_sought {
    const uint64_t *vids; /* n of them, ascending */
    size_t n;
    unsigned classes;      /* SITE_BIT of each class that counts */
    const uint64_t *until; /* stops when words covers these persons; NULL: never */
};

/*
 * ORs into words the persons of these classes at any of the vids. The fast way for a whole gene:
 * takes dense bitmaps first.
 */
bool segment_carriers(struct segment *segment, const struct segment_sought *sought, uint64_t *words,
                      struct err *err) MUST_CHECK;
